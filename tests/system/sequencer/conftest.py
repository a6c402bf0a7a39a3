"""Kafka with the topics of a few lanes, and a database with the sequencer's tables."""

import pytest
from sqlalchemy import Engine

from mahnwerk.brokers import Broker
from shared.database import engine_for
from shared.topic_setup import create_topics
from tests.system.sequencer.running import LANES, METADATA


@pytest.fixture
async def bootstrap(clean_kafka: Broker) -> str:
    await create_topics(clean_kafka.bootstrap, LANES, inbound_partitions=2)
    return clean_kafka.bootstrap


@pytest.fixture
def engine(both_databases: dict[str, str]) -> Engine:
    engine = engine_for(both_databases["claims"])
    METADATA.create_all(engine)
    return engine
