"""What is judged of every record before anything else: can it be read, is it new, whose is it?"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from services.claims.domain.books import Seen
from services.claims.domain.intake import HASH
from services.claims.domain.outcome import Refused
from shared.contracts import INBOUND, REASONS, BusinessDayOpened, DebtorContact, Inbound, Reason
from shared.contracts.codec import SchemaError, decode
from shared.policy import Policy
from shared.records import FIELD, FLAW, Record

MAX_NAME = 256  # source and id are indexed
_BEYOND = "through lies beyond the end of a partition"


class Duplicate(Struct, frozen=True):
    """The same event again: no effect, no second answer."""


def is_remembered(record: Record) -> bool:
    """Whether source, id and hash are there to be remembered for ever."""
    return HASH in record.headers and _is_name(record.source) and _is_name(record.id)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= MAX_NAME and name.isprintable()


def admit(
    record: Record, seen: Seen | None, policies: Mapping[str, Policy], day: date | None
) -> Inbound | Refused | Duplicate:
    """Read an inbound record; its reasons in the contracts' order, up to `day-not-after`."""
    if seen is not None and seen.hash == record.headers.get(HASH):
        return Duplicate()
    event = _read(record)
    if isinstance(event, Refused):
        return event
    if seen is not None:
        return Refused("id-reuse")
    if isinstance(event, BusinessDayOpened):
        # The sequencer makes marks of days that can be opened; what arrives here is another.
        return Refused("day-not-after", "day" if day is not None and event.day <= day else None)
    known = record.data.get("mandant") in policies
    return event if known else Refused("unknown-mandant", "mandant")


def _read(record: Record) -> Inbound | Refused:
    flaw = record.headers.get(FLAW)
    if flaw:
        reasons: dict[str, Reason] = {reason: reason for reason in REASONS}
        field = record.headers.get(FIELD)
        return Refused(reasons.get(flaw, "malformed"), field, _BEYOND if field == "through" else None)
    if record.type not in INBOUND or record.type == DebtorContact.TYPE:  # which only notifications may read
        return Refused("unknown-type")
    for name, value in (("id", record.id), ("source", record.source)):
        if not _is_name(value):
            return Refused("schema", name, f"{name} is not 1 to {MAX_NAME} printable characters")
    event = decode(record.type, record.data)
    if isinstance(event, SchemaError):
        return Refused("schema", event.field, event.message)
    return event
