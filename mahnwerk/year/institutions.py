"""Claims on institutions (5612, 5622): never dunned, their offices get Kassenanzeigen (R54, R55, R62)."""

from datetime import date, timedelta

from mahnwerk.year import claims
from mahnwerk.year.claims import LAST_DECISION, Claim, pay
from mahnwerk.year.people import Person
from mahnwerk.year.town import Desk

# The days after the due date on which an institution pays: mostly in time, some after each Kassenanzeige.
_PAYDAYS = ((-5, 8), (12, 40), (72, 95), (104, 115))
_PAYDAY_WEIGHTS = (52, 20, 10, 6)
_NEVER = 12


def claim(desk: Desk, person: Person, institution: str) -> None:
    """An institution is to pay for a person."""
    einnahmeart = desk.random.choice(("5612", "5622"))
    decided_on = desk.later(date(2025, 12, 1), 0, (LAST_DECISION - date(2025, 12, 1)).days)
    made = claims.create(desk, person, einnahmeart, decided_on, payer_ref=institution)
    window = desk.random.choices((*_PAYDAYS, None), (*_PAYDAY_WEIGHTS, _NEVER))[0]
    if window is None:
        _dispute(desk, made)
    else:
        pay(desk, made, desk.later(made.due_on, *window), made.amount_cents)


def _dispute(desk: Desk, made: Claim) -> None:
    """The institution contests a part: paid in part, or reduced; the rest stays for the lawsuit."""
    if desk.chance(40):
        pay(desk, made, desk.later(made.due_on, 20, 50), made.amount_cents // 2)
    elif desk.chance(40):
        day = made.due_on + timedelta(days=30)
        desk.send(
            day,
            "claim-reduced.v1",
            kassenzeichen=made.kassenzeichen,
            amount_cents=made.amount_cents // 4,
            due_on=made.due_on,
            cause="correction",
        )
