"""One run: a system, its publisher, rounds of faults, and what is measured on the way."""

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from mahnwerk import SERVICES
from mahnwerk.databases import on_server
from mahnwerk.local.postgres import LocalPostgres
from shared.topic_setup import create_topics
from shared.topics import LANED
from tests.faults.chaos import Chaos
from tests.faults.judge import Verdict, judge
from tests.faults.servers import Disk, Kafka, kafka, old_release, postgres
from tests.faults.upstream import Line, Upstream, short_year, towns_year
from tests.system.delivery import LANES, PARTITIONS, POLICIES, System, system

log = logging.getLogger("tests.faults")

_CALM: Final = 0.1  # of the events, before the first fault
_DRAIN_S: Final = 900.0
_QUICK_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Asked:
    """What to run."""

    events: int = 20_000
    kills: int = 200
    rounds: int = 10
    brokers: int = 3
    rate: float = 60.0
    poison: float = 0.05
    seed: int = 1
    quick: bool = False


QUICK: Final = Asked(kills=16, rounds=2, brokers=1, rate=50.0, quick=True)


@dataclass(slots=True)
class Ran:
    """What was run, and what came of it."""

    asked: Asked
    events: int = 0
    poison: int = 0
    resent: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    not_possible: dict[str, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    drains_s: list[float] = field(default_factory=list)
    fire_from_ms: int = 0
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a run stands on."""

    folder: Path
    policies: Path
    kafka: Kafka
    postgres: LocalPostgres
    disks: dict[str, Disk]


def run(asked: Asked) -> Ran:
    """Run it; the servers and folders are gone afterwards."""
    # Servers end with the thread that started them: this one lives as long as they have to.
    with ThreadPoolExecutor(1) as servers:
        stack = contextlib.ExitStack()
        try:
            parts = servers.submit(_start, asked, stack).result()
            return asyncio.run(_Run(asked, parts, servers).run())
        finally:
            servers.submit(stack.close).result()


def _start(asked: Asked, stack: contextlib.ExitStack) -> _Parts:
    def folder(name: str) -> Path:
        made = tempfile.TemporaryDirectory(prefix=f"mahnwerk-{name}-", ignore_cleanup_errors=True)
        return Path(stack.enter_context(made))

    def disk(at: Path, megabytes: int) -> Disk:
        made = Disk(at, megabytes)
        stack.callback(made.close)
        return made

    main = folder("faults")
    policies = main / "policies"
    policies.mkdir()
    # Not in a folder that only its owner may enter: run by root, the server runs as somebody else.
    database = folder("postgres")
    disks = {"PostgreSQL's": disk(database, 2_000), "the letters'": disk(main / "outbox", 100)}
    log.info("starting %s broker(s) and PostgreSQL", asked.brokers)
    return _Parts(
        main,
        policies,
        stack.enter_context(kafka(main, asked.brokers)),
        stack.enter_context(postgres(database)),
        disks,
    )


class _Run:
    """A run on its way."""

    def __init__(self, asked: Asked, parts: _Parts, servers: ThreadPoolExecutor) -> None:
        self._asked = asked
        self._parts = parts
        self._servers = servers
        self._random = Random(asked.seed)  # noqa: S311 - what to break when, repeatably
        self._ran = Ran(asked)
        self._upstream = Upstream(parts.kafka.bootstrap, asked.rate, asked.poison, asked.seed)
        self._started = time.monotonic()

    async def run(self) -> Ran:
        """Publish in calm, then in rounds under fire; let it drain after each; judge."""
        asked, parts, ran = self._asked, self._parts, self._ran
        bootstrap = parts.kafka.bootstrap
        if asked.quick:
            lines = short_year(_QUICK_DAYS, POLICIES, parts.policies)
        else:
            lines = towns_year(asked.events, asked.seed, POLICIES, parts.policies)
        calm, *rounds = _split(lines, asked.rounds)
        await create_topics(
            bootstrap, LANES, inbound_partitions=PARTITIONS, replication=min(3, parts.kafka.nodes)
        )
        _stamp_by_broker(bootstrap)
        databases = on_server(parts.postgres.url, "faults")
        async with system(bootstrap, databases, parts.folder, parts.policies, named=True) as running:
            chaos = Chaos(running, parts.kafka, parts.postgres, self._servers, self._random)
            log.info("%s events, %s of them in calm", len(lines), len(calm))
            await self._upstream.publish(calm)
            await self._drain(running, "in calm")
            ran.fire_from_ms = time.time_ns() // 1_000_000
            for number, part in enumerate(rounds):
                await self._round(number, part, chaos)
                await self._drain(running, f"after round {number + 1} of {len(rounds)}")
                chaos.look()
            ran.alarms = await running.alarms()
            ran.events, ran.poison = len(self._upstream.acknowledged), self._upstream.poisoned
            ran.resent = self._upstream.resent
            ran.counts, ran.not_possible = dict(chaos.counts), chaos.not_possible
            ran.ended = chaos.ended_by_themselves
            log.info("judging")
            ran.verdict = await judge(bootstrap, databases, lines, parts.policies, parts.folder)
        ran.seconds = time.monotonic() - self._started
        return ran

    async def _round(self, number: int, lines: Sequence[Line], chaos: Chaos) -> None:
        """Publish while processes are killed, the servers too, and one thing more happens."""
        kills = self._asked.kills * (number + 1) // self._asked.rounds
        kills -= self._asked.kills * number // self._asked.rounds
        async with asyncio.TaskGroup() as group:
            group.create_task(self._upstream.publish(lines))
            group.create_task(chaos.kills(kills, (0.5, 5.0)))
            group.create_task(self._others(number, chaos))

    async def _others(self, number: int, chaos: Chaos) -> None:
        faults: list[Callable[[], Awaitable[None]]] = [
            chaos.database,
            chaos.brokers,
            lambda: chaos.sigterm(self._random.choice(SERVICES)),
        ]
        if not self._asked.quick:
            faults += [chaos.leader, self._specials(chaos)[number % 10]]
        if self._asked.quick:  # one of each in the whole run
            faults = faults[number :: self._asked.rounds]
        self._random.shuffle(faults)
        for fault in faults:
            await asyncio.sleep(self._random.uniform(0.5, 5))
            await fault()

    def _specials(self, chaos: Chaos) -> list[Callable[[], Awaitable[None]]]:
        disks = self._parts.disks
        return [
            lambda: chaos.freeze("claims"),
            lambda: chaos.join_and_leave("dunning", 2),
            lambda: chaos.full_disk("PostgreSQL's", disks["PostgreSQL's"], of_database=True),
            lambda: chaos.restore("claims", 20),
            lambda: self._old(chaos),
            lambda: chaos.freeze("enforcement"),
            lambda: chaos.full_disk("the letters'", disks["the letters'"], of_database=False),
            lambda: chaos.restore("dunning", 20),
            lambda: chaos.join_and_leave("claims", 2),
            lambda: chaos.restore("notifications", 20),
        ]

    async def _old(self, chaos: Chaos) -> None:
        folder = self._parts.folder / "code-before"
        try:
            commit = await asyncio.to_thread(old_release, folder)
        except OSError as error:
            chaos.not_possible["an instance of the code before"] = str(error)
            return
        await chaos.old_release(folder, commit)

    async def _drain(self, running: System, when: str) -> None:
        began = time.monotonic()
        await running.until_drained(_DRAIN_S)
        took = time.monotonic() - began
        self._ran.drains_s.append(took)
        total = time.monotonic() - self._started
        log.info("%s: drained after %.1f s (%.0f s in all)", when, took, total)


def _split(lines: Sequence[Line], rounds: int) -> list[list[Line]]:
    """A calm part, and a part for each round."""
    at = [round(len(lines) * _CALM)]
    at += [at[0] + (len(lines) - at[0]) * number // rounds for number in range(1, rounds + 1)]
    return [list(lines[start:end]) for start, end in zip([0, *at[:-1]], at, strict=True)]


def _stamp_by_broker(bootstrap: str) -> None:
    """Let the broker stamp what the services publish when it is there: then latencies are by one clock."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    entry = ConfigEntry(
        "message.timestamp.type", "LogAppendTime", incremental_operation=AlterConfigOpType.SET
    )
    resources = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry]) for name in LANED]
    for altered in admin.incremental_alter_configs(resources).values():
        altered.result(timeout=60)
