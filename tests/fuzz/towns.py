"""Files to begin with: a small town made up on the spot, or some debtors of the demo year."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from mahnwerk.year import year
from shared import kassenzeichen as kz
from shared.contracts import EINNAHMEARTEN

Line = dict[str, Any]
MANDANTS = ("wuppertal", "landkreis", "erkelenz", "baumberge", "leipzig")
_STARTS = (date(2026, 1, 28), date(2026, 1, 28), date(2028, 2, 25), date(1900, 1, 1), date(2199, 9, 1))
_STEPS = ((1, 1, 1, 3), (3, 10, 25), (7, 14, 30), (7, 14, 30), (14, 60, 400), (1, 30, 9000))
_FIRST = date(1900, 1, 1)
_LAST = date(2199, 12, 31)
_NAMES = ("debtor_ref", "kassenzeichen", "payment_ref")  # what leads from a debtor to all about him
_ARTS = ("5621", "5621", "5601", "5612", "5624", "5626")


class Town:
    """Debtors, claims and payments under few names, so that what is said meets what is there."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[Line] = []
        self.today = random.choice(_STARTS)
        self._steps = random.choice(_STEPS)
        mandants = random.sample(MANDANTS, random.choice([1, 1, 2]))
        arts = [random.choice(_ARTS) for _ in range(6)]
        self._claims = {kz.make(art, n): random.choice(mandants) for n, art in enumerate(arts, 1)}

    def send(self, kind: str, /, **data: Any) -> None:  # noqa: ANN401 - JSON
        """An event that somebody sends, to its claim's municipality or to any; None is left out."""
        ours = self._claims.get(data.get("kassenzeichen", ""))
        data = {"mandant": ours or self.random.choice(list(self._claims.values()))} | data
        self.line(kind, {name: value for name, value in data.items() if value is not None}, "/upstream")

    def line(self, kind: str, data: Line, source: str) -> None:
        id_ = f"e{len(self.lines) + 1}"
        self.lines.append(
            {"specversion": "1.0", "id": id_, "source": source, "type": f"{kind}.v1", "data": data}
        )

    def begin(self) -> None:
        """Everybody is known, some owe something; most of it after the first day is opened."""
        if self.random.random() < 0.9:
            self.open_day()
        for mandant in dict.fromkeys(self._claims.values()):
            for name in ("D1", "D2", "D3"):
                _debtor(self, mandant=mandant, debtor_ref=name)
        for number in list(self._claims)[:4]:
            _claim(self, number)

    def open_day(self) -> None:
        """The next business day, sooner or later."""
        self.line("business-day-opened", {"day": self.today.isoformat()}, "/clock")

    def next_day(self) -> None:
        self.today = min(_LAST, self.today + timedelta(self.random.choice(self._steps)))
        self.open_day()

    def day(self, least: int = -60, most: int = 60) -> str:
        """A day around today."""
        ordinal = self.today.toordinal() + self.random.randint(least, most)
        return date.fromordinal(max(_FIRST.toordinal(), min(ordinal, _LAST.toordinal()))).isoformat()

    def cents(self) -> int:
        return self.random.choice([1, 499, 500, 2000, 5000, 5000, 10_000, 10_000, 12_345, 10**13])

    def number(self) -> str:
        """A Kassenzeichen that is, or may become, a claim's."""
        known: list[str] = self.sent("claim-created.v1", "kassenzeichen")
        return self.random.choice(known if known and self.random.random() < 0.7 else list(self._claims))

    def payment_ref(self) -> str:
        return f"P{self.random.randint(1, 30)}"

    def sent(self, kind: str, field: str) -> list[Any]:
        """What a field said in the events of a kind until now."""
        return [line["data"][field] for line in self.lines if line["type"] == kind and field in line["data"]]

    def two(self) -> Line:
        return {"requested_by": "S1", "approved_by": self.random.choice([*["S2"] * 9, " s1"])}


def _debtor(t: Town, **data: str) -> None:
    usual = {"debtor_ref": f"D{t.random.randint(1, 3)}"}
    t.send(
        "debtor-registered",
        **usual | data,
        kind=t.random.choice(["person", "person", "institution"]),
        born_on=t.random.choice([None, "1980-02-29", t.day(-6600, -6500)]),
        legal_representative=t.random.random() < 0.8,
        under_guardianship=t.random.random() < 0.1,
        address_complete=t.random.random() < 0.95,
        receives_benefits=False,
    )


