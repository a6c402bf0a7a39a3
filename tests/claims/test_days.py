"""The cut and the ring: when a day is marked, and what is held back until then."""

import json
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, MetaData

from services.claims.days import Calendar, Partition
from services.claims.sequencer_tables import SequencerStore, sequencer_tables
from services.claims.sequencer_turn import BUSINESS_DAY, BrokenFeedbackError, Plan, Stand, Turns
from services.claims.sequencing import Source
from shared.database import engine_for

CLAIMS, PAYMENTS = ("claim-created", 0), ("payment-received", 0)
NOTICES, REQUESTS = ("dunning-notice", 0), ("enforcement-requested", 0)


def turns(calendar: Calendar | None = None) -> Turns:
    places = (BUSINESS_DAY, CLAIMS, PAYMENTS, NOTICES, REQUESTS)
    return Turns({place: Stand(0) for place in places}, calendar or Calendar(lanes=1))


def day(offset: int, day: str, id_: str | None = None, **data: object) -> Source:
    headers = (
        ("ce_id", (id_ or f"day-{day}").encode()),
        ("ce_source", b"clock"),
        ("ce_type", b"business-day-opened.v1"),
    )
    return Source("business-day", 0, offset, headers, json.dumps({"day": day, **data}).encode())


def event(place: Partition, offset: int, type_: str = "claim-created.v1") -> Source:
    headers = (("ce_id", f"{place[0]}-{offset}".encode()), ("ce_source", b"up"), ("ce_type", type_.encode()))
    return Source(*place, offset, headers, b'{"mandant":"m"}')


def dunning(place: Partition, offset: int, type_: str, number: int | None = None, **data: object) -> Source:
    headers = (
        ("ce_id", f"{place[0]}-{offset}".encode()),
        ("ce_source", b"mahnwerk/dunning"),
        ("ce_type", type_.encode()),
        ("mw-number", str(number or offset + 1).encode()),
    )
    return Source(*place, offset, headers, json.dumps({"mandant": "m", **data}).encode())


def back(place: Partition, offset: int, day: str) -> Source:
    return dunning(place, offset, "day-marked.v1", day=day, service="dunning")


def turn(
    sequencer: Turns,
    *records: Source,
    at: Mapping[Partition, int] | None = None,
    ends: Mapping[Partition, int] | None = None,
) -> Plan:
    """One turn: the records are fetched, the positions are behind them (or `at`)."""
    sequencer.queue_days([record for record in records if record.topic == "business-day"])
    fetched: dict[Partition, list[Source]] = {}
    for record in records:
        if record.topic != "business-day":
            fetched.setdefault((record.topic, record.partition), []).append(record)
    positions = {place: stand.at for place, stand in sequencer.stands.items()}
    positions |= {(r.topic, r.partition): r.offset + 1 for r in records} | dict(at or {})
    return sequencer.plan(fetched, positions, ends)


def appended(plan: Plan) -> list[str]:
    return [message.headers["ce_id"] for message in plan.messages.get(0, [])]


def new_store(engine: Engine) -> SequencerStore:
    """The sequencer's tables, and the first term."""
    metadata = MetaData()
    store = SequencerStore(engine, sequencer_tables(metadata))
    metadata.create_all(engine)
    store.begin_term(1, 1)
    return store


def ready(sequencer: Turns) -> str:
    """The day that can be marked; empty if none can."""
    day = sequencer.ready()
    return str(day.day) if day else ""


def close(sequencer: Turns, opened: str) -> None:
    """Mark the pending day, and bring dunning's marks of it back."""
    assert ready(sequencer) == opened
    sequencer.calendar.marked()
    turn(sequencer, *(back(place, sequencer.stands[place].at, opened) for place in (NOTICES, REQUESTS)))


def test_a_day_is_marked_when_everything_there_was_has_been_read() -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"))
    turn(sequencer, ends={CLAIMS: 2, PAYMENTS: 0})
    assert sequencer.ready() is None

    turn(sequencer, event(CLAIMS, 0))
    assert sequencer.ready() is None

    turn(sequencer, event(CLAIMS, 1))
    assert ready(sequencer) == "2026-01-05"


def test_a_tail_of_aborted_records_is_read_when_the_position_is_behind_it() -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"))
    turn(sequencer, ends={CLAIMS: 9, PAYMENTS: 0})

    turn(sequencer, event(CLAIMS, 0), at={CLAIMS: 9})

    assert sequencer.ready() is not None


