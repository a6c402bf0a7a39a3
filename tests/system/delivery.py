"""A whole system for the delivery tests: topics, databases, and services as processes that can be killed."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from mahnwerk import SERVICES
from mahnwerk.drained import Drained
from mahnwerk.local.process import LOCALHOST, free_ports
from mahnwerk.migrate import migrate
from mahnwerk.publish import Publisher
from services.claims.tables import sequencer
from shared.database import engine_for
from shared.topic_setup import create_topics
from tests.system.world import until

ROOT: Final = Path(__file__).parents[2]
POLICIES: Final = ROOT / "policies"
LANES: Final = 6
PARTITIONS: Final = 3  # of the inbound topics


class Instance:
    """A process of a service."""

    def __init__(  # noqa: PLR0913 - what a process needs
        self,
        service: str,
        port: int,
        env: Mapping[str, str],
        log: Path,
        *,
        root: Path = ROOT,
        command: Sequence[str] = (),
    ) -> None:
        """`root`: where its code is; `command`: of Python, in place of `mahnwerk serve`."""
        self.service = service
        self.port = port
        self._env = os.environ | env | {"MAHNWERK_PORT": str(port)}
        self._log = log
        self._root = root
        self._command = command or ("-m", "mahnwerk", "serve", service)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                env=self._env,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Kill it with SIGKILL; it must have been running."""
        assert self._process is not None
        assert self._process.poll() is None, f"{self.service} has ended by itself:\n{self.said()[-3000:]}"
        self._process.kill()
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        """Let it end in order."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(timeout=60) == 0
        self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def end(self) -> None:
        """Whatever it does, it is gone afterwards."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    async def get(self, path: str) -> tuple[int, str]:
        return await asyncio.to_thread(self._get, path)

    def _get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{LOCALHOST}:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    async def until_ready(self) -> None:
        async def ready() -> bool:
            return (await self.get("/health/ready"))[0] == 200

        try:
            await until(ready, timeout_s=300)
        except TimeoutError:
            why = await self.get("/health/ready")
            raise TimeoutError(f"{self.service} is not ready: {why}\n{self.said()[-3000:]}") from None

    async def metric(self, name: str) -> float:
        """The value of a metric with its labels; 0 if there is none."""
        values = dict(line.rsplit(" ", 1) for line in (await self.get("/metrics"))[1].splitlines() if line)
        return float(values.get(name, 0))


class System:
    """The four services on a broker with empty topics and databases."""

    def __init__(self, kafka: str, databases: Mapping[str, str], folder: Path, policies: Path) -> None:
        self.kafka = kafka
        self.databases = databases
        self.folder = folder
        self._env = {
            "MAHNWERK_KAFKA": kafka,
            "MAHNWERK_DATA": str(folder),
            "MAHNWERK_POLICIES": str(policies),
            "MAHNWERK_ACCEPT_ASSUMPTIONS": "1",
            **{f"MAHNWERK_DB_{service.upper()}": url for service, url in databases.items()},
        }
        self.instances: list[Instance] = []
        self._ports = free_ports(16 * len(SERVICES))
        self._started = 0

    def start(self, service: str, *, name: str = "", root: Path = ROOT) -> Instance:
        """Start one more process of a service; with a name, its group knows it again after a kill."""
        number = self._started = self._started + 1
        env = self._env | ({"MAHNWERK_INSTANCE": name} if name else {})
        log = self.folder / f"{service}-{number}.log"
        instance = Instance(service, self._ports[number % len(self._ports)], env, log, root=root)
        self.instances.append(instance)
        return instance

    def of(self, service: str) -> Instance:
        """The first process of a service."""
        return next(instance for instance in self.instances if instance.service == service)

    async def publish(self, lines: Iterable[Any]) -> None:
        """Publish lines as `mahnwerk publish` does, days with their exact cuts."""
        async with Publisher(self.kafka) as publisher:
            await publisher.publish(lines)

    async def until_drained(self, timeout_s: float = 300) -> None:
        """Wait until everything is read, decided and published; say what is left if that takes too long."""
        left: dict[str, int] = {}

        async def nothing_left() -> bool:
            nonlocal left
            left = await drained.left()
            return not left

        async with Drained(self.kafka, self.databases) as drained:
            try:
                await until(nothing_left, timeout_s)
            except TimeoutError:
                raise AssertionError(f"still to be done: {left}; {await self.alarms()}") from None

    async def until_opened(self, days: int) -> None:
        """Wait until so many days stand in every lane of intake."""
        engine = engine_for(self.databases["claims"], read_only=True)
        marked = select(func.count()).where(sequencer.day.c.marked)

        async def opened() -> bool:
            with engine.connect() as conn:
                return int(conn.execute(marked).scalar_one()) >= days

        try:
            await until(opened, timeout_s=300)
        finally:
            engine.dispose()

    async def alarms(self) -> list[str]:
        """What the services say needs a person."""
        pages = [(instance.service, await instance.get("/metrics")) for instance in self.instances]
        return [
            f"{service}: {line}"
            for service, (_, page) in pages
            for line in page.splitlines()
            if line.startswith("mahnwerk_alarm{")
        ]


@contextlib.asynccontextmanager
async def system(  # noqa: PLR0913 - where all parts come together
    kafka: str,
    databases: Mapping[str, str],
    folder: Path,
    policies: Path = POLICIES,
    *,
    services: Iterable[str] = SERVICES,
    named: bool = False,
) -> AsyncIterator[System]:
    """Topics and tables for a system, with a process of each of the services."""
    await create_topics(kafka, LANES, inbound_partitions=PARTITIONS)
    for service, url in databases.items():
        await asyncio.to_thread(migrate, service, url)
    made = System(kafka, databases, folder, policies)
    try:
        for service in services:
            made.start(service, name=service if named else "")
        for instance in made.instances:
            await instance.until_ready()
        yield made
    finally:
        for instance in made.instances:
            instance.end()
