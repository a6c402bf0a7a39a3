"""Batches, chunks, marks, parked accounts, closings: what the loop and a fault of ours may do to it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.enforcement import tables
from services.enforcement.service import Enforcement
from shared.contracts.answers import DayClosed, DayMarked
from shared.events import Event
from shared.policy import Policies, load_policies
from tests.enforcement.driver import PLACE, SHIPPED, Limited, World, blocked, claim, said


def busy() -> World:
    """Three debtors with everything that can happen, over three weeks."""
    world = World("wuppertal")
    world.open("2026-03-02")
    for debtor in ("D3", "D1", "D2"):
        one, two = claim(f"{debtor}-1", 100_00), claim(f"{debtor}-2", 50_00, "2026-01-12")
        world.account(one, two, debtor=debtor)
        world.request(one, case_id=f"C-{debtor}", debtor=debtor)
        world.open("2026-03-03") if debtor == "D2" else world.request(
            two, case_id=f"B-{debtor}", debtor=debtor
        )
    world.office("D1-1", exhausted=True)
    world.field("D2-1", "instalments_agreed", ("2026-03-05", 100_00), debtor="D2")
    world.field("D2-2", "paid", debtor="D2")
    world.account(blocked(claim("D3-1", 100_00), "2026-03-09", "2026-03-20"), debtor="D3", credit_cents=10_00)
    world.open("2026-03-09")
    world.account(claim("D1-2", 0, "2026-01-12", written_off_cents=50_00))
    world.write_off("D1-2", "befristet", "2026-03-14")
    world.field("D1-1", "fruitless_attachment")
    for day in ("2026-03-10", "2026-03-13", "2026-03-14", "2026-03-16"):
        world.open(day)
        world.refused("D1-1")
    return world


def as_told(events: list[Event]) -> list[tuple[str, str, str]]:
    return [(event.topic, event.id, str(event.payload)) for event in events]


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize("limit", [1, 2, 1_000])
def test_no_split_into_batches_or_chunks_changes_anything(batch: int, limit: int) -> None:
    given = busy()
    world = World("wuppertal", service=Limited(load_policies(SHIPPED), limit))
    for n in range(0, len(given.log), batch):
        world.give(*given.log[n : n + batch])
    assert as_told(world.events) == as_told(given.events)
    assert world.rows() == given.rows()


def test_what_is_delivered_again_has_no_effect() -> None:
    given = busy()
    before = given.rows()
    count = len(given.events)
    given.give(*given.log)
    assert (given.rows(), len(given.events)) == (before, count)


def test_every_event_says_why_and_what_caused_it() -> None:
    world = busy()
    ids = [event.id for event in world.events if not isinstance(event.payload, DayMarked)]
    assert len(set(ids)) == len(ids)
    causes = {record.id: record.cause for record in world.log}
    for event in world.events:
        assert event.cause in causes.values()
        if not isinstance(event.payload, DayMarked):
            because = event.payload.because  # type: ignore[attr-defined]
            assert because.policy == "wuppertal@2026-02-04"
            assert because.rules


def test_the_accounts_are_worked_on_in_the_order_of_their_references() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    for debtor in ("b", "B", "a", "Z"):
        one = claim(f"K-{debtor}", 100_00)
        world.account(one, debtor=debtor)
        world.request(one, case_id=debtor, debtor=debtor)
    assert [text[0] for text in world.open("2026-03-10")] == ["B", "Z", "a", "b"]


def test_a_day_ends_with_its_mark_and_begins_with_the_closing_of_the_day_before() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    world.account(claim("K1", 100_00))
    world.request(claim("K1", 100_00))
    world.field("K9", "paid")
    world.open("2026-03-10")
    closed, started, mark = world.events[-3:]
    assert isinstance(closed.payload, DayClosed)
    assert closed.payload.day.isoformat() == "2026-03-02"
    assert closed.payload.counts == {"enforcement-announced.v1": 1, "event-rejected.v1": 1}
    assert closed.payload.balances_cents is None
    assert said([started.payload]) == ["C1 started office 10000"]
    assert isinstance(mark.payload, DayMarked)
    assert (mark.topic, mark.payload.service) == ("enforcement-progress", "enforcement")
    world.open("2026-03-11")
    world.open("2026-03-12")
    counts = [event.payload.counts for event in world.events if isinstance(event.payload, DayClosed)]
    assert counts[1:] == [{"enforcement-started.v1": 1}, {}]


def test_a_mark_that_comes_twice_opens_nothing() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    world.open("2026-03-03")
    before = len(world.events)
    assert world.open("2026-03-03") == []
    assert world.open("2026-03-02") == []
    assert len(world.events) == before


def test_what_a_days_opening_brings_before_its_mark_is_of_that_day() -> None:
    """Claims publishes what the opening of a day changes ahead of the mark, dated with the day."""
    world = World("wuppertal")
    world.open("2026-03-02")
    world.account(claim("K1", 100_00))
    world.request(claim("K1", 100_00))
    (closed,) = world.account(claim("K1", 0, soll_cents=0), on="2026-03-05")
    assert closed.on.isoformat() == "2026-03-05"  # type: ignore[attr-defined]
    world.open("2026-03-05")
    world.open("2026-03-06")
    days = [event.payload for event in world.events if isinstance(event.payload, DayClosed)]
    assert [(each.day.day, each.counts) for each in days] == [
        (2, {"enforcement-announced.v1": 1}),
        (5, {"enforcement-closed.v1": 1}),
    ]


def test_an_account_parked_by_claims_is_left_alone_until_it_is_released() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    world.account(claim("K1", 100_00))
    world.request(claim("K1", 100_00))
    world.parked()
    assert world.days("2026-03-03", "2026-03-12") == {}
    assert world.released() == []
    assert world.open("2026-03-13") == ["C1 started office 10000"]


def test_a_fault_of_ours_parks_one_account_keeps_its_records_and_spares_the_others() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    for debtor in ("D1", "D2"):
        one = claim(f"K-{debtor}", 100_00)
        world.account(one, debtor=debtor)
        world.request(one, case_id=debtor, debtor=debtor)
    world.field("K-D1", "no such outcome")
    assert world.field("K-D1", "paid") == []
    assert world.account(claim("K-D1", 0)) == []
    assert world.open("2026-03-10") == ["D2 started office 10000"]
    assert len(world.rows()["kept_record"]) == 3
    assert world.released() == []  # the fault is still there
    assert len(world.rows()["kept_record"]) == 3


def test_when_the_fault_is_mended_the_kept_records_take_effect_in_order() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    world.account(claim("K1", 100_00))
    world.request(claim("K1", 100_00))
    world.deploy(Enforcement(Policies({})))  # without a policy every decision fails
    assert world.field("K1", "paid") == []
    assert world.account(claim("K1", 0)) == []
    world.deploy(Enforcement(load_policies(SHIPPED)))
    assert world.open("2026-03-10") == []
    assert said(world.released()) == ["accepted", "C1 closed paid"]
    assert world.rows()["kept_record"] == []


def test_a_fault_in_a_days_work_parks_one_account() -> None:
    world = World("wuppertal")
    world.open("2026-03-02")
    for debtor, art in (("D1", "no such"), ("D2", "5621")):
        one = claim(f"K-{debtor}", 100_00)
        world.account(one, debtor=debtor)
        world.request(one, case_id=debtor, debtor=debtor)
        other = claim(f"L-{debtor}", 100_00)
        world.account(replace(other, einnahmeart=art), debtor=debtor)
    assert world.open("2026-03-10") == ["D2 started office 10000"]
    world.account(replace(claim("L-D1", 100_00)), debtor="D1")
    world.released("D1")
    assert world.open("2026-03-11") == ["D1 started office 10000"]


def test_next_steps() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 100_00))
    assert world.next_step("K1") is None
    world.request(claim("K1", 100_00))
    step = world.next_step("K1")
    assert step
    assert (step.what, str(step.on), step.why) == ("start", "2026-03-24", "due")
    world.open("2026-03-24")
    step = world.next_step("K1")
    assert step
    assert (step.what, step.on, step.why) == ("none", None, "field")
    world.field("K1", "instalments_agreed", ("2026-04-01", 100_00))
    step = world.next_step("K1")
    assert step
    assert (step.what, str(step.on)) == ("instalment-missed", "2026-04-09")
    world.account(blocked(claim("K1", 100_00), "2026-04-01", "2026-05-01"))
    step = world.next_step("K1")
    assert step
    assert (step.what, str(step.on)) == ("closed", "2026-04-01")
    world.parked()
    step = world.next_step("K1")
    assert step
    assert (step.what, step.why) == ("none", "parked")


def test_a_day_costs_what_is_due_not_what_exists() -> None:
    """A started case waits for a report, a resting one for a change: neither is looked at day by day."""
    world = World()
    world.open("2026-03-02")
    for debtor, cents in (("D1", 100_00), ("D2", 15_00)):
        world.account(claim(f"K-{debtor}", cents), debtor=debtor)
        world.request(claim(f"K-{debtor}", cents), case_id=debtor, debtor=debtor)
    assert world.open("2026-03-24") == ["D1 started field 10000"]
    with world.engine.begin() as conn:
        assert conn.execute(select(tables.account.c.next_action_on)).scalars().all() == [None, None]


def test_the_service_names_its_log() -> None:
    assert (Enforcement.name, Enforcement.day_topic) == ("enforcement", PLACE[0])
