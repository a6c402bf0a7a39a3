"""Every service killed with SIGKILL, again and again, while a year plays: as if nothing had happened."""

import asyncio
import hashlib
import json
import random
from pathlib import Path

import pytest

from mahnwerk.brokers import Broker
from mahnwerk.databases import SERVICES, databases
from tests.system.delivery import POLICIES, Instance, system
from tests.system.outcome import decided, played, standing
from tests.system.replay import replay, rows_of
from tests.system.sample import sample
from tests.system.world import until

pytestmark = pytest.mark.kafka
KILLS = 6  # of each of the four services


async def test_killed_at_random_moments_the_system_decides_as_if_undisturbed(
    clean_kafka: Broker, tmp_path: Path
) -> None:
    lines = list(sample())
    async with system(clean_kafka.bootstrap, databases(tmp_path / "db"), tmp_path) as running:
        async with asyncio.TaskGroup() as group:
            group.create_task(running.publish(lines))
            for number, service in enumerate(SERVICES):
                chance = random.Random(number)  # noqa: S311 - when to kill, repeatably
                group.create_task(kill_again_and_again(running.of(service), chance))
        await running.until_drained()
        assert await running.alarms() == []
        events, rows = await standing(clean_kafka.bootstrap), rows_of(running.databases)

    # As the same order undisturbed, to the last number; and as the file, played.
    undisturbed = await replay(clean_kafka.bootstrap, POLICIES)
    assert sorted(events) == sorted(undisturbed.events)
    assert rows == undisturbed.rows()
    assert decided(events) == decided(played(lines, POLICIES))
    check_folder(tmp_path / "outbox", sum(rows["notifications.message"].values()))


async def kill_again_and_again(instance: Instance, chance: random.Random) -> None:
    """Kill it at a random moment after it has begun to work, or (each third time) after its start."""
    for number in range(KILLS):
        if number % 3:
            await until(lambda: at_work(instance), timeout_s=60)
        await asyncio.sleep(chance.uniform(0, 1.5))
        instance.kill()
        instance.start()


async def at_work(instance: Instance) -> bool:
    return await instance.metric("mahnwerk_batch_records_count") > 0


def check_folder(folder: Path, messages: int) -> None:
    """Each message has its two files, complete, and one line in the manifest of its day."""
    listed = 0
    names = {path for path in folder.rglob("*") if path.is_file()}
    for manifest in folder.rglob("manifest.jsonl"):
        names.remove(manifest)
        for line in map(json.loads, manifest.read_text().splitlines()):
            listed += 1
            for name, digest in ((line["file"], line["sha256"]), (line["text"], line["text_sha256"])):
                names.remove(manifest.with_name(name))
                assert hashlib.sha256(manifest.with_name(name).read_bytes()).hexdigest() == digest
    assert listed == messages > 0
    assert {path.suffix for path in names} <= {".half"}, "a file that no manifest names"
