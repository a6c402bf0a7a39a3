"""Instalment plans (R8, R10): agreed, kept, missed, replaced."""

import pytest

from services.enforcement.domain.plans import cut
from shared.contracts.enforcement import InstalmentMissed
from shared.contracts.fields import Instalment
from tests.enforcement.driver import World, blocked, claim, day, said

K1, K2 = claim("K1", 100_00), claim("K2", 50_00)
RATES = (("2026-04-01", 50_00), ("2026-05-04", 50_00))


def started(*claims: object) -> World:
    """Given a case that started on Tuesday 24 March 2026."""
    world = World()
    world.open("2026-03-02")
    world.account(*(claims or (K1,)))  # type: ignore[arg-type]
    world.request(*(claims or (K1,)))  # type: ignore[arg-type]
    (start,) = world.open("2026-03-24")
    assert start.startswith("C1 started field")
    return world


def test_a_plan_that_is_kept_ends_with_the_case() -> None:
    world = started()
    assert said(world.field("K1", "instalments_agreed", *RATES)) == [
        "accepted",
        "C1 plan 2026-04-01:5000 2026-05-04:5000",
    ]
    world.account(claim("K1", 50_00))
    assert world.days("2026-03-25", "2026-05-05") == {}
    assert said(world.account(claim("K1", 0))) == ["C1 closed paid"]
    assert world.days("2026-05-06", "2026-07-31") == {}


@pytest.mark.parametrize(
    ("cents", "events"),
    [
        (99_99, ["rejected instalments-mismatch"]),
        (100_00, ["accepted", "C1 plan 2026-04-01:10000"]),
        (100_01, ["accepted", "C1 plan 2026-04-01:10000"]),
    ],
)
def test_the_instalments_must_sum_to_what_is_asked(cents: int, events: list[str]) -> None:
    assert said(started().field("K1", "instalments_agreed", ("2026-04-01", cents))) == events


def test_a_surplus_is_cut_from_the_last_ones() -> None:
    rates = [Instalment(due_on=day(f"2026-0{n}-01"), amount_cents=40_00) for n in (6, 4, 5, 7)]
    assert [(each.due_on.month, each.amount_cents) for each in cut(rates, 80_01)] == [
        (4, 40_00),
        (5, 40_00),
        (6, 1),
    ]
    assert [(each.due_on.month, each.amount_cents) for each in cut(rates, 80_00)] == [(4, 40_00), (5, 40_00)]


def test_what_is_asked_for_the_whole_case_counts_less_its_credits() -> None:
    world = started(K1, K2)
    world.account(K1, credit_cents=30_00)
    assert said(world.field("K1", "instalments_agreed", ("2026-04-01", 119_99))) == [
        "rejected instalments-mismatch"
    ]
    assert said(world.field("K2", "instalments_agreed", ("2026-04-01", 120_00))) == [
        "accepted",
        "C1 plan 2026-04-01:12000",
    ]


def test_where_credits_cover_all_there_is_nothing_to_pay_in_instalments() -> None:
    world = started()
    world.account(K1, credit_cents=100_00)
    assert said(world.field("K1", "instalments_agreed", ("2026-04-01", 1))) == ["accepted"]


@pytest.mark.parametrize(
    ("open_cents", "found"),
    [
        (50_00, {}),
        (50_01, {"2026-04-09": ["C1 missed 2026-04-01", "C1 started field 5001"]}),
    ],
)
def test_an_instalment_must_be_covered_at_the_end_of_its_days_of_grace(
    open_cents: int, found: dict[str, list[str]]
) -> None:
    """Due on 1 April, seven days of grace: Wednesday the 8th is the last."""
    world = started()
    world.field("K1", "instalments_agreed", *RATES)
    world.account(claim("K1", open_cents))
    assert world.days("2026-03-25", "2026-05-10") == found


def test_money_on_the_last_day_of_grace_is_in_time_and_on_the_day_after_too_late() -> None:
    for last, found in [
        ("2026-04-08", []),
        ("2026-04-09", ["C1 missed 2026-04-01", "C1 started field 10000"]),
    ]:
        world = started()
        world.field("K1", "instalments_agreed", *RATES)
        world.days("2026-03-25", "2026-04-07")
        opened = world.days("2026-04-08", last)
        world.account(claim("K1", 50_00))
        opened |= world.days("2026-04-10", "2026-04-30")
        assert [event for events in opened.values() for event in events] == found


def test_a_missed_instalment_is_said_on_the_next_working_day_even_if_money_came_since() -> None:
    """Due on Friday 3 April, the grace ends on Friday the 10th; the money of Saturday is too late."""
    world = started()
    world.field("K1", "instalments_agreed", ("2026-04-03", 50_00), ("2026-05-04", 50_00))
    assert world.days("2026-03-25", "2026-04-11") == {}
    world.account(claim("K1", 50_00))
    assert world.days("2026-04-12", "2026-04-30") == {
        "2026-04-13": ["C1 missed 2026-04-03", "C1 started field 5000"]
    }


