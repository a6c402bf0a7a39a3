"""Bugs in the ways back: notices that are withdrawn wrongly, or not at all."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import services.enforcement.domain.decide
from services.dunning import arrivals
from services.dunning.domain import hindsight, ways_back
from tests.sim.mutants.planting import Mutant, Patch


def _never() -> list[Patch]:
    return [(ways_back, "withdraw", lambda account, _today: (account, []))]


def _money_of_another_day(days: int) -> list[Patch]:
    real = hindsight.learned

    def learned(notice: Any, account: Any) -> Any:
        moved = [replace(each, booked_on=each.booked_on + timedelta(days=days)) for each in account.payments]
        return real(notice, replace(account, payments=tuple(moved)))

    return [(hindsight, "learned", learned)]


def _own_day_left_out() -> list[Patch]:
    return _money_of_another_day(1)


def _day_after_counts() -> list[Patch]:
    real = arrivals._late

    def late(claim: Any, since: date, payment: Any = None) -> Any:
        return real(claim, max(since, date(1900, 1, 1)) - timedelta(days=1), payment)

    return [*_money_of_another_day(-1), (arrivals, "_late", late)]


def _bounce_unseen() -> list[Patch]:
    real = hindsight.learned

    def learned(notice: Any, account: Any) -> Any:
        kept = tuple(each for each in account.payments if each.reverses is None)
        return real(notice, replace(account, payments=kept))

    return [(hindsight, "learned", learned)]


def _each_payment_alone() -> list[Patch]:
    real = hindsight.learned

    def learned(notice: Any, account: Any) -> Any:
        return real(replace(notice, late={}) if account.payments else notice, account)

    return [(hindsight, "learned", learned)]


def _blocks_of_then_only_if_there_now() -> list[Patch]:
    real = hindsight._kept_out_from

    def kept_out_from(claim: Any, day: Any) -> Any:
        return [since for since in real(claim, day) if since < day]

    return [(hindsight, "_kept_out_from", kept_out_from)]


def _charged_for_ever() -> list[Patch]:
    real = ways_back._with_ended

    def with_ended(account: Any, notice: Any, gone: Any) -> Any:
        after = real(account, notice, gone)
        charged = {number for number, claim in account.claims.items() if claim.progress.charged}
        return after.with_progress(
            {number: replace(after.claims[number].progress, charged=True) for number in charged}
        )

    return [(ways_back, "_with_ended", with_ended)]


def _fee_on_what_is_paid() -> list[Patch]:
    return [(ways_back, "_is_open", lambda _account, _item: True)]


def _fee_asked_once_more() -> list[Patch]:
    return [(ways_back, "_rebooked", lambda account, _fee, _sign: account)]


def _stays_in_its_case() -> list[Patch]:
    return [(services.enforcement.domain.decide, "notice_withdrawn", lambda account, _event, _desk: account)]


MUTANTS: Final = (
    Mutant("notices are never withdrawn", _never, (1,)),
    Mutant("money of the notice's own day comes too late", _own_day_left_out, (1,)),
    Mutant("money of the day after the notice had been there", _day_after_counts, (1,)),
    Mutant("late money that bounced had been there", _bounce_unseen),
    Mutant("late payments do not add up", _each_payment_alone),
    Mutant("a block from the notice's own day comes too late", _blocks_of_then_only_if_there_now, (3,)),
    Mutant("a withdrawn notice counts as charged", _charged_for_ever, (4,)),
    Mutant("a withdrawn notice's fee moves to a paid claim", _fee_on_what_is_paid, (2,)),
    Mutant("what is cancelled is asked for once more", _fee_asked_once_more, (2,)),
    Mutant("what is withdrawn stays in its case", _stays_in_its_case, (17,)),
)
