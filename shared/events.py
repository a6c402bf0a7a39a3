"""What a service emits, and how its ids are derived."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha1
from typing import Self
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.codec import Payload
from shared.records import TRACE, Record

NAMESPACE = UUID("6d61686e-7765-726b-8000-000000000001")
_NAMESPACE = NAMESPACE.bytes


class Event(Struct, frozen=True):
    """One emitted event, before the outbox numbers it. `cause` is the inbound event that led to it."""

    topic: str
    lane: int
    type: str
    id: str
    cause: str
    key: str
    day: date | None
    payload: Payload
    # Where it came from, not what it is: topic and offset of the record whose turn it was; none: a day's work
    at: tuple[str, int] | None = None
    traceparent: str = ""


class Emitter:
    """Collects what handling one trigger leads to, and derives the ids from it.

    `trigger` is the id of the record being handled, for a day's work the mark's id and the step's name: the
    same trigger, account and type in the same order give the same ids, whatever the batch or the process.
    `follow` the record, and its trace goes on with what is emitted.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what its events have in common
        self,
        service: str,
        lane: int,
        trigger: str,
        cause: str,
        day: date | None,
        at: tuple[str, int] | None = None,
    ) -> None:
        self.events: list[Event] = []
        self._traceparent = ""
        self._service = service
        self._lane = lane
        self._trigger = trigger
        self._cause = cause
        self._day = day
        self._at = at
        self._counts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def follow(self, record: Record) -> Self:
        """From now on what is emitted carries the record's trace."""
        self._traceparent = record.headers.get(TRACE, "")
        return self

    def emit(self, payload: Payload, topic: str | None = None) -> Event:
        """Emit `payload` to its own topic, or to `topic`."""
        key = account_key(payload)
        # A mark has no account: each lane's mark is an event of its own.
        counted = (key or f"lane {self._lane}", payload.TYPE)
        self._counts[counted] += 1
        event = Event(
            topic=topic or payload.TOPIC,
            lane=self._lane,
            type=payload.TYPE,
            id=self.new_id(*counted, str(self._counts[counted])),
            cause=self._cause,
            key=key,
            day=self._day,
            payload=payload,
            at=self._at,
            traceparent=self._traceparent,
        )
        self.events.append(event)
        return event

    def forward(self, event: Event, topic: str) -> None:
        """Put the same event, with its id, on a second topic as well."""
        self.events.append(replace(event, topic=topic))

    def new_id(self, *parts: str) -> str:
        """An id derived from the trigger and `parts`, e.g. for a notice or a case."""
        return derived_id("|".join((self._service, self._trigger, *parts)))


def derived_id(name: str) -> str:
    """The uuid5 of a name, as text: the standard library's takes four times as long, on every event."""
    text = sha1(_NAMESPACE + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(text[16], 16) % 4]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


def led_to(record: Record, events: Iterable[Event]) -> list[Event]:
    """The events of a record's turn, each with the place of the record."""
    at = (record.topic, record.offset)
    return [replace(event, at=at) for event in events]


def traced(events: list[Event], marks: Mapping[int, Record]) -> list[Event]:
    """The events of a day's work; those without a trace of their own get that of their lane's mark."""
    traces = {lane: mark.headers[TRACE] for lane, mark in marks.items() if TRACE in mark.headers}
    if not traces:
        return events
    return [replace(event, traceparent=event.traceparent or traces.get(event.lane, "")) for event in events]


def account_key(payload: Payload) -> str:
    """The Kafka key of an outbound event: `mandant/debtor_ref`, without a debtor the mandant."""
    mandant = getattr(payload, "mandant", None) or ""
    debtor_ref = getattr(payload, "debtor_ref", None)
    return f"{mandant}/{debtor_ref}" if debtor_ref else mandant
