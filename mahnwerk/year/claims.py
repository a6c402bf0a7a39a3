"""Claims, and the money for them: what the benefit system books and what the bank reports."""

from dataclasses import dataclass
from datetime import date, timedelta

from mahnwerk.year import days
from mahnwerk.year.agenda import StructuredEvent
from mahnwerk.year.people import Person
from mahnwerk.year.town import Desk
from shared import kassenzeichen

FIRST_DECISION = date(2025, 12, 1)
LAST_DECISION = date(2026, 12, 4)

# Einnahmeart -> who books (R51-R61), lowest and highest amount in EUR, share among what persons owe
_KINDS = {
    "5600": ("LG", 120, 900, 14),
    "5601": ("LG", 400, 1800, 11),
    "5603": ("LG", 250, 1200, 6),
    "5621": ("LG", 60, 2400, 40),
    "5623": ("JBC.31", 200, 2500, 8),
    "5624": ("JBC.24", 35, 500, 8),
    "5625": ("JBC.24", 100, 1500, 4),
    "5626": ("JBC.23", 150, 900, 5),
    "5684": ("JBC.24", 100, 500, 4),
    "5612": ("LG", 300, 6000, 0),
    "5622": ("LG", 250, 4000, 0),
}
_LEGAL_BASES = ("sgbx-115", "sgbx-116", "sgb2-33", "bgb-812")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as the generator remembers it; without a Kassenzeichen nothing can refer to it."""

    claim_ref: str
    debtor_ref: str
    payer_ref: str
    kassenzeichen: str
    aktenzeichen: str
    einnahmeart: str
    amount_cents: int
    decided_on: date
    due_on: date


def einnahmeart_of_person(desk: Desk, person: Person) -> str:
    """What a person may owe; a minor owes paid-back benefits only."""
    if person.minor:
        return "5621"
    return desk.random.choices(list(_KINDS), [kind[3] for kind in _KINDS.values()])[0]


def amount(desk: Desk, einnahmeart: str) -> int:
    """An amount of the usual size, in cents; smaller ones are more frequent, a few tiny (R4, R6)."""
    if einnahmeart == "5621" and desk.chance(5):
        return desk.random.choice((350, 480, 499, 500, 1250, 1999, 2000))
    _, least, most, _ = _KINDS[einnahmeart]
    return desk.random.randint(least * 100, min(most, max(least * 2, desk.random.randint(least, most))) * 100)


def create(desk: Desk, person: Person, einnahmeart: str, decided_on: date, *, payer_ref: str = "") -> Claim:
    """Book a claim on the day after its decision."""
    random = desk.random
    cents = amount(desk, einnahmeart)
    due_on = desk.later(decided_on, *desk.town.due_within)
    claim = Claim(
        claim_ref=desk.claim_ref(),
        debtor_ref=person.debtor_ref,
        payer_ref=payer_ref or person.debtor_ref,
        kassenzeichen=desk.kassenzeichen(einnahmeart),
        aktenzeichen=person.aktenzeichen,
        einnahmeart=einnahmeart,
        amount_cents=cents,
        decided_on=decided_on,
        due_on=due_on,
    )
    left_out = desk.town.default_due and desk.chance(40)  # the municipality's default gives the same day
    desk.send(
        decided_on + timedelta(days=1),
        "claim-created.v1",
        claim_ref=claim.claim_ref,
        debtor_ref=claim.debtor_ref,
        payer_ref=payer_ref or None,
        kassenzeichen=claim.kassenzeichen,
        aktenzeichen=claim.aktenzeichen,
        bg_nummer=person.bg_nummer,
        einnahmeart=einnahmeart,
        office="JBC.24" if einnahmeart == "5623" and desk.chance(25) else office(einnahmeart),
        mode="einmalig",
        amount_cents=cents,
        due_on=None if left_out else due_on,
        decided_on=decided_on,
        items=_items(desk, einnahmeart, cents, decided_on) if desk.chance(35) else None,
        fiscal_year=due_on.year if desk.chance(30) else None,
        legal_basis=random.choice(_LEGAL_BASES) if einnahmeart == "5622" else None,
    )
    return claim


def create_certain(  # noqa: PLR0913 - what makes a claim
    desk: Desk,
    day: date,
    person: Person,
    *,
    number: str,
    cents: int,
    decided_on: date,
    due_on: date,
    **more: object,
) -> None:
    """Book a certain claim of 5601 or 5621: all of it is given, nothing is drawn."""
    desk.send(
        day,
        "claim-created.v1",
        claim_ref=desk.claim_ref(),
        debtor_ref=person.debtor_ref,
        kassenzeichen=number,
        aktenzeichen=person.aktenzeichen,
        einnahmeart=number[2:6],
        office="LG",
        mode="einmalig",
        amount_cents=cents,
        due_on=due_on,
        decided_on=decided_on,
        **more,
    )


def create_unnumbered(desk: Desk, person: Person, decided_on: date) -> None:
    """Book a claim without a Kassenzeichen: the system assigns one; who pays it names nothing we know."""
    desk.send(
        decided_on + timedelta(days=1),
        "claim-created.v1",
        claim_ref=desk.claim_ref(),
        debtor_ref=person.debtor_ref,
        aktenzeichen=person.aktenzeichen,
        einnahmeart="5621",
        office="LG",
        mode="einmalig",
        amount_cents=amount(desk, "5621"),
        due_on=desk.later(decided_on, *desk.town.due_within),
        decided_on=decided_on,
    )


def office(einnahmeart: str) -> str:
    """The office that books an Einnahmeart (R51-R61)."""
    return _KINDS[einnahmeart][0]


def pay(desk: Desk, claim: Claim, day: date, cents: int) -> str:
    """Pay on a claim: most give the Kassenzeichen, some only a text, few nothing; the payment_ref."""
    ref = desk.payment_ref()
    number = claim.kassenzeichen
    way = desk.random.randrange(100)
    reference: StructuredEvent = {"kassenzeichen": number}
    if way >= 70:  # noqa: PLR2004 - of a hundred
        reference = {"remittance": [_written(desk, number)]}
    _book(desk, day, ref, cents, reference)
    return ref


def pay_exactly(
    desk: Desk, day: date, number: str, cents: int, *, booked_on: date | None = None
) -> StructuredEvent | None:
    """Pay with the Kassenzeichen; told on the day it is booked, or later. All is given, nothing is drawn."""
    return desk.send(
        day,
        "payment-received.v1",
        payment_ref=desk.payment_ref(),
        amount_cents=cents,
        booked_on=booked_on or day,
        kassenzeichen=number,
    )


def pay_without_reference(desk: Desk, claim: Claim, day: date, cents: int) -> None:
    """Pay without a usable reference; mostly a clerk finds the claim some days later."""
    ref = desk.payment_ref()
    other = str((int(kassenzeichen.check_digit(claim.kassenzeichen[:-1])) + 3) % 10)
    references: tuple[StructuredEvent, ...] = (
        {"remittance": ["Rückzahlung Jobcenter, danke"]},
        {"remittance": ["Rate", "Bescheid vom Mai"]},
        {},
        {"kassenzeichen": kassenzeichen.make(claim.einnahmeart, 400_002)},  # nobody's
        {
            "remittance": [f"{claim.kassenzeichen} {kassenzeichen.make(claim.einnahmeart, 400_003)}"]
        },  # several
        {"remittance": [f"Kz {claim.kassenzeichen[:-1]}{other}"]},  # mistyped: wrong check digit
    )
    reference = desk.random.choice(references)
    _book(desk, day, ref, cents, reference)
    if desk.chance(70):
        desk.send(
            desk.later(day, 2, 12),
            "payment-assigned.v1",
            payment_ref=ref,
            kassenzeichen=claim.kassenzeichen,
            assigned_by=f"K{desk.random.randint(1, 9)}",
        )


def pay_early(desk: Desk, claim: Claim) -> None:
    """Pay at the counter before the claim is read: the payment has to wait for it."""
    day = max(claim.decided_on + timedelta(days=1), days.FIRST)
    desk.send_early(
        day,
        "payment-received.v1",
        payment_ref=desk.payment_ref(),
        amount_cents=claim.amount_cents,
        booked_on=day,
        kassenzeichen=claim.kassenzeichen,
    )


def bounce(desk: Desk, payment_ref: str, day: date, cents: int) -> None:
    """The bank takes a payment back (Rücklastschrift)."""
    _book(desk, day, desk.payment_ref(), cents, {"reverses": payment_ref})


def _book(desk: Desk, day: date, ref: str, cents: int, reference: StructuredEvent) -> None:
    day = max(day, days.FIRST)
    desk.send(day, "payment-received.v1", payment_ref=ref, amount_cents=cents, booked_on=day, **reference)


def _written(desk: Desk, number: str) -> str:
    """How people write a Kassenzeichen into a remittance text."""
    return desk.random.choice(
        (
            number,
            f"Kassenzeichen {number}",
            f"KZ {number[:4]} {number[4:8]} {number[8:]}",
            f"{number[:2]}-{number[2:6]}-{number[6:12]}-{number[12:]} Rueckzahlung",
            f"Rate {number[:6]}\n{number[6:]}",
        )
    )


def _items(desk: Desk, einnahmeart: str, cents: int, decided_on: date) -> list[StructuredEvent]:
    """The split of a claim into its main part and costs, with its period and who bears it (R63, R80)."""
    bearer = "kommune" if einnahmeart in ("5601", "5626") else "bund"
    ancillary = min(1500, cents // 10)
    month = (decided_on.replace(day=1) - timedelta(days=40)).replace(day=1)
    main = {
        "kind": "main",
        "code": "HE1",
        "amount_cents": cents - ancillary,
        "period_from": month,
        "period_to": month + timedelta(days=27),
        "cost_bearer": bearer,
    }
    costs = {"kind": "ancillary", "code": "NE1", "amount_cents": ancillary, "cost_bearer": "kommune"}
    return [main, costs] if desk.chance(50) else [main]
