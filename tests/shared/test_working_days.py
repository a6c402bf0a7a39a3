"""§ 193 BGB by Land, and the days of the dunning runs (R14, R28)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.deadlines import add_months
from shared.policy import Policy, Run, load_policies

POLICIES = load_policies(Path(__file__).parents[2] / "policies")
NW, NI, SN = POLICIES["wuppertal"], POLICIES["landkreis"], POLICIES["leipzig"]
DAY = timedelta(days=1)

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "where"),
    [
        (date(2026, 6, 4), {"NW"}),  # Fronleichnam
        (date(2024, 11, 1), {"NW"}),  # Allerheiligen
        (date(2025, 10, 31), {"NI", "SN"}),  # Reformationstag
        (date(2017, 10, 31), {"NW", "NI", "SN"}),  # 500 years of it
        (date(2016, 10, 31), {"SN"}),  # in Lower Saxony since 2018
        (date(2026, 11, 18), {"SN"}),  # Buß- und Bettag
        (date(2026, 1, 6), set()),  # Heilige Drei Könige
        (date(2026, 4, 3), {"NW", "NI", "SN"}),  # Karfreitag
        (date(2026, 4, 6), {"NW", "NI", "SN"}),  # Ostermontag
        (date(2026, 5, 14), {"NW", "NI", "SN"}),  # Himmelfahrt
        (date(2026, 12, 24), set()),
        (date(2199, 12, 25), {"NW", "NI", "SN"}),  # a Wednesday
        (date(1900, 12, 25), {"NW", "NI", "SN"}),  # a Tuesday
    ],
)
def test_holidays_differ_by_land(day: date, where: set[str]) -> None:
    assert day.weekday() < 5
    assert {p.land for p in (NW, NI, SN) if not p.is_working_day(day)} == where


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 2, 28), date(2026, 3, 2)),  # Saturday
        (date(2026, 4, 3), date(2026, 4, 7)),  # Easter
        (date(2025, 12, 25), date(2025, 12, 29)),
        (date(2027, 12, 31), date(2027, 12, 31)),
        (date(2028, 1, 1), date(2028, 1, 3)),
    ],
)
def test_a_last_day_moves_to_the_next_working_day(day: date, expected: date) -> None:
    assert NW.working_day(day) == expected


@given(days, st.sampled_from([NW, NI, SN]))
def test_the_next_working_day_is_the_first(day: date, policy: Policy) -> None:
    then = policy.working_day(day)
    assert policy.is_working_day(then)
    assert not any(policy.is_working_day(day + n * DAY) for n in range((then - day).days))
    assert (then - day).days <= 5


@pytest.mark.parametrize("year", [1900, 1949, 1991, 2026, 2100, 2101, 2199])
def test_every_admitted_year_has_its_holidays(year: int) -> None:
    first = date(year, 1, 1)
    working = sum(NW.is_working_day(first + n * DAY) for n in range(365))
    assert 249 <= working <= 254


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (Run("monthly", day_of_month=12), [date(2026, 2, 12), date(2026, 3, 12)]),
        (Run("monthly", day_of_month=31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]),
        (Run("monthly", day_of_month=30), [date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 30)]),
        (
            Run("fortnightly", anchor=date(2026, 2, 2)),
            [date(2026, 1, 19) + n * 14 * DAY for n in range(6)],  # before its anchor, too
        ),
    ],
)
def test_run_days(run: Run, expected: list[date]) -> None:
    assert run.days(date(2026, 1, 12), date(2026, 3, 31)) == tuple(expected)


def test_run_days_are_after_the_one_and_up_to_the_other() -> None:
    run = Run("fortnightly", anchor=date(2026, 2, 2))
    assert run.days(date(2026, 2, 2), date(2026, 2, 16)) == (date(2026, 2, 16),)
    assert run.days(date(2026, 2, 1), date(2026, 2, 15)) == (date(2026, 2, 2),)
    assert run.days(date(2026, 2, 2), date(2026, 2, 2)) == ()
    assert NW.run_days(date(2026, 2, 2), date(2026, 2, 4)) == (date(2026, 2, 3), date(2026, 2, 4))


@given(st.integers(1, 31), st.integers(0, 3599))
def test_a_monthly_run_comes_once_a_month(day_of_month: int, months: int) -> None:
    first = add_months(date(1900, 1, 1), months)
    run = Run("monthly", day_of_month=day_of_month)
    assert len(run.days(first - DAY, add_months(first, 1) - DAY)) == 1
