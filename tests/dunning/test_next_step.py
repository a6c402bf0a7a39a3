"""What `mahnwerk statement` says dunning will do next: exactly what it then does."""

import pytest

from shared.contracts.claims import ClaimView
from tests.dunning.driver import HELD, World, claim, plus


def test_the_next_step_is_what_then_happens() -> None:
    """From step to step of a claim that is dunned and of one that gets Kassenanzeigen."""
    world = World("erkelenz")
    world.account(claim("K1", 100_00, "2026-03-04"), claim("K2", 100_00, "2026-03-20", art="5612"))
    day = "2026-03-13"
    world.open(day)
    for kassenzeichen, what, on, then in (
        ("K2", "kassenanzeige", "2026-03-30", "Kassenanzeige 1 K2"),
        ("K1", "notice", "2026-04-13", "notice K1"),
        ("K1", "hand-over", "2026-05-04", "hand-over K1"),
        ("K2", "kassenanzeige", "2026-05-30", "Kassenanzeige 2 K2"),
        ("K2", "kassenanzeige", "2026-06-30", "Kassenanzeige 3 K2"),
        ("K2", "lawsuit", "2026-07-14", "lawsuit K2"),
    ):
        step = world.next_step(kassenzeichen)
        assert step is not None
        assert (step.what, str(step.on)) == (what, on)
        assert world.days(plus(day, 1), on) == {on: [then]}
        day = on
    assert [(s.what, s.why) for s in (world.next_step("K1"), world.next_step("K2")) if s] == [
        ("none", "in-enforcement"),
        ("none", "lawsuit-handed-over"),
    ]


def test_what_came_in_since_the_last_day_counts_on_the_next() -> None:
    world = World()
    world.open("2026-03-12")
    world.account(claim("K1", 100_00, "2026-03-02"))
    step = world.next_step("K1")
    assert step is not None
    assert str(step.on) == "2026-03-13"


def test_a_block_is_waited_for() -> None:
    world = World()
    world.account(claim("K1", 100_00, "2026-03-02", blocks=[("2026-03-01", "2026-06-12")]))
    world.open("2026-03-12")
    step = world.next_step("K1")
    assert step is not None
    assert (step.what, str(step.on)) == ("notice", "2026-06-15")  # the 13th is a Saturday


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (claim("K1", 0, "2026-03-02"), "nothing-open"),
        (claim("K1", 4_99, "2026-03-02"), "small-amount"),
        (claim("K1", 100_00, "2026-03-02", holds=HELD), "held"),
    ],
)
def test_why_nothing_happens(view: ClaimView, why: str) -> None:
    world = World("landkreis")
    world.account(view)
    world.open("2026-03-02")
    step = world.next_step("K1")
    assert step is not None
    assert (step.what, step.on, step.why) == ("none", None, why)


def test_it_is_unknown_before_anything_arrived() -> None:
    assert World().next_step("K1") is None
