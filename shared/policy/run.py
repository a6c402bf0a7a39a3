"""On which days a dunning run is due: R14 (monthly), R28 (every two weeks), or daily."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_DAY = timedelta(days=1)
_FORTNIGHT = 14


@dataclass(frozen=True, slots=True)
class Run:
    """The rhythm of the dunning runs.

    ``monthly`` uses ``day_of_month`` (a missing day: the month's last), ``fortnightly`` counts in both
    directions from ``anchor``. The days are nominal; one that is no working day is made up later.
    """

    kind: Literal["daily", "monthly", "fortnightly"]
    day_of_month: int = 0
    anchor: date = date.min

    def falls_on(self, day: date) -> bool:
        """Whether ``day`` is a nominal run day."""
        if self.kind == "monthly":
            return day.day == min(self.day_of_month, monthrange(day.year, day.month)[1])
        if self.kind == "fortnightly":
            return (day - self.anchor).days % _FORTNIGHT == 0
        return True

    def days(self, after: date, to: date) -> tuple[date, ...]:
        """The nominal run days after ``after``, up to and including ``to``."""
        return tuple(day for n in range(1, (to - after).days + 1) if self.falls_on(day := after + n * _DAY))
