"""The days that the demo year opens: working days, and the first Saturday of a month (month-end work).

Before them one day, on which the old system's stock is taken over.
"""

from datetime import date, timedelta

TAKE_OVER = date(2025, 12, 29)
FIRST = date(2026, 1, 2)
LAST = date(2026, 12, 31)

ONE = timedelta(days=1)
_SATURDAY = 5
_FIRST_WEEK = 7
# Closed in every Land; holidays of one Land only are opened: there, nothing is dunned on that day.
_CLOSED = frozenset(
    {
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
    }
)


def is_opened(day: date) -> bool:
    """Whether the demo opens this day of the year."""
    if not FIRST <= day <= LAST or day in _CLOSED:
        return False
    return day.weekday() < _SATURDAY or (day.weekday() == _SATURDAY and day.day <= _FIRST_WEEK)


def opened() -> list[date]:
    """Every opened day, in order."""
    days = (FIRST + n * ONE for n in range((LAST - FIRST).days + 1))
    return [TAKE_OVER, *(day for day in days if is_opened(day))]


def opened_from(day: date) -> date | None:
    """The year's first opened day that is not before `day`; None when the year is over by then."""
    day = max(day, FIRST)
    while day <= LAST:
        if is_opened(day):
            return day
        day += ONE
    return None
