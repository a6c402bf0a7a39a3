"""A record of an ordered log, as a service reads it."""

from typing import Any
from zlib import crc32

from msgspec import Struct, field

DAY_MARKED = "day-marked.v1"
TRACE = "traceparent"  # header: W3C trace context of what came in, handed on as it is
NUMBER = "mw-number"  # header: the writer's gap-free number within (topic, lane)
TIME = "ce_time"  # header of what we write: the system's day, at midnight UTC
FLAW = "mw-flaw"  # header in intake: why what came in is no event; its type may be anything then
FROM = "mw-from"  # header in intake: topic/partition/offset of what came in
FIELD = "mw-field"  # header beside it: the field that is unlawful


class Record(Struct, frozen=True):
    """One record: its place in the log, its envelope and its data (a JSON object)."""

    topic: str
    lane: int
    offset: int
    type: str
    id: str
    source: str
    cause: str
    data: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def lane_of(mandant: str, lanes: int) -> int:
    """The lane of a mandant: everything about it has one order, one writer and its own books (R35)."""
    return crc32(mandant.encode()) % lanes
