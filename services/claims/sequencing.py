"""From a record of an inbound topic to its copy in `intake`: pure, one record at a time, and it cannot fail.

The copy has what the ledger needs and nothing else: `intake` is kept for ever. Free text stays out of it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from msgspec import Struct, field

from shared import topics
from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.codec import data_hash
from shared.contracts.envelope import MAX_ATTRIBUTE, MAX_BYTES, MAX_DEPTH, SPECVERSION, is_shallow
from shared.contracts.fields import is_reference
from shared.kassenzeichen import candidates
from shared.records import DAY_MARKED, FIELD, FLAW, lane_of

LOGS: Final = tuple(topic for topic in topics.INBOUND if topic != topics.DEBTOR_CONTACT)
FEEDBACK: Final = (topics.DUNNING_NOTICE, topics.ENFORCEMENT_REQUESTED)

PAYMENT: Final = "payment-received.v1"
REDRIVE: Final = "redrive-requested.v1"
_NAME: Final = re.compile(r".+")
# What is kept, and its shape: nothing is decided by a time or a trace, and what may be anything may be a name
# too. No subject, for the same reason.
_KEPT_HEADERS: Final = {
    "ce_specversion": re.compile(r"[0-9.]+"),
    "ce_id": _NAME,
    "ce_source": _NAME,
    "ce_type": _NAME,
    "ce_time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[0-9T:.+Z-]*"),
    "ce_causationid": _NAME,
    "traceparent": re.compile(r"[0-9a-f-]+"),
}
# The fields of the types that the ledger knows; of every other type only the mandant is kept.
_FIELDS: Final[dict[str, frozenset[str]]] = {
    REDRIVE: frozenset({"mandant", "debtor_ref"}),
    **{
        model.TYPE: frozenset(model.model_fields)
        for model in INBOUND.values()
        if model.TOPIC != topics.DEBTOR_CONTACT
    },
    **{
        kind.TYPE: frozenset(kind.__dataclass_fields__)  # type: ignore[attr-defined]
        for kind in OUTBOUND.values()
        if kind.TOPIC in FEEDBACK
    },
}
# The types that a topic may bring.
_TYPES: Final[dict[str, frozenset[str]]] = {
    topic: frozenset(
        {kind.TYPE for kind in (*INBOUND.values(), *OUTBOUND.values()) if topic == kind.TOPIC}
        | ({REDRIVE} if topic == topics.REDRIVE else set())
        | ({DAY_MARKED} if topic in FEEDBACK else set())
    )
    for topic in (*LOGS, *FEEDBACK)
}

Headers = Sequence[tuple[str, bytes | None]]


class Source(Struct, frozen=True):
    """A record as it stands in one of the topics that the sequencer reads; `arrived` in ms, None: unknown."""

    topic: str
    partition: int
    offset: int
    headers: Headers
    value: bytes | None
    arrived: int | None = None

    @property
    def place(self) -> str:
        """Where it stands: its identity in `intake`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


class Remittance(Struct, frozen=True):
    """The text of a payment without a Kassenzeichen field: kept beside the log while it is unclear."""

    mandant: str
    payment_ref: str
    text: str


class Message(Struct, frozen=True):
    """A record of `intake`, ready to be appended to its lane."""

    lane: int
    headers: dict[str, str]
    value: bytes
    remittance: Remittance | None = None
    arrived: int | None = None  # as a timestamp: the wait before `intake` is part of an answer's time


class Parsed(Struct, frozen=True):
    """A record that was read: its envelope and data, or the flaw that makes it unreadable.

    `unlawful` is a field that is lawful on its face, but not beside what stands in the log.
    """

    source: Source
    headers: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    hash: str = ""
    flaw: str = ""
    unlawful: str = ""

    @property
    def type(self) -> str:
        """The CloudEvents type, empty where there is none."""
        return self.headers.get("ce_type", "")

    @property
    def refusal(self) -> str:
        """Why it has no effect, as far as can be told without the books; empty if that is not known."""
        if self.flaw:
            return self.flaw
        if self.type and self.type not in _TYPES.get(self.source.topic, ()):
            # What only we write would open days and book fees; a clock has one place, and so has all else.
            return "unknown-type"
        lawful = self.headers.get("ce_specversion", SPECVERSION) == SPECVERSION
        return "schema" if self.unlawful or (self.type in INBOUND and not lawful) else ""


