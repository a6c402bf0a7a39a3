"""The publisher on real Kafka: it closes what it opened, whatever went wrong."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from mahnwerk.brokers import Broker
from mahnwerk.publish import STRAY_TOPIC, Publisher

ODD = ["x" * 5_000]  # what is no event is published all the same, to be answered


@pytest.fixture
def unclosed() -> Iterator[list[str]]:
    """What a client says that nobody closed, once it is collected."""
    said: list[str] = []
    yield said
    assert said == []


def listen(said: list[str]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: said.append(context["message"]))


async def test_without_a_broker_nothing_stays_open(unclosed: list[str]) -> None:
    listen(unclosed)
    with pytest.raises(KafkaConnectionError):
        async with Publisher("127.0.0.1:1"):
            pass
    gc.collect()


@pytest.mark.kafka
async def test_what_the_broker_does_not_take_is_told_and_nothing_stays_open(
    clean_kafka: Broker, unclosed: list[str]
) -> None:
    listen(unclosed)
    admin = AIOKafkaAdminClient(bootstrap_servers=clean_kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(STRAY_TOPIC, 1, 1, topic_configs={"max.message.bytes": "1000"})])
    await admin.close()

    def breaks_off() -> Iterator[Any]:
        yield ODD
        raise LookupError("the file ends in the middle")

    with pytest.raises(MessageSizeTooLargeError):
        async with Publisher(clean_kafka.bootstrap) as publisher:
            await publisher.publish(breaks_off())
    gc.collect()
