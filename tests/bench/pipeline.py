"""All services as processes on PostgreSQL: throughput, latency, instances that share lanes, the sequencer."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import func, select, text

from mahnwerk import SERVICES
from mahnwerk.drained import Drained
from mahnwerk.migrate import migrate
from services.claims import tables as claims_tables
from services.claims.sequencer import Sequencer
from services.dunning.tables import claim
from services.notifications.tables import message
from shared.database import engine_for
from shared.producing import start_producer
from shared.records import lane_of
from shared.telemetry import Telemetry
from shared.topic_setup import create_topics
from tests.bench.claims import LANES, Round
from tests.bench.upstream import FIRST_DAY, PARTITIONS, Inbound, Upstream, publish
from tests.system.delivery import POLICIES, System
from tests.system.world import Publisher, until

ALL: Final = dict.fromkeys(SERVICES, 1)
_LOOK_S: Final = 0.1
_OVERDUE: Final = "2026-04-20"  # by then all that is due on 31 March is dunned everywhere that runs daily
_TICK_S: Final = 0.02
_TOWN: Final = "wuppertal"  # whose rules the towns of the scale-out have


class Pipeline:
    """Instances of services on a broker of their own."""

    def __init__(self, system: System, instances: Mapping[str, int], upstream: Upstream) -> None:
        self._system = system
        self._databases = {service: system.databases[service] for service in instances}
        self.upstream = upstream

    async def until_ready(self) -> None:
        """Wait until every instance has begun."""
        for instance in self._system.instances:
            await instance.until_ready()

    async def begin(self, stock: int) -> None:
        """Open the first day and take in debtors with a claim each."""
        await self.until_ready()
        async with Publisher(self._system.kafka) as clock:
            await clock.day(FIRST_DAY)
        await publish(self._system.kafka, list(self.upstream.stock(stock)))
        await self.until_drained()

    async def round(self, records: Sequence[Inbound]) -> Round:
        """Work off records that all stand in Kafka when it starts."""
        for instance in self._system.instances:
            instance.signal(signal.SIGSTOP)
        await publish(self._system.kafka, records)
        for instance in self._system.instances:
            instance.signal(signal.SIGCONT)
        started = time.monotonic()
        await self.until_drained()
        return Round(len(records), time.monotonic() - started, 0.0)

    async def letters(self) -> Round:
        """Open a day on which much is overdue; until its last letter is written."""
        started = time.monotonic()
        async with Publisher(self._system.kafka) as clock:
            await clock.day(_OVERDUE)
        await self.until_drained()
        took = time.monotonic() - started
        engine = engine_for(self._system.databases["notifications"], read_only=True)
        with engine.connect() as conn:
            written = conn.execute(select(func.count()).where(message.c.sha256.is_not(None))).scalar_one()
        engine.dispose()
        return Round(int(written), took, 0.0)

    async def latencies_ms(self, per_s: float, seconds: float) -> list[float]:
        """Milliseconds from a claim's arrival in Kafka until dunning has stored it, at a steady rate."""
        records = list(self.upstream.claims(int(per_s * seconds)))
        arrived = await _paced(self._system.kafka, records, per_s)
        await self.until_drained()
        engine = engine_for(self._system.databases["dunning"], read_only=True)
        committed = func.extract("epoch", func.pg_xact_commit_timestamp(text("claim.xmin")))
        with engine.connect() as conn:
            stored: dict[str, Any] = dict(
                conn.execute(select(claim.c.kassenzeichen, committed)).tuples().all()
            )
        engine.dispose()
        return [float(stored[number]) * 1e3 - at for number, at in arrived.items()]

    async def until_drained(self) -> None:
        """Wait until nothing is left to read, anywhere."""
        async with Drained(self._system.kafka, self._databases) as drained:

            async def nothing_left() -> bool:
                await asyncio.sleep(_LOOK_S)
                return not await drained.left()

            await until(nothing_left, timeout_s=600)


async def _paced(kafka: str, records: Sequence[Inbound], per_s: float) -> dict[str, int]:
    """Publish claims at a rate; Kassenzeichen -> when it stood in Kafka, by the broker's clock."""
    producer = await start_producer(kafka)
    sent = {}
    started = time.monotonic()
    for n, one in enumerate(records):
        if (ahead := started + n / per_s - time.monotonic()) > _TICK_S:
            await asyncio.sleep(ahead)
        number = orjson.loads(one.outgoing.value)["kassenzeichen"]
        sent[number] = await producer.send(
            one.topic, one.outgoing.value, one.outgoing.key, one.partition, headers=list(one.outgoing.headers)
        )
    arrived = {number: (await future).timestamp for number, future in sent.items()}
    await producer.stop()
    return arrived


@asynccontextmanager
async def pipeline(  # noqa: PLR0913, PLR0917 - where all parts come together
    kafka: str,
    databases: Mapping[str, str],
    folder: Path,
    instances: Mapping[str, int],
    upstream: Upstream | None = None,
    policies: Path | None = None,
) -> AsyncIterator[Pipeline]:
    """So many instances of each service, with topics and tables."""
    await create_topics(kafka, LANES, inbound_partitions=PARTITIONS)
    for service in instances:
        await asyncio.to_thread(migrate, service, databases[service])
    system = System(kafka, databases, folder, policies or POLICIES)
    try:
        for service, count in instances.items():
            for _ in range(count):
                system.start(service)
        yield Pipeline(system, instances, upstream or Upstream())
    finally:
        for instance in system.instances:
            instance.end()


def towns(folder: Path) -> list[str]:
    """As many towns as there are lanes, each in one of its own, with a policy each in the folder."""
    by_lane: dict[int, str] = {}
    number = 0
    while len(by_lane) < LANES:
        number += 1
        by_lane.setdefault(lane_of(f"town-{number}", LANES), f"town-{number}")
    rules = (POLICIES / f"{_TOWN}.toml").read_text(encoding="utf-8")
    for name in by_lane.values():
        (folder / f"{name}.toml").write_text(rules, encoding="utf-8")
    return list(by_lane.values())


class LockWaits:
    """How often a look at the server found a statement that waits for a lock, looking all the time."""

    def __init__(self, database: str) -> None:
        self._engine = engine_for(database, read_only=True)
        self.looks = self.waits = 0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look, as long as the context lasts."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            self._engine.dispose()

    async def _look(self) -> None:
        while True:
            self.waits += await asyncio.to_thread(self._count)
            self.looks += 1
            await asyncio.sleep(_TICK_S)

    def _count(self) -> int:
        with self._engine.connect() as conn:
            return int(conn.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


async def sequencer_alone(kafka: str, database: str, events: int) -> Round:
    """The sequencer in this process, on so many records that all stand in Kafka."""
    await asyncio.to_thread(migrate, "claims", database)
    engine = engine_for(database)
    position = claims_tables.sequencer.position
    read = select(func.sum(position.c.at))

    def done() -> bool:
        with engine.connect() as conn:
            return (conn.execute(read).scalar_one() or 0) >= events

    started, cpu = time.monotonic(), time.process_time()
    task = asyncio.create_task(Sequencer(engine, claims_tables.sequencer, kafka, Telemetry("claims")).run())
    while not await asyncio.to_thread(done):  # noqa: ASYNC110 - a database has no event to wait for
        await asyncio.sleep(_TICK_S)
    took = Round(events, time.monotonic() - started, time.process_time() - cpu)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    engine.dispose()
    return took
