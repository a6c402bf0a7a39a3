"""The closed list of topics and their settings.

Inbound topics are written by others and read by the sequencer and notifications. All others have one
partition per lane: an event goes to the partition of its mandant's lane, and lane n of one topic belongs with
lane n of the next. One answer does not: a contact that notifications rejects is answered in the lane with the
number of the partition in which it stood. A mandant's contacts stand in several partitions, which have no
order among them; after a restore the answers must have the same numbers again, and only one partition's order
is the same each time. So there are no more partitions of contacts than lanes.
"""

from dataclasses import dataclass
from typing import Final

DEBTOR_REGISTERED: Final = "debtor-registered"
DEBTOR_CONTACT: Final = "debtor-contact"
CLAIM_CREATED: Final = "claim-created"
CLAIM_AMENDED: Final = "claim-amended"
PAYMENT_RECEIVED: Final = "payment-received"
BLOCK_SET: Final = "block-set"
FIELD_REPORT: Final = "field-report"
WRITE_OFF_DECIDED: Final = "write-off-decided"
BUSINESS_DAY: Final = "business-day"
REDRIVE: Final = "redrive"

INTAKE: Final = "intake"
CLAIM_REGISTERED: Final = "claim-registered"
EVENT_ACCEPTED: Final = "event-accepted"
EVENT_REJECTED: Final = "event-rejected"
ACCOUNT_CHANGED: Final = "account-changed"
POSTING_RECORDED: Final = "posting-recorded"
PAYMENT_UNCLEAR: Final = "payment-unclear"
DUNNING_NOTICE: Final = "dunning-notice"
KASSENANZEIGE: Final = "kassenanzeige"
ENFORCEMENT_REQUESTED: Final = "enforcement-requested"
ENFORCEMENT_PROGRESS: Final = "enforcement-progress"
WRITE_OFF_ORDERED: Final = "write-off-ordered"
HANDOVER: Final = "handover"
LETTER: Final = "letter"
DAY_CLOSED: Final = "day-closed"

# What upstream, the bank, the clock and (redrive) the operator write.
INBOUND: Final = (
    DEBTOR_REGISTERED,
    DEBTOR_CONTACT,
    CLAIM_CREATED,
    CLAIM_AMENDED,
    PAYMENT_RECEIVED,
    BLOCK_SET,
    FIELD_REPORT,
    WRITE_OFF_DECIDED,
    BUSINESS_DAY,
    REDRIVE,
)
# What the services write: one partition per lane, kept for ever.
LANED: Final = (
    INTAKE,
    CLAIM_REGISTERED,
    EVENT_ACCEPTED,
    EVENT_REJECTED,
    ACCOUNT_CHANGED,
    POSTING_RECORDED,
    PAYMENT_UNCLEAR,
    DUNNING_NOTICE,
    KASSENANZEIGE,
    ENFORCEMENT_REQUESTED,
    ENFORCEMENT_PROGRESS,
    WRITE_OFF_ORDERED,
    HANDOVER,
    LETTER,
    DAY_CLOSED,
)
# One partition, because their records have one order: the days, and the operator's requests.
ONE_PARTITION: Final = (BUSINESS_DAY, REDRIVE)

LANES: Final = 12
INBOUND_PARTITIONS: Final = 3

_DAY_MS = 24 * 60 * 60 * 1000
# Far above what the contracts allow: what is too large must arrive to be answered.
_SIZE = {"max.message.bytes": str(4 * 1024 * 1024)}
_FOR_EVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
# Read once into intake; kept so long that a database restored from a backup finds its place again. It counts
# from the arrival: a publisher's own timestamps could make records vanish early.
_INBOX = {
    "cleanup.policy": "delete",
    "retention.ms": str(60 * _DAY_MS),
    "retention.bytes": "-1",
    "message.timestamp.type": "LogAppendTime",
}
# The latest contact per debtor. A tombstone erases: the old value is gone after a week at the latest, and the
# tombstone stays for a reader that was away.
_CONTACTS = {
    "cleanup.policy": "compact",
    "max.compaction.lag.ms": str(7 * _DAY_MS),
    "segment.ms": str(7 * _DAY_MS),
    "delete.retention.ms": str(60 * _DAY_MS),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is to be created."""

    name: str
    partitions: int
    settings: dict[str, str]


def all_topics(lanes: int = LANES, inbound_partitions: int = INBOUND_PARTITIONS) -> tuple[Topic, ...]:
    """Every topic of the system with its partitions and settings."""
    inbound = tuple(
        Topic(name, _inbound_partitions(name, lanes, inbound_partitions), _SIZE | _inbound_settings(name))
        for name in INBOUND
    )
    return inbound + tuple(Topic(name, lanes, _SIZE | _FOR_EVER) for name in LANED)


def _inbound_partitions(name: str, lanes: int, partitions: int) -> int:
    if name in ONE_PARTITION:
        return 1
    return min(partitions, lanes) if name == DEBTOR_CONTACT else partitions


def _inbound_settings(name: str) -> dict[str, str]:
    if name == DEBTOR_CONTACT:
        return _CONTACTS
    return _FOR_EVER if name == BUSINESS_DAY else _INBOX
