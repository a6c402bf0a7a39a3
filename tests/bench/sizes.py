"""`python -m tests.bench.sizes`: what Kafka and the four databases grow by, per event and per letter.

As in the bench's second section: events of all kinds through all services, then a day when much is overdue.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mahnwerk.brokers import JAVA, Broker
from shared import topics
from shared.database import engine_for
from tests.bench.growth import size_of
from tests.bench.pipeline import ALL, pipeline
from tests.bench.places import places

_ROUNDS: Final = 3


def main() -> int:
    """Print bytes an event (megabytes a million), then bytes a letter."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sizes", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000, help=f"in each of {_ROUNDS} rounds")
    events = parser.parse_args().events
    with places() as here, here.databases("postgres") as databases:
        log = here.new_folder()
        with Broker(log, rung=JAVA) as broker:  # its segments are files of this machine
            asyncio.run(_measured(broker.bootstrap, log, databases, here.new_folder(), events))
    return 0


async def _measured(kafka: str, log: Path, databases: Mapping[str, str], folder: Path, events: int) -> None:
    async with pipeline(kafka, databases, folder, ALL) as running:
        await running.begin(events)
        before = _bytes(log, databases)
        for _ in range(_ROUNDS):
            await running.round(list(running.upstream.round(events)))
        between = _bytes(log, databases)
        letters = (await running.letters()).events
        after = _bytes(log, databases)
    count = _ROUNDS * events
    sys.stdout.write(f"bytes an event, of {count:,}\n{_lines(before, between, count)}")
    sys.stdout.write(f"bytes a letter, of {letters:,}\n{_lines(between, after, letters)}")


def _lines(before: Mapping[str, int], after: Mapping[str, int], count: int) -> str:
    return "".join(
        f"  {what:24}{(after[what] - before[what]) / count:10,.0f}\n"
        for what in after
        if after[what] != before[what]
    )


def _bytes(log: Path, databases: Mapping[str, str]) -> dict[str, int]:
    found = {f"database {service}": _of_database(url) for service, url in databases.items()}
    segments: Counter[str] = Counter()
    for segment in log.rglob("*.log"):
        segments[segment.parent.name.rpartition("-")[0]] += segment.stat().st_size
    came_in = {topic: size for topic, size in segments.items() if topic in topics.INBOUND}
    written = {topic: segments[topic] for topic in topics.LANED}
    return (
        found
        | {"Kafka, what came in": sum(came_in.values())}
        | {f"Kafka, {t}": s for t, s in written.items()}
    )


def _of_database(url: str) -> int:
    engine = engine_for(url, read_only=True)
    size = size_of(engine)
    engine.dispose()
    return size


if __name__ == "__main__":
    sys.exit(main())
