"""What we write is read back as it was, leaves out what is not there, and hashes by value."""

import dataclasses
from datetime import date
from pathlib import Path
from typing import ClassVar, get_type_hints

import orjson
import pytest

from mahnwerk.describe import examples
from shared.contracts import (
    INBOUND,
    OUTBOUND,
    AccountChanged,
    Because,
    ClaimView,
    EventRejected,
    SollsatzView,
)
from shared.contracts.codec import data_hash, payload, to_json

EXAMPLES = examples(Path(__file__).parents[2] / "docs")
BECAUSE = Because(policy="wuppertal@ever", rules=("R62",), facts={"n": 1, "yes": True, "l": ["a"]})


def test_what_is_none_is_left_out_and_the_order_is_that_of_the_fields() -> None:
    rejected = EventRejected(
        topic="block-set", partition=0, offset=7, reason="malformed", message="m", because=BECAUSE
    )
    assert to_json(rejected) == (
        b'{"topic":"block-set","partition":0,"offset":7,"reason":"malformed","message":"m",'
        b'"because":{"policy":"wuppertal@ever","rules":["R62"],"facts":{"n":1,"yes":true,"l":["a"]}}}'
    )


def test_nested_views_are_read_back_as_they_were() -> None:
    due = date(2026, 3, 31)
    view = ClaimView(
        kassenzeichen="8656210000010",
        aktenzeichen="39110412300815",
        einnahmeart="5621",
        office="LG",
        due_on=due,
        soll_cents=100,
        ist_cents=-5,
        written_off_cents=0,
        open_cents=105,
        credit_cents=0,
        sollsaetze=(SollsatzView(due_on=due, amount_cents=100, open_cents=105),),
    )
    changed = AccountChanged(
        mandant="wuppertal",
        debtor_ref="d",
        version=1,
        open_cents=105,
        credit_cents=0,
        claims=(view,),
        because=BECAUSE,
    )
    written = to_json(changed)
    assert payload("account-changed.v1", written) == changed
    assert payload("account-changed.v1", orjson.loads(written)) == changed


@pytest.mark.parametrize("type_", OUTBOUND)
def test_every_payload_is_frozen_and_says_why(type_: str) -> None:
    kind = OUTBOUND[type_]
    built = payload(type_, EXAMPLES[type_]["data"])
    assert (kind.TYPE, get_type_hints(kind)["TOPIC"]) == (type_, ClassVar[str])
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(built, next(iter(EXAMPLES[type_]["data"])), None)
    names = list(kind.__dataclass_fields__)  # type: ignore[attr-defined]
    assert (names[-1] == "because") == (type_ != "day-marked.v1")


def test_types_are_named_once() -> None:
    assert not INBOUND.keys() & OUTBOUND.keys()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}, True),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1e2}, {"a": 100}, True),
        ({"a": 0}, {"a": -0.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": 1}, {"a": 1.5}, False),
        ({"a": None}, {}, False),
        ({"b": [1, 2]}, {"b": [2, 1]}, False),
    ],
)
def test_the_hash_is_that_of_the_json_value(one: object, other: object, same: bool) -> None:  # noqa: FBT001
    assert (data_hash("t", one) == data_hash("t", other)) is same
    assert data_hash("t", one) != data_hash("u", one)
