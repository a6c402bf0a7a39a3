"""The money: what is owed, paid, written off; blocks and due dates. One municipality."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared.policy import Policy
from tests.sim.reference.journal import OURS, Entry, Slip
from tests.sim.reference.names import luhn

Data = dict[str, Any]
DAY = timedelta(days=1)


def day_of(text: str | None) -> date | None:
    """A day of JSON."""
    return date.fromisoformat(text) if text else None


@dataclass(slots=True)
class Block:
    """A Mahnsperre."""

    reason: str
    set_on: date
    ends_by: date
    longest_by: date
    lifted_on: date | None = None
    told: bool = False  # that it ends

    @property
    def last_on(self) -> date:
        """The last day on which it is in force."""
        return self.ends_by if self.lifted_on is None else min(self.ends_by, self.lifted_on - DAY)


@dataclass(slots=True)
class Month:
    """What is owed for one due date. `former`: the due dates it had before."""

    due_on: date
    soll: int = 0
    fee: int = 0
    ordered: int = 0
    befristet: int = 0  # of what was ordered
    former: set[date] = field(default_factory=set)

    def is_named(self, text: str) -> bool:
        """Whether it has, or had, this due date."""
        return date.fromisoformat(text) in {self.due_on, *self.former}


@dataclass(slots=True)
class Deferral:
    """What two persons granted; `checked` instalments were found covered."""

    until: date | None
    rates: list[tuple[date, int]]
    open: int
    decided_on: date
    months: list[Month]
    checked: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a month stands."""

    month: Month
    paid: int
    written_off: int
    open: int


@dataclass(slots=True)
class Claim:
    """A claim and how it stands."""

    number: str
    ref: str
    payer: str
    art: str
    office: str
    aktenzeichen: str
    first_due_on: date
    decided_on: date
    arose_on: date
    legal_basis: str | None
    known_on: date | None = None
    rate: int | None = None  # a running claim's, a month
    last_due_on: date = date.max  # of a running claim
    booked_to: int = 0  # the last year whose months are booked
    owed_since: date = date.min  # the day whose new months made a paid claim owe again
    months: list[Month] = field(default_factory=list)
    ist: int = 0
    final_on: date | None = None
    held: bool = False  # open again after a write-off
    holds: dict[str, date] = field(default_factory=dict)  # cause -> since when
    paid_on: date | None = None
    unpaid_told: date | None = None  # since when nothing was paid under V
    deferral: Deferral | None = None
    warned: set[int] = field(default_factory=set)  # years of limitation of which the office was told
    noted: set[int] = field(default_factory=set)
    decided: set[tuple[str, date]] = field(default_factory=set)  # holds about which somebody has decided
    cancelled: bool = False
    former: str | None = None  # the Aktenzeichen before a write-off
    reviewed_since: date | None = None  # under 3600
    befristet_decided_on: date = date.max
    follow_up_on: date | None = None  # when whereabouts are looked for again
    reviews: int = 0
    blocks: list[Block] = field(default_factory=list)

    def live(self, reason: str, day: date) -> list[Block]:
        """Entries of a reason that are neither lifted nor expired on a day."""
        return [
            block
            for block in self.blocks
            if block.reason == reason and block.lifted_on is None and block.ends_by >= day
        ]

    @property
    def soll(self) -> int:
        """What is owed without fees."""
        return sum(month.soll for month in self.months)

    @property
    def fee(self) -> int:
        """The fees."""
        return sum(month.fee for month in self.months)

    @property
    def owed(self) -> int:
        """What is not paid; negative if more was paid than is owed."""
        return self.soll + self.fee - self.ist

    def standing(self) -> list[Standing]:
        """Month by month: money covers what is not written off first, the oldest first."""
        money = self.ist
        paid = []
        for month in self.months:
            paid.append(max(0, min(money, month.soll + month.fee - month.ordered)))
            money -= paid[-1]
        for n, month in enumerate(self.months):
            more = max(0, min(money, month.ordered, month.soll + month.fee))
            paid[n] += more
            money -= more
        if paid:
            paid[-1] += money
        stands = []
        for month, cents in zip(self.months, paid, strict=True):
            unpaid = max(0, month.soll + month.fee - cents)
            off = min(month.ordered, unpaid)
            stands.append(Standing(month, cents, off, unpaid - off))
        return stands

    @property
    def written_off(self) -> int:
        """The part of the orders that is not paid."""
        return sum(each.written_off for each in self.standing())

    @property
    def befristet(self) -> int:
        """The part of what is written off that is not for good; money covers it first."""
        each = self.standing()
        return sum(max(0, one.written_off - one.month.ordered + one.month.befristet) for one in each)

    @property
    def open(self) -> int:
        """What is still asked."""
        return max(0, self.owed - self.written_off)

    @property
    def credit(self) -> int:
        """What was paid too much."""
        return max(0, -(self.owed - self.written_off))

    def blocked(self, day: date) -> bool:
        """Whether a Mahnsperre is in force."""
        return any(block.set_on <= day <= block.last_on for block in self.blocks)


@dataclass(slots=True)
class Payment:
    """Money that moved. `named`: the claim it named and did not find."""

    cents: int
    state: str  # waiting, unclear, booked, settled
    named: str | None
    claim: str | None = None
    is_reversal: bool = False
    is_reversed: bool = False
    booked_on: date = date.min


