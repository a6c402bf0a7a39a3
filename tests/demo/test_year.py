"""The demo year is what the README promises, and the same on every run."""

from collections import Counter
from datetime import date

import pytest

from mahnwerk.year import year
from mahnwerk.year.agenda import StructuredEvent
from shared import kassenzeichen
from shared.contracts import EINNAHMEARTEN, INBOUND, REASONS
from shared.contracts.codec import SchemaError, decode

Day = tuple[date, list[StructuredEvent]]


@pytest.fixture(scope="module")
def days() -> list[Day]:
    return list(year())


@pytest.fixture(scope="module")
def events(days: list[Day]) -> list[StructuredEvent]:
    return [event for _, of_day in days for event in of_day]


def is_mistake(event: StructuredEvent) -> bool:
    return "-fehler-" in event["id"]


def of_type(events: list[StructuredEvent], type_: str) -> list[StructuredEvent]:
    return [event for event in events if event["type"] == type_]


def test_it_is_the_same_every_time_and_another_one_for_another_seed(days: list[Day]) -> None:
    assert list(year()) == days
    assert list(year(seed=7)) != days


def test_each_day_is_opened_first_and_only_once(days: list[Day]) -> None:
    opened = [day for day, _ in days]
    assert opened == sorted(set(opened))
    assert opened[:2] == [date(2025, 12, 29), date(2026, 1, 2)]  # the stock comes on a day of its own
    assert opened[-1] == date(2026, 12, 31)
    for day, of_day in days:
        assert of_day[0]["type"] == "business-day-opened.v1"
        assert of_day[0]["data"] == {"day": str(day)}
        assert not of_type(of_day[1:], "business-day-opened.v1")


def test_its_size_is_believable(events: list[StructuredEvent]) -> None:
    debtors = {
        (event["data"]["mandant"], event["data"]["debtor_ref"])
        for event in of_type(events, "debtor-registered.v1")
    }
    claims = of_type(events, "claim-created.v1")
    assert len(debtors) >= 300
    assert len(claims) >= 1_000
    assert {event["data"]["mandant"] for event in claims} >= {"wuppertal", "landkreis", "baumberge"}
    assert {event["data"]["einnahmeart"] for event in claims} >= set(EINNAHMEARTEN)
    assert 8_000 <= len(events) <= 15_000


def test_every_event_can_be_read_but_those_that_are_meant_not_to_be(events: list[StructuredEvent]) -> None:
    for event in events:
        if event["type"] not in INBOUND:
            assert "-fehler-unknown-type-" in event["id"]
            continue
        unreadable = isinstance(decode(event["type"], event["data"]), SchemaError)
        assert unreadable == ("-fehler-schema-" in event["id"]), event


def test_the_mistakes_cover_the_reasons(events: list[StructuredEvent]) -> None:
    made = {reason for reason in REASONS for event in events if f"-fehler-{reason}-" in event["id"]}
    not_made = set(REASONS) - made
    assert not_made == {
        "malformed",  # cannot stand in a file
        "too-large",
        "id-reuse",  # bears the id of a good event
        "day-not-after",  # a demo has one clock
    }


def test_some_events_come_twice_and_one_id_is_used_for_something_else(events: list[StructuredEvent]) -> None:
    ids = Counter(event["id"] for event in events)
    again = {id_ for id_, count in ids.items() if count > 1}
    assert again
    for id_ in again:
        found = [event["data"] for event in events if event["id"] == id_]
        assert found[0] == found[1]
        assert found[-1] != found[0]


def test_every_municipality_has_running_claims_that_end_in_every_way(events: list[StructuredEvent]) -> None:
    modes = Counter(event["data"]["mode"] for event in of_type(events, "claim-created.v1"))
    assert (modes["laufend_offen"], modes["laufend_bis"]) == (5 * 6, 5 * 4)
    ended = [event["data"] for event in of_type(events, "claim-ended.v1") if not is_mistake(event)]
    assert sum("last_due_on" in data for data in ended) == 5 * 4
    assert any(data.get("cancelled") for data in ended)


def test_claims_come_from_the_offices_that_may_book_them(events: list[StructuredEvent]) -> None:
    for event in of_type(events, "claim-created.v1"):
        if not is_mistake(event):
            assert event["data"]["office"] in EINNAHMEARTEN[event["data"]["einnahmeart"]]


def test_kassenzeichen_are_valid_and_each_claim_has_its_own(events: list[StructuredEvent]) -> None:
    numbers = [
        event["data"]["kassenzeichen"]
        for event in of_type(events, "claim-created.v1")
        if not is_mistake(event) and "kassenzeichen" in event["data"]
    ]
    assert all(kassenzeichen.valid(number) for number in numbers)
    of_mandants = Counter(
        (event["data"]["mandant"], event["data"]["kassenzeichen"])
        for event in of_type(events, "claim-created.v1")
        if not is_mistake(event) and "kassenzeichen" in event["data"]
    )
    assert max(of_mandants.values()) == 1
    assert len(numbers) < len(of_type(events, "claim-created.v1"))  # some are left to the system


def test_institutions_pay_what_is_never_dunned(events: list[StructuredEvent]) -> None:
    for event in of_type(events, "claim-created.v1"):
        if event["data"]["einnahmeart"] in ("5612", "5622") and not is_mistake(event):
            assert event["data"]["payer_ref"].startswith("I-")


def test_only_wuppertal_leaves_due_dates_out(events: list[StructuredEvent]) -> None:
    without = [
        event["data"]["mandant"]
        for event in of_type(events, "claim-created.v1")
        if "due_on" not in event["data"] and not is_mistake(event)
    ]
    assert set(without) == {"wuppertal"}
    assert len(without) > 100


def test_payments_come_in_every_way(events: list[StructuredEvent]) -> None:
    payments = [event["data"] for event in of_type(events, "payment-received.v1") if not is_mistake(event)]
    by_field = [data for data in payments if "kassenzeichen" in data]
    by_text = [data for data in payments if "remittance" in data]
    bounced = [data for data in payments if "reverses" in data]
    nothing = [data for data in payments if not data.keys() & {"kassenzeichen", "remittance", "reverses"}]
    assert min(map(len, (by_field, by_text, bounced, nothing))) > 5
    found = [kassenzeichen.candidates(data["remittance"]) for data in by_text]
    assert any(candidates.valid for candidates in found)
    assert any(not candidates.valid and candidates.invalid for candidates in found)
    assert any(len(candidates.valid) > 1 for candidates in found)


def test_everything_else_happens_too(events: list[StructuredEvent]) -> None:
    good = [event for event in events if not is_mistake(event)]
    reasons = {event["data"]["reason"] for event in of_type(good, "block-set.v1")}
    outcomes = {event["data"]["outcome"] for event in of_type(good, "field-report.v1")}
    decisions = {event["data"]["decision"] for event in of_type(good, "write-off-decided.v1")}
    assert reasons == set("TUVWXYZ")
    assert len(outcomes) == 5
    assert decisions == {"unbefristet", "befristet", "erlass", "refused"}
    assert {event["type"] for event in good} == set(INBOUND)


def test_nobody_reports_from_the_future(days: list[Day]) -> None:
    for day, of_day in days:
        for event in of_day:
            for field in (
                "booked_on",
                "reported_on",
                "checked_on",
                "decided_on",
                "set_on",
                "lifted_on",
                "on",
            ):
                if not is_mistake(event):
                    assert event["data"].get(field, "") <= str(day), event
