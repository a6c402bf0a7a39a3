"""From the request to the start: announcement, small amount, office and field (R5, R6, R16, R18)."""

from pathlib import Path

import pytest

from shared.contracts.enforcement import EnforcementAnnounced, EnforcementStarted
from tests.enforcement.driver import World, blocked, claim, held, policies_with, said

K1, K2, K3 = claim("K1", 100_00), claim("K2", 50_00), claim("K3", 30_00)


def requested(mandant: str = "landkreis", on: str = "2026-03-02") -> World:
    world = World(mandant)
    world.open(on)
    world.account(K1)
    world.request(K1)
    return world


def test_a_request_is_announced_at_once_and_started_after_the_time_to_pay() -> None:
    """Landkreis: three weeks (R5), at once to the field. 23 March is the last day to pay."""
    world = World()
    world.open("2026-03-02")
    world.account(K1)
    (announced,) = world.request(K1)
    assert isinstance(announced, EnforcementAnnounced)
    assert (announced.case_id, announced.on.isoformat(), announced.pay_by.isoformat()) == (
        "C1",
        "2026-03-02",
        "2026-03-23",
    )
    assert announced.total_cents == 100_00
    assert announced.because.rules == ("R5", "R16")
    assert world.days("2026-03-03", "2026-05-31") == {"2026-03-24": ["C1 started field 10000"]}


@pytest.mark.parametrize(
    ("mandant", "pay_by", "starts_on", "track"),
    [
        ("wuppertal", "2026-03-09", "2026-03-10", "office"),
        ("erkelenz", "2026-03-09", "2026-03-10", "office"),
        ("baumberge", "2026-03-16", "2026-03-17", "office"),
        ("leipzig", "2026-03-16", "2026-03-17", "office"),
        ("landkreis", "2026-03-23", "2026-03-24", "field"),
    ],
)
def test_each_policy_has_its_time_to_pay_and_its_track(
    mandant: str, pay_by: str, starts_on: str, track: str
) -> None:
    world = World(mandant)
    world.open("2026-03-02")
    world.account(K1)
    assert said(world.request(K1)) == [f"C1 announced 10000 by {pay_by}"]
    assert world.days("2026-03-03", "2026-04-30") == {starts_on: [f"C1 started {track} 10000"]}


def test_a_last_day_to_pay_on_a_holiday_moves() -> None:
    """§ 193 BGB: three weeks from Friday 13 March end on Good Friday; that becomes Tuesday 7 April."""
    world = World()
    world.open("2026-03-13")
    world.account(K1)
    assert said(world.request(K1)) == ["C1 announced 10000 by 2026-04-07"]
    assert world.days("2026-03-14", "2026-04-30") == {"2026-04-08": ["C1 started field 10000"]}


def test_a_start_that_fell_on_a_day_left_out_is_made_up_on_the_next_working_day() -> None:
    world = requested()
    assert world.days("2026-03-03", "2026-03-22") == {}
    assert world.days("2026-03-28", "2026-03-29") == {}  # Saturday, Sunday
    assert world.open("2026-03-30") == ["C1 started field 10000"]


@pytest.mark.parametrize(("cents", "events"), [(19_99, []), (20_00, ["C1 started field 2000"])])
def test_below_the_small_amount_a_case_rests(cents: int, events: list[str]) -> None:
    """T20: 19.99 is not enforced, 20.00 is."""
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", cents))
    world.request(claim("K1", cents))
    assert world.open("2026-03-24") == events


@pytest.mark.parametrize(("credit_cents", "events"), [(80_01, []), (80_00, ["C1 started field 2000"])])
def test_the_share_of_the_credits_counts(credit_cents: int, events: list[str]) -> None:
    world = requested()
    world.account(K1, credit_cents=credit_cents)
    assert world.open("2026-03-24") == events


