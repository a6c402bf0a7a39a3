"""How topics come into being, and what is checked of those that are there."""

import asyncio
from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from shared.topics import (
    DEBTOR_CONTACT,
    EVENT_REJECTED,
    INBOUND,
    INBOUND_PARTITIONS,
    LANES,
    ONE_PARTITION,
    Topic,
    all_topics,
)


class TopicMismatchError(Exception):
    """A topic exists with another number of partitions than the lanes need."""


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