def test_what_comes_in_behind_the_cut_goes_on_and_does_not_hold_up_the_day() -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"))
    turn(sequencer, ends={CLAIMS: 1, PAYMENTS: 0})

    plan = turn(sequencer, event(CLAIMS, 0), event(CLAIMS, 1), event(PAYMENTS, 0))

    assert appended(plan) == ["claim-created-0", "claim-created-1", "payment-received-0"]
    assert sequencer.ready() is not None


def test_the_next_day_waits_for_dunnings_marks_of_the_day_before() -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"), day(1, "2026-01-06"))
    turn(sequencer, ends={CLAIMS: 0, PAYMENTS: 0})
    assert sequencer.ready() is not None
    sequencer.calendar.marked()
    turn(sequencer, ends={CLAIMS: 0, PAYMENTS: 0})
    assert sequencer.ready() is None

    turn(sequencer, back(NOTICES, 0, "2026-01-05"))
    assert sequencer.ready() is None

    turn(sequencer, back(REQUESTS, 0, "2026-01-05"))
    assert ready(sequencer) == "2026-01-06"


def test_days_are_taken_one_after_the_other() -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"), day(1, "2026-01-06"))
    turn(sequencer, ends={CLAIMS: 0, PAYMENTS: 0})

    assert not sequencer.wants_ends()
    assert sequencer.stands[BUSINESS_DAY].at == 1
    close(sequencer, "2026-01-05")
    assert sequencer.wants_ends()


def test_with_through_nothing_beyond_it_passes_before_the_mark_and_the_ring() -> None:
    sequencer = turns()
    exact = day(0, "2026-01-05", through={"claim-created": [1], "payment-received": [0]})

    plan = turn(sequencer, exact, event(CLAIMS, 0), event(CLAIMS, 1), event(PAYMENTS, 0))
    assert appended(plan) == ["claim-created-0"]
    assert plan.back_to == {CLAIMS: 1, PAYMENTS: 0}
    turn(sequencer, ends={CLAIMS: 2, PAYMENTS: 1})
    assert sequencer.ready() is not None
    assert {CLAIMS, PAYMENTS} <= sequencer.held()

    sequencer.calendar.marked()
    assert {CLAIMS, PAYMENTS} <= sequencer.held()
    assert appended(turn(sequencer, event(CLAIMS, 1))) == []

    turn(sequencer, back(NOTICES, 0, "2026-01-05"), back(REQUESTS, 0, "2026-01-05"))
    assert not {CLAIMS, PAYMENTS} & sequencer.held()
    assert appended(turn(sequencer, event(CLAIMS, 1))) == ["claim-created-1"]


def test_an_exact_day_behind_others_holds_back_as_well() -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"))
    turn(sequencer, ends={CLAIMS: 1, PAYMENTS: 0})

    plan = turn(
        sequencer,
        day(1, "2026-01-06", through={"claim-created": [2], "payment-received": [0]}),
        *(event(CLAIMS, offset) for offset in range(4)),
    )

    assert appended(plan) == ["claim-created-0", "claim-created-1"]
    assert sequencer.ready() is not None


def test_a_day_seen_late_takes_nothing_from_behind_the_exact_day_that_follows() -> None:
    # After a restore both are announced already, and more has come in behind the exact one.
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"), day(1, "2026-01-06", through={"claim-created": [1]}))
    turn(sequencer, ends={CLAIMS: 3, PAYMENTS: 0})

    plan = turn(sequencer, event(CLAIMS, 0), event(CLAIMS, 1), event(CLAIMS, 2))

    assert appended(plan) == ["claim-created-0"]
    assert ready(sequencer) == "2026-01-05"


@pytest.mark.parametrize(
    "other",
    [
        day(1, "2026-01-05"),
        day(1, "2026-01-05", id_="other"),
        day(1, "2026-01-04", id_="other"),
        day(1, "2026-01-06", id_="day-2026-01-05"),
        day(1, "soon", id_="other"),
        day(1, "2026-01-06", id_="other", through={"claim-created": [-1]}),
    ],
    ids=["again", "same day", "before", "id reused", "no day", "bad through"],
)
def test_an_announcement_that_opens_no_day_goes_to_the_ledger(other: Source) -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05"))
    turn(sequencer, ends={CLAIMS: 0, PAYMENTS: 0})
    close(sequencer, "2026-01-05")

    plan = turn(sequencer, other)

    assert appended(plan) == [(dict(other.headers)["ce_id"] or b"").decode()]
    assert sequencer.calendar.pending is None
    assert sequencer.stands[BUSINESS_DAY].at == 2


