"""The dunning cycle (R3, R4, R14, R15, R28): who is in a notice, and who is handed over when."""

from pathlib import Path

import pytest

from shared.contracts.dunning import DunningNoticeIssued, EnforcementRequested
from tests.dunning.driver import World, claim, line, policies_with, words


def test_a_claim_goes_from_notice_to_hand_over() -> None:
    """Wuppertal: 10 days overdue, a week to pay, handed over 21 days after the notice."""
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-01", "2026-05-31") == {
        "2026-03-12": ["notice K1"],
        "2026-04-02": ["hand-over K1"],
    }


def test_the_notice_says_what_is_asked_until_when() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"), claim("K2", 50_00, "2026-02-02"), credit_cents=20_00)
    (notice,) = world.open("2026-03-12")
    assert isinstance(notice, DunningNoticeIssued)
    assert [(item.kassenzeichen, item.open_cents) for item in notice.items] == [("K2", 50_00), ("K1", 100_00)]
    assert (notice.credits_cents, notice.total_cents) == (20_00, 130_00)
    assert notice.pay_by.isoformat() == "2026-03-19"
    assert notice.because.policy == "wuppertal@2026-02-04"
    assert notice.because.facts["total_due_cents"] == 130_00


def test_the_hand_over_says_what_is_asked() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"), claim("K2", 50_00, "2026-02-02"))
    world.days("2026-03-12", "2026-04-01")
    world.account(claim("K1", 100_00, "2026-03-02"), credit_cents=20_00)
    (request,) = world.open("2026-04-02")
    assert isinstance(request, EnforcementRequested)
    assert [(item.kassenzeichen, item.open_cents) for item in request.items] == [
        ("K2", 50_00),
        ("K1", 100_00),
    ]
    assert (request.credits_cents, request.total_cents) == (20_00, 130_00)


def test_a_due_date_on_a_weekend_counts_as_the_next_working_day() -> None:
    """§ 193 BGB: due on Sunday 1 March 2026 counts as Monday; 10 days later is Thursday the 12th."""
    world = World()
    world.account(claim("K1", 100_00, "2026-03-01"))
    assert world.days("2026-03-02", "2026-03-13") == {"2026-03-12": ["notice K1"]}


@pytest.mark.parametrize(("mandant", "noticed_on"), [("erkelenz", "2026-06-05"), ("leipzig", "2026-06-04")])
def test_working_days_are_those_of_the_land(mandant: str, noticed_on: str, tmp_path: Path) -> None:
    """Corpus Christi (4 June 2026) is a holiday in North Rhine-Westphalia, not in Saxony."""
    policies = policies_with(tmp_path, mandant, run=f"[{line('daily')}]", min_days_overdue=f"[{line(9)}]")
    world = World(mandant, policies)
    world.account(claim("K1", 100_00, "2026-05-26"))
    assert world.days("2026-05-26", "2026-06-05") == {noticed_on: ["notice K1"]}


def test_a_notice_of_a_day_that_was_not_opened_is_made_up() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.open("2026-03-11") == []
    assert [words(event) for event in world.open("2026-03-16")] == ["notice K1"]


def test_pay_by_moves_to_a_working_day_and_the_hand_over_waits_for_the_day_after() -> None:
    """Landkreis: handed over at the deadline (+0), but not before it has passed (§ 26 (3) SGB X)."""
    world = World("landkreis")
    world.account(claim("K1", 100_00, "2026-03-13"))
    (notice,) = world.open("2026-03-27")
    assert isinstance(notice, DunningNoticeIssued)
    # 3 April 2026 is Good Friday, then Easter: Tuesday the 7th
    assert notice.pay_by.isoformat() == "2026-04-07"
    assert world.days("2026-03-28", "2026-04-10") == {"2026-04-08": ["hand-over K1"]}


def test_with_the_notice_as_anchor_the_deadline_must_have_passed_too() -> None:
    """Baumberge: 14 days to pay, handed over 14 days after the notice (R28): the day after is the first."""
    world = World("baumberge")
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-02", "2026-04-10") == {
        "2026-03-16": ["notice K1"],  # fortnightly from 5 January 2015
        "2026-03-31": ["hand-over K1"],
    }


