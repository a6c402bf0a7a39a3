"""Every example that others may write, copied from docs/asyncapi.yaml, gets exactly the answer it names."""

from typing import Any

import orjson
import pytest

from mahnwerk.play import Play
from tests.asyncapi.document import document, example, messages
from tests.scenarios.municipality import shipped

Line = dict[str, Any]
REJECTED = "event-rejected.v1"
DEBTOR = "debtor-registered.v1"
CLAIM = "claim-created.v1"
REDUCED = "claim-reduced.v1"
WITHOUT_ANSWER = {"debtor-contact.v1", "business-day-opened.v1"}


def opened(day: str) -> Line:
    return _line(f"day-{day}", "business-day-opened.v1", {"day": day})


def payment(ref: str, cents: int, **data: object) -> Line:
    paid = {"mandant": "wuppertal", "payment_ref": ref, "amount_cents": cents, "booked_on": "2026-03-02"}
    return _line(f"before-{ref}", "payment-received.v1", paid | data)


def _line(id_: str, type_: str, data: Line) -> Line:
    return {"specversion": "1.0", "id": id_, "source": "before", "type": type_, "data": data}


def second_claim() -> Line:
    """The claim that the credit goes to."""
    line = example(CLAIM)
    number = {"kassenzeichen": "8656224152125", "claim_ref": "second", "einnahmeart": "5622"}
    return line | {"id": "before-second", "data": line["data"] | number}


def deceased() -> Line:
    """The debtor has died."""
    line = example(DEBTOR)
    return line | {"id": "before-deceased", "data": line["data"] | {"deceased_on": "2026-03-01"}}


# What has happened before an example makes sense; what is not named needs the debtor and the claim.
BOOKED = [DEBTOR, CLAIM]
OVERPAID: list[str | Line] = [
    *BOOKED,
    second_claim(),
    payment("1", 41_250 + 1_250, kassenzeichen="8656214152119"),
]
DUNNED: list[str | Line] = [
    *BOOKED,
    REDUCED,
    *map(opened, ("2026-04-10", "2026-04-15", "2026-04-27", "2026-05-04", "2026-05-12", "2026-05-20")),
]
BEFORE: dict[str, list[Any]] = {
    DEBTOR: [],
    "business-day-opened.v1": [],
    CLAIM: [DEBTOR],
    "credit-transferred.v1": OVERPAID,
    "credit-refunded.v1": OVERPAID,
    "deferral-ended.v1": [*BOOKED, "deferral-granted.v1"],
    "payment-assigned.v1": [*BOOKED, payment("202603310043", 4_200)],
    "block-lifted.v1": [*BOOKED, "block-set.v1"],
    "hold-released.v1": [deceased(), CLAIM, opened("2026-03-02")],
    "field-report.v1": [*DUNNED, "office-report.v1"],
    "office-report.v1": DUNNED,
    "whereabouts-checked.v1": [*BOOKED, "write-off-decided.v1"],
    "write-off-revoked.v1": [*BOOKED, "write-off-decided.v1"],
}


def played(type_: str) -> tuple[Line, list[Line]]:
    """The example, and what it led to."""
    shown = example(type_)
    before = [opened("2026-03-01"), *BEFORE.get(type_, BOOKED)]
    lines = [example(one) if isinstance(one, str) else one for one in before]
    out = Play(shipped()).run(enumerate([*lines, shown], 1))
    return shown, [event for event in map(orjson.loads, out) if event.get("causationid") == shown["id"]]


@pytest.mark.parametrize("type_", messages("receive"))
def test_the_example_gets_exactly_its_answer(type_: str) -> None:
    answered_by = document()["components"]["messages"][type_]["x-answered-by"]
    assert answered_by[-1] == REJECTED

    shown, events = played(type_)

    answers = [event for event in events if event["type"] in answered_by]
    assert [event["data"] for event in answers if event["type"] == REJECTED] == []
    assert len(answers) == (0 if type_ in WITHOUT_ANSWER else 1)
    assert answered_by[:-1] or type_ in WITHOUT_ANSWER
    for answer in answers:
        if answer["type"] == "event-accepted.v1":
            assert answer["data"]["accepted_id"] == shown["id"]


@pytest.mark.parametrize("type_", sorted(set(messages("receive")) - {"debtor-contact.v1"}))
def test_without_what_it_needs_the_example_gets_exactly_one_rejection(type_: str) -> None:
    """A field that every type needs is missing."""
    shown = example(type_)
    missing = "day" if type_ == "business-day-opened.v1" else "mandant"
    data = {name: value for name, value in shown["data"].items() if name != missing}
    out = Play(shipped()).run(enumerate([opened("2026-03-01"), shown | {"data": data}], 1))
    rejected = [event["data"] for event in map(orjson.loads, out) if event["type"] == REJECTED]
    assert [(one["rejected_id"], one["reason"], one["field"]) for one in rejected] == [
        (shown["id"], "schema", missing)
    ]
