"""The municipalities of the demo, and the desk from which each one's events are sent.

The generator does not run the system. It knows roughly when each municipality duns (the days below), so that
reports and decisions arrive when there is something to report on.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from mahnwerk.year.agenda import Agenda, StructuredEvent
from shared import kassenzeichen

_FIRST_SERIAL = 500_000  # below it there is room for the numbers that the system assigns


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality: its size, and how many days after a due date its dunning has reached a stage."""

    mandant: str
    people: int
    places: tuple[tuple[str, str], ...]  # postcode, city
    bg_prefix: str
    default_due: bool
    noticed_after: int
    announced_after: int
    started_after: int
    office_first: bool
    fees: bool
    befristet_to: date  # last day on which a befristete Niederschlagung is decided
    due_within: tuple[int, int]  # days after the decision


TOWNS = (
    Town(
        mandant="wuppertal", people=200, bg_prefix="39148", default_due=True,
        places=(("42103", "Wuppertal"), ("42275", "Wuppertal"), ("42329", "Wuppertal")),
        noticed_after=14, announced_after=38, started_after=49, office_first=True, fees=False,
        befristet_to=date(2026, 2, 3), due_within=(42, 42),
    ),
    Town(
        mandant="landkreis", people=120, bg_prefix="25104", default_due=False,
        places=(("31582", "Nienburg"), ("31595", "Steyerberg"), ("31600", "Uchte")),
        noticed_after=19, announced_after=29, started_after=52, office_first=False, fees=False,
        befristet_to=date(2026, 12, 31), due_within=(14, 30),
    ),
    Town(
        mandant="baumberge", people=85, bg_prefix="35308", default_due=False,
        places=(("48301", "Nottuln"), ("48329", "Havixbeck")),
        noticed_after=21, announced_after=38, started_after=55, office_first=True, fees=True,
        befristet_to=date(2026, 12, 31), due_within=(14, 42),
    ),
    Town(
        mandant="erkelenz", people=70, bg_prefix="31214", default_due=False,
        places=(("41812", "Erkelenz"),),
        noticed_after=45, announced_after=68, started_after=78, office_first=True, fees=True,
        befristet_to=date(2026, 12, 31), due_within=(28, 42),
    ),
    Town(
        mandant="leipzig", people=85, bg_prefix="07502", default_due=False,
        places=(("04103", "Leipzig"), ("04229", "Leipzig"), ("04315", "Leipzig")),
        noticed_after=19, announced_after=42, started_after=60, office_first=True, fees=False,
        befristet_to=date(2026, 12, 31), due_within=(30, 42),
    ),
)  # fmt: skip


class Desk:
    """A municipality's desk: numbers its claims and payments, and sends events under its name."""

    def __init__(self, town: Town, agenda: Agenda, random: Random) -> None:
        self.town = town
        self.agenda = agenda
        self.random = random
        self._claims = 0
        self._payments = 0
        self._serials: dict[str, int] = {}

    def send(self, day: date, type_: str, /, **data: Any) -> StructuredEvent | None:  # noqa: ANN401 - JSON
        """Send an event of this municipality (data: its fields beside `mandant`)."""
        return self.agenda.send(day, type_, {"mandant": self.town.mandant, **data})

    def send_early(self, day: date, type_: str, /, **data: Any) -> None:  # noqa: ANN401 - JSON
        """Send an event before what it refers to."""
        self.agenda.send(day, type_, {"mandant": self.town.mandant, **data}, early=True)

    def take_over(self, type_: str, /, **data: Any) -> None:  # noqa: ANN401 - JSON
        """Send an event with the old system's stock."""
        self.agenda.take_over(type_, {"mandant": self.town.mandant, **data})

    def mistake(self, reason: str, day: date, type_: str, data: StructuredEvent) -> None:
        """Send an event that must be rejected for `reason`; its id says so."""
        self.agenda.send(day, type_, {"mandant": self.town.mandant, **data}, name=f"fehler-{reason}")

    def kassenzeichen(self, einnahmeart: str) -> str:
        """The next Kassenzeichen of an Einnahmeart (R41)."""
        serial = self._serials.get(einnahmeart, _FIRST_SERIAL) + self.random.randint(1, 40)
        self._serials[einnahmeart] = serial
        return kassenzeichen.make(einnahmeart, serial)

    def claim_ref(self) -> str:
        """The next claim_ref."""
        self._claims += 1
        return f"F-{self._claims:05}"

    def payment_ref(self) -> str:
        """The next Belegnummer: 12 digits (R40)."""
        self._payments += 1
        return f"2026{self._payments:08}"

    def officers(self) -> dict[str, str]:
        """Two different persons, who request and approve (R32)."""
        first, second = self.random.sample(range(4700, 4730), 2)
        return {"requested_by": f"P{first}", "approved_by": f"P{second}"}

    def officer(self) -> str:
        """A staff number."""
        return f"V{self.random.randint(10, 25)}"

    def later(self, day: date, least: int, most: int) -> date:
        """A day `least` to `most` days after `day`."""
        return day + timedelta(days=self.random.randint(least, most))

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.random.randrange(100) < percent
