"""A service process on real Kafka: killed, frozen, shared, restored; nothing is lost or counts twice."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mahnwerk.brokers import Broker
from shared.topic_setup import create_topics
from tests.system.world import Publisher, Raw, envelope, header, ids, read_all, until

pytestmark = pytest.mark.kafka
LANES = 4
ROOT = Path(__file__).parents[2]


class Process:
    """The echo service as a process."""

    def __init__(self, bootstrap: str, database: str, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._env = os.environ | {
            "MAHNWERK_KAFKA": bootstrap,
            "MAHNWERK_DB_CLAIMS": database,
            "MAHNWERK_PORT": str(self.port),
        }
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.system.echo"], env=self._env, cwd=ROOT, stdout=log, stderr=log
            )

    def signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def wait(self) -> int:
        assert self._process
        return self._process.wait(timeout=60)

    def kill(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    async def until_ready(self) -> None:
        async def ready() -> bool:
            return (await asyncio.to_thread(self.get, "/health/ready"))[0] == 200

        await until(ready)


@pytest.fixture
async def bootstrap(clean_kafka: Broker) -> str:
    await create_topics(clean_kafka.bootstrap, LANES, inbound_partitions=2)
    return clean_kafka.bootstrap


@pytest.fixture
def process(bootstrap: str, both_databases: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    process = Process(bootstrap, both_databases["claims"], tmp_path / "log")
    yield process
    process.kill()


async def feed(publisher: Publisher, start: int, end: int) -> None:
    for n in range(start, end):
        body = json.dumps({"mandant": f"m{n % 8}"}).encode()
        await publisher.raw("intake", body, envelope(f"e{n}", "claim-created.v1"), n % LANES)
    await publisher.flush()


async def answered(bootstrap: str, count: int) -> list[Raw]:
    """The answers without what the relay sent twice, as a reader of ours takes them."""
    found: list[Raw] = []

    async def there() -> bool:
        last: dict[int, int] = {}
        found.clear()
        for record in await read_all(bootstrap, "event-accepted"):
            number = int(header(record, "mw-number"))
            assert number <= last.get(record.partition, 0) + 1, "a gap"
            if number > last.get(record.partition, 0):
                last[record.partition] = number
                found.append(record)
        return len(found) >= count

    await until(there)
    return found


def check(found: list[Raw], count: int) -> None:
    """Every record has one answer, and those of a mandant count up without a gap: one order, one effect."""
    answers = [json.loads(record.value) for record in found]
    assert sorted(a["accepted_id"] for a in answers) == sorted(f"e{n}" for n in range(count))
    seen: dict[str, int] = {}
    for answer in answers:
        seen[answer["mandant"]] = seen.get(answer["mandant"], 0) + 1
        assert answer["result"]["open_cents"] == seen[answer["mandant"]]


async def test_it_is_ready_with_its_lanes_serves_metrics_and_stops_in_order(
    bootstrap: str, process: Process
) -> None:
    process.start()
    await process.until_ready()
    async with Publisher(bootstrap) as publisher:
        await feed(publisher, 0, 100)
        await answered(bootstrap, 100)

    status, metrics = process.get("/metrics")
    assert status == 200
    assert "mahnwerk_lanes_owned 4.0" in metrics
    assert 'mahnwerk_inbound_total{outcome="accepted",type="claim-created.v1"} 100.0' in metrics
    assert "e99" not in metrics
    assert process.get("/health/live")[0] == 200
    assert process.get("/asyncapi/try")[0] == 404

    process.signal(signal.SIGTERM)
    assert process.wait() == 0


async def test_two_instances_share_the_lanes_and_a_frozen_one_is_refused_when_it_comes_back(
    bootstrap: str, postgres_databases: dict[str, str], tmp_path: Path
) -> None:
    one, two = (Process(bootstrap, postgres_databases["claims"], tmp_path / str(n)) for n in (1, 2))
    try:
        one.start()
        await one.until_ready()
        async with Publisher(bootstrap) as publisher:
            await feed(publisher, 0, 2_000)
            two.start()
            await two.until_ready()

            async def shared() -> bool:
                return "mahnwerk_lanes_owned 2.0" in (await asyncio.to_thread(two.get, "/metrics"))[1]

            await until(shared)
            await feed(publisher, 2_000, 4_000)
            two.signal(signal.SIGSTOP)
            await feed(publisher, 4_000, 8_000)
            await answered(bootstrap, 8_000)  # the first has taken over what the frozen one held
            two.signal(signal.SIGCONT)
            await feed(publisher, 8_000, 10_000)
            await two.until_ready()
            one.signal(signal.SIGTERM)
            await feed(publisher, 10_000, 12_000)
            check(await answered(bootstrap, 12_000), 12_000)
    finally:
        one.kill()
        two.kill()


async def test_a_database_restored_from_an_older_copy_catches_up_and_publishes_nothing_else(
    bootstrap: str, tmp_path: Path
) -> None:
    database = tmp_path / "claims.db"
    process = Process(bootstrap, f"sqlite:///{database}", tmp_path / "log")
    try:
        async with Publisher(bootstrap) as publisher:
            process.start()
            await feed(publisher, 0, 1_000)
            await answered(bootstrap, 1_000)
            process.signal(signal.SIGTERM)
            process.wait()
            shutil.copy(database, tmp_path / "copy")
            process.start()
            await feed(publisher, 1_000, 3_000)
            before = ids(await answered(bootstrap, 3_000))
            process.signal(signal.SIGTERM)
            process.wait()
            for rest in list(tmp_path.glob("claims.db*")):  # noqa: ASYNC240 - nothing else runs
                rest.unlink()
            shutil.copy(tmp_path / "copy", database)
            process.start()
            await feed(publisher, 3_000, 4_000)
            check(await answered(bootstrap, 4_000), 4_000)
        standing = await read_all(bootstrap, "event-accepted")
    finally:
        process.kill()
    assert len(standing) == 4_000
    assert set(before) < set(ids(standing))


async def test_an_unreadable_internal_record_stops_its_lane_and_no_other(
    bootstrap: str, process: Process
) -> None:
    process.start()
    async with Publisher(bootstrap) as publisher:
        await feed(publisher, 0, 40)
        await answered(bootstrap, 40)
        await publisher.raw("intake", b"\xff", envelope("bad", "claim-created.v1"), 1)
        await feed(publisher, 40, 80)
        found = await answered(bootstrap, 70)

    assert {f"e{n}" for n in range(40, 80) if n % LANES == 1}.isdisjoint(
        json.loads(record.value)["accepted_id"] for record in found
    )

    async def alarmed() -> bool:
        return 'mahnwerk_alarm{kind="lane"} 1.0' in (await asyncio.to_thread(process.get, "/metrics"))[1]

    await until(alarmed)


async def test_it_waits_for_a_broker_that_was_killed(
    bootstrap: str, clean_kafka: Broker, process: Process
) -> None:
    process.start()
    await process.until_ready()
    async with Publisher(bootstrap) as publisher:
        await feed(publisher, 0, 100)
        await answered(bootstrap, 100)
    # Not in a thread of its own: the broker ends with the thread that started it.
    clean_kafka.stop(hard=True)
    await asyncio.sleep(1)
    assert process.get("/health/live")[0] == 200
    clean_kafka.start()
    async with Publisher(bootstrap) as publisher:
        await feed(publisher, 100, 300)
        check(await answered(bootstrap, 300), 300)
