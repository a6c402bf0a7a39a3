"""Watches: what an office is told by itself. Everything is looked at, every day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.sim.reference.books import Block, Books, Claim, Data, day_of
from tests.sim.reference.calendar import months_later

Told = tuple[Any, ...]


def created(books: Books, claim: Claim, data: Data, day: date) -> None:
    """A large amount, joint debtors; of stock the system before has told."""
    if data.get("taken_over"):
        return
    large = books.policy.on(day).claims.large_amount_cents
    common = (books.mandant, claim.payer, day.isoformat(), "Kasse", (claim.number,))
    if large is not None and data["amount_cents"] >= large:
        due_on = claim.first_due_on.isoformat()
        books.told.append(("large-amount", *common, data["amount_cents"], due_on))
    if data.get("co_debtor_refs"):
        books.told.append(("second-debtor", *common))


def insolvent(books: Books, claim: Claim, data: Data, day: date) -> None:
    """X, and enough is owed: once for each insolvency."""
    opened_on = day_of(data.get("insolvency_opened_on")) or date.fromisoformat(data["set_on"])
    total = sum(each.open for each in books.of_payer(claim.payer))
    least = books.policy.on(day).enforcement.insolvency_minimum_cents
    if total >= max(1, least) and books.insolvencies.get(claim.payer) != opened_on:
        books.insolvencies[claim.payer] = opened_on
        books.told.append(
            (
                "insolvency-claim", books.mandant, claim.payer, day.isoformat(), "Kasse", (claim.number,),
                total, _others(books, claim),
            )
        )  # fmt: skip


def _others(books: Books, claim: Claim) -> tuple[str, ...]:
    return tuple(
        sorted(
            each.number for each in books.of_payer(claim.payer) if each.open and each.number != claim.number
        )
    )


def watch(books: Books, day: date, opened: Sequence[date]) -> None:
    """What the day brings; `opened` are the days before it."""
    for claim in books.claims.values():
        if claim.open:
            _offset(books, claim, day)
            for block in claim.blocks:
                if claim.owed_since <= block.ends_by and _expires(books, block, day, opened):
                    block.told = True
                    books.told.append(
                        (
                            "block-expiring", books.mandant, claim.payer, day.isoformat(), claim.office,
                            (claim.number,), block.reason, block.ends_by.isoformat(), _others(books, claim),
                        )
                    )  # fmt: skip
    _list(books, day, opened)


def _offset(books: Books, claim: Claim, day: date) -> None:
    days = timedelta(days=books.policy.on(day).blocks.offset_watch_days)
    for block in claim.blocks:
        if block.reason != "V" or block.lifted_on or not block.set_on <= day <= block.ends_by:
            continue
        since = max(claim.paid_on or block.set_on, block.set_on)
        if since + days <= day and since > (claim.unpaid_told or date.min):
            claim.unpaid_told = since
            books.told.append(
                (
                    "offset-without-payment", books.mandant, claim.payer, day.isoformat(), claim.office,
                    (claim.number,), since.isoformat(), claim.open,
                )
            )  # fmt: skip


def _expires(books: Books, block: Block, day: date, opened: Sequence[date]) -> bool:
    if block.told or (block.lifted_on is not None and block.lifted_on <= block.ends_by):
        return False
    first = block.ends_by - timedelta(days=books.policy.on(day).blocks.expiry_notice_days)
    since = opened[-1] if opened else day  # one that ended before was told of, or there was nothing open
    return max(first, block.set_on) <= day and block.ends_by >= since


def _list(books: Books, day: date, opened: Sequence[date]) -> None:
    """Who comes of age in the month after next."""
    this = _month(day)
    last = _month(opened[-1]) if opened else this - 1
    for month in range(last + 3, this + 3):
        entries = []
        for ref, debtor in sorted(books.debtors.items()):
            born = day_of(debtor.get("born_on"))
            owes = tuple(sorted(claim.number for claim in books.of_payer(ref) if claim.open))
            if owes and born and debtor["kind"] == "person" and _month(born) + 18 * 12 == month:
                entries.append((ref, owes))
        if entries:
            name = months_later(date(1, 1, 1), month - 12)
            books.told.append(
                ("majority-list", books.mandant, day.isoformat(), f"{name:%Y-%m}", tuple(entries))
            )


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
