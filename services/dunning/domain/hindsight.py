"""What a notice went by, and what it would have left out, had all been known on its day.

Money that the bank had by then, blocks and holds that were in force by then, and were told of later.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from services.dunning.domain.model import Account, LateMoney, Notice, NoticedItem
from shared.accounts import asked, credit_shares
from shared.contracts.claims import ClaimView, PaymentView
from shared.contracts.codes import WithdrawalCause
from shared.contracts.dunning import DunningNoticeIssued
from shared.policy import Policy

_AFTER_WRITE_OFF = "open-after-write-off"  # begins with a bounce, never before a notice
Gone = Mapping[WithdrawalCause, tuple[NoticedItem, ...]]


def remember(account: Account, issued: DunningNoticeIssued, policy: Policy) -> Notice:
    """What a notice goes by that was just issued; `account` is as it found it."""
    overdue = asked(account.views(), account.credit_cents, issued.issued_on, policy)
    asked_cents = {item.key: item.asked_cents for item in overdue}
    numbers = {kassenzeichen for kassenzeichen, _ in asked_cents}
    noticed = {(item.kassenzeichen, item.due_on) for item in issued.items}
    fee = next((item.fee for item in issued.items if item.fee), None)
    items = []
    for claim, sollsatz in account.open_items():
        key = (claim.view.kassenzeichen, sollsatz.due_on)
        if key[0] in numbers:
            item = NoticedItem(
                *key,
                sollsatz.open_cents,
                asked_cents.get(key, 0),
                overdue=key in asked_cents,
                noticed=key in noticed,
                charged=key in noticed and fee is not None and not claim.progress.charged,
            )
            items.append(item)
    owed = {
        number: claim.view.written_off_cents + (0 if number in numbers else claim.view.open_cents)
        for number, claim in account.claims.items()
    }
    return Notice(
        notice_id=issued.notice_id,
        issued_on=issued.issued_on,
        credit_cents=account.credit_cents,
        items=tuple(items),
        fee=fee,
        owed_cents={number: cents for number, cents in owed.items() if cents},
    )


def learned(notice: Notice, account: Account) -> Notice:
    """The notice with what arrived since: late money that has not bounced meanwhile, blocks and holds."""
    late = dict(notice.late)
    for payment in account.payments:
        if payment.reverses is None and payment.booked_on <= notice.issued_on:
            cents = _counted_cents(notice, late, payment, account)
            late[payment.payment_ref] = LateMoney(payment.kassenzeichen, payment.booked_on, cents)
    for payment in account.payments:
        if payment.reverses is not None:
            late.pop(payment.reverses, None)
    return replace(notice, late=late, left_out=_left_out_since(notice, account))


def _counted_cents(
    notice: Notice, late: Mapping[str, LateMoney], payment: PaymentView, account: Account
) -> int:
    """All of it on a claim that owed something then. On another one, only what is too much there now."""
    number = payment.kassenzeichen
    if number in notice.owed_cents or any(item.kassenzeichen == number for item in notice.items):
        return payment.amount_cents
    counted = sum(money.cents for money in late.values() if money.kassenzeichen == number)
    return max(0, min(payment.amount_cents, account.claims[number].view.credit_cents - counted))


def _left_out_since(notice: Notice, account: Account) -> dict[str, date]:
    """The claims, as they are told now, that were blocked or held on the notice's day, and since when."""
    found = dict(notice.left_out)
    for number in {item.kassenzeichen for item in notice.items if item.overdue} - found.keys():
        claim = account.claims.get(number)
        if claim and (days := _kept_out_from(claim.view, notice.issued_on)):
            found[number] = min(days)
    return found


def _kept_out_from(claim: ClaimView, day: date) -> list[date]:
    blocks = [block.set_on for block in claim.blocks if block.set_on <= day <= block.ends_by]
    holds = [hold.held_from for hold in claim.holds if hold.cause != _AFTER_WRITE_OFF]
    return blocks + [held_from for held_from in holds if held_from <= day]


def gone(notice: Notice, before: Notice, account: Account, policy: Policy) -> Gone:
    """The notice's items that should not have been in it, by cause; `before`: what was known until now."""
    paid = _missing(notice, before.left_out, policy)
    blocked = _missing(notice, notice.left_out, policy) - paid
    deleted = {item for item in notice.items if item.noticed and _is_deleted(account, item.kassenzeichen)}
    found: dict[WithdrawalCause, set[NoticedItem]] = {
        "paid-before": paid,
        "blocked-before": blocked,
        "cancelled": deleted - paid - blocked,
    }
    return {
        cause: tuple(item for item in notice.items if item in each) for cause, each in found.items() if each
    }


def _is_deleted(account: Account, kassenzeichen: str) -> bool:
    claim = account.claims.get(kassenzeichen)
    return claim is not None and claim.view.soll_cents == 0


def _missing(notice: Notice, left_out: Collection[str], policy: Policy) -> set[NoticedItem]:
    """The noticed items of which nothing would have been asked (R4): with the late money, without these."""
    money = Counter[str]()
    for late in notice.late.values():
        money[late.kassenzeichen] += late.cents
    rests = []
    for item in notice.items:
        covered = min(money[item.kassenzeichen], item.open_cents)
        money[item.kassenzeichen] -= covered
        if item.overdue and item.kassenzeichen not in left_out:
            rests.append((item, item.open_cents - covered))
    credit = notice.credit_cents
    credit += sum(max(0, cents - notice.owed_cents.get(number, 0)) for number, cents in money.items())
    shares = credit_shares(credit, [rest for _, rest in rests])
    asked_cents = {item: rest - share for (item, rest), share in zip(rests, shares, strict=True)}
    if sum(asked_cents.values()) < policy.on(notice.issued_on).dunning.small_amount_cents:
        asked_cents = {}
    return {item for item in notice.items if item.noticed and not asked_cents.get(item)}
