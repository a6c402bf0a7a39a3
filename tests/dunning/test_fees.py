"""Mahngebühren (d3): the schedules, and once per claim for ever."""

from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dunning.domain.fees import dunning_fee_cents
from shared.contracts.dunning import DunningNoticeIssued
from tests.dunning.driver import World, claim, line, policies_with


@pytest.mark.parametrize(
    ("base_cents", "fee_cents"),
    [
        (1, 6_00),
        (40_00, 6_00),
        (50_00, 6_00),
        (149_99, 6_00),
        (150_00, 7_00),
        (188_12, 7_00),
        (249_99, 7_00),
        (250_00, 8_00),
        (1_000_00, 15_00),
        (4_650_00, 52_00),
        (5_000_00, 55_00),  # without the cap, which needs Säumniszuschläge
    ],
)
def test_north_rhine_westphalia(base_cents: int, fee_cents: int) -> None:
    assert dunning_fee_cents("nrw", base_cents) == fee_cents


@pytest.mark.parametrize(
    ("base_cents", "fee_cents"),
    [
        (50_00, 4_00),
        (50_01, 6_00),
        (100_00, 6_00),
        (100_01, 9_00),
        (500_00, 9_00),
        (500_01, 14_00),
        (1_000_00, 14_00),
        (1_000_01, 20_00),
    ],
)
def test_lower_saxony(base_cents: int, fee_cents: int) -> None:
    assert dunning_fee_cents("ni", base_cents) == fee_cents


@pytest.mark.parametrize(("schedule", "base_cents"), [("none", 100_00), ("nrw", 0), ("ni", 0)])
def test_no_fee(schedule: Literal["none", "nrw", "ni"], base_cents: int) -> None:
    assert dunning_fee_cents(schedule, base_cents) == 0


@given(st.integers(1, 10**13))
def test_one_percent_of_what_exceeds_50_euros_and_never_a_part_of_a_euro(base_cents: int) -> None:
    """§ 9 and § 17 (3) VO VwVG NRW: 6 EUR, and a euro more for each full 100 EUR above 50."""
    euros, part = divmod(dunning_fee_cents("nrw", base_cents), 100)
    assert part == 0
    above = max(0, base_cents - 50_00)
    assert (euros - 6) * 100_00 <= above < (euros - 5) * 100_00


@given(st.sampled_from(["nrw", "ni"]), st.integers(0, 2_000_00), st.integers(0, 1_000_00))
def test_who_owes_more_never_bears_less(schedule: Literal["nrw", "ni"], base_cents: int, more: int) -> None:
    assert dunning_fee_cents(schedule, base_cents) <= dunning_fee_cents(schedule, base_cents + more)


def fees(world: World, day: str) -> list[tuple[str, int]]:
    (notice,) = world.open(day)
    assert isinstance(notice, DunningNoticeIssued)
    assert notice.total_cents == sum(i.open_cents + i.fee_cents for i in notice.items) - notice.credits_cents
    return [(item.kassenzeichen, item.fee_cents) for item in notice.items]


def test_one_fee_on_the_sum_borne_by_the_oldest_then_the_lowest_kassenzeichen() -> None:
    world = World("erkelenz")
    world.account(claim("K3", 60_00, "2026-02-02"), claim("K2", 60_00, "2026-02-02"))
    world.account(claim("K1", 60_00, "2026-03-02"))
    assert fees(world, "2026-03-12") == [("K2", 7_00), ("K3", 0), ("K1", 0)]


def test_the_base_is_what_is_asked() -> None:
    world = World("erkelenz")
    world.account(claim("K1", 150_00, "2026-02-02"), credit_cents=1)
    assert fees(world, "2026-03-12") == [("K1", 6_00)]


def test_a_claim_that_was_in_a_charged_notice_is_never_charged_again() -> None:
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-02-02"), claim("K2", 100_00, "2026-02-02"))
    assert fees(world, "2026-03-12") == [("K1", 7_00), ("K2", 0)]
    blocked = [("2026-03-13", "2026-03-13")]
    world.account(
        claim("K1", 107_00, "2026-02-02", blocks=blocked), claim("K2", 100_00, "2026-02-02", blocks=blocked)
    )
    world.account(claim("K3", 100_00, "2026-03-16"))
    assert world.days("2026-03-13", "2026-04-12") == {}
    # K2 did not bear the first fee, yet it was in the charged notice: K3 alone is the base
    assert fees(world, "2026-04-13") == [("K1", 0), ("K2", 0), ("K3", 6_00)]


def test_the_fee_stays_charged_when_the_claim_is_paid_or_gets_a_new_due_date() -> None:
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-02-02"))
    assert fees(world, "2026-03-12") == [("K1", 6_00)]
    world.account(claim("K1", 0, "2026-02-02"))
    world.open("2026-03-13")
    world.account(claim("K1", 100_00, "2026-03-16"))
    assert fees(world, "2026-04-13") == [("K1", 0)]


def test_a_notice_without_a_fee_charges_nobody(tmp_path: Path) -> None:
    """A municipality that introduces fees charges claims that were dunned before."""
    values = f"[{line('none')}, {line('nrw', '2026-04-01')}]"
    world = World("erkelenz", policies_with(tmp_path, "erkelenz", fees=values))
    world.account(claim("K1", 100_00, "2026-02-02"))
    assert fees(world, "2026-03-12") == [("K1", 0)]
    world.account(claim("K1", 100_00, "2026-02-02", blocks=[("2026-03-13", "2026-03-13")]))
    assert world.open("2026-03-13") == []
    assert fees(world, "2026-04-13") == [("K1", 6_00)]
