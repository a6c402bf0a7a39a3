"""Ways back: a notice is withdrawn for the items that it should have left out, each once.

Its fee is computed again on what remains (d3), the items' cycles end, and so does their place in a case.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from services.dunning.domain import hindsight
from services.dunning.domain.cycle import end_cycles
from services.dunning.domain.fees import dunning_fee_cents
from services.dunning.domain.model import Account, Notice, NoticedItem, Progress
from services.dunning.domain.today import Today
from shared.contracts.answers import Because
from shared.contracts.codes import WithdrawalCause
from shared.contracts.dunning import DunningNoticeWithdrawn, NoticeFee, WithdrawnItem
from shared.contracts.fields import Fact
from shared.policy import Policy

_RULES: Final[dict[WithdrawalCause, tuple[str, ...]]] = {
    "paid-before": ("R3", "R4"),
    "blocked-before": ("R4", "R64"),
    "cancelled": ("R84",),
}


def withdraw(account: Account, today: Today) -> tuple[Account, list[DunningNoticeWithdrawn]]:
    """Withdraw what the account's notices should have left out, as far as that is known today."""
    events: list[DunningNoticeWithdrawn] = []
    for notice in account.notices:
        known = hindsight.learned(notice, account)
        gone = hindsight.gone(known, notice, account, today.policy)
        after = _without(known, gone, account, today.policy)
        events += _told(account, known, after, gone, today)
        account = _with_ended(account.with_notice(after), known, gone)
        if after.fee != known.fee:
            account = _rebooked(_rebooked(account, known.fee, -1), after.fee, 1)
    return account, events


def _without(notice: Notice, gone: hindsight.Gone, account: Account, policy: Policy) -> Notice:
    """The notice as it stands for the rest: the fee on what was asked for it, by its day's schedule."""
    lost = set(chain.from_iterable(gone.values()))
    items = tuple(
        replace(item, noticed=False, charged=False) if item in lost else item for item in notice.items
    )
    if not any(item.charged for item in lost):
        return replace(notice, items=items)
    charged = [item for item in items if item.charged]
    schedule = policy.on(notice.issued_on).dunning.fees
    cents = dunning_fee_cents(schedule, sum(item.asked_cents for item in charged))
    bearer = next((item for item in charged if _is_open(account, item)), None)
    fee = (
        NoticeFee(kassenzeichen=bearer.kassenzeichen, due_on=bearer.due_on, fee_cents=cents)
        if bearer
        else None
    )
    return replace(notice, items=items, fee=fee)


def _is_open(account: Account, item: NoticedItem) -> bool:
    """Whether something is open for the item; one that is due anew is open if its claim is."""
    claim = account.claims.get(item.kassenzeichen)
    if claim is None:
        return False
    same = [each.open_cents for each in claim.view.sollsaetze if each.due_on == item.due_on]
    return (same[0] if same else claim.view.open_cents) > 0


def _told(
    account: Account, before: Notice, after: Notice, gone: hindsight.Gone, today: Today
) -> Iterator[DunningNoticeWithdrawn]:
    """One withdrawal for each cause; the last one says what becomes of the fee."""
    charged = any(item.charged for items in gone.values() for item in items)
    for cause, items in gone.items():
        tells_fee = charged and cause == list(gone)[-1]
        yield DunningNoticeWithdrawn(
            mandant=account.mandant,
            debtor_ref=account.debtor_ref,
            notice_id=before.notice_id,
            on=today.day,
            kassenzeichen=tuple(dict.fromkeys(item.kassenzeichen for item in items)),
            cause=cause,
            issued_on=before.issued_on,
            items=tuple(_withdrawn_item(account, before, item) for item in items),
            fee_cancelled=before.fee if tells_fee else None,
            fee_charged=after.fee if tells_fee else None,
            because=_because(after, cause, today, tells_fee=tells_fee),
        )


def _withdrawn_item(account: Account, notice: Notice, item: NoticedItem) -> WithdrawnItem:
    claim = account.claims.get(item.kassenzeichen)
    cycle = claim.progress.item(item.due_on).cycle if claim else None
    return WithdrawnItem(
        kassenzeichen=item.kassenzeichen,
        due_on=item.due_on,
        case_id=cycle.case_id if cycle and cycle.notice_id == notice.notice_id else None,
    )


def _because(after: Notice, cause: WithdrawalCause, today: Today, *, tells_fee: bool) -> Because:
    facts: dict[str, Fact] = {"issued_on": after.issued_on.isoformat()}
    if cause == "paid-before":
        facts["payments"] = sorted(after.late)
        facts["booked_on"] = sorted({money.booked_on.isoformat() for money in after.late.values()})
    if cause == "blocked-before":
        facts["blocked_from"] = sorted({since.isoformat() for since in after.left_out.values()})
    if not tells_fee:
        return today.because(*_RULES[cause], **facts)
    facts["fee_base_cents"] = sum(item.asked_cents for item in after.items if item.charged)
    facts["fee_cents"] = after.fee.fee_cents if after.fee else 0
    return today.because(*_RULES[cause], "d3", **facts)


def _with_ended(account: Account, notice: Notice, gone: hindsight.Gone) -> Account:
    """The cycles that the notice began are over, and it does not count as charged for these claims."""
    changed: dict[str, Progress] = {}
    lost = set(chain.from_iterable(gone.values()))
    kept = {item.kassenzeichen for item in notice.items if item.charged and item not in lost}
    for item in lost:
        number = item.kassenzeichen
        if number not in account.claims:
            continue
        progress = changed.get(number, account.claims[number].progress)
        cycle = progress.item(item.due_on).cycle
        if cycle and cycle.notice_id == notice.notice_id:
            progress = end_cycles(progress, {item.due_on})
        if item.charged and number not in kept:
            progress = replace(progress, charged=False)
        changed[number] = progress
    return account.with_progress(changed)


def _rebooked(account: Account, fee: NoticeFee | None, sign: int) -> Account:
    """The account as it is once claims has cancelled (or charged) the fee: today's decisions go by that."""
    claim = account.claims.get(fee.kassenzeichen) if fee else None
    if fee is None or claim is None or claim.view.soll_cents == 0:  # with its Soll its fee went
        return account
    each = {sollsatz.due_on: sollsatz for sollsatz in claim.view.sollsaetze}
    place = fee.due_on if fee.due_on in each else claim.view.sollsaetze[0].due_on
    change = sign * fee.fee_cents
    each[place] = replace(each[place], amount_cents=each[place].amount_cents + change)
    for due_on in (place, *sorted(each)):  # what is cancelled and was paid covers the oldest of the rest
        open_cents = max(0, each[due_on].open_cents + change)
        change -= open_cents - each[due_on].open_cents
        each[due_on] = replace(each[due_on], open_cents=open_cents)
    freed = max(0, -change - claim.view.written_off_cents)
    view = replace(
        claim.view,
        soll_cents=claim.view.soll_cents + sign * fee.fee_cents,
        open_cents=sum(sollsatz.open_cents for sollsatz in each.values()),
        sollsaetze=tuple(each.values()),
    )
    claims = {**account.claims, fee.kassenzeichen: replace(claim, view=view)}
    return replace(account, claims=claims, credit_cents=account.credit_cents + freed)