def test_the_small_amount_is_compared_with_all_the_accounts_cases() -> None:
    """R6: per Personenkonto. 15.00 alone rests; with a second case of 5.00 both are enforced."""
    world = World()
    world.open("2026-03-02")
    small, more = claim("K1", 15_00), claim("K2", 5_00)
    world.account(small, more)
    world.request(small)
    assert world.days("2026-03-24", "2026-03-26") == {}
    assert said(world.request(more, case_id="C2")) == ["C2 announced 500 by 2026-04-16"]
    assert world.days("2026-03-27", "2026-04-30") == {
        "2026-03-27": ["C1 started field 1500"],
        "2026-04-17": ["C2 started field 500"],
    }


def test_an_open_claim_in_no_case_does_not_count() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 15_00), claim("K2", 500_00))
    world.request(claim("K1", 15_00))
    assert world.days("2026-03-24", "2026-04-30") == {}


def test_a_resting_case_starts_when_a_credit_is_used_elsewhere() -> None:
    """The credit covers the case until an older due date needs it: nothing but the calendar moves."""
    world = World()
    world.open("2026-03-02")
    older = blocked(claim("K2", 100_00, "2025-12-01"), "2026-01-01", "2026-04-01")
    world.account(K1, older, credit_cents=100_00)
    assert said(world.request(K1)) == []  # nobody is told to pay 0 EUR
    assert world.days("2026-03-03", "2026-05-31") == {
        "2026-04-02": ["C1 announced 10000 by 2026-04-23"],
        "2026-04-24": ["C1 started field 10000"],
    }


def test_what_is_not_above_zero_rests_even_without_a_limit() -> None:
    """A case of its own of which nothing is asked does not start because another one is asked for."""
    world = World("wuppertal")
    world.open("2026-03-02")
    old, new = claim("K1", 100_00, "2025-12-01"), claim("K2", 50_00, "2026-01-05")
    world.account(old, new)
    world.request(old)
    world.request(new, case_id="C2")
    world.account(old, new, credit_cents=100_00)
    assert world.days("2026-03-03", "2026-03-20") == {"2026-03-10": ["C2 started office 5000"]}
    world.account(old, new, credit_cents=40_00)
    assert world.days("2026-03-21", "2026-03-31") == {"2026-03-23": ["C1 started office 6000"]}


def test_a_policy_change_wakes_a_resting_case(tmp_path: Path) -> None:
    lines = '[{ value = 2000, source = "R6" }, { from = 2026-06-06, value = 1000, source = "test" }]'
    world = World("landkreis", policies_with(tmp_path, "landkreis", small_amount_cents=lines))
    world.open("2026-03-02")
    world.account(claim("K1", 15_00))
    world.request(claim("K1", 15_00))
    # 6 June 2026 is a Saturday.
    assert world.days("2026-03-03", "2026-06-30") == {"2026-06-08": ["C1 started field 1500"]}


def test_announcement_and_start_count_from_our_own_figures() -> None:
    """Money that came after the hand-over was decided is no longer asked for."""
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 40_00), K2)
    assert said(world.request(K1, K2)) == ["C1 announced 9000 by 2026-03-23"]
    world.account(claim("K1", 30_00))
    assert world.open("2026-03-24") == ["C1 started field 8000"]


def test_a_start_says_why() -> None:
    world = requested()
    world.open("2026-03-24")
    (start,) = [event.payload for event in world.events if isinstance(event.payload, EnforcementStarted)]
    assert start.because.policy == "landkreis@ever"
    assert start.because.rules == ("R6", "R18")
    assert start.because.facts == {
        "kassenzeichen": ["K1"],
        "cause": "announced",
        "pay_by": "2026-03-23",
        "track": "field",
        "account_cents": 100_00,
        "small_amount_cents": 20_00,
    }


def test_it_names_what_is_to_be_enforced_and_not_what_a_credit_covers() -> None:
    """The older K1 is covered: nothing is asked for it any more, though it is still in the case."""
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 30_00, "2026-01-02"), K2)
    (announced,) = world.request(claim("K1", 30_00, "2026-01-02"), K2)
    assert isinstance(announced, EnforcementAnnounced)
    world.account(credit_cents=30_00)
    world.open("2026-03-24")
    (start,) = [event.payload for event in world.events if isinstance(event.payload, EnforcementStarted)]
    assert announced.because.facts["kassenzeichen"] == ["K1", "K2"]
    assert start.because.facts["kassenzeichen"] == ["K2"]


