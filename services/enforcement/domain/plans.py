"""Instalment plans (R8, R10): what is agreed, when an instalment is covered, how a plan ends."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from services.enforcement.domain.desk import Desk
from services.enforcement.domain.figures import Figures
from services.enforcement.domain.model import DAY, Account, Case, Plan, Start
from shared.contracts.enforcement import InstalmentMissed, InstalmentPlanStarted
from shared.contracts.fields import Instalment


def cut(instalments: Iterable[Instalment], asked_cents: int) -> tuple[Instalment, ...]:
    """The instalments, oldest first, summing to what is asked at most: a surplus is cut from the last."""
    rest, kept = asked_cents, []
    for instalment in sorted(instalments, key=lambda each: each.due_on):
        if rest <= 0:
            break
        amount = min(rest, instalment.amount_cents)
        kept.append(Instalment(due_on=instalment.due_on, amount_cents=amount))
        rest -= amount
    return tuple(kept)


def begin(
    account: Account, case: Case, instalments: Iterable[Instalment], today: Figures, desk: Desk
) -> Case:
    """Begin a plan, in the place of an older one; while it runs nothing else happens to the case."""
    asked_cents = today.of(case)
    agreed = cut(instalments, asked_cents)
    if not agreed:  # credits cover all that is open: there is nothing to pay in instalments
        return case
    desk.out.emit(
        InstalmentPlanStarted(
            mandant=account.mandant,
            debtor_ref=account.debtor_ref,
            case_id=case.case_id,
            on=desk.day,
            instalments=agreed,
            because=desk.because(
                "R8",
                "R10",
                kassenzeichen=today.kassenzeichen(case),
                total_cents=asked_cents,
                number=len(agreed),
            ),
        )
    )
    return replace(case, plan=Plan(asked_cents, agreed), start_on=None)


def check(case: Case, today: Figures, desk: Desk) -> Case:
    """See whether the instalments whose days of grace are over were covered, on the first day that can tell.

    Covered: what is asked for the plan's items has fallen, since the plan began, by at least the instalments
    due so far. An item that has left counts as fallen to 0. A plan that was kept ends with its last one.
    """
    plan = case.plan
    if plan is None:
        return case
    fallen = plan.baseline_cents - today.of(case)
    while plan.missed_due_on is None and (over_on := next_check_on(plan, desk)) and over_on <= desk.day:
        due = sum(instalment.amount_cents for instalment in plan.instalments[: plan.checked + 1])
        if fallen < due:
            plan = replace(plan, missed_due_on=plan.instalments[plan.checked].due_on)
        else:
            plan = replace(plan, checked=plan.checked + 1)
    if plan.missed_due_on is None and plan.checked == len(plan.instalments):
        return case.to_start(Start.PLAN_ENDED, desk.day, desk.policy)
    return replace(case, plan=plan)


def next_check_on(plan: Plan, desk: Desk) -> date | None:
    """The day after the grace of the first instalment not yet checked."""
    if plan.checked == len(plan.instalments):
        return None
    grace = timedelta(days=desk.terms.enforcement.instalment_grace_days)
    return plan.instalments[plan.checked].due_on + grace + DAY


def end_missed(account: Account, case: Case, today: Figures, desk: Desk) -> Case:
    """On a working day: say which instalment was missed, if one was; the plan ends, the case starts again."""
    plan = case.plan
    if plan is None or plan.missed_due_on is None:
        return case
    desk.out.emit(
        InstalmentMissed(
            mandant=account.mandant,
            debtor_ref=account.debtor_ref,
            case_id=case.case_id,
            on=desk.day,
            due_on=plan.missed_due_on,
            because=desk.because(
                "R10",
                kassenzeichen=today.kassenzeichen(case),
                due_on=plan.missed_due_on,
                instalment_grace_days=desk.terms.enforcement.instalment_grace_days,
                total_cents=plan.baseline_cents,
            ),
        )
    )
    return case.to_start(Start.INSTALMENT_MISSED, desk.day, desk.policy)
