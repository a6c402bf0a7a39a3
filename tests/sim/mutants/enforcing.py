"""Bugs in dunning and enforcement: days, blocks, limits, levels."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import services.dunning.service
import services.enforcement.domain.day
import services.enforcement.domain.decide
import shared.accounts
from services.dunning import store as dunning_store
from services.dunning.domain import cycle, fees, kassenanzeige
from services.dunning.domain import decide as dunning
from services.enforcement.domain import plans, steps
from services.enforcement.domain.figures import Figures
from services.enforcement.domain.model import Case
from tests.sim.mutants.planting import Mutant, Patch


def _no_block_check() -> list[Patch]:
    return [(shared.accounts, "is_blocked", lambda *_: False)]


def _no_hold_check() -> list[Patch]:
    return [(shared.accounts, "is_held", lambda *_: False)]


def _block_ends_a_day_early() -> list[Patch]:
    def is_blocked(claim: Any, day: date) -> bool:
        return any(block.set_on <= day < block.ends_by for block in claim.blocks)

    return [(shared.accounts, "is_blocked", is_blocked)]


def _due_today_is_overdue() -> list[Patch]:
    return [(shared.accounts, "overdue_from", lambda due_on, policy: policy.working_day(due_on))]


def _weekends_are_working_days() -> list[Patch]:
    return [(where, "counted_due_on", lambda due_on, _policy: due_on) for where in (shared.accounts, cycle)]


def _notice_a_day_late() -> list[Patch]:
    real = dunning.notice_from
    return [(dunning, "notice_from", lambda *given: real(*given) + timedelta(days=1))]


def _handover_on_the_last_day() -> list[Patch]:
    real = dunning.handover_from
    return [(dunning, "handover_from", lambda *given: real(*given) - timedelta(days=1))]


def _small_amount_included() -> list[Patch]:
    real = cycle.asked_items

    def asked_items(account: Any, day: date, policy: Any) -> Any:
        items = real(account, day, policy)
        small = policy.on(day).dunning.small_amount_cents
        return () if sum(item.asked_cents for item in items) <= small else items

    return [(dunning, "asked_items", asked_items)]


def _credits_ignored() -> list[Patch]:
    real = shared.accounts.asked

    def asked(claims: Any, _credit: int, day: date, policy: Any) -> Any:
        return real(claims, 0, day, policy)

    return [(cycle, "asked", asked)]


def _charged_again() -> list[Patch]:
    real = dunning.evolve

    def evolve(account: Any, events: Any) -> Any:
        account = real(account, events)
        return account.with_progress(
            {number: replace(claim.progress, charged=False) for number, claim in account.claims.items()}
        )

    return [(dunning, "evolve", evolve)]


def _fee_rounded_up() -> list[Patch]:
    return [(fees, "_nrw_cents", lambda cents: (6 + max(0, -(-cents // 100) - 50 + 99) // 100) * 100)]


def _every_day_is_a_run() -> list[Patch]:
    return [(services.dunning.service, "run_owed", lambda *_: True)]


def _noticed_twice() -> list[Patch]:
    real = dunning_store.save_progress

    def save_progress(conn: Any, changed: Any) -> None:
        real(conn, {key: done for key, done in changed.items() if not done.in_cycle})

    return [(dunning_store, "save_progress", save_progress)]


def _block_does_not_end_a_cycle() -> list[Patch]:
    return [(dunning, "without_ended", lambda account, *_: account)]


def _kassenanzeige_after_payment() -> list[Patch]:
    real = kassenanzeige.next_due

    def next_due(claim: Any, sollsatz: Any, terms: Any) -> Any:
        due = real(claim, sollsatz, terms)
        return due and replace(due, number=due.number and max(1, due.number - 1))

    return [(kassenanzeige, "next_due", next_due)]


def _months_from_the_due_date() -> list[Patch]:
    real = kassenanzeige._after

    def after(last: Any, due_on: date, terms: Any) -> Any:
        return real(last and replace(last, issued_on=due_on), due_on, terms)

    return [(kassenanzeige, "_after", after)]


def _blocks_wake_nobody() -> list[Patch]:
    real = services.dunning.service.next_action_on

    def next_action_on(account: Any, day: date, policy: Any) -> Any:
        unblocked = replace(
            account,
            claims={
                number: replace(claim, view=replace(claim.view, blocks=()))
                for number, claim in account.claims.items()
            },
        )
        return real(unblocked, day, policy)

    return [(services.dunning.service, "next_action_on", next_action_on)]


def _started_on_the_last_day_to_pay() -> list[Patch]:
    def to_start(self: Case, cause: Any, not_before: date, policy: Any) -> Case:
        if self.pay_by is None:
            return replace(self, plan=None)
        first = policy.working_day(max(not_before, self.pay_by))
        return replace(self, plan=None, start_on=first, start_cause=cause)

    return [(Case, "to_start", to_start)]


def _blocked_items_stay() -> list[Patch]:
    return [(services.enforcement.domain.day, "withdraw", lambda account, _desk: account)]


def _paid_items_stay() -> list[Patch]:
    return [(services.enforcement.domain.decide, "settle", lambda account, *_: account)]


def _no_grace() -> list[Patch]:
    real = plans.next_check_on

    def next_check_on(plan: Any, desk: Any) -> Any:
        on = real(plan, desk)
        return on and on - timedelta(days=desk.terms.enforcement.instalment_grace_days)

    return [(plans, "next_check_on", next_check_on)]


def _small_cases_start() -> list[Patch]:
    real = Figures.of_all
    return [(Figures, "of_all", lambda self, account: real(self, account) + 10_000)]


def _always_the_field() -> list[Patch]:
    real = steps.start

    def start(account: Any, case: Any, today: Any, desk: Any) -> Any:
        return real(account, replace(case, track="field"), today, desk)

    return [(steps, "start", start)]


MUTANTS: Final = (
    Mutant("forget the block check", _no_block_check),
    Mutant("forget the hold after a write-off", _no_hold_check),
    Mutant("`<` for `<=` on a block's last day", _block_ends_a_day_early),
    Mutant("`<` for `<=` on a due date", _due_today_is_overdue),
    Mutant("a due date on a Sunday counts", _weekends_are_working_days),
    Mutant("a notice a day late", _notice_a_day_late),
    Mutant("handed over on the last day to pay", _handover_on_the_last_day),
    Mutant("`<=` for `<` on the small amount", _small_amount_included),
    Mutant("credits are ignored", _credits_ignored),
    Mutant("a claim is charged again", _charged_again),
    Mutant("a fee's base is rounded up", _fee_rounded_up),
    Mutant("every day is a run", _every_day_is_a_run),
    Mutant("dunning forgets what it has done", _noticed_twice),
    Mutant("a block does not end a cycle", _block_does_not_end_a_cycle),
    Mutant("a Kassenanzeige has the number of the one before", _kassenanzeige_after_payment),
    Mutant("Kassenanzeigen count from the due date", _months_from_the_due_date),
    Mutant("nobody wakes when a block ends", _blocks_wake_nobody, (12,)),
    Mutant("enforcement starts on the last day to pay", _started_on_the_last_day_to_pay),
    Mutant("blocked items stay in their case", _blocked_items_stay),
    Mutant("paid items stay in their case", _paid_items_stay),
    Mutant("instalments have no days of grace", _no_grace),
    Mutant("a small amount is enforced", _small_cases_start),
    Mutant("the office is left out", _always_the_field),
)
