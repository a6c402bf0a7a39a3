"""When the calendar next makes something happen for an account, so that a day costs only what is due.

Whatever else may change the outcome (money, blocks, reductions) arrives as an event and wakes the account
at once. So an account that the small amount holds back sleeps until an item falls due, a block begins or
ends, or the policy changes: on every day between, trying again would give the same answer.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from services.dunning.domain import kassenanzeige
from services.dunning.domain.cycle import asked_items, handover_from, notice_from
from services.dunning.domain.model import Account, Claim
from services.dunning.domain.runs import next_run_on
from shared.accounts import is_held, overdue_from
from shared.policy import Policy

_DAY = timedelta(days=1)


def next_action_on(account: Account, day: date, policy: Policy) -> date | None:
    """The first day after `day`, whose work is done, on which there may be something to do; None: never."""
    days = list(_reminder_days(account, day, policy))
    if not policy.is_working_day(day):
        if account.notices or any(
            _concerns_working_days(claim, day, policy) for claim in account.claims.values()
        ):
            days.append(policy.working_day(day))
    else:
        days += _threshold_days(account, day, policy)
        days += _cycle_days(account, day, policy)
    if account.open_items():
        days += [change for change in policy.change_days if change > day]
    return max(min(days), day + _DAY) if days else None


def _concerns_working_days(claim: Claim, day: date, policy: Policy) -> bool:
    return claim.progress.in_cycle or (claim.view.open_cents > 0 and _is_dunnable(claim, day, policy))


def _is_dunnable(claim: Claim, day: date, policy: Policy) -> bool:
    return policy.on(day).treatment(claim.view.einnahmeart) == "dun"


def _reminder_days(account: Account, day: date, policy: Policy) -> Iterator[date]:
    for claim, sollsatz in account.open_items():
        if due := kassenanzeige.next_due(claim, sollsatz, policy.on(day)):
            yield due.on


def _threshold_days(account: Account, day: date, policy: Policy) -> Iterator[date]:
    """The days on which the account's total due changes by itself, or a block ends a cycle."""
    for claim, sollsatz in account.open_items():
        if not _is_dunnable(claim, day, policy) or is_held(claim.view):
            continue
        if (overdue := overdue_from(sollsatz.due_on, policy)) > day:
            yield overdue
        for block in claim.view.blocks:
            yield from (turn for turn in (block.set_on, block.ends_by + _DAY) if turn > day)


def _cycle_days(account: Account, day: date, policy: Policy) -> Iterator[date]:
    """The days on which the items that are asked today may be in a notice or handed over."""
    next_run = next_run_on(policy, day)
    for item in asked_items(account, day, policy):
        cycle = account.item(item.key).cycle
        if cycle is None:
            reached = notice_from(item.due_on, day, policy)
            if reached > day:
                yield reached
            elif next_run:
                yield next_run
        elif cycle.case_id is None:
            yield handover_from(cycle, day, policy)
