"""Any split of records into batches and of a day into chunks gives the same events; a mark counts once."""

import logging

import pytest

from shared.events import Event
from tests.dunning.driver import World, claim, plus, words

DEBTORS = ("D1", "D2", "a", "B", "ä")


def weeks(limit: int, batch: int) -> list[Event]:
    """Some weeks of five debtors, as emitted."""
    world = World("erkelenz", limit=limit, batch=batch)
    for n, debtor in enumerate(DEBTORS):
        world.account(claim(f"K{n}", 10_00 * (n + 1), "2026-03-02"), debtor=debtor)
        world.account(claim(f"L{n}", 40_00, plus("2026-02-20", n), art="5612"), debtor=debtor)
    world.days("2026-03-02", "2026-03-16")
    for n, debtor in enumerate(DEBTORS):
        world.account(claim(f"K{n}", 0, "2026-03-02"), debtor=debtor)
        if n % 2:
            world.account(claim(f"K{n}", 5_00, "2026-03-02"), debtor=debtor)
    world.days("2026-03-17", "2026-05-15")
    return world.emitted


@pytest.mark.parametrize(("limit", "batch"), [(1, 1_000), (2, 1_000), (1_000, 1), (5, 3)])
def test_chunks_and_batches_make_no_difference(limit: int, batch: int) -> None:
    whole = weeks(1_000, 1_000)
    assert len(whole) > 100
    assert weeks(limit, batch) == whole


def test_ids_are_unique() -> None:
    ids = [event.id for event in weeks(1_000, 1_000)]
    assert len(ids) == len(set(ids))


def test_accounts_come_in_the_order_of_mandant_and_debtor() -> None:
    world = World()
    for debtor in DEBTORS:
        world.account(claim(f"K{debtor}", 10_00, "2026-03-02"), debtor=debtor)
    world.account(claim("K9", 10_00, "2026-03-02"), debtor="D9", of="leipzig")
    world.open("2026-03-16")
    keys = [event.key for event in world.emitted if event.topic == "dunning-notice" and event.key]
    assert keys == ["leipzig/D9", "wuppertal/B", "wuppertal/D1", "wuppertal/D2", "wuppertal/a", "wuppertal/ä"]


def test_the_marks_follow_the_days_events_on_three_topics() -> None:
    world = World()
    world.account(claim("K1", 10_00, "2026-03-02"))
    world.open("2026-03-12")
    assert [(event.topic, event.type) for event in world.emitted] == [
        ("dunning-notice", "dunning-notice-issued.v1"),
        ("dunning-notice", "day-marked.v1"),
        ("enforcement-requested", "day-marked.v1"),
        ("kassenanzeige", "day-marked.v1"),
    ]
    assert {event.cause for event in world.emitted} == {"cause-of-mark-2026-03-12"}


def test_a_mark_that_comes_twice_has_no_effect() -> None:
    world = World()
    world.account(claim("K1", 10_00, "2026-03-02"))
    world.open("2026-03-12")
    emitted = len(world.emitted)
    world.account(claim("K2", 10_00, "2026-03-02"))
    world.open("2026-03-12", mark="again")
    assert len(world.emitted) == emitted
    assert [words(event) for event in world.open("2026-03-13")] == ["notice K2"]


def test_the_day_before_is_closed_with_what_it_brought() -> None:
    world = World()
    world.account(claim("K1", 10_00, "2026-03-02"), claim("K2", 10_00, "2025-12-01", art="5612"))
    world.open("2026-03-12")
    assert world.closed() == []
    world.account(claim("K3", 10_00, "2026-03-02"), of="leipzig")
    world.open("2026-03-16")
    assert [(c.mandant, c.day.isoformat(), c.counts) for c in world.closed()] == [
        ("leipzig", "2026-03-12", {}),
        ("wuppertal", "2026-03-12", {"dunning-notice-issued.v1": 1, "kassenanzeige-issued.v1": 1}),
    ]
    world.open("2026-03-17")
    assert [(c.mandant, c.day.isoformat(), c.counts) for c in world.closed()[2:]] == [
        ("leipzig", "2026-03-16", {"dunning-notice-issued.v1": 1}),
        ("wuppertal", "2026-03-16", {}),
    ]


def test_a_parked_account_is_left_alone_until_it_is_released() -> None:
    world = World()
    world.parked()
    world.account(claim("K1", 10_00, "2026-03-02"))
    assert world.days("2026-03-02", "2026-03-20") == {}
    step = world.next_step("K1")
    assert step is not None
    assert step.why == "parked"
    world.released()
    assert world.days("2026-03-21", "2026-03-25") == {"2026-03-23": ["notice K1"]}


def test_an_account_that_cannot_be_decided_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.account(claim("K1", 10_00, "2026-03-02"))
    world.account(claim("K2", 10_00, "2026-03-02", art="0000"), debtor="D2")  # no policy knows this
    world.account(claim("K3", 10_00, "2026-03-02"), debtor="D3")
    with caplog.at_level(logging.ERROR):
        assert world.days("2026-03-12", "2026-03-13") == {"2026-03-12": ["notice K1", "notice K3"]}
    assert [record.getMessage() for record in caplog.records] == ["an account is parked"]
    world.account(claim("K2", 10_00, "2026-03-02"), debtor="D2")
    assert world.days("2026-03-14", "2026-03-16") == {}
    world.released("D2")
    assert world.days("2026-03-17", "2026-03-17") == {"2026-03-17": ["notice K2"]}
