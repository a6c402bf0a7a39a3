"""Dunning: which Kassenanzeigen, notices and hand-overs a day has to bring. One municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.sim.reference.books import DAY, Books, Claim, Data, Month, Standing, day_of
from tests.sim.reference.calendar import months_later, run_owed, working_day
from tests.sim.reference.limitation import is_barred
from tests.sim.reference.ways_back import Paper, is_open, month_of, write, wrong

Told = tuple[Any, ...]
Key = tuple[str, date]


@dataclass(slots=True)
class Item:
    """How far an item (one due date of a claim) has come."""

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


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for an overdue month of a claim: open less its share of the account's credits."""

    claim: Claim
    due_on: date
    open: int
    cents: int

    @property
    def key(self) -> Key:
        """The item."""
        return self.claim.number, self.due_on


def asked(books: Books, payer: str, day: date) -> list[Asked]:
    """The overdue months of pursued claims, oldest first."""
    claims = books.of_payer(payer)
    overdue = [
        (each.month.due_on, claim.number, claim, each.open)
        for claim in claims
        if is_pursued(books, claim, day)
        for each in claim.standing()
        if each.open and working_day(books.policy, each.month.due_on) < day
        if not is_barred(books, claim, each.month, day)
    ]
    credit = sum(claim.credit for claim in claims)
    items = []
    for due_on, _, claim, cents in sorted(overdue, key=lambda each: each[:2]):
        share = min(credit, cents)
        credit -= share
        items.append(Asked(claim, due_on, cents, cents - share))
    return items


def is_pursued(books: Books, claim: Claim, day: date) -> bool:
    """Dunnable, neither blocked, held nor deferred."""
    treatment = books.policy.on(day).treatment(claim.art)
    held = claim.held or claim.holds or claim.deferral is not None
    return treatment == "dun" and not held and not claim.blocked(day)


def taken_over_due(books: Books, claim: Claim, before: Data, day: date) -> list[date]:
    """The due dates that another system wrote letters about: of a month, those old enough for the letter."""
    dunned = books.policy.on(day).treatment(claim.art) == "dun"
    number = 3 if before["stage"] == "in_enforcement" else before["kassenanzeige_number"]
    if before["stage"] == "none" if dunned else number == 0:
        return []
    letter = date.fromisoformat(before["noticed_on" if dunned else "kassenanzeige_on"])
    terms, policy = books.policy.on(day), books.policy
    wait = timedelta(days=terms.dunning.min_days_overdue if dunned else terms.kassenanzeige.first_after_days)
    return [
        month.due_on
        for month in claim.months
        if claim.rate is None
        or (working_day(policy, month.due_on) if dunned else month.due_on) + wait <= letter
    ]


