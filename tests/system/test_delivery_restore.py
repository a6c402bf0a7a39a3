"""The database of claims comes from an older copy, while Kafka and the others went on: claims catches up."""

from pathlib import Path

import pytest

from mahnwerk.brokers import Broker
from tests.system.delivery import POLICIES, system
from tests.system.outcome import decided, played, standing
from tests.system.replay import replay, rows_of
from tests.system.restore import copy
from tests.system.sample import sample

pytestmark = pytest.mark.kafka


async def test_a_restored_database_catches_up_and_publishes_nothing_that_differs(
    clean_kafka: Broker, postgres_databases: dict[str, str], tmp_path: Path
) -> None:
    kafka, database = clean_kafka.bootstrap, postgres_databases["claims"]
    lines = list(sample(160))
    async with system(kafka, postgres_databases, tmp_path) as running:
        await running.publish(lines)
        await running.until_opened(5)
        claims = running.of("claims")
        claims.stop()
        copy(database, database + "_copy")
        claims.start()
        await running.until_opened(12)
        claims.kill()
        before = await standing(kafka)
        copy(database + "_copy", database)
        claims.start()
        await running.until_drained()
        assert await running.alarms() == []
        events, rows = await standing(kafka), rows_of(postgres_databases)

    assert set(before) < set(events)
    undisturbed = await replay(kafka, POLICIES)
    assert sorted(events) == sorted(undisturbed.events)
    assert rows == undisturbed.rows()
    assert decided(events) == decided(played(lines, POLICIES))
