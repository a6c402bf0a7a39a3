"""Every service killed with SIGKILL, again and again, while a year plays: as if nothing had happened."""

import asyncio
import contextlib
import random
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, select

from mahnwerk import SERVICES
from mahnwerk.brokers import Broker
from mahnwerk.databases import databases
from services.claims.tables import sequencer
from shared.database import engine_for
from shared.topics import INTAKE
from tests.system.delivery import POLICIES, Instance, system
from tests.system.flood import flood
from tests.system.outcome import check_folder, decided, played, read, standing
from tests.system.replay import replay, rows_of
from tests.system.sample import sample
from tests.system.world import header, until

pytestmark = pytest.mark.kafka
KILLS = 5  # of each of the four services


async def test_killed_at_random_moments_the_system_decides_as_if_undisturbed(
    clean_kafka: Broker, tmp_path: Path
) -> None:
    lines = list(sample())
    async with system(clean_kafka.bootstrap, databases(tmp_path / "db"), tmp_path) as running:
        async with asyncio.TaskGroup() as group:
            group.create_task(running.publish(lines))
            for number, service in enumerate(SERVICES):
                chance = random.Random(number)  # noqa: S311 - when to kill, repeatably
                group.create_task(
                    kill_again_and_again(running.of(service), running.databases[service], chance)
                )
        await running.until_drained()
        assert await running.alarms() == []
        events, rows = await standing(clean_kafka.bootstrap), rows_of(running.databases)

    # As the same order undisturbed, to the last number; and as the file, played.
    undisturbed = await replay(clean_kafka.bootstrap, POLICIES)
    assert sorted(events) == sorted(undisturbed.events)
    assert rows == undisturbed.rows()
    assert decided(events) == decided(played(lines, POLICIES))
    check_folder(tmp_path / "outbox", sum(rows["notifications.message"].values()))


async def test_a_sequencer_killed_while_everything_comes_in_loses_nothing_and_keeps_the_order(
    clean_kafka: Broker, tmp_path: Path
) -> None:
    kafka, chance = clean_kafka.bootstrap, random.Random(11)  # noqa: S311 - when to kill, repeatably
    async with system(kafka, databases(tmp_path / "db"), tmp_path, services=["claims"]) as running:
        claims = running.of("claims")
        async with flood(kafka, at_once=5, then=5, pause_s=0.005) as sent:
            for number in range(1, 7):
                await until(partial(active, claims, number))
                await asyncio.sleep(chance.uniform(0, 0.4))
                claims.kill()
                claims.start()
        await running.until_drained()
        assert await running.alarms() == []
        held = rows_of(running.databases)["claims.held"]

    taken = list(dict.fromkeys(header(record, "mw-from") for record in await read(kafka, [INTAKE])))
    places = [(place, int(offset)) for place, offset in (origin.rsplit("/", 1) for origin in taken)]
    assert len(taken) == held.total() == len(sent)
    for partition in {place for place, _ in places}:
        offsets = [offset for place, offset in places if place == partition]
        assert offsets == list(range(len(offsets)))


async def active(claims: Instance, terms: int) -> bool:
    return claims.said().count("sequencer is active") >= terms


async def kill_again_and_again(instance: Instance, database: str, chance: random.Random) -> None:
    """Kill it at random moments: soon after its start, or when it has just stored something.

    The latter are the moments that count: committed, and not yet published; or published, and not yet noted.
    """
    progress = progress_of(instance.service)
    engine = engine_for(database, read_only=True)
    for number in range(KILLS):
        if number % 3:
            await until(partial(at_work, instance))
            await moved(engine, chance.choice(progress))
            await asyncio.sleep(chance.uniform(0, 0.01))
        else:
            await asyncio.sleep(chance.uniform(0, 3))
        instance.kill()
        instance.start()
    engine.dispose()


async def at_work(instance: Instance) -> bool:
    return await instance.metric("mahnwerk_batch_records_count") > 0


def progress_of(service: str) -> list[Table]:
    """Where a service stores how far it is."""
    delivery = import_module(f"services.{service}.tables").delivery
    own = [delivery.position, delivery.outbox]
    return [*own, sequencer.position, sequencer.position] if service == "claims" else own


async def moved(engine: Engine, table: Table) -> None:
    """Wait until something is stored in a table, or for a second: there may be nothing left to do."""
    with engine.connect() as conn:
        before = conn.execute(select(table)).all()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            while True:
                with engine.connect() as conn:
                    if conn.execute(select(table)).all() != before:
                        return
                await asyncio.sleep(0.001)
