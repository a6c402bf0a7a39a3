"""What is judged of every record: can it be read, is it new, whose is it, and before the first day."""

from collections.abc import Callable
from datetime import date

from shared.contracts import (
    ClaimRegistered,
    DayMarked,
    EventAccepted,
    EventRejected,
    PaymentUnclear,
    PostingRecorded,
)
from tests.claims.driver import Driver, reasons, the, told


def test_the_same_event_again_has_no_effect_and_no_second_answer(owed: Driver) -> None:
    first = owed.pay("P1", 100, _id="same")
    assert told(first, PostingRecorded)
    assert owed.pay("P1", 100, _id="same") == []
    assert reasons(owed.pay("P2", 100, _id="same")) == ["id-reuse"]
    assert told(owed.pay("P2", 100, _id="same", _source="other"), PostingRecorded)


def test_ids_of_rejected_events_are_remembered_too(owed: Driver) -> None:
    assert reasons(owed.about("claim-reduced.v1", amount_cents=0, due_on="2026-03-31", _id="r")) == ["schema"]
    assert owed.about("claim-reduced.v1", amount_cents=0, due_on="2026-03-31", _id="r") == []
    again = owed.about("claim-reduced.v1", amount_cents=1, due_on="2026-03-31", _id="r")
    once_more = owed.about("claim-reduced.v1", amount_cents=1, due_on="2026-03-31", _id="r")
    assert reasons(again) == reasons(once_more) == ["id-reuse"]
    assert again[0].id != once_more[0].id


def test_what_the_sequencer_appends_twice_counts_once(owed: Driver) -> None:
    record = owed.inbound("payment-received.v1", payment_ref="P1", amount_cents=1, booked_on="2026-04-01")
    assert told(owed.feed([record]), PaymentUnclear)
    again = owed.record(record.type, record.data, id="x", **{"mw-from": record.headers["mw-from"]})
    assert owed.feed([again]) == []


def test_types_and_mandants_that_nobody_knows(ledger: Driver) -> None:
    assert reasons(ledger.send("claim-forgiven.v1")) == ["unknown-type"]
    assert reasons(ledger.send("debtor-contact.v1")) == ["unknown-type"]
    rejected = the(ledger.send("claim-ended.v1", mandant="nowhere", kassenzeichen="1"), EventRejected)
    assert (rejected.reason, rejected.field) == ("schema", "last_due_on")
    rejected = the(ledger.debtor(mandant="nowhere"), EventRejected)
    assert (rejected.reason, rejected.mandant) == ("unknown-mandant", "nowhere")
    assert (rejected.rejected_type, rejected.topic) == ("debtor-registered.v1", None)


def test_an_unreadable_record_is_named_by_where_it_stood(ledger: Driver) -> None:
    record = ledger.record(
        "", {}, id="", source="", **{"mw-flaw": "malformed", "mw-from": "block-set/2/77", "mw-hash": ""}
    )
    rejected = the(ledger.feed([record]), EventRejected)
    assert (rejected.topic, rejected.partition, rejected.offset) == ("block-set", 2, 77)
    assert (rejected.rejected_id, rejected.mandant, rejected.reason) == (None, None, "malformed")


def test_a_day_whose_through_lies_beyond_the_ends_is_answered(ledger: Driver) -> None:
    flaw = {"mw-flaw": "schema", "mw-field": "through"}
    record = ledger.record("business-day-opened.v1", {"day": "2026-04-02"}, **flaw)
    rejected = the(ledger.feed([record]), EventRejected)
    assert (rejected.reason, rejected.field) == ("schema", "through")
    assert rejected.message == "through lies beyond the end of a partition"


def test_a_day_that_cannot_be_opened_is_answered(ledger: Driver) -> None:
    def announced(day: str, id_: str) -> list[str]:
        return reasons(ledger.feed([ledger.record("business-day-opened.v1", {"day": day}, id=id_)]))

    assert announced("2026-04-01", "other") == ["day-not-after"]
    assert announced("2026-03-31", "early") == ["day-not-after"]
    assert announced("31.03.2026", "schema") == ["schema"]
    clock = {"id": "day-2026-04-01", "source": "clock"}
    assert (
        reasons(ledger.feed([ledger.record("business-day-opened.v1", {"day": "2026-04-01"}, **clock)])) == []
    )
    later = ledger.record("business-day-opened.v1", {"day": "2026-04-09"}, **clock)
    assert reasons(ledger.feed([later])) == ["id-reuse"]


def test_a_mark_that_comes_twice_opens_nothing(ledger: Driver) -> None:
    assert told(ledger.open("2026-04-02"), DayMarked)
    assert ledger.open("2026-04-02") == []


def test_before_the_first_day_nothing_is_decided(new_ledger: Callable[..., Driver]) -> None:
    ledger = new_ledger()
    assert reasons(ledger.debtor(mandant="nowhere")) == ["unknown-mandant"]
    assert ledger.pay("P1", 4_000) == []
    assert ledger.claim() == []
    assert ledger.debtor(_id="d") == []
    assert ledger.debtor(_id="d") == []
    assert reasons(ledger.debtor("D2", _id="d")) == ["id-reuse"]
    events = ledger.open("2026-04-01")
    assert [e.day for e in events] == [date(2026, 4, 1)] * len(events)
    assert [type(e.payload) for e in events][:2] == [EventAccepted, ClaimRegistered]
    assert [p.kind for p in told(events, PostingRecorded)] == ["sollzugang", "payment"]
    assert isinstance(events[-1].payload, DayMarked)


def test_events_without_a_name_are_told_apart_by_their_place(ledger: Driver) -> None:
    events = [*ledger.debtor(_id=""), *ledger.debtor(_id="")]
    assert [(r.reason, r.field) for r in told(events, EventRejected)] == [("schema", "id")] * 2
    assert events[0].id != events[1].id
