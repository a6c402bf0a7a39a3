"""Two processes of every service on PostgreSQL share the lanes; one freezes and comes back, one leaves."""

import signal
from functools import partial
from pathlib import Path

import pytest

from mahnwerk import SERVICES
from mahnwerk.brokers import Broker
from tests.system.delivery import LANES, POLICIES, Instance, system
from tests.system.outcome import decided, played, standing
from tests.system.replay import replay, rows_of
from tests.system.sample import sample
from tests.system.world import until

pytestmark = pytest.mark.kafka


async def test_two_of_each_share_the_lanes_and_one_that_froze_is_refused(
    clean_kafka: Broker, postgres_databases: dict[str, str], tmp_path: Path
) -> None:
    kafka = clean_kafka.bootstrap
    lines = list(sample(160))
    async with system(kafka, postgres_databases, tmp_path) as running:
        one = list(running.instances)
        await running.publish(lines)
        await running.until_opened(3)

        two = [running.start(service) for service in SERVICES]
        await shared(one, two)
        await running.until_opened(7)

        for instance in two:
            instance.signal(signal.SIGSTOP)
        await until(partial(alone, one))
        await running.until_opened(11)
        for instance in two:
            instance.signal(signal.SIGCONT)
        await shared(one, two)
        await running.until_opened(15)

        assert "sequencer is active" not in two[0].said()
        for instance in one:
            instance.stop()
            running.instances.remove(instance)
        await running.until_drained()
        assert "sequencer is active" in two[0].said()
        assert await running.alarms() == []
        events, rows = await standing(kafka), rows_of(postgres_databases)

    undisturbed = await replay(kafka, POLICIES)
    assert sorted(events) == sorted(undisturbed.events)
    assert rows == undisturbed.rows()
    assert decided(events) == decided(played(lines, POLICIES))


async def shared(one: list[Instance], two: list[Instance]) -> None:
    """Wait until each lane has one owner, and each process some lanes."""

    async def evenly() -> bool:
        for first, second in zip(one, two, strict=True):
            owned = (await lanes(first), await lanes(second))
            if not all(owned) or sum(owned) != LANES:
                return False
        return True

    await until(evenly)


async def alone(instances: list[Instance]) -> bool:
    return all([await lanes(one) == LANES for one in instances])


async def lanes(instance: Instance) -> float:
    return await instance.metric("mahnwerk_lanes_owned")
