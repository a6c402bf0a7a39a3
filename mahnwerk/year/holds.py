"""Not dunned, though no block is set: a death, a coming of age, a landlord, benefits (R70, R74, R78)."""

from datetime import date, timedelta
from typing import Final

from mahnwerk.year import claims
from mahnwerk.year.claims import Claim, pay
from mahnwerk.year.people import adult, register
from mahnwerk.year.town import Desk

_DECIDED_ON: Final = date(2026, 2, 10)
_OF_AGE_ON: Final = date(2026, 6, 15)
_LEFT_ON: Final = date(2026, 9, 1)


def live(desk: Desk) -> None:
    """One of each in every municipality; each is dunned once somebody has decided, or the fact is over."""
    _deceased(desk)
    _came_of_age(desk)
    _landlord(desk)
    _left_benefits(desk)


def _deceased(desk: Desk) -> None:
    """Died before the first notice; the heirs get a new due date, and pay."""
    claim = _claim(desk, "P-9101")
    died_on = claim.due_on - timedelta(days=3)
    register(desk, died_on, "P-9101", kind="person", born_on=date(1951, 3, 15), deceased_on=died_on)
    day = died_on + timedelta(days=60)
    _release(desk, claim, "deceased", day, new_due_on=day + timedelta(days=42))
    pay(desk, claim, day + timedelta(days=40), claim.amount_cents)


def _came_of_age(desk: Desk) -> None:
    """Was a minor when the claim arose: part of it falls away (§ 1629a BGB), the rest is paid."""
    claim = _claim(desk, "P-9102", born_on=date(2008, 6, 15), legal_representative=True)
    day = _OF_AGE_ON + timedelta(days=30)
    half = claim.amount_cents // 2
    desk.send(
        day,
        "claim-reduced.v1",
        kassenzeichen=claim.kassenzeichen,
        amount_cents=half,
        due_on=claim.due_on,
        cause="minor",
    )
    _release(desk, claim, "majority", day + timedelta(days=1))
    pay(desk, claim, day + timedelta(days=40), claim.amount_cents - half)


def _landlord(desk: Desk) -> None:
    """The landlord had promised to pay the deposit back, and does: Z, then the decision."""
    claim = _claim(desk, "P-9103")
    set_on = claim.due_on
    desk.send(set_on, "block-set.v1", kassenzeichen=claim.kassenzeichen, reason="Z", set_on=set_on)
    day = set_on + timedelta(days=100)
    _release(desk, claim, "landlord", day)
    pay(desk, claim, day + timedelta(days=5), claim.amount_cents)


def _left_benefits(desk: Desk) -> None:
    """Not dunned until September; the notice is paid."""
    claim = _claim(desk, "P-9104", receives_benefits=True)
    register(desk, _LEFT_ON, "P-9104", kind="person", born_on=date(1980, 3, 15))
    pay(desk, claim, _LEFT_ON + timedelta(days=50), claim.amount_cents)


def _claim(desk: Desk, ref: str, **facts: object) -> Claim:
    return claims.create(desk, adult(desk, ref, **facts), "5621", _DECIDED_ON)


def _release(desk: Desk, claim: Claim, cause: str, day: date, new_due_on: date | None = None) -> None:
    desk.send(
        day,
        "hold-released.v1",
        kassenzeichen=claim.kassenzeichen,
        cause=cause,
        decided_on=day,
        decided_by="P4703",
        new_due_on=new_due_on,
    )
