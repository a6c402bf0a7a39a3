"""Names and addresses as they come in: read, judged, and kept or rejected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from services.notifications.domain.page import Contact
from services.notifications.store import Debtor, EventName
from shared.contracts import REASONS, Because, DebtorContact, EventRejected, Reason
from shared.contracts.codec import SchemaError, data_hash, decode
from shared.contracts.envelope import Unusable, parse_record
from shared.contracts.fields import is_reference
from shared.contracts.messages import MESSAGES
from shared.events import Emitter, Event, led_to
from shared.policy import Policies
from shared.records import FIELD, FLAW, FROM, Record

Headers = Sequence[tuple[str, bytes | None]]

_ERASES: Final = "mw-erases"


def read(place: tuple[str, int, int], headers: Headers, key: bytes | None, value: bytes | None) -> Record:
    """Read a Kafka record of `debtor-contact`; it cannot fail. What is unreadable says so in its headers.

    Args:
        place: topic, partition, offset.
        headers: as they stand in Kafka.
        key: `mandant/debtor_ref`; with no value at all (a tombstone) it tells whom to forget.
        value: as it stands in Kafka.
    """
    topic, partition, offset = place
    if value is None and key:
        named = {_ERASES: key.decode(errors="replace").replace("\x00", "")}  # PostgreSQL has no NUL in text
        return Record(topic, partition, offset, DebtorContact.TYPE, "", "", "", {}, named)
    found = parse_record(headers, value)
    if isinstance(found, Unusable):
        flaws = {FLAW: found.reason, FIELD: found.field, FROM: f"{topic}/{partition}/{offset}"}
        return Record(topic, partition, offset, found.type, found.id, found.source, found.id, {}, flaws)
    envelope = found.envelope
    return Record(
        topic, partition, offset, envelope.type, envelope.id, envelope.source, envelope.id, found.data
    )


@dataclass(slots=True)
class Inbox:
    """Takes contact records in order, and gathers what they change."""

    policies: Policies
    seen: dict[EventName, str]  # what was seen before the batch
    new: dict[EventName, str] = field(default_factory=dict)
    changed: dict[Debtor, Contact | None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """Keep, erase or reject; the same event again has no effect."""
        if key := record.headers.get(_ERASES):
            mandant, _, debtor_ref = key.partition("/")
            self.changed[mandant, debtor_ref] = None
            return
        name, hashed = event_name(record), data_hash(record.type, record.data)
        before = self.seen.get(name) or self.new.get(name)
        if before == hashed:
            return
        if record.id and record.source and before is None:
            self.new[name] = hashed
        self._judge(record, id_used=before is not None)

    def _judge(self, record: Record, *, id_used: bool) -> None:
        reason, at = _unreadable(record)
        if reason:
            self._reject(record, reason, at)
            return
        event = decode(record.type, record.data)
        if isinstance(event, SchemaError):
            self._reject(record, "schema", event.field, event.message)
        elif id_used:
            self._reject(record, "id-reuse")
        elif not isinstance(event, DebtorContact) or event.mandant not in self.policies:
            self._reject(record, "unknown-mandant", "mandant")
        else:
            self.changed[event.mandant, event.debtor_ref] = _contact(event)

    def _reject(self, record: Record, reason: Reason, at: str = "", message: str = "") -> None:
        # What was read is told from another event under its id by its data, the rest by its place.
        place = record.headers.get(FROM)
        trigger = place or f"{record.source}|{record.id}|{data_hash(record.type, record.data)}"
        emitter = Emitter("notifications", record.lane, trigger, record.cause, None).follow(record)
        mandant = _mandant(record)
        topic, partition, offset = place.rsplit("/", 2) if place else (None, None, None)
        emitter.emit(
            EventRejected(
                rejected_id=record.id or None,
                rejected_source=record.source or None,
                rejected_type=record.type or None,
                topic=topic,
                partition=int(partition) if partition else None,
                offset=int(offset) if offset else None,
                mandant=mandant or None,
                reason=reason,
                field=at or None,
                message=message or MESSAGES[reason],
                # No value of the policy counts here, whatever the day.
                because=Because(
                    policy=f"{mandant}@ever" if mandant in self.policies else "none",
                    rules=("R37",),
                    facts={"reason": reason},
                ),
            )
        )
        self.events += led_to(record, emitter.events)


def event_name(record: Record) -> EventName:
    """What identifies an inbound event for ever."""
    return _mandant(record), record.source, record.id


def _unreadable(record: Record) -> tuple[Reason | None, str]:
    reasons: dict[str, Reason] = {reason: reason for reason in REASONS}
    if flaw := record.headers.get(FLAW):
        return reasons.get(flaw, "malformed"), record.headers.get(FIELD, "")
    if record.type != DebtorContact.TYPE:
        return "unknown-type", ""
    return (None, "") if record.id and record.source else ("schema", "source" if record.id else "id")


def _mandant(record: Record) -> str:
    mandant = record.data.get("mandant")
    return mandant if isinstance(mandant, str) and is_reference(mandant) else ""


def _contact(event: DebtorContact) -> Contact:
    """A line break inside a name must not become a line of the letter."""
    fields = ("salutation", "name", "street", "house_no", "postcode", "city", "country")
    return Contact(**{name: " ".join(getattr(event, name).split()) for name in fields})
