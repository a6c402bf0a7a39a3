"""Dunning runs (R14, R28): notices on run days only, and every run that is owed is made up."""

from pathlib import Path

import pytest

from tests.dunning.driver import World, claim, line, policies_with, words


def test_monthly_on_the_twelfth_and_on_the_next_working_day_if_it_is_none() -> None:
    """12 April 2026 is a Sunday."""
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-03-03"))
    assert world.days("2026-03-01", "2026-04-30") == {"2026-04-13": ["notice K1"]}


@pytest.mark.parametrize(("due_on", "on"), [("2026-03-02", "2026-03-12"), ("2026-03-03", "2026-04-13")])
def test_ten_days_overdue_on_the_run_day_or_not_yet(due_on: str, on: str) -> None:
    world = World("erkelenz")
    world.account(claim("K1", 100_00, due_on))
    assert next(iter(world.days("2026-03-01", "2026-04-30"))) == on


def test_monthly_31_is_the_last_day_of_the_month(tmp_path: Path) -> None:
    policies = policies_with(tmp_path, "erkelenz", run=f"[{line('monthly:31')}]")
    world = World("erkelenz", policies)
    for n, month in enumerate(("01", "02", "03"), 1):
        world.account(claim(f"K{n}", 100_00, f"2026-{month}-02"), debtor=f"D{n}")
    found = world.days("2026-01-01", "2026-04-30")
    assert [day for day, events in found.items() if events[0].startswith("notice")] == [
        "2026-02-02",  # 31 January is a Saturday
        "2026-03-02",  # 28 February too
        "2026-03-31",
    ]


def test_every_two_weeks_from_the_anchor() -> None:
    """Baumberge, from Monday 5 January 2015: 16 and 30 March 2026 are run days, 9 and 23 March are not."""
    world = World("baumberge")
    world.account(claim("K1", 100_00, "2026-03-03"), claim("K2", 100_00, "2026-03-16"))
    assert world.days("2026-03-03", "2026-03-30") == {
        "2026-03-16": ["notice K1"],
        "2026-03-30": ["notice K2"],
    }


def test_a_run_on_a_day_that_was_not_opened_is_made_up() -> None:
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-02-20"))
    assert world.open("2026-03-11") == []
    assert [words(event) for event in world.open("2026-03-17")] == ["notice K1"]


def test_a_run_that_was_made_up_is_not_owed_again() -> None:
    world = World("erkelenz")
    world.open("2026-03-11")
    world.open("2026-03-17")
    world.account(claim("K1", 100_00, "2026-02-20"))
    assert world.open("2026-03-18") == []


def test_opened_on_the_weekend_of_the_run_it_is_made_up_on_monday() -> None:
    """12 April 2026 is a Sunday: its mark does nothing, and does not use the run up."""
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-03-10"))
    assert [world.open(day) for day in ("2026-04-10", "2026-04-11", "2026-04-12")] == [[], [], []]
    assert [words(event) for event in world.open("2026-04-13")] == ["notice K1"]


@pytest.mark.parametrize(("first", "noticed"), [("2026-03-12", True), ("2026-03-13", False)])
def test_runs_are_owed_from_the_first_opened_day_on(first: str, noticed: bool) -> None:  # noqa: FBT001
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-01-02"))
    assert bool(world.open(first)) is noticed


def test_a_first_day_on_a_weekend_owes_its_run() -> None:
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-01-02"))
    assert world.open("2026-04-12") == []
    assert [words(event) for event in world.open("2026-04-14")] == ["notice K1"]


def test_an_item_may_become_old_enough_between_the_nominal_day_and_the_day_the_run_is_made_up() -> None:
    """Nominal day Sunday the 12th, the item is ten days overdue on Monday the 13th: it is in the notice."""
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-04-02"))
    assert world.days("2026-04-02", "2026-04-30")["2026-04-13"] == ["notice K1"]


def test_hand_overs_need_no_run_day() -> None:
    """Erkelenz: 10 + 21 days, "a month" (R15)."""
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-02", "2026-04-10") == {
        "2026-03-12": ["notice K1"],
        "2026-04-02": ["hand-over K1"],
    }
