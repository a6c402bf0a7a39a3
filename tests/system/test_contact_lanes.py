"""Partitions of contacts have numbers as lanes have: two processes of notifications keep them apart."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import Engine, select

from mahnwerk.brokers import Broker
from services.notifications.app import READ
from services.notifications.contacts import read
from services.notifications.service import Notifications
from services.notifications.tables import delivery, metadata
from shared import outbox
from shared.contracts import Because, EventRejected
from shared.database import engine_for
from shared.events import Emitter, Event
from shared.lanes import Lanes
from shared.loop import Loop
from shared.policy import load_policies
from shared.relay import Relay
from shared.telemetry import Telemetry
from shared.topic_setup import create_topics
from shared.topics import DEBTOR_CONTACT, EVENT_REJECTED
from tests.system.delivery import LANES, PARTITIONS, POLICIES, Instance, system
from tests.system.world import Publisher, envelope, header, ids, read_all, until

pytestmark = pytest.mark.kafka


@pytest.fixture
def engine(postgres_databases: dict[str, str]) -> Engine:
    engine = engine_for(postgres_databases["notifications"])
    metadata.create_all(engine)
    return engine


@contextlib.asynccontextmanager
async def process(
    engine: Engine, kafka: str, contacts: Sequence[int], lanes: Sequence[int]
) -> AsyncIterator[tuple[Lanes, Relay]]:
    """What a process reads and writes with, once the group has given it these partitions."""
    service, telemetry = Notifications(load_policies(POLICIES)), Telemetry("notifications")
    relay = Relay(engine, delivery, service.name, kafka, telemetry)
    reads = Lanes(Loop(engine, service), relay, kafka, telemetry, {DEBTOR_CONTACT: read})
    places = [
        TopicPartition(topic, number)
        for topic in READ
        for number in (contacts if topic == DEBTOR_CONTACT else lanes)
    ]
    async with AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False) as consumer:
        consumer.assign(places)
        reads.assigned(consumer, places)
        tasks = [asyncio.create_task(reads.run()), asyncio.create_task(relay.run())]

        async def reading() -> bool:
            return bool(reads.owned())

        await until(reading)
        yield reads, relay
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def rejected(lane: int) -> list[Event]:
    emitter = Emitter("notifications", lane, f"k-{lane}", f"k-{lane}", None)
    because = Because(policy="wuppertal@ever", rules=("R37",))
    emitter.emit(EventRejected(rejected_id=f"k-{lane}", reason="schema", message="", because=because))
    return emitter.events


def waiting(engine: Engine) -> list[int]:
    """The lanes whose answers are not published yet."""
    with engine.begin() as conn:
        return list(conn.scalars(select(delivery.outbox.c.lane).order_by(delivery.outbox.c.lane)))


async def test_an_answer_is_published_by_who_reads_its_contact_and_a_letter_written_by_who_owns_its_lane(
    clean_kafka: Broker, engine: Engine
) -> None:
    kafka = clean_kafka.bootstrap
    await create_topics(kafka, 6, inbound_partitions=3)
    async with (
        process(engine, kafka, contacts=(0, 1), lanes=(0, 1, 2)) as (one, ones),
        process(engine, kafka, contacts=(2,), lanes=(3, 4, 5)) as (two, twos),
    ):
        assert one.owned() == {0, 1, 2}
        assert two.owned() == {3, 4, 5}
        with engine.begin() as conn:
            outbox.append(conn, delivery, [event for lane in range(3) for event in rejected(lane)])

        async def left(*lanes: int) -> bool:
            return await asyncio.to_thread(waiting, engine) == list(lanes)

        ones.wake()
        await until(lambda: left(2))
        twos.wake()
        await until(left)

    found = await read_all(kafka, EVENT_REJECTED)
    assert [(r.partition, json.loads(r.value)["rejected_id"]) for r in found] == [
        (lane, f"k-{lane}") for lane in range(3)
    ]


async def test_two_processes_answer_each_contact_once(
    clean_kafka: Broker, postgres_databases: dict[str, str], tmp_path: Path
) -> None:
    kafka, count = clean_kafka.bootstrap, 300
    async with system(kafka, postgres_databases, tmp_path, services=["notifications"]) as running:
        both = [running.of("notifications"), running.start("notifications")]
        await until(lambda: lanes_of(both, LANES / 2))
        async with Publisher(kafka) as publisher:
            for n in range(count):
                headers = envelope(f"k-{n}", "debtor-contact.v1")
                await publisher.raw(DEBTOR_CONTACT, b"{}", headers, n % PARTITIONS, key=f"key-{n}".encode())
            await publisher.flush()
        await running.until_drained()
        assert await running.alarms() == []

    found = await read_all(kafka, EVENT_REJECTED)
    assert sorted(header(r, "ce_causationid") for r in found) == sorted(f"k-{n}" for n in range(count))
    assert len(set(ids(found))) == count
    for partition in range(PARTITIONS):
        numbers = [int(header(r, "mw-number")) for r in found if r.partition == partition]
        assert numbers == list(range(1, count // PARTITIONS + 1))


async def lanes_of(instances: Sequence[Instance], each: float) -> bool:
    return all([await one.metric("mahnwerk_lanes_owned") == each for one in instances])