def test_the_id_of_an_announcement_that_opened_no_day_opens_none_later() -> None:
    sequencer = turns()
    store = new_store(engine_for("sqlite://"))
    refused = turn(sequencer, day(0, "soon", id_="x")).refused
    assert refused is not None
    store.keep_refused(refused)

    for one in (sequencer, turns(store.load(1)[1])):  # and after a restart
        plan = turn(one, day(1, "2026-01-05", id_="x"))

        assert appended(plan) == ["x"]  # the ledger rejects it: id-reuse
        assert not one.wants_ends()
        assert plan.refused is None


@pytest.mark.parametrize(
    ("through", "flaw"),
    [
        ({"claim-created": [2]}, ("", "")),
        ({"claim-created": [3]}, ("schema", "through")),
        ({"claim-created": [2, 0]}, ("", "")),
        ({"claim-created": [2, 1]}, ("schema", "through")),
        ({"debtor-contact": [99]}, ("", "")),
    ],
    ids=["at the end", "beyond it", "nothing of no partition", "some of it", "not waited for"],
)
def test_a_through_beyond_the_ends_is_refused_and_the_next_day_opens(
    through: dict[str, list[int]], flaw: tuple[str, str]
) -> None:
    sequencer = turns()
    turn(sequencer, day(0, "2026-01-05", through=through), event(CLAIMS, 0), event(CLAIMS, 1))
    plan = turn(sequencer, ends={CLAIMS: 2, PAYMENTS: 0})

    headers = plan.messages[0][0].headers if plan.messages else {}
    assert (headers.get("mw-flaw", ""), headers.get("mw-field", "")) == flaw
    assert ready(sequencer) == ("" if any(flaw) else "2026-01-05")
    if any(flaw):
        turn(sequencer, day(1, "2026-01-06"))
        turn(sequencer, ends={CLAIMS: 2, PAYMENTS: 0})
        assert ready(sequencer) == "2026-01-06"


def test_what_was_refused_for_its_through_stays_so_when_it_is_read_again_with_more_behind_it() -> None:
    store = new_store(engine_for("sqlite://"))
    early = day(0, "2026-01-05", through={"claim-created": [1]})
    before = turns()
    turn(before, early)
    refused = turn(before, ends={CLAIMS: 0, PAYMENTS: 0}).refused
    assert refused is not None
    store.keep_refused(refused)

    again = turns(store.load(1)[1])  # it stopped before its position was stored
    plan = turn(again, early, event(CLAIMS, 0), ends={CLAIMS: 1, PAYMENTS: 0})

    assert plan.messages[0][0].headers["mw-field"] == "through"
    assert again.calendar.pending is None


def test_hand_overs_of_a_day_come_behind_its_notices_whichever_is_fetched_first() -> None:
    sequencer = turns()
    requested = dunning(REQUESTS, 0, "enforcement-requested.v1")
    assert REQUESTS in sequencer.held()
    assert appended(turn(sequencer, requested)) == []

    plan = turn(
        sequencer, requested, dunning(NOTICES, 0, "dunning-notice-issued.v1"), back(NOTICES, 1, "2026-01-05")
    )

    assert appended(plan) == ["dunning-notice-0", "enforcement-requested-0"]


def test_what_dunning_sent_twice_is_taken_once_and_what_is_missing_stops() -> None:
    sequencer = turns()
    first = dunning(NOTICES, 0, "dunning-notice-issued.v1", number=1)
    again = dunning(NOTICES, 1, "dunning-notice-issued.v1", number=1)

    assert appended(turn(sequencer, first, again)) == ["dunning-notice-0"]
    with pytest.raises(BrokenFeedbackError, match="number 3 follows 1"):
        turn(sequencer, dunning(NOTICES, 2, "dunning-notice-issued.v1", number=3))


def test_a_foreign_record_on_dunnings_topic_stops() -> None:
    with pytest.raises(BrokenFeedbackError, match="not written by dunning"):
        turn(turns(), event(NOTICES, 0))
