"""Items whose notice was withdrawn lose their place in the case that it led to."""

from tests.enforcement.driver import announced, claim, said

DUE = "2026-01-05"
K1, K2 = claim("K1", 100_00), claim("K2", 50_00)


def test_the_rest_goes_on() -> None:
    world = announced(K1, K2)
    assert said(world.notice_withdrawn(("K1", DUE, "C1"))) == []
    assert world.days("2026-03-10", "2026-03-10") == {"2026-03-10": ["C1 started office 5000"]}


def test_with_the_last_item_the_case_is_closed_at_once() -> None:
    world = announced(K1, K2)
    assert said(world.notice_withdrawn(("K1", DUE, "C1"), ("K2", DUE, "C1"))) == ["C1 closed withdrawn"]


def test_another_case_that_the_item_is_in_is_another_notices() -> None:
    world = announced(K1, K2)
    assert said(world.notice_withdrawn(("K1", DUE, "C0"), ("K2", DUE, "C0"))) == []
    assert world.days("2026-03-10", "2026-03-10") == {"2026-03-10": ["C1 started office 15000"]}


def test_an_item_that_left_already_is_passed_over() -> None:
    world = announced(K1, K2)
    world.account(claim("K1", 0))
    assert said(world.notice_withdrawn(("K1", DUE, "C1"), ("K2", DUE, "C1"))) == ["C1 closed withdrawn"]
    assert said(world.notice_withdrawn(("K2", DUE, "C1"))) == []


def test_in_a_plan_it_counts_as_fallen_to_nothing() -> None:
    world = announced(K1, K2)
    world.field("K1", "instalments_agreed", ("2026-03-12", 50_00), ("2026-04-13", 100_00))
    world.notice_withdrawn(("K2", DUE, "C1"))
    assert world.days("2026-03-13", "2026-03-31") == {}  # the first instalment is covered
