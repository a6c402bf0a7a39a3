"""Working days of a Land: Monday to Friday but its public holidays (§ 193 BGB, § 26 (3) SGB X)."""

from datetime import date
from functools import cache

from holidays.countries.germany import Germany

LANDS = frozenset(code for code in Germany.subdivisions if len(code) == 2)  # noqa: PLR2004

_SATURDAY = 5


class _Germany(Germany):
    """The package's calendar beyond the years it vouches for (1991–2100).

    The contracts admit days of 1900–2199; outside its years the nearest known law is applied, which is
    nearer to the truth than a year without holidays.
    """

    start_year = 1
    end_year = 4000


@cache
def holidays_of(land: str, year: int) -> frozenset[date]:
    """The public holidays of a Land in a year; worked out once."""
    return frozenset(_Germany(subdiv=land, years=year, expand=False))


def is_working_day(land: str, day: date) -> bool:
    """Whether ``day`` is Monday to Friday and no holiday in ``land``."""
    return day.weekday() < _SATURDAY and day not in holidays_of(land, day.year)
