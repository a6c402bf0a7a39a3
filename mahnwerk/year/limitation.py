"""Old claims, found in a cellar: what is barred, and what soon will be (R90, R91)."""

from datetime import date
from typing import Final

from mahnwerk.year import days
from mahnwerk.year.claims import create_certain
from mahnwerk.year.people import adult
from mahnwerk.year.town import Desk

_SMALL_CENTS: Final = 42_000  # below the limit under which a barred claim is not pursued where one is set
_LARGE_CENTS: Final = 100_000  # at the limit: pursued, only an objection counts
_BARRED: Final = date(2021, 5, 11)
_FINAL: Final = date(2022, 11, 2)  # barred from 2027 on where four years run from Bestandskraft
_KNOWN: Final = date(2023, 3, 20)  # and where three run from knowledge


def live(desk: Desk) -> None:
    """Two that have been barred for a year or longer, small and large; one of which the office is warned."""
    _owed(desk, "P-9401", _SMALL_CENTS, _BARRED, _BARRED)
    _owed(desk, "P-9402", _LARGE_CENTS, _BARRED, _BARRED)
    _owed(desk, "P-9403", _SMALL_CENTS, _FINAL, _KNOWN)


def _owed(desk: Desk, ref: str, cents: int, decided_on: date, known_on: date) -> None:
    number = desk.kassenzeichen("5621")
    create_certain(
        desk,
        days.FIRST,
        adult(desk, ref),
        number=number,
        cents=cents,
        decided_on=decided_on,
        due_on=decided_on,
        arose_on=decided_on,
        known_on=known_on,
        final_on=decided_on,
    )