def _contact(t: Town) -> None:
    names = ("salutation", "name", "street", "house_no", "postcode", "city")
    t.send("debtor-contact", debtor_ref=f"D{t.random.randint(1, 3)}", **dict.fromkeys(names, "Ä"))


def _claim(t: Town, number: str = "") -> None:
    number = number or t.number()
    art = kz.einnahmeart(number)
    decided_on = t.day(-40, 0)
    amount = t.cents()
    t.send(
        "claim-created",
        claim_ref=f"F{number}" if t.random.random() < 0.9 else "F1",
        debtor_ref=f"D{t.random.randint(1, 3)}",
        payer_ref=t.random.choice([None, None, None, "D1"]),
        kassenzeichen=number if t.random.random() < 0.9 else None,
        aktenzeichen="32425425167854",
        einnahmeart=art,
        office=min(EINNAHMEARTEN[art]),
        mode="einmalig",
        amount_cents=amount,
        due_on=t.random.choice([None, max(decided_on, t.day()), *[decided_on] * 6]),
        decided_on=decided_on,
        final_on=t.random.choice([None, None, t.day()]),
        items=t.random.choice([None, [{"kind": "main", "code": "KdU", "amount_cents": amount}]]),
        legal_basis=t.random.choice([None, "bgb-812"]),
    )


def _payment(t: Town) -> None:
    text = t.random.choice([None, ["Miete"], [f"KZ {t.number()}"], [t.number(), t.number()]])
    t.send(
        "payment-received",
        payment_ref=t.payment_ref(),
        amount_cents=t.cents(),
        booked_on=t.day(-20, 5),
        kassenzeichen=None if text else t.number(),
        remittance=text,
    )


def _reversal(t: Town) -> None:
    paid = [line["data"] for line in t.lines if line["type"] == "payment-received.v1"]
    data = t.random.choice(paid or [{}])
    t.send(
        "payment-received",
        mandant=data.get("mandant", "wuppertal"),
        payment_ref=f"R{t.random.randint(1, 9)}",
        amount_cents=data.get("amount_cents", 100),
        booked_on=t.day(-5, 5),
        reverses=data.get("payment_ref", "P1"),
    )


def _assigned(t: Town) -> None:
    payment_ref = t.random.choice([t.payment_ref(), *t.sent("payment-received.v1", "payment_ref")])
    t.send("payment-assigned", payment_ref=payment_ref, kassenzeichen=t.number(), assigned_by="S1")


def _reduced(t: Town) -> None:
    due = [*t.sent("claim-created.v1", "due_on"), *t.sent("claim-created.v1", "decided_on")]
    due_on = t.random.choice([*due, t.day()])
    t.send("claim-reduced", kassenzeichen=t.number(), amount_cents=t.cents(), due_on=due_on)


def _ended(t: Town) -> None:
    t.send("claim-ended", kassenzeichen=t.number(), cancelled=True)


def _final(t: Town) -> None:
    t.send("claim-became-final", kassenzeichen=t.number(), final_on=t.day())


def _due(t: Town) -> None:
    t.send("due-date-changed", kassenzeichen=t.number(), due_on=t.day(0, 60))


def _akte(t: Town) -> None:
    akte = t.random.choice(["39005776693337", "12345678901234"])
    t.send("aktenzeichen-changed", kassenzeichen=t.number(), aktenzeichen=akte)


def _refund(t: Town) -> None:
    t.send("credit-refunded", kassenzeichen=t.number(), amount_cents=t.cents(), on=t.day(), **t.two())


def _transfer(t: Town) -> None:
    to = t.number()
    data = {"amount_cents": t.cents(), "on": t.day(), "to_kassenzeichen": to, **t.two()}
    t.send("credit-transferred", kassenzeichen=t.number(), **data)


def _block(t: Town) -> None:
    ends_by = t.random.choice([None, None, t.day(0, 90)])
    t.send("block-set", kassenzeichen=t.number(), reason=_reason(t), set_on=t.day(-30, 10), ends_by=ends_by)


