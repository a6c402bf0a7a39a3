"""The faults: what is killed, frozen, filled up, restored, and counted."""

import asyncio
import logging
import signal
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

from mahnwerk import SERVICES
from mahnwerk.local.postgres import LocalPostgres
from tests.faults.servers import Disk, Kafka
from tests.system.delivery import Instance, System
from tests.system.restore import copy

log = logging.getLogger("tests.faults")

_SESSION_S: Final = 10.0


class Chaos:
    """Does one thing or another to a running system.

    Args:
        servers: the thread that starts servers: they end with it.
    """

    def __init__(
        self,
        system: System,
        kafka: Kafka,
        postgres: LocalPostgres,
        servers: ThreadPoolExecutor,
        random: Random,
    ) -> None:
        self._system = system
        self._kafka = kafka
        self._postgres = postgres
        self._servers = servers
        self._random = random
        # Where one fault needs a service for itself, the others keep away.
        self._alone: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._brokers = asyncio.Lock()
        self._database = asyncio.Lock()
        self.counts: Counter[str] = Counter()
        self.not_possible: dict[str, str] = {}
        self.ended_by_themselves: list[str] = []

    async def kills(self, count: int, pause_s: tuple[float, float]) -> None:
        """SIGKILL of random processes, each started again at once."""
        for _ in range(count):
            await asyncio.sleep(self._random.uniform(*pause_s))
            free = [service for service in SERVICES if not self._alone[service].locked()]
            service = self._random.choice(free or SERVICES)
            async with self._alone[service]:
                instance = self._system.of(service)
                self._revive(instance)
                instance.kill()
                instance.start()
                self._note("SIGKILL of a service")

    async def sigterm(self, service: str) -> None:
        """SIGTERM while it works: it ends in order and is started again."""
        async with self._alone[service]:
            instance = self._system.of(service)
            self._revive(instance)
            await self._ready(instance)  # one that has not begun yet just ends
            await self._stop(instance)
            instance.start()
            self._note("SIGTERM of a service")

    async def freeze(self, service: str) -> None:
        """SIGSTOP until another instance has its lanes, then SIGCONT: it believes to own them."""
        async with self._alone[service]:
            frozen = self._system.of(service)
            other = self._system.start(service)
            await self._ready(other)
            frozen.signal(signal.SIGSTOP)
            await asyncio.sleep(_SESSION_S + self._random.uniform(2, 5))
            frozen.signal(signal.SIGCONT)
            self._note("SIGSTOP past the session, SIGCONT")
            await asyncio.sleep(self._random.uniform(1, 5))
            await self._leave(other)

    async def join_and_leave(self, service: str, others: int) -> None:
        """More instances of a service come, and go: in order, and killed."""
        async with self._alone[service]:
            joined = [self._system.start(service) for _ in range(others)]
            for one in joined:
                await self._ready(one)
                self._note("an instance joins")
            await asyncio.sleep(self._random.uniform(1, 4))
            for number, one in enumerate(joined):
                await self._leave(one, killed=number % 2 == 1)
                await asyncio.sleep(self._random.uniform(0, 2))

    async def old_release(self, root: Path, commit: str) -> None:
        """The code before the last change beside today's, for every service: nothing is released yet."""
        for service in SERVICES:
            async with self._alone[service]:
                old = self._system.start(service, root=root)
                await self._ready(old)
                await asyncio.sleep(self._random.uniform(3, 6))
                await self._leave(old)
                self._note(f"an instance of the code before ({commit})")

    async def brokers(self) -> None:
        """All brokers are killed, and are started again after a while."""
        async with self._brokers:
            await self._on_servers(self._kafka.stop)
            self._note("Kafka stopped hard")
            await asyncio.sleep(self._random.uniform(1, 4))
            await self._on_servers(self._kafka.start)

    async def leader(self) -> None:
        """The broker that leads the first lane is killed; the others go on without it."""
        if self._kafka.nodes == 1:
            self.not_possible["leader of three brokers killed"] = "there is one broker in this run"
            return
        async with self._brokers:
            await self._on_servers(self._kafka.stop_leader)
            self._note("leader of three brokers killed")
            await asyncio.sleep(self._random.uniform(5, 9))
            await self._on_servers(self._kafka.start)

    async def database(self) -> None:
        """PostgreSQL is killed, and started again after a while."""
        async with self._database:
            await self._on_servers(lambda: self._postgres.stop(hard=True))
            self._note("PostgreSQL stopped hard")
            await asyncio.sleep(self._random.uniform(0.5, 4))
            await self._on_servers(self._postgres.start)

    async def full_disk(self, what: str, disk: Disk, *, of_database: bool) -> None:
        """No room any more, for a while."""
        name = f"disk full: {what}"
        if disk.why_not:
            self.not_possible[name] = disk.why_not
            return
        async with self._database:
            await asyncio.to_thread(disk.fill)
            self._note(name)
            await asyncio.sleep(self._random.uniform(6, 12))
            disk.free()
            if of_database:  # it may have ended: it does not start without room for its log
                await self._on_servers(lambda: self._postgres.stop(hard=True))
                await self._on_servers(self._postgres.start)

    async def restore(self, service: str, meanwhile_s: float) -> None:
        """The service's database comes from an older copy, while Kafka and the others went on."""
        database = self._system.databases[service]
        async with self._alone[service], self._database:
            instance = self._system.of(service)
            self._revive(instance)
            instance.kill()
            await asyncio.to_thread(copy, database, database + "_copy")
            instance.start()
        await asyncio.sleep(meanwhile_s)
        async with self._alone[service], self._database:
            instance = self._system.of(service)
            self._revive(instance)
            instance.kill()
            await asyncio.to_thread(copy, database + "_copy", database)
            instance.start()
            self._note("database restored from an older copy")

    def look(self) -> None:
        """Note what ended without being told to."""
        for instance in self._system.instances:
            self._revive(instance)

    async def _ready(self, instance: Instance) -> None:
        try:
            await instance.until_ready()
        except TimeoutError:
            self.ended_by_themselves.append(f"{instance.service} is not ready: {instance.said()[-2000:]}")

    async def _stop(self, instance: Instance) -> None:
        try:
            await asyncio.to_thread(instance.stop)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            self.ended_by_themselves.append(f"{instance.service} does not stop in order: {error}")
            instance.end()

    def _revive(self, instance: Instance) -> None:
        if not instance.running:
            self.ended_by_themselves.append(f"{instance.service}: {instance.said()[-2000:]}")
            instance.start()

    async def _leave(self, instance: Instance, *, killed: bool = False) -> None:
        self._system.instances.remove(instance)
        if not instance.running:
            self.ended_by_themselves.append(f"{instance.service}: {instance.said()[-2000:]}")
        elif killed:
            instance.kill()
            self._note("an instance is killed for good")
        else:
            await self._stop(instance)
            self._note("an instance leaves")
        instance.end()

    async def _on_servers(self, action: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._servers, action)

    def _note(self, what: str) -> None:
        self.counts[what] += 1
        log.info("%s (%s)", what, self.counts[what])
