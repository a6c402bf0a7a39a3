"""CloudEvents 1.0: structured mode in files (one object a line), binary mode on Kafka (ce_* headers)."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import orjson
from msgspec import Struct

from shared.contracts import INBOUND
from shared.contracts.codes import Reason

SPECVERSION: Final = "1.0"
MAX_BYTES: Final = 256 * 1024  # of the JSON of `data`
MAX_DEPTH: Final = 100
MAX_ATTRIBUTE: Final = 256
_IDENTITY: Final = ("id", "source", "type")
_OPTIONAL: Final = ("subject", "time", "causationid", "traceparent")
_HEADERS: Final = {
    "ce_specversion": "specversion",
    "ce_id": "id",
    "ce_source": "source",
    "ce_type": "type",
    "ce_subject": "subject",
    "ce_time": "time",
    "ce_causationid": "causationid",
    "traceparent": "traceparent",
}
Headers = Iterable[tuple[str, bytes | None]]  # as Kafka has them
_VERSION: Final = ("ce_specversion", SPECVERSION.encode())
_WRITTEN: Final = tuple(header for header, name in _HEADERS.items() if name != "specversion")
_VALUES: Final[Callable[["Envelope"], tuple[str, ...]]] = attrgetter(
    *(name for name in _HEADERS.values() if name != "specversion")
)
_JSON: Final = ("content-type", b"application/json")


class Envelope(Struct, frozen=True, kw_only=True):
    """What an event says about itself; what is empty is not written."""

    id: str
    source: str
    type: str
    subject: str = ""
    time: str = ""
    causationid: str = ""
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """An inbound event of a known type, whose data is an object that nobody has checked yet."""

    envelope: Envelope
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why what came in is no event (malformed, too-large, unknown-type, schema); no input in the message.

    Of id, source and type what could be read is there, the rest is empty.
    """

    reason: Reason
    message: str
    field: str = ""
    id: str = ""
    source: str = ""
    type: str = ""


def load_line(line: bytes) -> object:
    """Parse a line of a JSON Lines file; orjson.JSONDecodeError if it is no JSON.

    JSON that nobody can write again (half a surrogate pair, a number without end, a thousand levels) is read
    as null: malformed, and no reason to refuse the whole file.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        if _is_json(line):
            return None
        raise


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line.decode(), parse_int=float, parse_constant=_not_json)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def parse_record(headers: Headers, value: bytes | None) -> Received | Unusable:
    """Read a Kafka record in binary mode."""
    attributes = read_headers(headers)
    if attributes is None:
        return Unusable("malformed", "a header is not UTF-8")
    try:
        data = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        data = None
    return _received(attributes, data, size=len(value or b""))


def read_headers(headers: Headers) -> dict[str, str] | None:
    """Read the attributes among Kafka headers; None if any header is not UTF-8, whoever's it is."""
    try:
        texts = {header: value.decode() for header, value in headers if value is not None}
    except UnicodeDecodeError:
        return None
    return {_HEADERS[header]: text for header, text in texts.items() if header in _HEADERS}


def _received(attributes: Mapping[str, object], data: object, size: int) -> Received | Unusable:
    """Judge in the order of the rejection reasons."""
    identity = {name: _attribute(attributes.get(name)) for name in _IDENTITY}
    if not isinstance(data, dict) or not is_shallow(data, MAX_DEPTH):
        return Unusable("malformed", "the data is not a JSON object", **identity)
    if size > MAX_BYTES:
        return Unusable("too-large", f"the data is over {MAX_BYTES} bytes", **identity)
    if identity["type"] and identity["type"] not in INBOUND:
        return Unusable("unknown-type", "no such type of event", **identity)
    if attributes.get("specversion") not in (None, SPECVERSION):
        return Unusable("schema", f"specversion is not {SPECVERSION}", "specversion", **identity)
    for name, value in identity.items():
        if not value:
            message = f"{name} is not 1 to {MAX_ATTRIBUTE} printable characters"
            return Unusable("schema", message, name, **identity)
    optional = {name: _attribute(attributes.get(name)) for name in _OPTIONAL}
    return Received(Envelope(**identity, **optional), data)


def is_shallow(value: object, levels: int) -> bool:
    """Tell whether it can be walked and written again: a JSON writer's own limit is about 250 levels."""
    if isinstance(value, dict):
        return levels > 0 and all(is_shallow(inner, levels - 1) for inner in value.values())
    if isinstance(value, list):
        return levels > 0 and all(is_shallow(inner, levels - 1) for inner in value)
    return True


def _attribute(value: object) -> str:
    if isinstance(value, str) and len(value) <= MAX_ATTRIBUTE and value.isprintable():
        return value
    return ""


def render_line(envelope: Envelope, data: bytes) -> bytes:
    """Write an event in structured mode, without the line's end; `data` is JSON."""
    line: dict[str, object] = {"specversion": SPECVERSION}
    for name in (*_IDENTITY, "subject", "time", "causationid"):
        if value := getattr(envelope, name):
            line[name] = value
    return orjson.dumps(line | {"data": orjson.Fragment(data)})


def render_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """Write the headers of an event in binary mode; its data is the record's value."""
    named = [
        (header, value.encode()) for header, value in zip(_WRITTEN, _VALUES(envelope), strict=True) if value
    ]
    return [_VERSION, *named, _JSON]


def line_to_record(line: object) -> tuple[list[tuple[str, bytes]], bytes]:
    """Turn a line into a Kafka record as it is, so that an unlawful one is judged there as it is here."""
    if not isinstance(line, dict):
        return [_JSON], orjson.dumps(line) if is_shallow(line, MAX_DEPTH) else b""
    headers = [
        (header, value.encode() if isinstance(value, str) else b"")
        for header, name in _HEADERS.items()
        if (value := line.get(name)) is not None
    ]
    data = line.get("data")
    return [*headers, _JSON], orjson.dumps(data) if is_shallow(data, MAX_DEPTH) else b""
