"""From a Kafka record of our own topics to a Record. Ours are readable; one that is not stops its lane."""

from collections.abc import Iterable
from typing import Any, Final

import orjson

from shared.records import NUMBER, Record

_OURS: Final = "mw-"


class UnreadableError(Exception):
    """A record of an internal topic is not as we write them."""


def to_record(
    place: tuple[str, int, int], headers: Iterable[tuple[str, bytes | None]], value: bytes | None
) -> Record:
    """Read a record at topic, lane and offset.

    Headers of ours are named without their prefix (`from`, `hash`, `flaw`), but for the writer's number.
    """
    topic, lane, offset = place
    try:
        texts = {name: (raw or b"").decode() for name, raw in headers}
        data: Any = orjson.loads(value) if value is not None else {}
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
        headers={name if name == NUMBER else name.removeprefix(_OURS): text for name, text in texts.items()},
    )