def parse(source: Source) -> Parsed:
    """Read envelope and body. What cannot be read has a `flaw`, the reason of its rejection."""
    texts: dict[str, str] = {}
    flaw = ""
    for name, raw in source.headers:
        try:
            text = (raw or b"").decode()
        except UnicodeDecodeError:
            flaw = "malformed"
            continue
        shape = _KEPT_HEADERS.get(name)
        if shape and len(text) <= MAX_ATTRIBUTE and text.isprintable() and shape.fullmatch(text):
            texts[name] = text
        elif name == "ce_specversion" and raw is not None:
            texts[name] = ""  # one that cannot be read is there all the same: it is not 1.0
    if source.topic not in FEEDBACK:
        texts.pop("ce_causationid", None)
    data = None if flaw else _object(source.value)
    if data is None:
        return Parsed(source, texts, flaw="malformed")
    # What we write ourselves is as large as an account: a notice to an institution has thousands of items.
    if source.topic not in FEEDBACK and len(source.value or b"") > MAX_BYTES:
        return Parsed(source, texts, flaw="too-large")
    return Parsed(source, texts, data, data_hash(texts.get("ce_type", ""), data))


def to_intake(parsed: Parsed, lanes: int) -> Message:
    """The copy that goes into `intake`, and the lane it belongs to."""
    headers = {**parsed.headers, "mw-from": parsed.source.place}
    if parsed.refusal:
        headers[FLAW] = parsed.refusal
    if parsed.refusal == "schema":
        headers[FIELD] = parsed.unlawful or "specversion"
    arrived = parsed.source.arrived
    if parsed.flaw:
        return Message(0, headers, b"{}", arrived=arrived)
    headers["mw-hash"] = parsed.hash
    mandant = parsed.data.get("mandant")
    lane = lane_of(mandant, lanes) if isinstance(mandant, str) and mandant else 0
    data, remittance = _kept(parsed.type, parsed.data)
    if data is parsed.data:
        return Message(lane, headers, parsed.source.value or b"", arrived=arrived)
    return Message(lane, headers, orjson.dumps(data), remittance, arrived)


def _object(value: bytes | None) -> dict[str, Any] | None:
    if not value:
        return None
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    # Only what has so many brackets can be that deep; what is deeper could not be written again.
    if value.count(b"[") + value.count(b"{") > MAX_DEPTH and not is_shallow(data, MAX_DEPTH):
        return None
    return data if isinstance(data, dict) else None


def _kept(type_: str, data: dict[str, Any]) -> tuple[Mapping[str, Any], Remittance | None]:
    """The fields that the type has; a payment's remittance is replaced by the numbers in it."""
    known = _FIELDS.get(type_, frozenset({"mandant"}))
    if type_ == PAYMENT and data.get("remittance") is not None:
        return _payment({name: value for name, value in data.items() if name in known})
    if data.keys() <= known:
        return data, None
    return {name: value for name, value in data.items() if name in known}, None


def _payment(data: dict[str, Any]) -> tuple[dict[str, Any], Remittance | None]:
    lines = data.pop("remittance")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        # Not the text, only that it is none: the ledger's check rejects this as it would reject the original.
        return data | {"remittance": 0}, None
    if data.get("kassenzeichen") is not None:
        return data, None
    found = candidates(lines)
    data["candidates"] = {"valid": list(found.valid), "invalid": found.invalid}
    mandant, payment_ref = data.get("mandant"), data.get("payment_ref")
    if not (lines and is_reference(mandant) and is_reference(payment_ref)):
        return data, None
    text = "\n".join(lines).replace("\x00", "")  # PostgreSQL has no NUL in text
    return data, Remittance(str(mandant), str(payment_ref), text)
