"""Structured and binary mode say the same, and judge alike what is no event."""

from typing import Any

import orjson
import pytest

from shared.contracts.envelope import (
    MAX_BYTES,
    MAX_DEPTH,
    Envelope,
    Received,
    Unusable,
    line_to_record,
    parse_record,
    render_headers,
    render_line,
)

LINE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "upstream/kasse",
    "type": "block-set.v1",
    "subject": "wuppertal/8656210000010",
    "time": "2026-03-02T00:00:00Z",
    "data": {"mandant": "wuppertal"},
}
EVENT = Envelope(
    id="e-1",
    source="upstream/kasse",
    type="block-set.v1",
    subject="wuppertal/8656210000010",
    time="2026-03-02T00:00:00Z",
)


def read_line(line: object) -> Received | Unusable:
    """A line of a file is read as the record that is published of it."""
    return parse_record(*line_to_record(line))


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def padded(size: int) -> dict[str, Any]:
    return {"a": "x" * (size - len('{"a":""}'))}


def test_a_line_and_a_record_are_the_same_event() -> None:
    assert read_line(LINE) == Received(EVENT, LINE["data"])
    assert parse_record(render_headers(EVENT), b'{"mandant": "wuppertal"}') == Received(EVENT, LINE["data"])
    assert orjson.loads(render_line(EVENT, b'{"mandant":"wuppertal"}')) == LINE


def test_a_written_line_has_a_fixed_order_and_nothing_empty() -> None:
    event = Envelope(id="1", source="s", type="t", causationid="c", traceparent="00-1")
    assert render_line(event, b'{"b":1,"a":2}') == (
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","causationid":"c","data":{"b":1,"a":2}}'
    )
    assert render_headers(event) == [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"1"),
        ("ce_source", b"s"),
        ("ce_type", b"t"),
        ("ce_causationid", b"c"),
        ("traceparent", b"00-1"),
        ("content-type", b"application/json"),
    ]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"data": None}, "malformed", ""),
        ({"data": []}, "malformed", ""),
        ({"data": "text"}, "malformed", ""),
        ({"data": [], "type": "x", "id": None}, "malformed", ""),
        ({"data": nested(MAX_DEPTH + 1)}, "malformed", ""),
        ({"data": nested(900)}, "malformed", ""),
        ({"data": padded(MAX_BYTES + 1)}, "too-large", ""),
        ({"data": padded(MAX_BYTES + 1), "type": "x"}, "too-large", ""),
        ({"type": "deferral-proposed.v1"}, "unknown-type", ""),
        ({"type": "event-accepted.v1"}, "unknown-type", ""),
        ({"type": "x", "id": None}, "unknown-type", ""),
        ({"specversion": "0.3"}, "schema", "specversion"),
        ({"specversion": 1.0}, "schema", "specversion"),
        ({"id": None}, "schema", "id"),
        ({"id": 5}, "schema", "id"),
        ({"id": ""}, "schema", "id"),
        ({"id": "x" * 257}, "schema", "id"),
        ({"id": "a\nb"}, "schema", "id"),
        ({"source": None, "type": None}, "schema", "source"),
        ({"type": ["block-set.v1"]}, "schema", "type"),
    ],
)
def test_what_is_no_event_says_why(change: dict[str, Any], reason: str, field: str) -> None:
    line = {name: value for name, value in (LINE | change).items() if value is not None}
    read = read_line(line)
    assert isinstance(read, Unusable)
    assert (read.reason, read.field) == (reason, field)


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": None},
        {"subject": None, "time": 5},
        {"id": "x" * 256},
        {"extension": {}},
        {"data": padded(MAX_BYTES)},
        {"data": nested(MAX_DEPTH)},
        {"data": {}},
    ],
)
def test_what_may_be_left_out_and_how_large_it_may_be(change: dict[str, Any]) -> None:
    assert isinstance(read_line(LINE | change), Received)


@pytest.mark.parametrize("line", [[], "text", 1, None, [[LINE]]])
def test_a_line_that_is_no_object_is_malformed(line: object) -> None:
    read = read_line(line)
    assert isinstance(read, Unusable)
    assert (read.reason, read.id) == ("malformed", "")


@pytest.mark.parametrize(
    "value", [None, b"", b"{", b"\xff", b"[1]", b"null", b'{"a":NaN}', b'{"a":"\\ud800"}']
)
def test_a_value_that_is_no_json_object_is_malformed_and_keeps_its_identity(value: bytes | None) -> None:
    read = parse_record(render_headers(EVENT), value)
    assert isinstance(read, Unusable)
    assert (read.reason, read.id, read.type) == ("malformed", "e-1", "block-set.v1")


def test_a_header_that_is_not_utf8_makes_a_record_malformed_whoever_wrote_it() -> None:
    foreign = [("x-trace", b"\xc3\xa4"), ("ce_comment", b""), ("ce_subject", None)]
    assert isinstance(parse_record([*render_headers(EVENT), *foreign], b"{}"), Received)
    for name in ("ce_id", "x-trace"):
        read = parse_record([*render_headers(EVENT), (name, b"\xff")], b"{}")
        assert isinstance(read, Unusable)
        assert read.reason == "malformed"
