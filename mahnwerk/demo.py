"""`mahnwerk demo`: a year at five municipalities through the real services, and what it amounts to."""

import asyncio
import os
import shutil
import time
from itertools import islice
from pathlib import Path
from typing import Final

from aiokafka import AIOKafkaConsumer

from mahnwerk.brokers import GIVEN, Broker
from mahnwerk.collector import Collector, partitions
from mahnwerk.console import EXIT_FAILED, Failure, Progress, as_text, euros, say
from mahnwerk.databases import drop
from mahnwerk.drained import Drained
from mahnwerk.installation import NOTE, OUTBOX
from mahnwerk.publish import Publisher
from mahnwerk.report import report
from mahnwerk.stack import Stack
from mahnwerk.summary import Summary
from mahnwerk.year import year
from shared import topics

_PREFIX: Final = "mahnwerk_demo"
_LANES: Final = 4  # enough for five municipalities, and what the built-in broker has
_STUCK_S: Final = 120
_CHECK_S: Final = 1.0


def demo(data: Path, policies: Path, days: int | None, *, as_json: bool) -> int:
    """Run it and print the figures; the exit code: 1 if the reconciliation's difference is not 0."""
    started = time.monotonic()
    _clear(data)
    with Stack(data, policies, Broker(), prefix=_PREFIX, lanes=_LANES) as stack:
        if stack.broker.rung == GIVEN:
            asyncio.run(_must_be_empty(stack.broker.bootstrap))
        summary = asyncio.run(_Run(stack).run(days))
        kept = stack.data == data.resolve()
    say(f"{summary.events:,} events in {time.monotonic() - started:.0f} s")
    figures = summary.figures()
    if as_json:
        print(as_text(figures))
    else:
        print(report(figures))
        print(f"\nWhat to look at next\n{_next(summary, data, kept=kept)}")
    difference = figures["reconciliation"]["difference_cents"]
    if difference:
        say(f"the reconciliation does not add up: {euros(difference)} EUR")
    return EXIT_FAILED if difference else 0


class _Run:
    """The year on its way through a running stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._progress = Progress()
        self._published = 0
        self._state: object = None
        self._moved_at = time.monotonic()

    async def run(self, days: int | None) -> Summary:
        """Publish, follow, and return when everything has come to rest."""
        kafka = self._stack.broker.bootstrap
        async with (
            Collector(kafka) as collector,
            Drained(kafka, self._stack.databases) as drained,
            asyncio.TaskGroup() as group,
        ):
            publishing = group.create_task(self._publish(days))
            left: dict[str, int] = {}
            checked_at = 0.0
            while True:
                await collector.read()
                self._follow(collector.summary, left)
                if not publishing.done() or time.monotonic() - checked_at < _CHECK_S:
                    continue
                left = await drained.left()
                if not left:
                    break
                checked_at = time.monotonic()
            await collector.read_to(drained.ends)
        self._progress.done(_line(collector.summary, self._published))
        return collector.summary

    async def _publish(self, days: int | None) -> None:
        async with Publisher(self._stack.broker.bootstrap) as publisher:
            for _day, events in islice(year(), days):
                await publisher.publish(events)
                self._published = publisher.count

    def _follow(self, summary: Summary, left: dict[str, int]) -> None:
        """Show how far it is; Failure when a service has ended, or when nothing moves any more."""
        self._stack.check()
        self._progress.show(_line(summary, self._published))
        now, state = time.monotonic(), (summary.events, summary.day, self._published, left)
        if state != self._state:
            self._state, self._moved_at = state, now
        elif now - self._moved_at > _STUCK_S:
            waiting = ", ".join(f"{where}: {count}" for where, count in left.items())
            raise Failure(
                f"nothing has moved for {_STUCK_S} s ({waiting or 'publishing'}); {self._stack.alarms()}"
                f"logs in {self._stack.logs}"
            )


def _line(summary: Summary, published: int) -> str:
    return f"{summary.day or 'before the first day'}  {published:,} published, {summary.events:,} emitted"


def _next(summary: Summary, data: Path, *, kept: bool) -> str:
    if not kept:
        return "  Nothing is kept with this broker: install Docker, or Java 17 and Maven, and run it again."
    lines = []
    if claim := summary.eventful():
        mandant, kassenzeichen = claim
        lines.append(f"  mahnwerk statement {kassenzeichen} --mandant {mandant} --data {data}")
    lines += [
        f"  {data / OUTBOX}: letters and messages to the departments, a folder for each Mandant and day",
        "  mahnwerk up: the same services for your own events; then mahnwerk publish, mahnwerk day",
    ]
    return "\n".join(lines)


def _clear(data: Path) -> None:
    """Begin with nothing: what an earlier demo left is removed, anything else is left alone."""
    if data.exists() and any(data.iterdir()):
        if not (data / NOTE).exists() or data.resolve() == Path("var").resolve():
            raise Failure(f"{data} is not empty and holds no earlier demo: name another folder with --data")
        shutil.rmtree(data)
    if server := os.environ.get("MAHNWERK_DB"):
        drop(server, _PREFIX)


async def _must_be_empty(kafka: str) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(await partitions(kafka, topics.INBOUND + topics.LANED))
    finally:
        await consumer.stop()
    if used := sorted({place.topic for place, end in ends.items() if end}):
        raise Failure(f"the demo begins with nothing, but {kafka} has records in {', '.join(used)}")
