"""The dunning cycle of an item: what may be asked, from when on, and what ends it."""

from datetime import date, timedelta

from services.dunning.domain.model import Account, Claim, Cycle, Item, Progress
from shared.accounts import AskedItem, asked, counted_due_on, is_barred, is_pursued, total_due_cents
from shared.policy import Policy

_DAY = timedelta(days=1)


def asked_items(account: Account, day: date, policy: Policy) -> tuple[AskedItem, ...]:
    """The items of which something is asked on a day; none while the total due is a small amount (R4)."""
    items = asked(account.views(), account.credit_cents, day, policy)
    total = total_due_cents(items)
    if total <= 0 or total < policy.on(day).dunning.small_amount_cents:
        return ()
    return tuple(item for item in items if item.asked_cents > 0)


def notice_from(due_on: date, day: date, policy: Policy) -> date:
    """The first day on which an item may be in a notice, as the policy of `day` has it (R3, R14)."""
    return counted_due_on(due_on, policy) + timedelta(days=policy.on(day).dunning.min_days_overdue)


def handover_from(cycle: Cycle, day: date, policy: Policy) -> date:
    """The first day on which a dunned item may be handed over: after the wait and `pay_by` (R15, R28, C2)."""
    dunning = policy.on(day).dunning
    anchor = cycle.issued_on if dunning.handover_anchor == "notice" else cycle.pay_by
    return max(anchor + timedelta(days=dunning.handover_after_days), cycle.pay_by + _DAY)


def without_replaced(account: Account, *, working_day: bool) -> Account:
    """Forget the items whose due date the claim no longer has: a new due date makes a new item.

    Their Kassenanzeigen on any day, their cycles on working days only, as items leave a case on these: a due
    date that was changed and changed back between two working days left no trace in either.
    """
    changed = {}
    for kassenzeichen, claim in account.claims.items():
        due = {sollsatz.due_on for sollsatz in claim.view.sollsaetze if sollsatz.amount_cents > 0}
        kept = {due_on: item for due_on, item in claim.progress.items.items() if due_on in due}
        if not working_day:
            gone = claim.progress.items.items() - kept.items()
            kept |= {due_on: Item(cycle=item.cycle) for due_on, item in gone if item.cycle}
        if kept != claim.progress.items:
            changed[kassenzeichen] = Progress(claim.progress.charged, kept)
    return account.with_progress(changed)


def without_ended(account: Account, day: date, policy: Policy) -> Account:
    """End the cycles of claims not pursued (blocked, held, another treatment), of items paid or barred.

    They start again with a notice. To be asked on working days only: what came and went between two of them
    left no trace.
    """
    changed = {}
    for kassenzeichen, claim in account.claims.items():
        if claim.progress.in_cycle and (ended := _ended(claim, day, policy)):
            changed[kassenzeichen] = end_cycles(claim.progress, ended)
    return account.with_progress(changed)


def _ended(claim: Claim, day: date, policy: Policy) -> set[date]:
    running = {due_on for due_on, item in claim.progress.items.items() if item.cycle}
    if not is_pursued(claim.view, day, policy):
        return running
    return running - {
        sollsatz.due_on
        for sollsatz in claim.view.sollsaetze
        if sollsatz.open_cents > 0 and not is_barred(claim.view, sollsatz.due_on)
    }


def end_cycles(progress: Progress, due_ons: set[date]) -> Progress:
    """End the cycles of some due dates. Kassenanzeigen and what was charged stay."""
    for due_on in due_ons:
        progress = progress.with_item(due_on, Item(reminder=progress.item(due_on).reminder))
    return progress
