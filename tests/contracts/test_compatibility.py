"""A change that would break somebody who was built against the last release fails here."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from mahnwerk.schemas import schema_of
from shared.contracts import INBOUND, OUTBOUND
from tests.asyncapi.document import document
from tests.contracts.compatibility import breaks, topics_break

RELEASED = Path(__file__).parents[2] / "docs" / "released"
Schema = dict[str, Any]
Change = Callable[[Schema], object]


def released(type_: str) -> Schema:
    loaded: Schema = orjson.loads((RELEASED / "schemas" / f"{type_}.json").read_bytes())
    return loaded


def released_document() -> Schema:
    loaded: Schema = yaml.safe_load((RELEASED / "asyncapi.yaml").read_text(encoding="utf-8"))
    return loaded


TYPES = [path.name.removesuffix(".json") for path in sorted((RELEASED / "schemas").glob("*.json"))]


def test_something_was_released() -> None:
    assert len(TYPES) > 40


@pytest.mark.parametrize("type_", TYPES)
def test_no_type_breaks_who_writes_or_reads_it(type_: str) -> None:
    assert type_ in INBOUND | OUTBOUND, "the type is gone"
    assert list(breaks(released(type_), schema_of(type_), inbound=type_ in INBOUND)) == []


def test_no_topic_breaks_who_uses_it() -> None:
    assert list(topics_break(released_document(), document())) == []


def _drop(name: str) -> Change:
    return lambda schema: schema["properties"].pop(name)


def _set(name: str, **said: object) -> Change:
    return lambda schema: schema["properties"][name].update(said)


def _replace(name: str, said: Schema) -> Change:
    return lambda schema: schema["properties"].update({name: said})


def _require(name: str) -> Change:
    return lambda schema: schema["required"].append(name)


def _release(name: str) -> Change:
    return lambda schema: schema["required"].remove(name)


def _add(name: str) -> Change:
    return lambda schema: schema["properties"].update({name: {"type": "string"}})


def _rename(old: str, new: str) -> Change:
    return lambda schema: schema["properties"].update({new: schema["properties"].pop(old)})


def _inner(change: Change, *path: str) -> Change:
    def changed(schema: Schema) -> object:
        for step in path:
            schema = schema[step]
        return change(schema)

    return changed


def _without(value: str, name: str) -> Change:
    return lambda schema: schema["properties"][name]["enum"].remove(value)


def _with(value: str, name: str) -> Change:
    return lambda schema: schema["properties"][name]["enum"].append(value)


def found(type_: str, change: Change) -> list[str]:
    changed = copy.deepcopy(released(type_))
    change(changed)
    return list(breaks(released(type_), changed, inbound=type_ in INBOUND))


_ITEM = ("properties", "items", "items")
_INSTALMENT = ("properties", "instalments", "items")


@pytest.mark.parametrize(
    ("type_", "change", "says"),
    [
        ("block-set.v1", _drop("ends_by"), "ends_by: is gone"),
        ("block-set.v1", _rename("set_on", "begins_on"), "set_on: is gone"),
        ("block-set.v1", _replace("reason", {"type": "integer"}), "reason: has another type"),
        ("block-set.v1", _replace("ends_by", {"type": "string", "format": "date"}), "ends_by: null is"),
        ("block-set.v1", _require("ends_by"), "ends_by: is newly required"),
        ("block-set.v1", _without("U", "reason"), "reason: the value U is gone"),
        ("block-set.v1", _set("mandant", maxLength=32), "mandant: maxLength is narrower"),
        ("block-set.v1", _set("mandant", minLength=2), "mandant: minLength is narrower"),
        ("block-set.v1", _set("kassenzeichen", pattern="^86"), "kassenzeichen: has another pattern"),
        ("block-set.v1", _set("kassenzeichen", enum=["1"]), "kassenzeichen: only some values are accepted"),
        ("dunning-notice-issued.v1", _drop("pay_by"), "pay_by: is gone"),
        ("dunning-notice-issued.v1", _rename("pay_by", "due_by"), "pay_by: is gone"),
        ("dunning-notice-issued.v1", _replace("total_cents", {"type": "string"}), "total_cents: has another"),
        (
            "dunning-notice-issued.v1",
            _replace("total_cents", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            "total_cents: null was never written",
        ),
        ("dunning-notice-issued.v1", _release("pay_by"), "pay_by: may be missing now"),
        ("dunning-notice-issued.v1", _inner(_drop("fee_cents"), *_ITEM), "items[].fee_cents: is gone"),
        (
            "dunning-notice-issued.v1",
            _inner(_replace("fee_cents", {"type": "string"}), *_ITEM),
            "items[].fee_cents: has another type",
        ),
        ("instalment-plan-started.v1", _inner(_set("amount_cents", maximum=10**14), *_INSTALMENT),
         "instalments[].amount_cents: maximum is wider"),
        ("instalment-plan-started.v1", _inner(_set("amount_cents", minimum=0), *_INSTALMENT),
         "instalments[].amount_cents: minimum is wider"),
        ("event-rejected.v1", _without("id-reuse", "reason"), "reason: the value id-reuse is gone"),
        ("event-rejected.v1", _replace("reason", {"type": "string"}), "reason: the value address-inco"),
        ("account-changed.v1", _inner(_drop("held_from"), "properties", "claims", "items", "properties",
         "holds", "items"), "claims[].holds[].held_from: is gone"),
    ],
)  # fmt: skip
def test_what_breaks_somebody_is_found(type_: str, change: Change, says: str) -> None:
    messages = found(type_, change)
    assert any(message.startswith(says) for message in messages), messages


@pytest.mark.parametrize(
    ("type_", "change"),
    [
        ("block-set.v1", _add("remark")),
        ("block-set.v1", _with("Q", "reason")),
        ("block-set.v1", _set("mandant", maxLength=128)),
        ("block-set.v1", _release("set_on")),
        ("dunning-notice-issued.v1", _add("remark")),
        ("dunning-notice-issued.v1", _inner(_require("remark"))),
        ("event-rejected.v1", _with("too-late", "reason")),
        ("instalment-plan-started.v1", _inner(_set("amount_cents", maximum=1), *_INSTALMENT)),
    ],
)
def test_what_is_only_more_breaks_nobody(type_: str, change: Change) -> None:
    assert found(type_, change) == []


def _topic(name: str, change: Change) -> Change:
    return lambda new: change(new["channels"][name])


def _kafka(name: str, change: Change) -> Change:
    return _topic(name, lambda channel: change(channel["bindings"]["kafka"]))


def _message(type_: str, change: Change) -> Change:
    return lambda new: change(new["components"]["messages"][type_])


def _headers(type_: str, change: Change) -> Change:
    return _message(type_, lambda message: change(message["headers"]))


_BLOCK, _NOTICE = "block-set.v1", "dunning-notice-issued.v1"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda new: new["channels"].pop("letter"), "letter: the topic is gone"),
        (
            _topic("claim-amended", lambda channel: channel["messages"].pop("claim-ended.v1")),
            "claim-amended: claim-ended.v1 is gone",
        ),
        (
            lambda new: new["operations"]["send-letter"].update(action="receive"),
            "letter: is written by the other side",
        ),
        (lambda new: new["operations"].pop("send-letter"), "letter: is written by the other side"),
        (_topic("letter", lambda channel: channel.update(address="letters")), "letter: address is another"),
        (
            _kafka("block-set", lambda kafka: kafka["topicConfiguration"].update({"retention.ms": 1})),
            "block-set: retention.ms is another",
        ),
        (
            _kafka("letter", lambda kafka: kafka["topicConfiguration"].update({"retention.x": 1})),
            "letter: retention.x is another",
        ),
        (
            _kafka("business-day", lambda kafka: kafka.pop("partitions")),
            "business-day: partitions is another",
        ),
        (_kafka("block-set", lambda kafka: kafka.update(partitions=1)), "block-set: partitions is another"),
        (
            _message(_BLOCK, lambda message: message["bindings"]["kafka"]["key"].update(description="none")),
            "block-set: block-set.v1: key is another",
        ),
        (
            _message(
                "business-day-opened.v1", lambda message: message.update(bindings={"kafka": {"key": {}}})
            ),
            "business-day: business-day-opened.v1: key is another",
        ),
        (
            _message(_BLOCK, lambda message: message.update(contentType="application/xml")),
            "block-set: block-set.v1: contentType is another",
        ),
        (
            _message(_NOTICE, lambda message: message.update(payload={"$ref": "./schemas/notice.json"})),
            "dunning-notice: dunning-notice-issued.v1: payload is another",
        ),
        (
            _message(_BLOCK, lambda message: message["x-answered-by"].insert(0, "block-registered.v1")),
            "block-set: block-set.v1: x-answered-by is another",
        ),
        (
            _message(_BLOCK, lambda message: message.pop("x-answered-by")),
            "block-set: block-set.v1: x-answered-by is another",
        ),
        (
            _headers(_BLOCK, _require("ce_time")),
            "block-set: block-set.v1: headers.ce_time: is newly required",
        ),
        (_headers(_BLOCK, _drop("ce_subject")), "block-set: block-set.v1: headers.ce_subject: is gone"),
        (
            _headers(_BLOCK, _set("ce_id", maxLength=64)),
            "block-set: block-set.v1: headers.ce_id: maxLength is narrower",
        ),
        (
            _headers(_NOTICE, _release("ce_time")),
            "dunning-notice: dunning-notice-issued.v1: headers.ce_time: may be missing now",
        ),
        (
            _headers(_NOTICE, _drop("mw-number")),
            "dunning-notice: dunning-notice-issued.v1: headers.mw-number: is gone",
        ),
        (
            _headers(_NOTICE, _set("mw-number", pattern=".")),
            "dunning-notice: dunning-notice-issued.v1: headers.mw-number: has another pattern",
        ),
        (
            _headers("day-marked.v1", _set("ce_specversion", const="2.0")),
            "kassenanzeige: day-marked.v1: headers.ce_specversion: the value 1.0 is gone",
        ),
    ],
)
def test_a_topic_that_changed_is_found(change: Change, says: str) -> None:
    changed = copy.deepcopy(released_document())
    change(changed)
    assert says in list(topics_break(released_document(), changed))


@pytest.mark.parametrize(
    "change",
    [
        lambda new: new["channels"].update({"new-topic": new["channels"]["letter"]}),
        _topic("letter", lambda channel: channel["messages"].update({"letter-sent.v1": {}})),
        _message(_NOTICE, lambda message: message.update(summary="said in another way", examples=[])),
        _message(_NOTICE, lambda message: message["bindings"]["kafka"].update(bindingVersion="0.6.0")),
        _headers(_BLOCK, _add("ce_remark")),
        _headers(_BLOCK, _set("ce_id", maxLength=512)),
        _headers(_NOTICE, _require("ce_subject")),
        _headers(_NOTICE, _set("ce_id", maxLength=64)),
    ],
)
def test_a_topic_that_only_says_more_breaks_nobody(change: Change) -> None:
    changed = copy.deepcopy(released_document())
    change(changed)
    assert list(topics_break(released_document(), changed)) == []
