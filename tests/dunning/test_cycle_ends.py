"""What ends a cycle, what does not, and that it then starts again with a notice."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.dunning.driver import HELD, World, claim, line, policies_with


def noticed() -> World:
    """A claim that was in a notice on 12 March 2026; it would be handed over on 2 April."""
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"))
    world.days("2026-03-02", "2026-03-16")
    return world


def handed_over() -> World:
    world = noticed()
    world.days("2026-03-17", "2026-04-02")
    return world


def test_part_payment_does_not_end_it() -> None:
    world = noticed()
    world.account(claim("K1", 1_00, "2026-03-02"))
    assert world.days("2026-03-17", "2026-04-30") == {"2026-04-02": ["hand-over K1"]}


def test_full_payment_ends_it_and_a_bounce_starts_it_again_with_a_notice() -> None:
    world = noticed()
    world.account(claim("K1", 0, "2026-03-02"))
    assert world.days("2026-03-17", "2026-03-17") == {}
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-18", "2026-04-30") == {
        "2026-03-18": ["notice K1"],
        "2026-04-08": ["hand-over K1"],
    }


def test_paid_and_bounced_before_the_next_decisions_leaves_no_trace() -> None:
    world = noticed()
    world.account(claim("K1", 0, "2026-03-02"))
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-17", "2026-04-30") == {"2026-04-02": ["hand-over K1"]}


def test_paid_and_bounced_within_a_weekend_leaves_no_trace() -> None:
    world = noticed()
    assert world.days("2026-03-17", "2026-03-20") == {}
    world.account(claim("K1", 0, "2026-03-02"))
    assert world.open("2026-03-21") == []
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-22", "2026-04-30") == {"2026-04-02": ["hand-over K1"]}


@pytest.mark.parametrize("begun", [noticed, handed_over])
def test_a_due_date_changed_and_changed_back_within_a_weekend_leaves_no_trace(
    begun: Callable[[], World],
) -> None:
    """In enforcement neither: items leave a case for such a reason on working days only."""
    changed, calm = begun(), begun()
    friday, saturday, sunday = ("2026-03-20", "2026-03-21", "2026-03-22")
    if begun is handed_over:
        friday, saturday, sunday = ("2026-04-10", "2026-04-11", "2026-04-12")
    for world in (changed, calm):
        world.days(friday, friday)
    changed.account(claim("K1", 100_00, "2026-03-09"))
    changed.days(saturday, saturday)
    changed.account(claim("K1", 100_00, "2026-03-02"))
    assert changed.days(sunday, "2026-05-29") == calm.days(saturday, "2026-05-29")


def test_a_due_date_changed_on_a_weekend_starts_the_cycle_again() -> None:
    world = noticed()
    world.days("2026-03-17", "2026-03-20")
    world.account(claim("K1", 100_00, "2026-03-09"))
    assert world.days("2026-03-21", "2026-04-30") == {
        "2026-03-23": ["notice K1"],
        "2026-04-13": ["hand-over K1"],
    }


def test_paid_on_a_weekend_ends_it_on_monday_even_if_it_bounces_on_tuesday() -> None:
    world = noticed()
    world.days("2026-03-17", "2026-03-20")
    world.account(claim("K1", 0, "2026-03-02"))
    world.days("2026-03-21", "2026-03-23")
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-24", "2026-03-31") == {"2026-03-24": ["notice K1"]}


def test_a_handed_over_item_that_is_paid_starts_again_even_if_it_bounces_at_once() -> None:
    """Enforcement drops an item at once when it is paid; it must not be forgotten by both."""
    world = handed_over()
    world.account(claim("K1", 0, "2026-03-02"))
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-04-03", "2026-04-30") == {
        "2026-04-07": ["notice K1"],
        "2026-04-28": ["hand-over K1"],
    }


def test_a_handed_over_claim_that_was_cancelled_and_has_no_due_date_left_is_forgotten() -> None:
    world = handed_over()
    world.account(claim("K1", 0, "2026-03-02", sollsaetze=()))
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-04-03", "2026-04-10") == {"2026-04-07": ["notice K1"]}


def test_another_treatment_ends_it_as_it_ends_the_case(tmp_path: Path) -> None:
    treatment = f"[{line('dun')}, {line('never', '2026-03-20')}, {line('dun', '2026-04-01')}]"
    world = World(policies=policies_with(tmp_path, "wuppertal", **{"5621": treatment}))
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-02", "2026-04-30") == {
        "2026-03-12": ["notice K1"],
        "2026-04-01": ["notice K1"],
        "2026-04-22": ["hand-over K1"],
    }


def test_a_handed_over_item_is_left_alone_while_it_is_open() -> None:
    world = handed_over()
    world.account(claim("K1", 50_00, "2026-03-02"))
    assert world.days("2026-04-03", "2026-12-31") == {}


@pytest.mark.parametrize(
    ("block", "then"),
    [
        # in force on one working day: ended, and a notice on the day after
        (("2026-03-17", "2026-03-17"), {"2026-03-18": ["notice K1"], "2026-04-08": ["hand-over K1"]}),
        # set in the future: ends the cycle when it begins
        (("2026-04-01", "2026-04-09"), {"2026-04-10": ["notice K1"]}),
        # begins on the day of the hand-over: none
        (("2026-04-02", "2026-04-02"), {"2026-04-07": ["notice K1"]}),
        # begins the day after the hand-over
        (("2026-04-03", "2026-04-05"), {"2026-04-02": ["hand-over K1"]}),  # Good Friday to Easter Sunday
        (("2026-04-03", "2026-04-07"), {"2026-04-02": ["hand-over K1"], "2026-04-08": ["notice K1"]}),
        # a weekend between two working days: no trace
        (("2026-03-21", "2026-03-22"), {"2026-04-02": ["hand-over K1"]}),
        # begins on a Sunday, still there on Monday
        (("2026-03-22", "2026-03-23"), {"2026-03-24": ["notice K1"]}),
        # over before the notice
        (("2026-03-10", "2026-03-11"), {"2026-04-02": ["hand-over K1"]}),
        # over before the next decisions, but in force on the day of the notice
        (
            ("2026-03-10", "2026-03-16"),
            {
                "2026-03-17": ["withdrawn K1: blocked-before", "notice K1"],
                "2026-04-07": ["hand-over K1"],
            },
        ),
    ],
)
def test_a_block_ends_it_by_the_state_at_a_working_days_decisions(
    block: tuple[str, str], then: dict[str, Sequence[str]]
) -> None:
    world = noticed()
    world.account(claim("K1", 100_00, "2026-03-02", blocks=[block]))
    assert world.days("2026-03-17", "2026-04-10") == then


def test_a_block_set_and_lifted_before_the_decisions_leaves_no_trace() -> None:
    world = noticed()
    world.account(claim("K1", 100_00, "2026-03-02", blocks=[("2026-03-17", "2027-03-17")]))
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-03-17", "2026-04-10") == {"2026-04-02": ["hand-over K1"]}


def test_the_first_day_of_a_block_and_the_day_after_its_last() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02", blocks=[("2026-03-12", "2026-03-16")]))
    assert world.days("2026-03-02", "2026-03-20") == {"2026-03-17": ["notice K1"]}
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02", blocks=[("2026-03-13", "2026-03-16")]))
    assert world.days("2026-03-02", "2026-03-20") == {
        "2026-03-12": ["notice K1"],
        "2026-03-17": ["notice K1"],
    }


def test_a_block_ends_the_cycle_of_its_claim_only() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02"), claim("K2", 100_00, "2026-03-02"))
    world.days("2026-03-02", "2026-03-16")
    world.account(claim("K1", 100_00, "2026-03-02", blocks=[("2026-03-17", "2026-03-17")]))
    assert world.days("2026-03-17", "2026-04-10") == {
        "2026-03-18": ["notice K1"],
        "2026-04-02": ["hand-over K2"],
        "2026-04-08": ["hand-over K1"],
    }


def test_a_new_due_date_makes_a_new_item() -> None:
    world = noticed()
    world.account(claim("K1", 100_00, "2026-03-20"))
    assert world.days("2026-03-17", "2026-04-30") == {
        "2026-03-30": ["notice K1"],
        "2026-04-20": ["hand-over K1"],
    }


def test_a_hold_ends_it_and_keeps_the_claim_out() -> None:
    world = noticed()
    world.account(claim("K1", 100_00, "2026-03-02", holds=HELD))
    assert world.days("2026-03-17", "2026-05-30") == {}
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-06-01", "2026-06-01") == {"2026-06-01": ["notice K1"]}


def test_what_is_written_off_is_not_dunned_and_starts_again_when_it_is_taken_back() -> None:
    world = handed_over()
    world.account(claim("K1", 0, "2026-03-02", written_off_cents=100_00, soll_cents=100_00))
    assert world.days("2026-04-03", "2026-04-30") == {}
    world.account(claim("K1", 100_00, "2026-03-02"))
    assert world.days("2026-05-01", "2026-05-05") == {"2026-05-04": ["notice K1"]}
