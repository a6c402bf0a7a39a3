"""What dunning keeps to withdraw a notice by, and how long (the rules: tests/scenarios/test_ways_back.py)."""

import pytest

from tests.dunning.driver import World, claim, payment

BEFORE = "2026-03-10"
PAID = payment("P1", "K1", 100_00, BEFORE)
WITHDRAWN = "withdrawn K1: paid-before"


def noticed(*, limit: int = 1_000, batch: int = 1_000, url: str = "sqlite://") -> World:
    """K1 and K2 were in a notice on Thursday 12 March 2026."""
    world = World("erkelenz", limit=limit, batch=batch, url=url)
    world.account(claim("K1", 100_00, "2026-02-02"), claim("K2", 150_00, "2026-02-09"))
    assert world.days("2026-03-11", "2026-03-13") == {"2026-03-12": ["notice K1 K2"]}
    return world


@pytest.mark.parametrize(("limit", "batch"), [(1, 1), (1_000, 1_000)])
def test_in_any_batches(limit: int, batch: int) -> None:
    world = noticed(limit=limit, batch=batch)
    world.account(claim("K1", 40_00, "2026-02-02"), payments=[payment("P1", "K1", 60_00, BEFORE)])
    world.account(claim("K1", 0, "2026-02-02"), payments=[payment("P2", "K1", 40_00, BEFORE)])
    assert world.days("2026-03-16", "2026-03-18") == {"2026-03-16": [WITHDRAWN]}


def test_on_either_database(both_databases: dict[str, str]) -> None:
    world = noticed(url=both_databases["dunning"])
    world.account(claim("K1", 100_00, "2026-02-02"), payments=[payment("P0", "K1", 5, "2026-03-12", "P9")])
    world.account(claim("K2", 150_00, "2026-02-09", blocks=[("2026-03-12", "2026-03-20")]))
    world.account(claim("K1", 0, "2026-02-02"), payments=[PAID])
    assert world.rows("late") == 3
    found = world.days("2026-03-16", "2026-03-16")
    assert found == {"2026-03-16": [WITHDRAWN, "withdrawn K2: blocked-before"]}
    assert (world.rows("late"), world.rows("notice")) == (0, 0)


def test_what_is_told_again_adds_nothing() -> None:
    world = noticed()
    half = payment("P1", "K1", 50_00, BEFORE)
    world.account(claim("K1", 50_00, "2026-02-02"), payments=[half])
    world.account(claim("K1", 50_00, "2026-02-02"), payments=[half])
    world.open("2026-03-16")
    world.account(claim("K1", 50_00, "2026-02-02"), payments=[half])
    assert world.days("2026-03-17", "2026-03-18") == {}


def test_a_parked_account_is_looked_at_once_it_is_released() -> None:
    world = noticed()
    world.parked()
    world.account(claim("K1", 0, "2026-02-02"), payments=[PAID])
    assert world.days("2026-03-16", "2026-03-18") == {}
    world.released()
    assert world.days("2026-03-19", "2026-03-20") == {"2026-03-19": [WITHDRAWN]}


def test_a_claim_that_owed_nothing_then_counts_with_what_is_too_much_on_it_now() -> None:
    world = World()
    world.account(claim("K1", 60_00, "2026-02-02"))
    world.open("2026-03-12")
    too_much = payment("P1", "K9", 100_00, BEFORE)
    world.account(claim("K9", 0, "2026-06-01", credit_cents=59_99), credit_cents=59_99, payments=[too_much])
    assert world.days("2026-03-13", "2026-03-13") == {}
    more = payment("P2", "K9", 1, BEFORE)
    world.account(claim("K9", 0, "2026-06-01", credit_cents=60_00), credit_cents=60_00, payments=[more])
    assert world.days("2026-03-16", "2026-03-16") == {"2026-03-16": [WITHDRAWN]}


def test_what_may_come_too_late_is_kept_until_the_next_working_day() -> None:
    world = noticed()
    world.account(claim("K1", 0, "2026-02-02"), payments=[PAID])
    assert world.rows("late") == 1
    world.open("2026-03-14")
    assert world.rows("late") == 1
    world.open("2026-03-16")
    assert world.rows("late") == 0


@pytest.mark.parametrize(("booked_on", "rows"), [("2026-03-12", 1), ("2026-03-13", 0)])
def test_money_that_came_after_every_notice_is_not_kept(booked_on: str, rows: int) -> None:
    world = noticed()
    world.account(claim("K1", 0, "2026-02-02"), payments=[payment("P1", "K1", 100_00, booked_on)])
    assert world.rows("late") == rows


def test_a_notice_is_forgotten_once_it_stands_for_nothing() -> None:
    world = noticed()
    world.account(claim("K1", 0, "2026-02-02"), payments=[PAID])
    world.open("2026-03-16")
    assert world.rows("notice") == 1
    world.account(claim("K2", 0, "2026-02-09"), payments=[payment("P2", "K2", 150_00, BEFORE)])
    world.open("2026-03-17")
    assert world.rows("notice") == 0


def test_the_next_step_is_the_withdrawal() -> None:
    world = noticed()
    world.account(claim("K1", 0, "2026-02-02"), payments=[PAID])
    step = world.next_step("K1")
    assert step is not None
    assert (step.what, str(step.on)) == ("withdrawal", "2026-03-16")
