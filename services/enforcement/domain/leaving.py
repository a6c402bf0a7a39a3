"""How items leave a case, and how a case is closed.

At once by money, write-off or cancellation, and when the notice behind them is withdrawn; for every other
reason (a block, a hold, a new due date, another treatment) at the next working day's decisions. With the last
item the case is closed.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.enforcement.domain.desk import Desk
from services.enforcement.domain.figures import figures
from services.enforcement.domain.model import Account, Case, Item
from shared.contracts.claims import ClaimView, NoticeWithdrawalAdmitted
from shared.contracts.codes import CaseOutcome
from shared.contracts.enforcement import EnforcementClosed

Gone = Mapping[Item, CaseOutcome]


def settle(account: Account, before: Mapping[str, ClaimView], desk: Desk) -> Account:
    """Let what is no longer open leave at once; `before` is what the claims were until now."""
    for case in account.cases:
        gone: Gone = {
            item: _how(before.get(item.kassenzeichen), now)
            for item in case.items
            if (now := account.claims.get(item.kassenzeichen)) is not None and _is_settled(item, now)
        }
        account = _leave(account, case, gone, desk)
    return account


def withdraw(account: Account, desk: Desk) -> Account:
    """On a working day: what is no longer pursued leaves; it starts again with a notice."""
    today = figures(account, desk)
    for case in account.cases:
        gone: Gone = {item: "withdrawn" for item in case.items if not today.has(item)}
        account = _leave(account, case, gone, desk)
    return account


def notice_withdrawn(account: Account, event: NoticeWithdrawalAdmitted, desk: Desk) -> Account:
    """The notice behind some items should not have been: they lose their place in the case that it led to."""
    for case in account.cases:
        named = {(item.kassenzeichen, item.due_on) for item in event.items if item.case_id == case.case_id}
        gone: Gone = {item: "withdrawn" for item in case.items if item.key in named}
        account = _leave(account, case, gone, desk)
    return account


def _is_settled(item: Item, now: ClaimView) -> bool:
    # An item whose due date is gone has moved: that is no reason to leave at once, unless nothing is open.
    return now.open_cents == 0 or any(
        sollsatz.due_on == item.due_on and sollsatz.open_cents == 0 for sollsatz in now.sollsaetze
    )


def _how(before: ClaimView | None, now: ClaimView) -> CaseOutcome:
    """By what grew: the amount written off, or the money; else the claim itself was reduced or cancelled."""
    if now.written_off_cents > (before.written_off_cents if before else 0):
        return "written-off"
    if now.ist_cents > (before.ist_cents if before else 0):
        return "paid"
    return "withdrawn"


def _leave(account: Account, case: Case, gone: Gone, desk: Desk) -> Account:
    if not gone:
        return account
    rest = tuple(item for item in case.items if item not in gone)
    if rest:
        return account.with_case(replace(case, items=rest))
    last = next(item for item in reversed(case.items) if item in gone)
    desk.out.emit(
        EnforcementClosed(
            mandant=account.mandant,
            debtor_ref=account.debtor_ref,
            case_id=case.case_id,
            on=desk.day,
            outcome=gone[last],
            because=desk.because("R7", kassenzeichen=last.kassenzeichen, outcome=gone[last]),
        )
    )
    return replace(account, cases=tuple(old for old in account.cases if old.case_id != case.case_id))