def test_what_is_held_leaves_at_the_next_working_days_decisions() -> None:
    world = requested()
    world.open("2026-03-06")
    assert world.account(held(K1)) == []
    assert world.days("2026-03-07", "2026-04-30") == {"2026-03-09": ["C1 closed withdrawn"]}


def test_what_is_blocked_leaves_on_the_first_working_day_of_the_block() -> None:
    world = requested()
    assert world.account(blocked(K1, "2026-03-10", "2026-12-31")) == []
    assert world.days("2026-03-03", "2026-04-30") == {"2026-03-10": ["C1 closed withdrawn"]}


def test_a_block_set_and_lifted_between_two_days_leaves_no_trace() -> None:
    world = requested()
    world.account(blocked(K1, "2026-03-02", "2026-12-31"))
    world.account(K1)
    assert world.days("2026-03-03", "2026-03-31") == {"2026-03-24": ["C1 started field 10000"]}


def test_a_block_of_a_weekend_leaves_no_trace() -> None:
    world = requested()
    world.account(blocked(K1, "2026-03-07", "2026-03-08"))
    assert world.days("2026-03-03", "2026-03-31") == {"2026-03-24": ["C1 started field 10000"]}


def test_a_blocked_item_leaves_and_the_others_go_on() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(K1, K2)
    world.request(K1, K2)
    world.account(blocked(K2, "2026-03-02", "2026-03-10"))
    assert world.days("2026-03-03", "2026-03-31") == {"2026-03-24": ["C1 started field 10000"]}


def test_a_new_due_date_leaves_the_case() -> None:
    world = requested()
    assert world.account(claim("K1", 100_00, "2026-04-20")) == []
    assert world.open("2026-03-03") == ["C1 closed withdrawn"]


def test_a_treatment_that_changes_leaves_the_case(tmp_path: Path) -> None:
    lines = '[{ value = "dun", source = "R56" }, { from = 2026-03-14, value = "never", source = "test" }]'
    world = World("landkreis", policies_with(tmp_path, "landkreis", **{"5621": lines}))
    world.open("2026-03-02")
    world.account(K1)
    world.request(K1)
    assert world.days("2026-03-03", "2026-03-31") == {"2026-03-16": ["C1 closed withdrawn"]}


def test_money_write_off_and_cancellation_leave_at_once() -> None:
    for left, outcome in [
        (claim("K1", 0), "paid"),
        (claim("K1", 0, written_off_cents=100_00), "written-off"),
        (claim("K1", 0, soll_cents=0), "withdrawn"),
    ]:
        world = requested()
        assert said(world.account(left)) == [f"C1 closed {outcome}"]
        assert world.days("2026-03-03", "2026-04-30") == {}


def test_the_outcome_is_how_the_last_item_left() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(K1, K2)
    world.request(K1, K2)
    assert said(world.account(claim("K1", 0, written_off_cents=60_00))) == []
    assert said(world.account(claim("K2", 0))) == ["C1 closed paid"]


def test_the_rest_that_is_reduced_after_a_payment_was_withdrawn() -> None:
    world = requested()
    world.account(claim("K1", 60_00))
    assert said(world.account(claim("K1", 0, soll_cents=40_00))) == ["C1 closed withdrawn"]


def test_what_was_settled_before_the_request_arrived_is_closed_without_an_announcement() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 0))
    assert said(world.request(K1)) == ["C1 closed paid"]
    world.account(claim("K2", 0, soll_cents=0))
    assert said(world.request(K2, case_id="C2")) == ["C2 closed withdrawn"]


def test_an_item_is_in_one_open_case_at_a_time() -> None:
    world = requested()
    assert world.request(K1, case_id="C2") == []
    world.account(claim("K1", 0))
    world.account(K1)
    assert said(world.request(K1, case_id="C3")) == ["C3 announced 10000 by 2026-03-23"]