class Books:
    """The books of a municipality. `changed` is called with a claim after each event that concerns it."""

    def __init__(self, mandant: str, policy: Policy, changed: Callable[["Books", Claim, Data], None]) -> None:
        self.mandant = mandant
        self.policy = policy
        self.debtors: dict[str, Data] = {}
        self.claims: dict[str, Claim] = {}
        self.payments: dict[str, Payment] = {}
        self.day = date.min
        self.totals: Counter[str] = Counter()
        self.postings: Counter[Entry] = Counter()
        self.insolvencies: dict[str, date] = {}
        self.told: list[tuple[Any, ...]] = []
        self.spoken_of: set[str] = set()  # numbers that something in the waiting room knows
        self._serials: Counter[str] = Counter()
        self._changed = changed

    def balances(self) -> dict[str, int]:
        """What finance reconciles with."""
        claims = self.claims.values()
        return {
            "soll": sum(claim.soll + claim.fee for claim in claims),
            "ist": sum(claim.ist for claim in claims),
            "written_off": sum(claim.written_off for claim in claims),
            "open": sum(claim.open for claim in claims),
            "credit": sum(claim.credit for claim in claims),
            "unclear": sum(each.cents for each in self.payments.values() if each.state == "unclear"),
        }

    def of_payer(self, payer: str) -> list[Claim]:
        """An account."""
        return [claim for claim in self.claims.values() if claim.payer == payer]

    # ------------------------------------------------------------------ what an accepted event does

    def stand(self, claim: Claim) -> Data:
        """How the claim stands, to compare it with later."""
        return {"ist": claim.ist, "written_off": claim.written_off, "open": claim.open}

    def post(
        self, claim: Claim, kind: str, cents: int, month: Month | None = None, slip: Slip = OURS
    ) -> None:
        """Soll of a month, or money of the claim, up or down; a write-off gives back what is covered."""
        before = by_month(claim)
        if month is None:
            claim.ist += cents
            for due_on, (paid, _) in (by_month(claim) or {claim.first_due_on: (cents, 0)}).items():
                self.enter(claim, kind, paid - before.get(due_on, _NOTHING)[0], due_on, slip)
        else:
            if kind in ("fee", "fee_cancelled"):
                month.fee += cents
            else:
                month.soll += cents
            self.enter(claim, kind, cents, month.due_on, slip)
        self.give_back(claim, before)
        if kind == "sollabgang" and claim.soll == 0:
            self.cancel_fees(claim)

    def enter(self, claim: Claim, kind: str, cents: int, due_on: date, slip: Slip = OURS) -> None:
        """Into the journal."""
        entry = Entry(
            claim.number, claim.payer, claim.art, kind, due_on.isoformat(),
            slip.booked_on or self.day.isoformat(),
            slip.payment_ref, slip.notice_id, slip.other, slip.account,
        )  # fmt: skip
        self.totals[kind] += cents
        self.postings[entry] += cents

    def give_back(self, claim: Claim, before: Mapping[date, tuple[int, int]]) -> None:
        """What of each month is not written off any more, or is now."""
        account = self.policy.on(self.day).write_off.account
        for due_on, (_, cents) in by_month(claim).items():
            self.enter(
                claim, "write_off", before.get(due_on, _NOTHING)[1] - cents, due_on, Slip(account=account)
            )

    def cancel_fees(self, claim: Claim) -> None:
        """Nothing else is owed: no fee either."""
        for month in claim.months:
            if month.fee:
                self.post(claim, "fee_cancelled", -month.fee, month)

    def order_write_off(self, claim: Claim, cents: list[int]) -> None:
        """So much of each month is written off, as far as it is owed."""
        before = by_month(claim)
        for month, ordered in zip(claim.months, cents, strict=True):
            month.ordered = ordered
        self.give_back(claim, before)

    def book(
        self, claim: Claim, kind: str, cents: int, month: Month | None = None, slip: Slip = OURS
    ) -> bool:
        """Money, or a fee; a written-off month that is open again holds the claim. Whether it does."""
        before = [each.open for each in claim.standing()]
        self.post(claim, kind, cents, month, slip)
        pairs = zip(before, claim.standing(), strict=True)
        bounced = any(now.month.ordered > 0 and now.open > was for was, now in pairs)
        claim.held = claim.held or bounced
        return bounced

    def move(self, claim: Claim, due_on: date) -> None:
        """A one-off claim is due on another day."""
        (month,) = claim.months
        if due_on != month.due_on:
            self.enter(claim, "sollabgang", -month.soll, month.due_on)
            self.enter(claim, "sollzugang", month.soll, due_on)
            month.former.add(month.due_on)
            month.due_on = due_on

    def changed(self, claim: Claim, before: Data) -> None:
        """Tell dunning and enforcement."""
        self._changed(self, claim, before)

    def next_number(self, art: str) -> str:
        """The Kassenzeichen that a claim without one gets."""
        while True:
            self._serials[art] += 1
            body = f"86{art}{self._serials[art]:06}"
            number = body + luhn(body)
            if number not in self.claims and number not in self.spoken_of | self._unclear():
                return number

    def _unclear(self) -> set[str | None]:
        return {each.named for each in self.payments.values() if each.state == "unclear"}

    def offset_limit(self, claim: Claim) -> date | None:
        """V: the last day of the third year after the month that follows Bestandskraft; loans have none."""
        if claim.final_on is None or claim.art in ("5600", "5601", "5603"):
            return None
        months = claim.final_on.year * 12 + claim.final_on.month - 1 + 38
        return date(months // 12, months % 12 + 1, 1) - DAY


_NOTHING = (0, 0)


def by_month(claim: Claim) -> dict[date, tuple[int, int]]:
    """What is paid and what is written off, by due date."""
    return {each.month.due_on: (each.paid, each.written_off) for each in claim.standing()}