class Dunner:
    """What dunning has done, and has to do."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._items: dict[Key, Item] = {}
        self._charged: set[str] = set()
        self._papers: list[Paper] = []

    def take_over(self, claim: Claim, before: Data, day: date) -> None:
        """What another system did about the claim."""
        if before["fee_charged"]:
            self._charged.add(claim.number)
        for due_on in taken_over_due(self._books, claim, before, day):
            item = self._items.setdefault((claim.number, due_on), Item(due_on))
            if self._books.policy.on(day).treatment(claim.art) == "dun":
                item.noticed_on, item.pay_by = (
                    date.fromisoformat(before["noticed_on"]),
                    day_of(before["pay_by"]),
                )
                item.requested = before["stage"] == "in_enforcement"
            else:
                item.reminder, item.reminded_on = (
                    before["kassenanzeige_number"],
                    day_of(before["kassenanzeige_on"]),
                )
                item.sued = before["stage"] == "in_enforcement"
        self.touched(claim)

    def touched(self, claim: Claim) -> None:
        """Enforcement drops what is paid at once: so its cycle is over, even if it is open again by night."""
        for each in claim.standing():
            item = self._items.get((claim.number, each.month.due_on))
            if item is not None and (not each.open or not claim.open) and item.requested:
                item.end_cycle()

    def written_off(self, claim: Claim, data: Data, day: date) -> None:
        """What is due of the claim is given up: taken back, it starts again with a notice."""
        due = (each for each in claim.standing() if claim.rate is None or each.month.due_on <= day)
        if data["decision"] != "refused" and any(each.open for each in due):
            for key, item in self._items.items():
                if key[0] == claim.number:
                    item.end_cycle()

    def day(self, day: date, opened: Sequence[date]) -> list[Told]:
        """What the day brings."""
        told = []
        books = self._books
        owed = books.policy.is_working_day(day) and run_owed(books.policy, day, opened)
        for claim in books.claims.values():
            self._renew(claim, working_day=books.policy.is_working_day(day))
            told += self._remind(claim, day)
        if not books.policy.is_working_day(day):
            return told
        fees: list[tuple[Month, int]] = []
        for paper in sorted(self._papers, key=lambda each: each.on):
            told += self._withdraw(paper, day, fees)
        for claim in books.claims.values():
            pursued = is_pursued(books, claim, day)
            for each in claim.standing():
                if not each.open or not pursued or is_barred(books, claim, each.month, day):
                    self._items[claim.number, each.month.due_on].end_cycle()
        for payer in sorted({claim.payer for claim in books.claims.values()}):
            told += self._account(payer, day, owed=owed)
        for month, cents in fees:  # until they are booked
            month.fee -= cents
        return told

    def _withdraw(self, paper: Paper, day: date, fees: list[tuple[Month, int]]) -> list[Told]:
        """Take a notice back where it is wrong. `fees`: cancelled and charged, as today already goes by."""
        found = wrong(self._books, paper)
        if not found:
            return []
        gone = {key for keys in found.values() for key in keys}
        items = {
            cause: tuple((key[0], key[1].isoformat(), self._is_in_case(key, paper)) for key in keys)
            for cause, keys in found.items()
        }
        paper.items = [key for key in paper.items if key not in gone]
        cancelled = charged = None
        if paper.bearer and gone & paper.asked.keys():
            cancelled = paper.bearer
            self._charged -= {key[0] for key in gone & paper.asked.keys()}
            paper.asked = {key: cents for key, cents in paper.asked.items() if key not in gone}
            self._charged |= {key[0] for key in paper.asked}
            schedule = self._books.policy.on(paper.on).dunning.fees
            able = [key for key in paper.asked if is_open(self._books.claims[key[0]], key[1])]
            if able:
                charged = (able[0], fee_of(schedule, sum(paper.asked.values())))
            paper.bearer = charged
        for key in gone:
            if (item := self._items.get(key)) and item.noticed_on == paper.on:
                item.end_cycle()
        for bearer, sign in ((cancelled, -1), (charged, 1)):
            if bearer:
                month = month_of(self._books.claims[bearer[0][0]], bearer[0][1])
                cents = bearer[1] if sign > 0 else -min(bearer[1], month.fee)
                month.fee += cents
                fees.append((month, cents))
        last = list(items)[-1]
        common = (self._books.mandant, paper.payer, day.isoformat(), paper.on.isoformat())
        told: list[Told] = []
        for cause, each in items.items():
            both = [_fee(bearer) if cause == last else None for bearer in (cancelled, charged)]
            told.append(("withdrawn", *common, cause, each, *both))
        return told

    def _is_in_case(self, key: Key, paper: Paper) -> bool:
        item = self._items.get(key)
        return item is not None and item.requested and item.noticed_on == paper.on

    def _renew(self, claim: Claim, *, working_day: bool) -> None:
        """A due date that is gone, or of which nothing is left, is forgotten; a new one is a new item.

        On a day that is no working day only its Kassenanzeigen are: it may be back on the next one.
        """
        owed = {month.due_on for month in claim.months if month.soll + month.fee}
        kept = {key: item for key, item in self._items.items() if key[0] != claim.number or key[1] in owed}
        if not working_day:
            for key, item in self._items.items():
                if key not in kept and item.noticed_on:
                    kept[key] = Item(item.due_on, item.noticed_on, item.pay_by, item.requested)
        self._items = kept
        for month in claim.months:
            self._items.setdefault((claim.number, month.due_on), Item(month.due_on))

    def _remind(self, claim: Claim, day: date) -> list[Told]:
        terms = self._books.policy.on(day)
        if terms.treatment(claim.art) != "kassenanzeige" or claim.held:
            return []
        return [told for each in claim.standing() if each.open for told in self._remind_of(claim, each, day)]

    def _remind_of(self, claim: Claim, standing: Standing, day: date) -> list[Told]:
        books, due_on = self._books, standing.month.due_on
        item, terms = self._items[claim.number, due_on], books.policy.on(day)
        if item.sued:
            return []
        schedule = terms.kassenanzeige
        last = item.reminded_on or day
        on = (
            due_on + timedelta(days=schedule.first_after_days),
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
            common = (books.mandant, claim.payer, claim.number, day.isoformat())
            return [("lawsuit", *common, claim.office, to, due_on.isoformat(), standing.open)]
        item.reminder, item.reminded_on = item.reminder + 1, day
        copy = (schedule.copy_to,) if item.reminder == 3 else ()
        return [
            (
                "kassenanzeige", books.mandant, claim.payer, claim.number, item.reminder, day.isoformat(),
                due_on.isoformat(), standing.open, claim.office, copy, claim.aktenzeichen,
            )
        ]  # fmt: skip

    def _account(self, payer: str, day: date, *, owed: bool) -> list[Told]:
        books = self._books
        terms = books.policy.on(day).dunning
        all_asked = asked(books, payer, day)
        total = sum(each.cents for each in all_asked)
        if total <= 0 or total < terms.small_amount_cents:
            return []
        some = [each for each in all_asked if each.cents > 0]
        told = []
        if owed and (new := [each for each in some if self._is_for_notice(each, day)]):
            told.append(self._notice(payer, new, day))
        due = [each for each in some if self._is_for_request(each, day)]
        if due:
            for each in due:
                self._items[each.key].requested = True
            items = tuple((each.claim.number, each.open, each.due_on.isoformat()) for each in due)
            cents = sum(each.cents for each in due)
            credit = sum(each.open for each in due) - cents
            told.append(("request", books.mandant, payer, day.isoformat(), items, credit, cents))
        return told

    def _is_for_notice(self, each: Asked, day: date) -> bool:
        counted = working_day(self._books.policy, each.due_on)
        wait = timedelta(days=self._books.policy.on(day).dunning.min_days_overdue)
        return self._items[each.key].noticed_on is None and counted + wait <= day

    def _is_for_request(self, each: Asked, day: date) -> bool:
        item, terms = self._items[each.key], self._books.policy.on(day).dunning
        if item.noticed_on is None or item.pay_by is None or item.requested:
            return False
        anchor = item.noticed_on if terms.handover_anchor == "notice" else item.pay_by
        return item.pay_by < day and anchor + timedelta(days=terms.handover_after_days) <= day

    def _notice(self, payer: str, entries: list[Asked], day: date) -> Told:
        books = self._books
        terms = books.policy.on(day).dunning
        pay_by = working_day(books.policy, day + timedelta(days=terms.pay_within_days))
        chargeable = [each for each in entries if each.claim.number not in self._charged]
        fee = fee_of(terms.fees, sum(each.cents for each in chargeable))
        bearer = chargeable[0].key if fee else None
        base = {each.key: each.cents for each in chargeable} if fee else {}
        keys = [each.key for each in entries]
        self._papers.append(write(books, payer, day, keys))
        self._papers[-1].asked, self._papers[-1].bearer = base, (bearer, fee) if bearer else None
        if fee:
            self._charged |= {each.claim.number for each in entries}
        for each in entries:
            item = self._items[each.key]
            item.noticed_on, item.pay_by, item.requested = day, pay_by, False
        items = tuple(
            (
                each.claim.number, each.claim.art, each.due_on.isoformat(), each.open,
                fee * (each.key == bearer),
            )
            for each in entries
        )  # fmt: skip
        asked_cents = sum(each.cents for each in entries)
        credit = sum(each.open for each in entries) - asked_cents
        return (
            "notice", books.mandant, payer, day.isoformat(), pay_by.isoformat(), items, credit,
            asked_cents + fee,
        )  # fmt: skip


def _fee(bearer: tuple[Key, int] | None) -> tuple[str, str, int] | None:
    return (bearer[0][0], bearer[0][1].isoformat(), bearer[1]) if bearer else None


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
