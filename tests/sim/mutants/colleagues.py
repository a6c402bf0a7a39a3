"""Bugs a colleague could make: a boundary, the policy of another day, an order or a difference forgotten."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from msgspec import structs

from services.claims.domain import amend, booking, running, write_off
from services.claims.domain import decide as decisions
from services.dunning.domain import decide as dunning
from services.dunning.domain import ways_back
from services.enforcement.domain import plans, write_offs
from shared.deadlines import add_months
from tests.sim.mutants.planting import Mutant, Patch

_DAY: Final = timedelta(days=1)


class _AsOf:
    """A policy that says of every day what holds on one."""

    def __init__(self, policy: Any, day: date) -> None:
        self._policy, self._day = policy, day

    def on(self, _day: date) -> Any:
        return self._policy.on(self._day)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._policy, name)


def _instead(real: object, wrong: object) -> list[Patch]:
    judges = {type_: wrong if judge is real else judge for type_, judge in decisions._JUDGES.items()}
    return [(decisions, "_JUDGES", judges)]


def _instalments_as_they_come() -> list[Patch]:
    def cut(instalments: Any, asked_cents: int) -> Any:
        rest, kept = asked_cents, []
        for instalment in instalments:
            if rest <= 0:
                break
            kept.append(replace(instalment, amount_cents=min(rest, instalment.amount_cents)))
            rest -= kept[-1].amount_cents
        return tuple(kept)

    return [(plans, "cut", cut)]


def _old_baseline() -> list[Patch]:
    real = plans.begin

    def begin(account: Any, case: Any, *more: Any) -> Any:
        after: Any = real(account, case, *more)
        if case.plan and after.plan is not case.plan:
            return replace(after, plan=replace(after.plan, baseline_cents=case.plan.baseline_cents))
        return after

    return [(plans, "begin", begin)]


def _looked_back_at_by_today() -> list[Patch]:
    real = ways_back.withdraw

    def withdraw(account: Any, today: Any) -> Any:
        as_of_today: Any = _AsOf(today.policy, today.day)
        return real(account, replace(today, policy=as_of_today))

    return [(ways_back, "withdraw", withdraw)]


def _befristet_as_of_today() -> list[Patch]:
    real = write_off.decide_write_off

    def decide(turn: Any, event: Any) -> Any:
        as_of_today: Any = _AsOf(turn.desk.policy, turn.desk.day)
        return real(structs.replace(turn, desk=structs.replace(turn.desk, policy=as_of_today)), event)

    return _instead(real, decide)


def _months_from_the_last() -> list[Patch]:
    def due_dates(months: Any, after: date, by: date) -> Iterator[date]:
        last = by if months.last_due_on is None else min(by, months.last_due_on)
        due_on = months.first_due_on
        while due_on <= last:
            if due_on > after:
                yield due_on
            due_on = add_months(due_on, 1)

    return [(running, "_due_dates", due_dates)]


def _due_today_is_not_given_up() -> list[Patch]:
    def given_up(turn: Any, claim: Any) -> list[int]:
        return [
            share.open_cents if claim.months is None or sollsatz.due_on < turn.desk.day else 0
            for sollsatz, share in zip(claim.sollsaetze, write_off.shares(claim), strict=True)
        ]

    return [(write_off, "_given_up", given_up)]


def _last_month_goes_too() -> list[Patch]:
    real = running._off_after
    return [(running, "_off_after", lambda claim, last: real(claim, last - _DAY))]


def _longer_adds_nothing() -> list[Patch]:
    def end_by(desk: Any, claim: Any, last_due_on: date) -> Any:
        grown: Any = running.grow(desk, claim)
        months = structs.replace(grown.claim.months, last_due_on=last_due_on)
        moved = structs.replace(grown.claim, months=months)
        off = running._off_after(moved, last_due_on)
        booked = running.book_each(desk, moved, off, running._voucher(desk, "sollabgang"))
        return booking.Booked(booked.claim, (*grown.postings, *booked.postings))

    return [(amend, "end_by", end_by)]


def _old_file_returns() -> list[Patch]:
    real = amend.change_aktenzeichen

    def change(turn: Any, event: Any) -> Any:
        before = turn.books.claims.get((turn.mandant, event.kassenzeichen))
        outcome: Any = real(turn, event)
        if before is None or not hasattr(outcome, "claims"):
            return outcome
        (claim,) = outcome.claims
        kept = structs.replace(claim, aktenzeichen_before=before.aktenzeichen_before)
        return structs.replace(outcome, claims=(kept,))

    return _instead(real, change)


def _erlass_ends_follow_up() -> list[Patch]:
    real = write_offs.ordered

    def ordered(account: Any, order: Any, desk: Any) -> Any:
        after = real(account, order, desk)
        others = tuple(each for each in after.follow_ups if each.kassenzeichen != order.kassenzeichen)
        return replace(after, follow_ups=others) if order.kind == "erlass" else after

    return [(write_offs, "ordered", ordered)]


def _follow_up_survives() -> list[Patch]:
    return [(write_offs, "taken_back", lambda account, _before: account)]


def _lawsuit_about_all() -> list[Patch]:
    real = dunning._lawsuit

    def lawsuit(account: Any, claim: Any, *more: Any) -> Any:
        said = real(account, claim, *more)
        return replace(said, payload=said.payload | {"open_cents": claim.view.open_cents})

    return [(dunning, "_lawsuit", lawsuit)]


MUTANTS: Final = (
    Mutant("instalments in any order", _instalments_as_they_come),
    Mutant("a second plan counts from the first", _old_baseline),
    Mutant("a notice is looked back at by today's policy", _looked_back_at_by_today),
    Mutant("whether befristet is allowed is asked of today", _befristet_as_of_today),
    Mutant("a month's due date follows from the one before", _months_from_the_last),
    Mutant("what falls due today is not given up", _due_today_is_not_given_up),
    Mutant("an earlier end takes its own month off", _last_month_goes_too),
    Mutant("a later end adds no month of this year", _longer_adds_nothing),
    Mutant("the old file returns", _old_file_returns),
    Mutant("an Erlass ends the follow-up", _erlass_ends_follow_up),
    Mutant("a follow-up survives its write-off", _follow_up_survives),
    Mutant("a lawsuit is about all of the claim", _lawsuit_about_all),
)