def test_a_hand_over_that_falls_on_a_holiday_is_made_up_on_the_next_working_day() -> None:
    """Friday 13 March + 21 days is Good Friday: handed over on the Tuesday after Easter."""
    world = World()
    world.account(claim("K1", 100_00, "2026-03-03"))
    assert world.days("2026-03-02", "2026-04-10") == {
        "2026-03-13": ["notice K1"],
        "2026-04-07": ["hand-over K1"],
    }


def test_one_notice_and_one_hand_over_for_all_that_is_due() -> None:
    world = World()
    world.account(claim("K2", 100_00, "2026-03-02"), claim("K1", 100_00, "2026-03-02"))
    world.account(claim("K3", 100_00, "2026-02-27"))
    assert world.days("2026-03-13", "2026-04-10") == {
        "2026-03-13": ["notice K3 K1 K2"],
        "2026-04-07": ["hand-over K3 K1 K2"],
    }


def test_never_two_levels_for_one_item_on_one_day() -> None:
    """The first day that is opened comes late: notice and hand-over are still two days."""
    world = World("landkreis")
    world.account(claim("K1", 100_00, "2025-01-02"))
    assert world.days("2026-03-02", "2026-03-31") == {
        "2026-03-02": ["notice K1"],
        "2026-03-10": ["hand-over K1"],
    }


def test_a_notice_for_a_new_item_and_a_hand_over_of_an_old_one_on_one_day() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"))
    world.days("2026-03-02", "2026-04-01")
    world.account(claim("K2", 100_00, "2026-03-20"))
    assert [words(event) for event in world.open("2026-04-02")] == ["notice K2", "hand-over K1"]


def test_an_item_of_which_nothing_is_asked_is_in_no_notice_and_no_hand_over() -> None:
    world = World()
    world.account(claim("K1", 30_00, "2026-02-02"), claim("K2", 100_00, "2026-03-02"), credit_cents=30_00)
    (notice,) = world.open("2026-03-12")
    assert isinstance(notice, DunningNoticeIssued)
    assert [item.kassenzeichen for item in notice.items] == ["K2"]
    assert (notice.credits_cents, notice.total_cents) == (0, 100_00)


def test_the_credit_goes_to_the_oldest_item_whatever_its_stage() -> None:
    world = World()
    world.account(claim("K1", 30_00, "2026-03-02"))
    world.days("2026-03-02", "2026-03-31")
    world.account(claim("K2", 100_00, "2026-03-20"), credit_cents=40_00)
    (notice,) = world.open("2026-04-01")
    assert isinstance(notice, DunningNoticeIssued)
    assert (notice.credits_cents, notice.total_cents) == (10_00, 90_00)
    assert world.open("2026-04-02") == []  # nothing is asked for K1 any more: no hand-over


def test_what_is_not_due_yet_takes_no_part_in_the_total() -> None:
    world = World()
    world.account(claim("K1", 30_00, "2026-03-02"), claim("K2", 100_00, "2026-03-12"), credit_cents=30_00)
    assert world.open("2026-03-12") == []
    assert world.days("2026-03-13", "2026-03-30") == {"2026-03-23": ["notice K2"]}


@pytest.mark.parametrize("art", ["5612", "5622", "5625", "5626"])
def test_what_gets_kassenanzeigen_is_never_dunned(art: str) -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-01-05", art=art))
    found = world.days("2026-01-01", "2026-12-31")
    assert not [
        event for events in found.values() for event in events if event.startswith(("notice", "hand"))
    ]


def test_treatment_never_means_nothing_at_all(tmp_path: Path) -> None:
    policies = policies_with(tmp_path, "wuppertal", **{"5624": f"[{line('never')}]"})
    world = World(policies=policies)
    world.account(claim("K1", 100_00, "2026-01-05", art="5624"))
    assert world.days("2026-01-01", "2026-12-31") == {}
    step = world.next_step("K1")
    assert step is not None
    assert (step.what, step.why) == ("none", "never-dunned")
