"""An event through claims: from the inbound record over sequencer and intake to the published outbox."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from mahnwerk.drained import Drained
from mahnwerk.local.process import free_ports
from mahnwerk.migrate import migrate
from shared.topic_setup import create_topics
from tests.bench.machine import cpu_s, family
from tests.bench.stopwatch import FETCH, PARTS, PUBLISHED
from tests.bench.upstream import FIRST_DAY, PARTITIONS, Inbound, Upstream, publish
from tests.system.delivery import POLICIES, Instance
from tests.system.world import Publisher, until

LANES: Final = 12
_LOOK_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of events took: wall time, CPU of the process by part, CPU of the database's server."""

    events: int
    wall_s: float
    cpu_s: float
    parts_s: Mapping[str, float] = field(default_factory=dict)
    server_cpu_s: float = 0.0

    @property
    def cpu_us(self) -> float:
        """CPU microseconds an event."""
        return self.cpu_s / self.events * 1e6

    @property
    def per_s(self) -> float:
        """Events a second of wall time."""
        return self.events / self.wall_s

    @property
    def per_core(self) -> float:
        """Events a second of CPU time."""
        return self.events / self.cpu_s


class Claims:
    """Claims as a process with a stopwatch, on a broker with empty topics and an empty database."""

    def __init__(self, kafka: str, database: str, folder: Path) -> None:
        self._kafka = kafka
        self._database = database
        self._log = folder / "stopwatch.jsonl"
        (port,) = free_ports(1)
        env = {
            "MAHNWERK_KAFKA": kafka,
            "MAHNWERK_DB_CLAIMS": database,
            "MAHNWERK_DATA": str(folder),
            "MAHNWERK_POLICIES": str(POLICIES),
        }
        command = ("-m", "tests.bench.stopwatch", str(self._log))
        self.process = Instance("claims", port, env, folder / "claims.log", command=command)

    async def begin(self, stock: Sequence[Inbound]) -> None:
        """Open the first day, then take in what is there before the rounds."""
        await self.process.until_ready()
        async with Publisher(self._kafka) as clock:
            await clock.day(FIRST_DAY)
        await publish(self._kafka, stock)
        await self._drained()

    async def round(self, records: Sequence[Inbound], server: int = 0) -> Round:
        """Let it work off records that all stand in Kafka when it starts."""
        self.process.signal(signal.SIGSTOP)
        await publish(self._kafka, records)
        before, on_server = self._notes()[-1], _server_cpu_s(server)
        self.process.signal(signal.SIGCONT)
        started = time.monotonic()
        await self._drained()
        after = [note for note in self._notes() if note["what"] == PUBLISHED and note["at"] > started][-1]
        spent = after["cpu"] - before["cpu"]
        parts = {part: after["parts"].get(part, 0.0) - before["parts"].get(part, 0.0) for part in PARTS}
        parts[FETCH] = spent - sum(parts.values())
        return Round(len(records), after["at"] - started, spent, parts, _server_cpu_s(server) - on_server)

    def _notes(self) -> list[dict[str, Any]]:
        lines = self._log.read_bytes().splitlines(keepends=True)
        return [orjson.loads(line) for line in lines if line.endswith(b"\n")]

    async def _drained(self) -> None:
        async with Drained(self._kafka, {"claims": self._database}) as drained:

            async def nothing_left() -> bool:
                await asyncio.sleep(_LOOK_S)
                return not await drained.left()

            await until(nothing_left, timeout_s=600)


def _server_cpu_s(server: int) -> float:
    """CPU of a database's server and its sessions, which stay open between the rounds."""
    return cpu_s(family(server)) if server else 0.0


@asynccontextmanager
async def claims(kafka: str, database: str, folder: Path) -> AsyncIterator[Claims]:
    """Claims with its topics and tables."""
    await create_topics(kafka, LANES, inbound_partitions=PARTITIONS)
    await asyncio.to_thread(migrate, "claims", database)
    made = Claims(kafka, database, folder)
    try:
        yield made
    finally:
        made.process.end()


async def rounds(  # noqa: PLR0913 - a run and its sizes
    kafka: str, database: str, folder: Path, *, events: int, times: int, server: int = 0
) -> list[Round]:
    """Some rounds of so many events, after one that warms up."""
    upstream = Upstream()
    async with claims(kafka, database, folder) as running:
        await running.begin(list(upstream.stock(events)))
        return [await running.round(list(upstream.round(events)), server) for _ in range(times + 1)][1:]
