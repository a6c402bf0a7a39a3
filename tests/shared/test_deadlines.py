"""§§ 187-193 BGB: months, majority."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.deadlines import add_months, is_minor, majority_on

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 12, 31), 2, date(2026, 2, 28)),  # T18: Kassenanzeige 2
        (date(2026, 2, 28), 1, date(2026, 3, 28)),  # T18: Kassenanzeige 3
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 15), 2, date(2027, 1, 15)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_missing_day_becomes_the_months_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(days, st.integers(0, 1200))
def test_months_reach_the_right_month_and_never_the_next(day: date, months: int) -> None:
    then = add_months(day, months)
    assert (then.year - day.year) * 12 + then.month - day.month == months
    assert then.day == day.day or (then.day < day.day and (then + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (date(2008, 5, 17), date(2026, 5, 17)),
        (date(2008, 2, 29), date(2026, 3, 1)),  # C7
        (date(2008, 2, 28), date(2026, 2, 28)),
        (date(1900, 1, 1), date(1918, 1, 1)),
    ],
)
def test_majority_begins_on_the_18th_birthday(born_on: date, expected: date) -> None:
    assert majority_on(born_on) == expected


def test_a_minor_is_one_until_the_day_before() -> None:
    assert is_minor(date(2008, 5, 17), date(2026, 5, 16))
    assert not is_minor(date(2008, 5, 17), date(2026, 5, 17))
    assert is_minor(date(2008, 2, 29), date(2026, 2, 28))
    assert not is_minor(date(2008, 2, 29), date(2026, 3, 1))


@given(days)
def test_everybody_comes_of_age(born_on: date) -> None:
    assert is_minor(born_on, majority_on(born_on) - timedelta(days=1))
    assert not is_minor(born_on, majority_on(born_on))
