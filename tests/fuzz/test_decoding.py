"""Whatever comes in, as a line or as a record: no exception, one answer, and all others are served."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import topics
from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.envelope import line_to_record, load_line
from shared.database import engine_for
from tests.fuzz import holds
from tests.fuzz.budget import EXAMPLES
from tests.fuzz.machine import Data, Machine, numbered
from tests.fuzz.wire import Wire
from tests.scenarios import municipality
from tests.scenarios.timeline import Timeline

DAY = "2026-02-16"
REJECTED = "event-rejected.v1"
ANSWERS = (REJECTED, "event-accepted.v1", "claim-registered.v1", "payment-unclear.v1")


def story() -> Timeline:
    """A debtor with a claim, and a debtor whom nobody knows yet."""
    t = Timeline()
    t.day(DAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02", id="claim")
    return t


CLAIM: Data = next(line for line in story().sent if line["id"] == "claim") | {"id": "x"}
FRESH: Data = CLAIM["data"] | {"claim_ref": "K2", "kassenzeichen": None}


def odd_claim(**changes: object) -> Data:
    return CLAIM | {"data": FRESH | changes}


def nested(levels: int) -> Any:  # noqa: ANN401 - JSON
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


ODD_LINES = {
    "digits that are none": odd_claim(einnahmeart="²²²²"),
    "digits of another script": odd_claim(einnahmeart="٥٦٢١"),
    "an item with candidates": odd_claim(items=[{"candidates": {}}]),
    "an item with odd candidates": odd_claim(items=[{"candidates": {"valid": 5}}]),
    "an item with a remittance": odd_claim(items=[{"remittance": [1]}]),
    "items of everything": odd_claim(items=[None, 1, [], {"kassenzeichen": {}}, {"kassenzeichen": "8"}]),
    "NUL in a debtor": odd_claim(debtor_ref="D\x001"),
    "NUL in a payer": odd_claim(payer_ref="\x00"),
    "NUL in a name": odd_claim(claim_ref="a\x00b"),
    "NUL in a Kassenzeichen": odd_claim(kassenzeichen="86562100000\x0017"),
    "a long debtor": odd_claim(debtor_ref="x" * 200_000),
    "a mandant that is a list": odd_claim(mandant=["wuppertal"]),
    "a mandant that is an object": odd_claim(mandant={}),
    "an amount over 64 bits": odd_claim(amount_cents=2**64 - 1),
    "an amount with a fraction of 0": odd_claim(amount_cents=100.0),
    "an amount that is true": odd_claim(amount_cents=True),
    "candidates from outside": CLAIM | {"type": "payment-received.v1", "data": FRESH | {"candidates": 7}},
    "300 KiB": odd_claim(remark="x" * 300 * 1024),
    "300 KiB of no object": CLAIM | {"data": ["x" * 300 * 1024]},
    "deep": odd_claim(remark=nested(101)),
    "very deep": odd_claim(remark=nested(1000)),
    "a version that is a number": CLAIM | {"specversion": 1.0},
    "another version": CLAIM | {"specversion": "0.3"},
    "an empty version": CLAIM | {"specversion": ""},
    "an unprintable version": CLAIM | {"specversion": "\x00"},
    "no id": {name: value for name, value in CLAIM.items() if name != "id"},
    "an unprintable id": CLAIM | {"id": "a\x00"},
    "a long id": CLAIM | {"id": "x" * 257},
    "a source that is a number": CLAIM | {"source": 1},
    "no type": {name: value for name, value in CLAIM.items() if name != "type"},
    "a type that is a list": CLAIM | {"type": ["claim-created.v1"]},
    "a type that nobody has": CLAIM | {"type": "x" * 100_000},
    "no data": {name: value for name, value in CLAIM.items() if name != "data"},
    "data that is a text": CLAIM | {"data": orjson.dumps(FRESH).decode()},
    "data that is a list": CLAIM | {"data": [FRESH]},
    "a contact without data": CLAIM | {"type": "debtor-contact.v1", "data": None},
    "a contact without an id": {"source": "s", "type": "debtor-contact.v1", "data": {}},
    "a contact of 300 KiB": CLAIM | {"type": "debtor-contact.v1", "data": {"name": "x" * 300 * 1024}},
    "a day that is none": CLAIM | {"type": "business-day-opened.v1", "data": {"day": "2026-02-30"}},
    "a day with odd offsets": CLAIM
    | {"type": "business-day-opened.v1", "data": {"day": "2026-02-20", "through": {"claim-created": [-1]}}},
    "nothing": None,
    "an empty object": {},
    "a list": [CLAIM],
    "a number": 1e300,
    "a very deep list": nested(1000),
    **{f"our own {type_}": CLAIM | {"type": type_} for type_ in OUTBOUND},
    **{f"our own {type_}": CLAIM | {"type": type_} for type_ in ("redrive-requested.v1", "")},
}


@pytest.mark.parametrize("line", ODD_LINES.values(), ids=ODD_LINES)
def test_an_odd_line_is_rejected_once_and_changes_nothing_for_others(line: object) -> None:
    t = story()
    t.payment("P1", "K1", "40.00")
    lines = [*t.sent[:2], line, *t.sent[2:], line]
    machine = Machine()
    machine.play(numbered(lines))

    holds.everything(machine, numbered(lines))
    first = [event for event in machine.events() if event["type"] == REJECTED]
    assert len(first) in (1, 2)  # the second one is a duplicate where it has an identity
    assert all(event["data"].get("offset") in (3, 6, None) for event in first)
    others = [event for event in machine.events() if event not in first]
    assert others == t.raw()


def test_odd_lines_before_the_first_day() -> None:
    lines = numbered([*ODD_LINES.values(), *story().sent, *ODD_LINES.values()])
    machine = Machine()
    machine.play(lines)

    holds.everything(machine, lines)


def test_what_sql_cannot_hold_is_rejected_on_both_databases(both_databases: dict[str, str]) -> None:
    wire = Wire(municipality.shipped(), lambda service: engine_for(both_databases[service]))
    wire.open_day(DAY)
    answers = {}
    for name, line in ODD_LINES.items():
        if isinstance(line, dict):
            headers, value = line_to_record(line)
            answers[name] = [one["type"] for one in wire.send(topics.CLAIM_CREATED, headers, value)]
    assert answers == {name: [REJECTED] for name in answers}
    wire.send(topics.DEBTOR_CONTACT, [], None, b"wuppertal/\x00\xff")

    headers, value = line_to_record(story().sent[1])
    registered = wire.send(topics.DEBTOR_REGISTERED, headers, value)
    assert [one["type"] for one in registered] == ["event-accepted.v1"]


_texts = st.text(st.characters(codec="utf-8"), max_size=8)
_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    _texts,
    st.sampled_from([DAY, "wuppertal", "D1", "K1", "5621", "LG", "T", "8656210000017", 100, "1.0"]),
)
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def _data(draw: st.DrawFn) -> Data:
    """The fields of a type, some of them lawful."""
    model = draw(st.sampled_from(list(INBOUND.values())))
    data = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(model.model_fields, _json)))
    if draw(st.booleans()):
        data["mandant"] = "wuppertal"
    return {"type": model.TYPE, "data": data}


@st.composite
def _line(draw: st.DrawFn) -> Data:
    line: Data = {"specversion": "1.0", "id": "x", "source": "s"} | draw(_data())
    return line | draw(
        st.dictionaries(st.sampled_from(["id", "source", "type", "specversion", "time"]), _json)
    )


@given(lines=st.lists(_json | _line(), min_size=1, max_size=6))
@settings(max_examples=EXAMPLES)
def test_any_json_is_answered_once(lines: list[Any]) -> None:
    t = story()
    played = numbered([*t.sent, *lines, closing("2199-12-31")])
    machine = Machine()
    machine.play(played)

    holds.everything(machine, played)


def closing(day: str) -> Data:
    """A last day, on which nobody waits any longer."""
    data = {"day": day}
    return {
        "specversion": "1.0",
        "id": "end",
        "source": "/clock",
        "type": "business-day-opened.v1",
        "data": data,
    }


_names = st.sampled_from(
    ["ce_id", "ce_source", "ce_type", "ce_specversion", "ce_time", "mw-flaw", "mw-hash", "x"]
)
_values = st.none() | st.binary(max_size=6) | st.sampled_from([b"1.0", *(name.encode() for name in INBOUND)])
_bodies = st.one_of(
    st.none(),
    st.binary(max_size=20),
    st.sampled_from(
        [
            b"{}",
            b"[]",
            b"NaN",
            b'{"a":NaN}',
            b'{"a":1e400}',
            b'{"a":"\\ud800"}',
            b"[" * 3000,
            b"\xef\xbb\xbf{}",
        ]
    ),
    _data().map(lambda line: orjson.dumps(line["data"])),
)


@given(
    topic=st.sampled_from(topics.INBOUND),
    headers=st.lists(st.tuples(_names, _values), max_size=6),
    body=_bodies,
)
@settings(max_examples=10 * EXAMPLES)
def test_any_record_is_answered_once(
    wire: Wire, topic: str, headers: list[tuple[str, bytes | None]], body: bytes | None
) -> None:
    told = wire.send(topic, headers, body)

    answers = [one["type"] for one in told if one["type"] in ANSWERS]
    assert len(answers) <= 1  # none: a duplicate, which is known by id and source, or it waits
    assert answers == [REJECTED] or {name for name, _ in headers} >= {"ce_id", "ce_source"}


@pytest.fixture(scope="module")
def wire() -> Wire:
    """One for all records: what one of them leaves behind must not hurt the next."""
    wire = Wire(municipality.shipped())
    wire.open_day(DAY)
    return wire


@pytest.mark.parametrize(
    "line", [b'"\\ud800"', b'{"id":"\\udfff"}', b"1e400", b"9" * 5000, b"[" * 2000 + b"]" * 2000]
)
def test_json_that_nobody_can_write_again_is_malformed(line: bytes) -> None:
    machine = Machine()
    machine.play([(1, load_line(line))])

    (rejected,) = machine.events()
    assert (rejected["data"]["reason"], rejected["data"]["offset"]) == ("malformed", 1)


@pytest.mark.parametrize(
    "line",
    [
        b"NaN",
        b'{"a":Infinity}',
        b"[1,]",
        b"{'a':1}",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b'"\x01"',
        b"01",
        b"{} {}",
    ],
)
def test_what_is_no_json(line: bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        load_line(line)
