"""What the opening of a day brings about for one account, and when to look at it next."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.enforcement.domain import plans, steps, write_offs
from services.enforcement.domain.desk import Desk
from services.enforcement.domain.figures import Figures, figures
from services.enforcement.domain.leaving import withdraw
from services.enforcement.domain.model import DAY, Account, Case, Stage
from shared.accounts import overdue_from


def open_day(account: Account, desk: Desk) -> Account:
    """The day's work: enforcement steps on working days, checks of plans and follow-ups on any."""
    if desk.is_working_day:
        account = withdraw(account, desk)
    today = figures(account, desk)
    for case in account.cases:
        account = _work(account, case, today, desk)
    account = write_offs.follow_up(account, desk)
    return replace(account, next_action_on=_next_action_on(account, desk))


def _work(account: Account, case: Case, today: Figures, desk: Desk) -> Account:
    case = plans.check(case, today, desk)
    if desk.is_working_day:
        case = plans.end_missed(account, case, today, desk)
        if case.stage is Stage.REQUESTED:
            case = steps.announce(account, case, today, desk)
        elif case.start_on is not None and case.start_on <= desk.day:
            case = steps.start(account, case, today, desk)
    return account.with_case(case)


def _next_action_on(account: Account, desk: Desk) -> date | None:
    """The first later day on which the calendar alone may change something.

    A case that rests waits for one of these days, or for the next record of its account.
    """
    days = [each.on for each in account.follow_ups]
    if account.cases:
        days += [desk.policy.working_day(day) for day in _changes(account, desk) if day > desk.day]
        days += [day for case in account.cases if (day := _step_on(case, desk)) and day > desk.day]
    if account.cases and not desk.is_working_day:
        days.append(desk.next_working_day)
    return min(days, default=None)


def _step_on(case: Case, desk: Desk) -> date | None:
    """The day of the next step of the case itself; that of a plan may be no working day."""
    return plans.next_check_on(case.plan, desk) if case.plan else case.start_on


def _changes(account: Account, desk: Desk) -> Iterator[date]:
    """Days on which what is asked, or the limit, may change: items falling due, blocks, policy."""
    yield from desk.policy.change_days
    for claim in account.claims.values():
        for sollsatz in claim.sollsaetze:
            if sollsatz.open_cents > 0:
                yield overdue_from(sollsatz.due_on, desk.policy)
        for block in claim.blocks:
            yield block.set_on
            yield block.ends_by + DAY
