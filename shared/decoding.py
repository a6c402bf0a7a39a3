"""From a Kafka record of our own topics to a Record. Ours are readable; one that is not stops its lane."""

from collections.abc import Iterable
from typing import Any

import orjson

from shared.records import Record


class UnreadableError(Exception):
    """A record of an internal topic is not as we write them."""


def to_record(
    place: tuple[str, int, int], headers: Iterable[tuple[str, bytes | None]], value: bytes | None
) -> Record:
    """Read a record at topic, lane and offset."""
    topic, lane, offset = place
    try:
        texts = {name: (raw or b"").decode() for name, raw in headers}
        data: Any = orjson.loads(value or b"")
    except ValueError as error:
        raise UnreadableError(f"{topic}/{lane}/{offset}: {type(error).__name__}") from error
    if not isinstance(data, dict):
        raise UnreadableError(f"{topic}/{lane}/{offset}: no object")
    id_ = texts.get("ce_id", "")
    return Record(
        topic=topic,
        lane=lane,
        offset=offset,
        type=texts.get("ce_type", ""),
        id=id_,
        source=texts.get("ce_source", ""),
        cause=texts.get("ce_causationid", id_),
        data=data,
        headers=texts,
    )


def to_contact(
    place: tuple[str, int, int],
    headers: Iterable[tuple[str, bytes | None]],
    key: bytes | None,
    value: bytes | None,
) -> Record:
    """Read a record of debtor-contact, which others write: one that cannot be read is of no type, so ignored.

    The header `key` names whom a tombstone (no data) erases.
    """
    try:
        record = to_record(place, headers, b"{}" if value is None else value)
        record.headers["key"] = (key or b"").decode()
    except (UnreadableError, UnicodeDecodeError):
        return Record(*place, type="", id="", source="", cause="", data={})
    return record
