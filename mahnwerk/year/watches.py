"""What offices are told of by themselves: joint debtors (R47) and a large claim (R24)."""

from datetime import date, timedelta
from typing import Any, Final

from mahnwerk.year.claims import create_certain, pay_exactly
from mahnwerk.year.people import adult
from mahnwerk.year.town import Desk

_DECIDED_ON: Final = date(2026, 4, 14)
_LARGE_CENTS: Final = 6_240_000


def live(desk: Desk) -> None:
    """A deposit that two persons owe, and more than 50,000 EUR; both are paid."""
    adult(desk, "P-9202")
    _paid(desk, "P-9201", "5601", 145_000, co_debtor_refs=["P-9202"])
    _paid(desk, "P-9203", "5621", _LARGE_CENTS)


def _paid(desk: Desk, ref: str, einnahmeart: str, cents: int, **more: Any) -> None:  # noqa: ANN401 - JSON
    person, number = adult(desk, ref), desk.kassenzeichen(einnahmeart)
    due_on = _DECIDED_ON + timedelta(days=42)
    told_on = _DECIDED_ON + timedelta(days=1)
    create_certain(
        desk, told_on, person, number=number, cents=cents, decided_on=_DECIDED_ON, due_on=due_on, **more
    )
    pay_exactly(desk, due_on, number, cents)
