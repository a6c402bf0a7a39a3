"""The small amount (R4, T20): the account's total counts, and what it holds back is tried again."""

from pathlib import Path

import pytest

from tests.dunning.driver import World, claim, line, policies_with


@pytest.mark.parametrize(("open_cents", "noticed"), [(4_99, False), (5_00, True)])
def test_landkreis_duns_from_five_euros(open_cents: int, noticed: bool) -> None:  # noqa: FBT001
    world = World("landkreis")
    world.account(claim("K1", open_cents, "2026-03-02"))
    assert ("2026-03-16" in world.days("2026-03-02", "2026-03-16")) is noticed


def test_the_total_of_the_account_counts_not_the_claim() -> None:
    world = World("landkreis")
    world.account(claim("K1", 2_50, "2026-03-02"), claim("K2", 2_50, "2026-03-02"))
    assert world.days("2026-03-02", "2026-03-16") == {"2026-03-16": ["notice K1 K2"]}


@pytest.mark.parametrize(("credit_cents", "noticed"), [(95_00, True), (95_01, False)])
def test_credits_are_taken_off_the_total(credit_cents: int, noticed: bool) -> None:  # noqa: FBT001
    world = World("landkreis")
    world.account(claim("K1", 100_00, "2026-03-02"), credit_cents=credit_cents)
    assert bool(world.days("2026-03-02", "2026-03-16")) is noticed


@pytest.mark.parametrize(("credit_cents", "noticed"), [(99_99, True), (100_00, False), (200_00, False)])
def test_without_a_small_amount_the_total_must_be_above_zero(credit_cents: int, noticed: bool) -> None:  # noqa: FBT001
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"), credit_cents=credit_cents)
    assert bool(world.days("2026-03-02", "2026-03-12")) is noticed


def test_an_item_that_falls_due_lifts_the_account_above_it() -> None:
    """K2 is overdue from 24 March, two weeks before it may be dunned itself: it counts at once."""
    world = World("landkreis")
    world.account(claim("K1", 3_00, "2026-03-02"), claim("K2", 2_00, "2026-03-23"))
    assert world.days("2026-03-02", "2026-03-31") == {"2026-03-24": ["notice K1"]}


def test_a_block_that_ends_lifts_the_account_above_it() -> None:
    world = World("landkreis")
    world.account(
        claim("K1", 3_00, "2026-03-02"),
        claim("K2", 2_00, "2026-03-02", blocks=[("2026-03-01", "2026-03-21")]),
    )
    assert world.days("2026-03-02", "2026-03-30") == {"2026-03-23": ["notice K1 K2"]}


def test_a_blocked_claim_does_not_count() -> None:
    world = World("landkreis")
    world.account(
        claim("K1", 4_99, "2026-03-02"),
        claim("K2", 900_00, "2026-03-02", blocks=[("2026-03-01", "2027-02-01")]),
    )
    assert world.days("2026-03-02", "2026-06-30") == {}


def test_a_hand_over_held_back_is_made_up_on_the_first_working_day_it_can_be() -> None:
    world = World("landkreis")
    world.account(claim("K1", 10_00, "2026-03-02"))
    world.days("2026-03-02", "2026-03-20")
    world.account(claim("K1", 4_99, "2026-03-02"))
    assert world.days("2026-03-21", "2026-04-15") == {}
    world.account(claim("K2", 1, "2026-04-16"))
    assert world.days("2026-04-16", "2026-04-20") == {"2026-04-17": ["hand-over K1"]}


def test_a_lower_small_amount_wakes_the_account_when_it_comes_into_force(tmp_path: Path) -> None:
    values = f"[{line(500)}, {line(300, '2026-05-01')}]"  # May Day, then a weekend
    policies = policies_with(tmp_path, "landkreis", small_amount_cents=values)
    world = World("landkreis", policies)
    world.account(claim("K1", 3_00, "2026-03-02"))
    assert world.days("2026-03-02", "2026-05-10") == {"2026-05-04": ["notice K1"]}