def test_days_left_out_belong_to_the_day_before() -> None:
    """Nothing was opened between Friday and Monday: what came in meanwhile came in time."""
    world = started()
    world.field("K1", "instalments_agreed", ("2026-04-03", 50_00), ("2026-05-04", 50_00))
    assert world.days("2026-03-25", "2026-04-10") == {}
    world.account(claim("K1", 50_00))
    assert world.open("2026-04-13") == []


def test_instalments_are_counted_together() -> None:
    """80 paid with the first cover 50 of the first and 30 of the second; 20 are missing in May."""
    world = started()
    world.field("K1", "instalments_agreed", *RATES)
    world.account(claim("K1", 20_00))
    assert world.days("2026-03-25", "2026-06-30") == {
        "2026-05-12": ["C1 missed 2026-05-04", "C1 started field 2000"]
    }
    missed = [event.payload for event in world.events if isinstance(event.payload, InstalmentMissed)]
    assert missed[0].because.facts == {
        "kassenzeichen": ["K1"],
        "due_on": "2026-05-04",
        "instalment_grace_days": 7,
        "total_cents": 100_00,
    }


def test_an_earlier_instalment_has_only_itself_to_cover() -> None:
    """Within the grace of the first the second falls due; the first is covered by its own amount."""
    world = started()
    world.field("K1", "instalments_agreed", ("2026-04-01", 50_00), ("2026-04-07", 50_00))
    world.account(claim("K1", 50_00))
    assert world.days("2026-03-25", "2026-04-30") == {
        "2026-04-15": ["C1 missed 2026-04-07", "C1 started field 5000"]
    }


def test_an_item_that_leaves_counts_as_fallen_to_nothing() -> None:
    world = started(K1, K2)
    world.field("K1", "instalments_agreed", ("2026-04-01", 50_00), ("2026-05-04", 100_00))
    world.account(blocked(K2, "2026-03-24", "2026-04-03"))
    assert world.days("2026-03-25", "2026-05-31") == {
        "2026-05-12": ["C1 missed 2026-05-04", "C1 started field 10000"]
    }


def test_what_is_open_after_a_kept_plan_starts_again_when_something_is_asked_for_it() -> None:
    """A credit covered the only instalment; when it is refunded, the case goes on."""
    world = started()
    world.field("K1", "instalments_agreed", ("2026-04-01", 100_00))
    world.account(K1, credit_cents=100_00)
    assert world.days("2026-03-25", "2026-04-10") == {}
    world.account(K1, credit_cents=0)
    assert world.open("2026-04-13") == ["C1 started field 10000"]


def test_during_a_plan_nothing_else_happens() -> None:
    world = started()
    world.field("K1", "instalments_agreed", *RATES)
    assert said(world.office("K1", exhausted=True)) == ["accepted"]
    assert said(world.field("K1", "paid")) == ["accepted"]
    assert len(world.field("K1", "repeatedly_not_met")) == 4
    world.refused("K1")
    assert world.days("2026-03-25", "2026-04-08") == {}
    assert world.open("2026-04-09") == ["C1 missed 2026-04-01", "C1 started field 10000"]


def test_a_new_plan_replaces_the_old_one_and_counts_anew() -> None:
    world = started()
    world.field("K1", "instalments_agreed", *RATES)
    world.account(claim("K1", 60_00))
    assert said(world.field("K1", "instalments_agreed", ("2026-04-20", 30_00), ("2026-05-20", 30_00))) == [
        "accepted",
        "C1 plan 2026-04-20:3000 2026-05-20:3000",
    ]
    world.account(claim("K1", 30_01))
    assert world.days("2026-03-25", "2026-05-31") == {
        "2026-04-28": ["C1 missed 2026-04-20", "C1 started field 3001"]
    }


def test_a_plan_before_the_start_does_not_start_before_the_announced_day_has_passed() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(K1)
    world.request(K1)
    world.field("K1", "instalments_agreed", ("2026-03-03", 100_00))
    assert world.days("2026-03-03", "2026-03-31") == {
        "2026-03-11": ["C1 missed 2026-03-03"],
        "2026-03-24": ["C1 started field 10000"],
    }


def test_a_plan_takes_the_place_of_a_start_that_is_due() -> None:
    world = started()
    world.refused("K1")
    world.field("K1", "instalments_agreed", *RATES)
    assert world.open("2026-03-25") == []


def test_a_plan_ends_when_all_its_items_are_gone() -> None:
    world = started()
    world.field("K1", "instalments_agreed", *RATES)
    world.account(blocked(K1, "2026-03-24", "2026-12-31"))
    assert world.days("2026-03-25", "2026-05-31") == {"2026-03-25": ["C1 closed withdrawn"]}