def _lift(t: Town) -> None:
    new_due_on = t.random.choice([None, None, t.day()])
    data = {"reason": _reason(t), "lifted_on": t.day(-10, 20), "new_due_on": new_due_on}
    t.send("block-lifted", kassenzeichen=t.number(), **data)


def _reason(t: Town) -> str:
    return t.random.choice("TTUVWXYZ")


def _report(t: Town) -> None:
    outcomes = ("paid", "instalments_agreed", "instalments_agreed", "fruitless_attachment")
    rates = [{"due_on": t.day(), "amount_cents": t.cents()} for _ in range(t.random.randint(1, 4))]
    data = {"reported_on": t.day(), "officer": "O1", "outcome": t.random.choice(outcomes)}
    t.send("field-report", kassenzeichen=t.number(), instalments=rates, **data)


def _office(t: Town) -> None:
    data = {"reported_on": t.day(), "officer": "O1", "exhausted": t.random.random() < 0.5, "checks": []}
    t.send("office-report", kassenzeichen=t.number(), **data)


def _write_off(t: Town) -> None:
    t.send(
        "write-off-decided",
        kassenzeichen=t.number(),
        decision=t.random.choice(["unbefristet", "befristet", "erlass", "refused"]),
        decided_on=t.day(),
        whereabouts_unknown=t.random.random() < 0.5,
        follow_up_on=t.random.choice([None, t.day()]),
        **t.two(),
    )


def _revoked(t: Town) -> None:
    t.send("write-off-revoked", kassenzeichen=t.number(), decided_on=t.day(), **t.two())


def _whereabouts(t: Town) -> None:
    found = t.random.random() < 0.5
    t.send("whereabouts-checked", kassenzeichen=t.number(), checked_on=t.day(0, 1500), found=found)


def _deferred(t: Town) -> None:
    rates = [{"due_on": t.day(), "amount_cents": t.cents()} for _ in range(t.random.randint(0, 2))]
    data = {"decided_on": t.day(), "deferred_by": t.random.choice([None, t.day(0, 40)])}
    t.send("deferral-granted", kassenzeichen=t.number(), instalments=rates, **data, **t.two())


def _undeferred(t: Town) -> None:
    t.send("deferral-ended", kassenzeichen=t.number(), decided_on=t.day(), **t.two())


_SAYINGS: tuple[tuple[int, Callable[[Town], None]], ...] = (
    (24, Town.next_day), (3, _debtor), (1, _contact), (8, _claim), (14, _payment), (6, _reversal),
    (5, _assigned), (5, _reduced), (2, _ended), (2, _final), (3, _due), (2, _akte), (4, _refund),
    (4, _transfer), (6, _block), (6, _lift), (6, _report), (3, _office), (7, _write_off), (4, _revoked),
    (4, _whereabouts), (5, _deferred), (2, _undeferred),
)  # fmt: skip


def town(random: Random) -> list[Line]:
    """A file of some dozen events, most of them lawful."""
    t = Town(random)
    t.begin()
    weights, sayings = zip(*_SAYINGS, strict=True)
    for say in random.choices(sayings, weights, k=random.randint(10, 90)):
        say(t)
    return t.lines


@cache
def _year() -> list[Line]:
    return [line for _, lines in year() for line in lines]


def sample(random: Random) -> list[Line]:
    """Some debtors of one municipality in the demo year, with all that is said about them, and the days."""
    mandant = random.choice(MANDANTS)
    lines = [line for line in _year() if line["data"].get("mandant", mandant) == mandant]
    debtors = sorted({line["data"]["debtor_ref"] for line in lines if "debtor_ref" in line["data"]})
    names = set(random.sample(debtors, 4))
    about = []
    for line in lines:
        named = {line["data"][field] for field in _NAMES if field in line["data"]}
        if names & named or "day" in line["data"]:
            names |= named
            about.append(line)
    days = [line for line in about if "day" in line["data"]]
    left_out = {line["id"] for line in random.sample(days[1:], random.choice([0, 100, len(days) - 20]))}
    return [line for line in about if line["id"] not in left_out]
