"""What comes twice has one effect, whoever sends it again; what cannot be read stops nothing else."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from mahnwerk.brokers import Broker
from mahnwerk.databases import databases
from shared.topics import INBOUND, ONE_PARTITION
from tests.system.delivery import PARTITIONS, POLICIES, system
from tests.system.flood import DEBTOR
from tests.system.outcome import decided, played, read, standing
from tests.system.poison import GOOD, bad, good, line
from tests.system.replay import rows_of
from tests.system.sample import Line, sample

pytestmark = pytest.mark.kafka


async def test_what_is_published_twice_or_delivered_again_has_one_effect(
    clean_kafka: Broker, both_databases: dict[str, str], tmp_path: Path
) -> None:
    kafka = clean_kafka.bootstrap
    lines = list(sample(120))
    half = [n for n, line in enumerate(lines) if is_day(line)][7]
    async with system(kafka, both_databases, tmp_path) as running:
        await running.publish(every_event_twice(lines[:half]))
        await running.until_drained()
        events, rows = await standing(kafka), rows_of(running.databases)
        assert decided(events) == decided(played(lines[:half], POLICIES))

        # Upstream, the bank and the clock send everything again, to other partitions.
        await publish_again(kafka)
        await running.until_drained()
        assert sorted(await standing(kafka)) == sorted(events)
        assert rows_of(running.databases) == rows

        # Kafka delivers everything again.
        for instance in running.instances:
            instance.stop()
        for instance in running.instances:
            await rewind(kafka, f"mahnwerk-{instance.service}")
            instance.start()
        for instance in running.instances:
            await instance.until_ready()
        await running.until_drained()
        assert sorted(await standing(kafka)) == sorted(events)
        assert rows_of(running.databases) == rows

        await running.publish(lines[half:])
        await running.until_drained()
        assert await running.alarms() == []
        assert decided(await standing(kafka)) == decided(played(lines, POLICIES))


def is_day(line: Line) -> bool:
    return bool(line["type"] == "business-day-opened.v1")


def every_event_twice(lines: Iterable[Line]) -> Iterator[Line]:
    """Each day's events, then the same once more."""
    for _, group in itertools.groupby(lines, key=is_day):
        events = list(group)
        yield from events
        if not is_day(events[0]):
            yield from events


async def publish_again(kafka: str) -> None:
    """Write what stands in the inbound topics again, each record to another partition of its topic."""
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for record in await read(kafka, INBOUND):
            partition = 0 if record.topic in ONE_PARTITION else (record.partition + 1) % PARTITIONS
            headers = list(record.headers)
            await producer.send(
                record.topic, record.value, key=record.key, headers=headers, partition=partition
            )
        await producer.flush()


async def rewind(kafka: str, group: str) -> None:
    """Let Kafka believe that a group without members has read nothing."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    assert any(place.offset for place in committed.values()), f"{group} has committed nothing"
    async with AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id=group, enable_auto_commit=False
    ) as consumer:
        consumer.assign(list(committed))
        await consumer.commit(dict.fromkeys(committed, 0))


async def test_what_cannot_be_read_is_rejected_and_everything_else_is_done(
    clean_kafka: Broker, tmp_path: Path
) -> None:
    kafka = clean_kafka.bootstrap
    async with system(kafka, databases(tmp_path / "db"), tmp_path) as running:
        await running.publish([line("D", "debtor-registered.v1", DEBTOR)])
        async with AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=4_000_000) as producer:
            for number in range(3):
                for topic, data in GOOD.items():
                    for value, headers in (good(topic, number, data), *bad(topic, number, data)):
                        await producer.send(topic, value, b"wuppertal/D-0", headers=headers, partition=1)
            await producer.flush()
        await running.publish([line("day", "business-day-opened.v1", {"day": "2026-01-05"})])
        await running.until_drained()
        assert await running.alarms() == []
        answers = [orjson.loads(one.data) | {"type": one.type} for one in await standing(kafka)]
        rows = rows_of(running.databases)

    rejected = Counter(
        (str(data.get("topic") or data.get("rejected_type")).partition(".")[0], data["reason"])
        for data in answers
        if "reason" in data
    )
    assert rejected == {
        ("claim-created", "malformed"): 12,
        ("claim-created", "too-large"): 3,
        ("claim-created", "schema"): 3,
        ("claim-created", "unknown-type"): 3,
        ("debtor-contact", "malformed"): 9,  # a tombstone erases
        ("debtor-contact", "too-large"): 3,
        ("debtor-contact", "schema"): 3,
        ("debtor-contact", "unknown-type"): 3,
    }
    assert [one["claim_ref"] for one in answers if one["type"] == "claim-registered.v1"] == ["0", "1", "2"]
    assert rows["notifications.contact"].total() == 2, "of three, the tombstones erased one"
