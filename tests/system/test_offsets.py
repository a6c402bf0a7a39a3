"""A consumer that only asks for offsets, on real Kafka."""

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from mahnwerk.brokers import Broker
from shared.offsets import know
from shared.topic_setup import create_topics
from shared.topics import INBOUND
from tests.system.world import Publisher


@pytest.mark.kafka
async def test_after_one_look_up_it_knows_all_topics_and_reads_nothing(clean_kafka: Broker) -> None:
    await create_topics(clean_kafka.bootstrap, 1, inbound_partitions=1)
    places = [TopicPartition(topic, 0) for topic in INBOUND]
    claims, *others = (TopicPartition("claim-created", 0), *places)
    async with Publisher(clean_kafka.bootstrap) as publisher:
        await publisher.claim("one")

    asker = AIOKafkaConsumer(bootstrap_servers=clean_kafka.bootstrap, auto_offset_reset="none")
    await asker.start()
    try:
        know(asker, places)
        assert await asker.end_offsets([claims]) == {claims: 1}
        assert all(asker.partitions_for_topic(place.topic) for place in others)
        assert await asker.getmany(timeout_ms=500) == {}
    finally:
        await asker.stop()
