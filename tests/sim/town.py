"""A municipality's year: debtors, claims, and what becomes of each. Random, but as upstream systems write."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from zlib import crc32

from shared import kassenzeichen
from tests.sim.upstream import CANARY, Sent, event

_OFFICE: Final = {
    "5600": "LG", "5601": "LG", "5603": "LG", "5612": "LG", "5621": "LG", "5622": "LG", "5623": "JBC.31",
    "5624": "JBC.24", "5625": "JBC.24", "5626": "JBC.23", "5684": "JBC.24",
}  # fmt: skip
_ARTEN: Final = ("5621",) * 8 + tuple(_OFFICE)
_AMOUNTS: Final = (
    1,
    499,
    500,
    501,
    1_999,
    2_000,
    2_001,
    4_999,
    5_000,
    5_099,
    5_100,
    10_000,
    15_100,
    50_001,
    4_999_999,
    5_000_000,
)
_LAGS: Final = (0, 0, 0, 0, 0, 1, 3, 8, 25)
_YEAR: Final = 365
_AGES: Final = (0, 0, 0, 400, 400, 1_500, 3_400, 3_600, 3_650)  # days since it arose
_MINORS: Final = (*(2008,) * 5, *range(2007, 2016))  # many of them come of age in the year of the run
_FIRST_OWN_SERIAL: Final = 500_000


def lag(what: str) -> timedelta:
    """By how many days it is told too late; mostly none. Not drawn: what else is drawn stays the same."""
    return timedelta(days=_LAGS[crc32(what.encode()) % len(_LAGS)])


@dataclass(frozen=True, slots=True)
class Debt:
    """A claim as its writer remembers it."""

    number: str
    art: str
    cents: int
    decided_on: date
    due_on: date
    sent_on: date
    payer: str
    months: int = 0  # of a running claim, as planned


class Town:
    """Collects (day, event); the days may lie outside of the run."""

    def __init__(self, random: Random, mandant: str, first: date, last: date) -> None:
        self.random = random
        self.mandant = mandant
        self.first, self.last = first, last
        self.agenda: list[tuple[date, Sent]] = []
        self.debts: list[Debt] = []
        self.turns: dict[str, list[tuple[str, date]]] = {}  # who died or comes of age, and when that is known
        self._persons: list[str] = []
        self._institutions: list[str] = []
        self._serial = _FIRST_OWN_SERIAL
        self._given: dict[str, int] = {}
        self._ids = 0
        self._payments = 0

    # ------------------------------------------------------------------ writing

    def send(self, day: date, type_: str, expect: str = "", **data: Any) -> Sent:  # noqa: ANN401 - JSON
        """Something that upstream writes on a day."""
        self._ids += 1
        source = self.random.choice(("/open", "/open", "/bank", "/kdn"))
        sent = event(type_, f"{self.mandant}-{self._ids}", source, {"mandant": self.mandant} | data, expect)
        self.agenda.append((day, sent))
        return sent

    def chance(self, percent: int) -> bool:
        """Whether it happens."""
        return self.random.randrange(100) < percent

    def after(self, day: date, least: int, most: int) -> date:
        """Some days later; what may be long is shorter in a run that is."""
        most = least + int((most - least) * min(1.0, (self.last - self.first).days / _YEAR))
        return day + timedelta(days=self.random.randint(least, most))

    # ------------------------------------------------------------------ who

    def people(self, count: int) -> None:
        """Debtors, most of them known from the first day on."""
        for n in range(count):
            ref = f"P{n:03}"
            self._persons.append(ref)
            day = self.first if self.chance(80) else self.after(self.first, 0, 200)
            self.register(day, ref)
            if self.chance(25):
                later = self.after(day, 5, 300)
                died_on = later - timedelta(days=self.random.randint(-20, 20)) if self.chance(40) else None
                self.register(later, ref, deceased_on=died_on)
            if self.chance(40):
                self._contact(day, ref)
        for n in range(2):
            ref = f"I{n}"
            self._institutions.append(ref)
            self.register(self.first, ref, kind="institution")

    def register(self, day: date, ref: str, **facts: object) -> None:
        """Register a debtor. Every birth date is on a 13th: a canary."""
        minor = facts.get("kind") != "institution" and self.chance(8)
        year = self.random.choice(_MINORS) if minor else self.random.randint(1950, 2006)
        born = None if facts.get("kind") == "institution" else date(year, self.random.randint(1, 12), 13)
        data: dict[str, Any] = {
            "debtor_ref": ref,
            "kind": "person",
            "born_on": born,
            "legal_representative": minor and self.chance(80),
            "under_guardianship": self.chance(3),
            "address_complete": not self.chance(3),
            "receives_benefits": self.chance(15),
        }
        data |= facts
        self.send(day, "debtor-registered.v1", "ok", **data, name=f"{CANARY} Name")
        turns = self.turns.setdefault(ref, [])
        if data.get("deceased_on"):
            turns.append(("deceased", max(day, data["deceased_on"])))
        if data["born_on"]:
            turns.append(("majority", data["born_on"].replace(year=data["born_on"].year + 18)))

    def _contact(self, day: date, ref: str) -> None:
        self.send(
            day, "debtor-contact.v1", "silent", debtor_ref=ref, salutation="Frau", name=f"{CANARY} {ref}",
            street=f"{CANARY}weg", house_no="7", postcode="42103", city=f"{CANARY}stadt",
        )  # fmt: skip

    # ------------------------------------------------------------------ what is owed

    def claim(self, sent_on: date) -> Debt:
        """A claim; one in ten gets its Kassenzeichen from us, and its writer can only guess it."""
        art = self.random.choice(_ARTEN)
        decided_on = sent_on - timedelta(days=self.random.randint(0, 5))
        due_on = self.after(decided_on, 0, 50)
        numbered = not self.chance(10)
        cents = self.random.choice(_AMOUNTS) if self.chance(40) else self.random.randint(100, 90_000)
        debtor = self.random.choice(self._persons)
        payer = self.random.choice(self._institutions) if self.chance(12) else None
        months = self.random.randint(1, 14) if self.chance(15) else 0
        number = self._number(art, own=numbered)
        debt = Debt(number, art, cents, decided_on, due_on, sent_on, payer or debtor, months)
        self.debts.append(debt)
        self.send(
            sent_on,
            "claim-created.v1",
            claim_ref=f"C{len(self.debts)}",
            debtor_ref=debtor,
            payer_ref=payer,
            kassenzeichen=debt.number if numbered else None,
            aktenzeichen=f"{self.random.randint(4000, 9999)}{self.random.randrange(10**10):010}",
            einnahmeart=art,
            office=_OFFICE[art],
            **self._mode(debt),
            amount_cents=cents,
            due_on=due_on,
            decided_on=decided_on,
            arose_on=decided_on - timedelta(days=self.random.choice(_AGES)),
            known_on=self._known_on(decided_on) if self.chance(40) else None,
            legal_basis=self.random.choice(("bgb-812", "sgbx-115")) if art == "5622" else None,
            items=self._parts(cents) if self.chance(30) else None,
            co_debtor_refs=["P000"] if self.chance(5) else None,
            taken_over=self._taken_over(sent_on),
            remark=f"{CANARY} Vermerk",
        )
        return debt

    def _known_on(self, decided_on: date) -> date:
        """Years ago: what is known for three is barred, or will be by the end of this year."""
        return decided_on - timedelta(days=self.random.choice((0, 700, 1_000, 1_150, 1_500)))

    def _taken_over(self, sent_on: date) -> dict[str, object] | None:
        """Every tenth claim comes from another system, which had got that far with it."""
        count, rest = divmod(len(self.debts), 10)
        if rest:
            return None
        return {
            "stage": ("noticed", "in_enforcement", "none")[count % 3],
            "noticed_on": sent_on - timedelta(days=count % 40),
            "pay_by": sent_on - timedelta(days=count % 40 - 14),
            "fee_charged": count % 2 == 0,
            "case_id": f"ALT-{self.mandant}-{count}",
            "kassenanzeige_number": count % 4,
            "kassenanzeige_on": sent_on - timedelta(days=30),
        }

    def _mode(self, debt: Debt) -> dict[str, Any]:
        """Once, or every month: until a day, or until somebody says so."""
        if not debt.months:
            return {"mode": "einmalig"}
        if self.chance(50):
            return {"mode": "laufend_offen"}
        return {"mode": "laufend_bis", "ends_on": debt.due_on + timedelta(days=30 * debt.months)}

    def _parts(self, cents: int) -> list[dict[str, object]]:
        main = max(1, cents - self.random.choice((0, 0, 100)))
        return [{"kind": "main", "code": "HE1", "amount_cents": main, "cost_bearer": "bund"}]

    def _number(self, art: str, *, own: bool) -> str:
        if own and not self.chance(5):
            self._serial += 1
            return kassenzeichen.make(art, self._serial)
        self._given[art] = serial = self._given.get(art, 0) + 1
        return kassenzeichen.make(art, serial)

    # ------------------------------------------------------------------ what is paid

    def pay(self, debt: Debt, day: date, cents: int) -> str:
        """Pay on a claim, and say so more or less well; returns the payment's reference."""
        self._payments += 1
        ref = f"B{self._payments}"
        number, way = debt.number, self.random.randrange(100)
        reference: dict[str, object] = {"kassenzeichen": number}
        if 55 <= way < 80:
            reference = {"remittance": [f"{CANARY} {number[:4]} {number[4:8]}-{number[8:]}"]}
        elif way >= 80:
            reference = self._poor_reference(number)
        self.payment(day, ref, cents, **reference)
        if way >= 80 and self.chance(70):
            for _ in range(self.random.choice((1, 1, 2))):
                self.send(
                    self.after(day, 0, 15), "payment-assigned.v1",
                    payment_ref=ref, kassenzeichen=number, assigned_by="K1",
                )  # fmt: skip
        return ref

    def _poor_reference(self, number: str) -> dict[str, object]:
        other = self.random.choice(self.debts).number
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        references: tuple[dict[str, object], ...] = (
            {},
            {"remittance": [f"{CANARY} danke"]},
            {"remittance": [f"{CANARY} {number} / {other}"]},
            {"remittance": [f"{CANARY}", wrong]},
            {"kassenzeichen": wrong},
            {"kassenzeichen": kassenzeichen.make("5621", 999_999)},
            {"kassenzeichen": "ohne"},
        )
        return self.random.choice(references)

    def payment(self, day: date, ref: str, cents: int, **reference: object) -> None:
        """Money moved: never rejected if its reference is new."""
        self.send(
            day, "payment-received.v1", "ok",
            payment_ref=ref, amount_cents=cents, booked_on=day - lag(ref), **reference,
        )  # fmt: skip

    def bounce(self, ref: str, day: date, cents: int) -> str:
        """The bank takes a payment back."""
        self._payments += 1
        own = f"B{self._payments}"
        self.payment(day, own, cents, reverses=own if self.chance(2) else ref)
        return own
