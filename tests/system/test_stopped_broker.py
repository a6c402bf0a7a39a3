"""What aiokafka does when it is stopped while the broker is away, and what we make of it."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from mahnwerk.brokers import GIVEN, Broker
from shared.producing import TROUBLE, no_stray_cancellation
from shared.topic_setup import create_topics
from shared.topics import INTAKE


async def test_a_consumer_that_is_stopped_while_it_waits_to_fetch_again_ends_nobody_else(
    clean_kafka: Broker,
) -> None:
    if clean_kafka.rung == GIVEN:
        pytest.skip("not ours to stop")
    await create_topics(clean_kafka.bootstrap, 1)
    consumer = AIOKafkaConsumer(bootstrap_servers=clean_kafka.bootstrap, retry_backoff_ms=5_000)
    await consumer.start()
    place = TopicPartition(INTAKE, 0)
    consumer.assign([place])
    await consumer.seek_to_beginning(place)
    await consumer.getmany(timeout_ms=500)
    await asyncio.to_thread(clean_kafka.stop)
    try:
        await asyncio.sleep(2)  # the fetch has failed, and waits for its five seconds
        with pytest.raises(TROUBLE), no_stray_cancellation():
            await consumer.stop()
    finally:
        clean_kafka.start()  # by this thread: a server ends with the thread that started it
