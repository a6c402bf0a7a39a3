"""From a Kafka record of our own topics to a Record. Ours are readable; one that is not stops its lane."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import orjson

from shared.records import Record

Headers: TypeAlias = Sequence[tuple[str, bytes | None]]
Reader: TypeAlias = Callable[[tuple[str, int, int], Headers, bytes | None, bytes | None], Record]
"""Reads a record: its place (topic, lane, offset), headers, key and value."""


class UnreadableError(Exception):
    """A record of an internal topic is not as we write them."""


def read_ours(
    place: tuple[str, int, int],
    headers: Headers,
    key: bytes | None,  # noqa: ARG001 - what we write says in its data whom it is about
    value: bytes | None,
) -> Record:
    """Read a record that a service wrote; UnreadableError if it is not as we write them."""
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
