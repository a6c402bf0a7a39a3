"""Dunning: which Kassenanzeigen, notices and hand-overs a day has to bring. One municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.sim.reference.books import DAY, Books, Claim
from tests.sim.reference.calendar import months_later, run_owed, working_day

Told = tuple[Any, ...]


@dataclass(slots=True)
class Item:
    """How far an item (a claim's one due date) has come."""

    due_on: date
    noticed_on: date | None = None
    pay_by: date | None = None
    requested: bool = False
    reminder: int = 0
    reminded_on: date | None = None
    sued: bool = False

    def end_cycle(self) -> None:
        """It starts again with a notice."""
        self.noticed_on = self.pay_by = None
        self.requested = False


def asked(books: Books, payer: str, day: date) -> list[tuple[Claim, int]]:
    """What is asked for each overdue item of pursued claims: open less its share of the account's credits."""
    claims = books.of_payer(payer)
    overdue = [
        claim
        for claim in claims
        if claim.open and is_pursued(books, claim, day) and working_day(books.policy, claim.due_on) < day
    ]
    credit = sum(claim.credit for claim in claims)
    items = []
    for claim in sorted(overdue, key=lambda each: (each.due_on, each.number)):
        share = min(credit, claim.open)
        credit -= share
        items.append((claim, claim.open - share))
    return items


def is_pursued(books: Books, claim: Claim, day: date) -> bool:
    """Dunnable, neither blocked nor held."""
    treatment = books.policy.on(day).treatment(claim.art)
    return treatment == "dun" and not claim.held and not claim.blocked(day)


class Dunner:
    """What dunning has done, and has to do."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._items: dict[str, Item] = {}
        self._charged: set[str] = set()

    def touched(self, claim: Claim) -> None:
        """Enforcement drops what is paid at once: so its cycle is over, even if it is open again by night."""
        item = self._items.get(claim.number)
        if item is not None and not claim.open and item.requested:
            item.end_cycle()

    def day(self, day: date, opened: Sequence[date]) -> list[Told]:
        """What the day brings."""
        told = []
        books = self._books
        owed = books.policy.is_working_day(day) and run_owed(books.policy, day, opened)
        for claim in books.claims.values():
            self._renew(claim)
            told += self._remind(claim, day)
        if not books.policy.is_working_day(day):
            return told
        for claim in books.claims.values():
            if not claim.open or not is_pursued(books, claim, day):
                self._items[claim.number].end_cycle()
        for payer in sorted({claim.payer for claim in books.claims.values()}):
            told += self._account(payer, day, owed=owed)
        return told

    def _renew(self, claim: Claim) -> None:
        item = self._items.get(claim.number)
        if item is None or item.due_on != claim.due_on or claim.soll + claim.fee == 0:
            self._items[claim.number] = Item(claim.due_on)

    def _remind(self, claim: Claim, day: date) -> list[Told]:
        books, item = self._books, self._items[claim.number]
        terms = books.policy.on(day)
        if terms.treatment(claim.art) != "kassenanzeige" or not claim.open or claim.held or item.sued:
            return []
        schedule = terms.kassenanzeige
        last = item.reminded_on or day
        on = (
            claim.due_on + timedelta(days=schedule.first_after_days),
            months_later(last, schedule.second_after_months),
            months_later(last, schedule.third_after_months),
            last + timedelta(days=schedule.lawsuit_after_days),
        )[item.reminder]
        if on > day:
            return []
        if item.reminder == 3:
            item.sued = True
            to = {"5612": "JBC.21", "5622": "JBC.23"}.get(claim.art, claim.office)
            if claim.art == "5622" and claim.legal_basis == "bgb-812":
                to = "JBC.24"
            return [("lawsuit", books.mandant, claim.payer, claim.number, day.isoformat(), claim.office, to)]
        item.reminder, item.reminded_on = item.reminder + 1, day
        copy = (schedule.copy_to,) if item.reminder == 3 else ()
        return [
            (
                "kassenanzeige", books.mandant, claim.payer, claim.number, item.reminder, day.isoformat(),
                claim.due_on.isoformat(), claim.open, claim.office, copy, claim.aktenzeichen,
            )
        ]  # fmt: skip

    def _account(self, payer: str, day: date, *, owed: bool) -> list[Told]:
        books = self._books
        terms = books.policy.on(day).dunning
        all_asked = asked(books, payer, day)
        total = sum(cents for _, cents in all_asked)
        if total <= 0 or total < terms.small_amount_cents:
            return []
        some = [(claim, cents) for claim, cents in all_asked if cents > 0]
        told = []
        if owed and (new := [entry for entry in some if self._is_for_notice(entry[0], day)]):
            told.append(self._notice(payer, new, day))
        due = [entry for entry in some if self._is_for_request(entry[0], day)]
        if due:
            for claim, _ in due:
                self._items[claim.number].requested = True
            items = tuple((claim.number, claim.open, claim.due_on.isoformat()) for claim, _ in due)
            cents = sum(cents for _, cents in due)
            credit = sum(claim.open for claim, _ in due) - cents
            told.append(("request", books.mandant, payer, day.isoformat(), items, credit, cents))
        return told

    def _is_for_notice(self, claim: Claim, day: date) -> bool:
        counted = working_day(self._books.policy, claim.due_on)
        wait = timedelta(days=self._books.policy.on(day).dunning.min_days_overdue)
        return self._items[claim.number].noticed_on is None and counted + wait <= day

    def _is_for_request(self, claim: Claim, day: date) -> bool:
        item, terms = self._items[claim.number], self._books.policy.on(day).dunning
        if item.noticed_on is None or item.pay_by is None or item.requested:
            return False
        anchor = item.noticed_on if terms.handover_anchor == "notice" else item.pay_by
        return item.pay_by < day and anchor + timedelta(days=terms.handover_after_days) <= day

    def _notice(self, payer: str, entries: list[tuple[Claim, int]], day: date) -> Told:
        books = self._books
        terms = books.policy.on(day).dunning
        pay_by = working_day(books.policy, day + timedelta(days=terms.pay_within_days))
        chargeable = [(claim, cents) for claim, cents in entries if claim.number not in self._charged]
        fee = fee_of(terms.fees, sum(cents for _, cents in chargeable))
        bearer = chargeable[0][0].number if fee else ""
        if fee:
            self._charged |= {claim.number for claim, _ in entries}
        for claim, _ in entries:
            item = self._items[claim.number]
            item.noticed_on, item.pay_by, item.requested = day, pay_by, False
        items = tuple(
            (claim.number, claim.art, claim.due_on.isoformat(), claim.open, fee * (claim.number == bearer))
            for claim, _ in entries
        )
        asked_cents = sum(cents for _, cents in entries)
        credit = sum(claim.open for claim, _ in entries) - asked_cents
        return (
            "notice", books.mandant, payer, day.isoformat(), pay_by.isoformat(), items, credit,
            asked_cents + fee,
        )  # fmt: skip


def fee_of(schedule: str, cents: int) -> int:
    """The fee of a notice (d3)."""
    if schedule == "none" or cents <= 0:
        return 0
    if schedule == "nrw":
        return 600 + 100 * (max(0, cents // 100 - 50) // 100)
    return next(
        (fee for to, fee in ((5_000, 400), (10_000, 600), (50_000, 900), (100_000, 1_400)) if cents <= to),
        2_000,
    )


__all__ = ["DAY", "Dunner", "asked", "fee_of", "is_pursued"]
