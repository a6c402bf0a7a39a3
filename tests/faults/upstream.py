"""What is published, and the harness' own list of it: the demo's year at many towns, and poison."""

import asyncio
import itertools
import logging
import math
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from aiokafka.errors import KafkaError

from mahnwerk.publish import Publisher
from mahnwerk.year import SEED, year
from tests.system import world
from tests.system.delivery import PARTITIONS
from tests.system.poison import GOOD, bad
from tests.system.sample import sample

Line = dict[str, Any]
POISONED: Final = "giftstadt"
_YEAR: Final = 7_800
_CHUNK: Final = 40
_PATIENCE_S: Final = 45
_LARGE: Final = 300_000

log = logging.getLogger("tests.faults")


def towns_year(events: int, seed: int, policies: Path, folder: Path) -> list[Line]:
    """About so many events: the demo's year at its towns, and again under other names and seeds.

    Every town that is published about gets its policy in `folder`.
    """
    copies = max(1, math.ceil(events / _YEAR))
    for file in policies.glob("*.toml"):
        for copy in range(copies):
            shutil.copy(file, folder / f"{_name(file.stem, copy)}.toml")
    shutil.copy(policies / "wuppertal.toml", folder / f"{POISONED}.toml")
    years = [year(SEED + seed + copy) for copy in range(copies)]
    lines: list[Line] = []
    day = date.min
    for parts in zip(*years, strict=True):
        if len(lines) >= events:
            break
        day = parts[0][0]
        for copy, (_day, (opening, *rest)) in enumerate(parts):
            lines += [] if copy else [opening]
            lines += [_renamed(event, copy) for event in rest]
    return [*lines, _opened(day + timedelta(days=1))]


def short_year(days: int, policies: Path, folder: Path) -> list[Line]:
    """Some months of a few towns, of which few days are opened."""
    shutil.copytree(policies, folder, dirs_exist_ok=True)
    shutil.copy(policies / "wuppertal.toml", folder / f"{POISONED}.toml")
    lines = list(sample(days))
    last = next(line for line in reversed(lines) if is_day(line))
    return [*lines, _opened(date.fromisoformat(last["data"]["day"]) + timedelta(days=1))]


def _opened(day: date) -> Line:
    """The last day: what still waits is answered when it opens."""
    return {
        "specversion": "1.0",
        "id": f"day-{day}",
        "source": "clock",
        "type": "business-day-opened.v1",
        "data": {"day": str(day)},
    }


def _name(town: str, copy: int) -> str:
    return f"{town}-{copy}" if copy else town


def _renamed(event: Line, copy: int) -> Line:
    data = event["data"]
    if not copy or not isinstance(town := data.get("mandant"), str):
        return event
    name = _name(town, copy)
    return {
        **event,
        "id": re.sub(f"^{town}", name, event["id"]),
        "source": re.sub(f"^{town}", name, event["source"]),
        "data": data | {"mandant": name},
    }


def is_day(line: Line) -> bool:
    return bool(line["type"] == "business-day-opened.v1")


def chunks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in small parts; a day is one by itself."""
    for day, group in itertools.groupby(lines, key=is_day):
        part = list(group)
        size = 1 if day else _CHUNK
        yield from (part[at : at + size] for at in range(0, len(part), size))


class Upstream:
    """Publishes, whatever happens to the brokers: what was not acknowledged is sent once more.

    Args:
        rate: events a second.
        poison: the share of records in between that nobody can use.
    """

    def __init__(self, bootstrap: str, rate: float, poison: float, seed: int) -> None:
        self._bootstrap = bootstrap
        self._rate = rate
        self._poison = poison
        self._random = Random(seed)  # noqa: S311 - which poison, repeatably
        self.acknowledged: list[Line] = []
        self.poisoned = 0
        self.resent = 0

    async def publish(self, lines: Sequence[Line]) -> None:
        """Publish the lines in their order, at the rate; each is acknowledged when this returns."""
        at = asyncio.get_running_loop().time()
        publisher: Publisher | None = None
        poisoner: world.Publisher | None = None
        rest = list(chunks(lines))
        while rest:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    publisher = publisher or await Publisher(self._bootstrap).__aenter__()
                    poisoner = poisoner or await world.Publisher(self._bootstrap).__aenter__()
                    (first,) = rest[0][:1]
                    if is_day(first) and "through" not in first["data"]:  # the same, should it be sent again
                        first = {**first, "data": first["data"] | {"through": await publisher.through()}}
                        rest[0] = [first]
                    await publisher.publish(rest[0])
                    await self._send_poison(poisoner, len(rest[0]))
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("upstream sends again: %s: %s", type(error).__name__, error)
                self.resent += 1
                await _close(publisher, poisoner)
                publisher = poisoner = None
                continue
            sent = rest.pop(0)
            self.acknowledged += sent
            at += len(sent) / self._rate
            await asyncio.sleep(max(0, at - asyncio.get_running_loop().time()))
        await _close(publisher, poisoner)

    async def _send_poison(self, poisoner: world.Publisher, events: int) -> None:
        """Some of it, on average its share."""
        count = sum(self._random.random() < self._poison for _ in range(events))
        for _ in range(count):
            topic = self._random.choice(sorted(GOOD))
            self.poisoned += 1
            kinds = list(bad(topic, self.poisoned, GOOD[topic] | {"mandant": POISONED}, _LARGE))
            value, headers = self._random.choice(kinds)
            # A compacted topic takes nothing without a key.
            key, partition = f"{POISONED}/D-{self.poisoned}".encode(), self._random.randrange(PARTITIONS)
            await poisoner.raw(topic, value, headers, partition, key)
        if count:
            await poisoner.flush()


async def _close(*publishers: Publisher | world.Publisher | None) -> None:
    for publisher in publishers:
        if publisher is not None:
            try:
                async with asyncio.timeout(5):
                    await publisher.__aexit__(None, None, None)
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("a publisher did not close: %s", error)
