"""The demo year, decided by the real services: what it is meant to show, it shows."""

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from mahnwerk.play import Play
from mahnwerk.year import year
from services.notifications.domain.because import FACTS, RULES
from services.notifications.domain.messages import TYPES
from shared.policy import load_policies

Emitted = list[dict[str, Any]]
MANDANTS = ("wuppertal", "landkreis", "baumberge", "erkelenz", "leipzig")


@pytest.fixture(scope="module")
def emitted() -> Emitted:
    lines = [event for _, events in year() for event in events]
    return [
        orjson.loads(line) for line in Play(load_policies(Path("policies"))).run(list(enumerate(lines, 1)))
    ]


def rejections(emitted: Emitted) -> Emitted:
    return [event["data"] for event in emitted if event["type"] == "event-rejected.v1"]


def test_every_mistake_is_rejected_for_its_reason(emitted: Emitted) -> None:
    meant = {event["id"] for _, events in year() for event in events if "-fehler-" in event["id"]}
    rejected = {data["rejected_id"]: data["reason"] for data in rejections(emitted)}
    assert meant <= rejected.keys()
    for id_ in meant:
        assert f"-fehler-{rejected[id_]}-" in id_


def test_hardly_anything_else_is_rejected(emitted: Emitted) -> None:
    """Now and then a report comes too late for its case, or a refund is more than the credit."""
    others = Counter(data["reason"] for data in rejections(emitted) if "-fehler-" not in data["rejected_id"])
    assert others.keys() <= {"no-open-case", "instalments-mismatch", "exceeds-credit", "id-reuse"}
    reports = sum(event["type"] == "field-report-admitted.v1" for event in emitted)
    assert others["no-open-case"] + others["instalments-mismatch"] < reports * 15 // 100
    assert others["exceeds-credit"] < 5


def test_running_claims_are_dunned_by_the_month(emitted: Emitted) -> None:
    items = [
        (event["data"]["mandant"], item["kassenzeichen"], item["due_on"])
        for event in emitted
        if event["type"] == "dunning-notice-issued.v1"
        for item in event["data"]["items"]
        if item["kassenzeichen"].startswith("865600900")
    ]
    months = Counter(item[:2] for item in set(items))
    assert {mandant for mandant, _ in months} == {
        "wuppertal",
        "landkreis",
        "baumberge",
        "erkelenz",
        "leipzig",
    }
    assert max(months.values()) >= 5  # from May on, of one who paid until April


def test_every_hold_begins_is_asked_about_and_ends_in_every_municipality(emitted: Emitted) -> None:
    asked = Counter(
        (event["data"]["mandant"], event["data"]["payload"]["cause"])
        for event in emitted
        if event["type"] == "handover-issued.v1" and event["data"]["kind"] == "decision-needed"
    )
    changes = [event["data"] for event in emitted if event["type"] == "account-changed.v1"]
    begun, ended = (
        {
            (change["mandant"], cause)
            for change in changes
            for cause in change["because"]["facts"].get(f"holds_{what}", ())
        }
        for what in ("begun", "ended")
    )
    released = Counter(
        event["data"]["mandant"]
        for event in emitted
        if event["type"] == "event-accepted.v1" and event["data"]["accepted_type"] == "hold-released.v1"
    )
    for mandant in MANDANTS:
        assert {cause for town, cause in asked if town == mandant} >= {
            "minor",
            "majority",
            "landlord",
            "deceased",
        }
        assert {(mandant, "benefits"), (mandant, "minor")} <= begun & ended
        assert released[mandant] == 3


def test_notices_are_withdrawn_and_their_fees_computed_again(emitted: Emitted) -> None:
    withdrawn = [event["data"] for event in emitted if event["type"] == "dunning-notice-withdrawn.v1"]
    causes = {(data["mandant"], data["cause"]) for data in withdrawn}
    for mandant in MANDANTS:
        assert {(mandant, "paid-before"), (mandant, "blocked-before")} <= causes
    moved = {data["mandant"] for data in withdrawn if "fee_charged" in data}
    assert moved >= {"baumberge", "erkelenz"}


def test_what_is_taken_over_enters_where_it_stands(emitted: Emitted) -> None:
    about = Counter(
        (event["type"], event["data"]["mandant"])
        for event in emitted
        if event["data"].get("debtor_ref") == "P-9501"
    )
    for mandant in MANDANTS:
        for step in ("requested", "announced", "started", "closed"):
            assert about[f"enforcement-{step}.v1", mandant] == 1
        assert not about["dunning-notice-issued.v1", mandant]  # the old system's is the only one


def test_what_was_written_off_years_ago_is_looked_at_again(emitted: Emitted) -> None:
    def told(type_: str, ref: str, *names: str) -> list[tuple[Any, ...]]:
        found = (event["data"] for event in emitted if event["type"] == type_)
        return [tuple(data[name] for name in names) for data in found if data.get("debtor_ref") == ref]

    assert told("write-off-reviewed.v1", "P-9502", "mandant", "on", "number") == [
        ("wuppertal", "2026-12-29", 1)
    ]
    converted = ("unbefristet", 0)
    small = told("write-off-ordered.v1", "P-9503", "mandant", "ordered_on", "kind", "amount_cents")
    assert [order for order in small if order[2:] == converted] == [("leipzig", "2026-03-09", *converted)]
    left = told("handover-issued.v1", "P-9504", "mandant", "issued_on", "kind")
    assert ("leipzig", "2026-03-09", "write-off-manual-decision") in left
    large = told("write-off-ordered.v1", "P-9504", "mandant", "ordered_on", "kind", "amount_cents")
    assert {("leipzig", "2026-04-20", *converted)} == {
        order for order in large if order[0] == "leipzig" and order[2:] == converted
    }


def test_everything_there_is_to_see_happens(emitted: Emitted) -> None:
    types = Counter(event["type"] for event in emitted)
    for type_ in (
        "dunning-notice-issued.v1",
        "enforcement-announced.v1",
        "enforcement-started.v1",
        "instalment-plan-started.v1",
        "instalment-missed.v1",
        "enforcement-closed.v1",
        "write-off-ordered.v1",
        "payment-unclear.v1",
        "payment-cleared.v1",
    ):
        assert types[type_] >= 10, type_
    numbers = Counter(
        event["data"]["number"] for event in emitted if event["type"] == "kassenanzeige-issued.v1"
    )
    kinds = Counter(event["data"]["kind"] for event in emitted if event["type"] == "handover-issued.v1")
    assert min(numbers[number] for number in (1, 2, 3)) >= 10
    assert kinds.keys() >= {
        "collectability-check",
        "write-off-task",
        "post-write-off",
        "follow-up",
        "lawsuit",
        "decision-needed",
        "offset-without-payment",
        "block-expiring",
        "majority-list",
        "large-amount",
        "insolvency-claim",
        "second-debtor",
        "limitation-warning",
        "limitation-note",
        "write-off-manual-decision",
    }


def test_every_fact_and_rule_in_a_message_has_a_german_name(emitted: Emitted) -> None:
    for event in emitted:
        if event["type"] in TYPES:
            because = event["data"]["because"]
            facts = because.get("facts", {}).keys() | event["data"].get("payload", {}).keys()
            assert facts <= FACTS.keys(), event["type"]
            assert set(because["rules"]) <= RULES.keys(), event["type"]
