"""The closed list of topics, their settings, and how they come into being.

Inbound topics are written by others and read by the sequencer and notifications. All others have one
partition per lane: an event goes to the partition of its mandant's lane, and lane n of one topic belongs with
lane n of the next. One answer does not: a contact that notifications rejects is answered in the lane with the
number of the partition in which it stood. A mandant's contacts stand in several partitions, which have no
order among them; after a restore the answers must have the same numbers again, and only one partition's order
is the same each time. So there are no more partitions of contacts than lanes.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

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


class TopicMismatchError(Exception):
    """A topic exists with another number of partitions than the lanes need."""


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


async def create_topics(
    bootstrap: str,
    lanes: int = LANES,
    *,
    inbound_partitions: int = INBOUND_PARTITIONS,
    replication: int = 1,
    timeout_s: float = 30,
) -> int:
    """Create the topics that are missing, check those that are there, and return the number of lanes.

    Nothing is ever grown: more partitions would move every mandant to another lane. librdkafka's built-in
    broker makes topics on use, with a number of partitions of its own: that number is returned.

    Raises:
        TopicMismatchError: a topic has other partitions than asked for.
        TimeoutError: a created topic did not appear in time.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="mahnwerk-topics")
    await admin.start()
    try:
        wanted = all_topics(lanes, inbound_partitions)
        if (await admin.describe_cluster())["cluster_id"].startswith("mockCluster"):
            return await _topics_on_use(admin, wanted)
        missing = [topic for topic in wanted if topic.name not in set(await admin.list_topics())]
        await _create(admin, missing, replication)
        async with asyncio.timeout(timeout_s):
            _check(wanted, await _partitions(admin, wanted))
        return lanes
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, missing: list[Topic], replication: int) -> None:
    durable = {"min.insync.replicas": str(max(1, replication - 1))}
    response = await admin.create_topics(
        [
            NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.settings | durable)
            for topic in missing
        ]
    )
    for name, code, *reason in response.topic_errors:
        error = for_code(code)
        if code and error.__name__ != "TopicAlreadyExistsError":  # two starts at once: the other was faster
            raise error(f"{name}: {reason}")


async def _partitions(admin: AIOKafkaAdminClient, wanted: Iterable[Topic]) -> dict[str, int]:
    """The number of partitions of each topic, once all of them are there and have leaders."""
    names = {topic.name for topic in wanted}
    while True:
        # Not asked by name: that would make a broker with auto-creation create them with its defaults.
        described = [topic for topic in await admin.describe_topics() if topic["topic"] in names]
        ready = all(part["leader"] >= 0 for topic in described for part in topic["partitions"])
        if ready and len(described) == len(names):
            return {topic["topic"]: len(topic["partitions"]) for topic in described}
        await asyncio.sleep(0.1)


async def _topics_on_use(admin: AIOKafkaAdminClient, wanted: tuple[Topic, ...]) -> int:
    described = await admin.describe_topics([topic.name for topic in wanted])
    return min(len(topic["partitions"]) for topic in described)


def _check(wanted: Iterable[Topic], found: dict[str, int]) -> None:
    for topic in wanted:
        # How many partitions upstream writes to is upstream's business, but for those with one order.
        free = topic.name in INBOUND and topic.name not in ONE_PARTITION
        if topic.name == DEBTOR_CONTACT and found[topic.name] > found[EVENT_REJECTED]:
            raise TopicMismatchError(
                f"topic {topic.name} has {found[topic.name]} partitions, but there are "
                f"{found[EVENT_REJECTED]} lanes: what is rejected of it is answered in the lane with its "
                "partition's number. Make it again with no more partitions than lanes, and have upstream "
                "write the contacts again."
            )
        if not free and found[topic.name] != topic.partitions:
            raise TopicMismatchError(
                f"topic {topic.name} has {found[topic.name]} partitions, not {topic.partitions}: a mandant's "
                "lane depends on that number, so it stays as it was at the first start. Start with that "
                "number of lanes, or use a broker without these topics."
            )
