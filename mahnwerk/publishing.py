"""`mahnwerk publish` and `mahnwerk day`: events onto the inbound topics, with what the user sees of it."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid5

import orjson

from mahnwerk.console import EXIT_FILE, Failure, Progress, say
from mahnwerk.publish import Publisher
from shared.contracts.clock import BusinessDayOpened
from shared.contracts.envelope import load_line
from shared.events import NAMESPACE


def publish_file(file: Path, kafka: str) -> None:
    """Publish the file's events in order; Failure, before the first, if it is no JSON Lines."""
    total = sum(1 for _ in _lines(file))
    asyncio.run(_publish(_lines(file), kafka, total))


def open_day(text: str, kafka: str, *, exact: bool) -> None:
    """Announce a business day; its id is derived from the day: announced twice it is opened once."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{text} is no day; like 2026-11-21", EXIT_FILE) from None
    line = {
        "specversion": "1.0",
        "id": str(uuid5(NAMESPACE, f"{BusinessDayOpened.TYPE}|{day}")),
        "source": "mahnwerk/day",
        "type": BusinessDayOpened.TYPE,
        "data": {"day": str(day)},
    }
    asyncio.run(_open(line, kafka, exact=exact))
    say(f"{day} is announced; it opens when all that came in before is booked")


async def _open(line: dict[str, Any], kafka: str, *, exact: bool) -> None:
    async with Publisher(kafka, exact=exact) as publisher:
        await publisher.publish([line])


async def _publish(lines: Iterable[Any], kafka: str, total: int) -> None:
    progress, started = Progress(), time.monotonic()

    def show(count: int, day: str) -> None:
        rate = count / max(time.monotonic() - started, 0.001)
        progress.show(f"{count:,} of {total:,}  {day}  {rate:,.0f}/s")

    async with Publisher(kafka, show) as publisher:
        await publisher.publish(lines)
    progress.done(f"{total:,} events published in {time.monotonic() - started:.1f} s")


def _lines(file: Path) -> Iterator[Any]:
    """The lines of the file, one after the other: it may be larger than the memory."""
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield load_line(line)
                    except orjson.JSONDecodeError as error:
                        raise Failure(f"{file}, line {number}: {error}", EXIT_FILE) from None
    except OSError as error:
        raise Failure(str(error), EXIT_FILE) from None
