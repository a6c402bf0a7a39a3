"""Deadline arithmetic of §§ 187–193 BGB and § 26 SGB X, pure.

What depends on a Land's holidays (§ 193 BGB, § 26 (3) SGB X) is ``Policy.working_day``.
"""

from calendar import monthrange
from datetime import date

MAJORITY_YEARS = 18  # § 2 BGB


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later; where that month lacks it, its last day (§ 188 (2), (3) BGB; T18)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def majority_on(born_on: date) -> date:
    """The day on which majority begins: the 18th birthday (§ 187 (2) BGB; R75, C7).

    Who was born on 29 February comes of age on 1 March: year 18 of a life is never a leap year.
    """
    year = born_on.year + MAJORITY_YEARS
    if (born_on.month, born_on.day) == (2, 29):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def is_minor(born_on: date, day: date) -> bool:
    """Whether a person is under 18 on ``day`` (R45, R74)."""
    return day < majority_on(born_on)
