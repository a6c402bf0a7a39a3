"""A sequencer that runs in the test, and what it appends to `intake`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from sqlalchemy import Engine, MetaData

from services.claims.sequencer import Sequencer
from services.claims.sequencer_tables import sequencer_tables
from shared.telemetry import Telemetry
from tests.system.world import Raw, header, read_all, until

LANES: Final = 3
METADATA: Final = MetaData()
TABLES: Final = sequencer_tables(METADATA)


@contextlib.asynccontextmanager
async def running(engine: Engine, bootstrap: str) -> AsyncIterator[Telemetry]:
    telemetry = Telemetry("claims")
    task = asyncio.create_task(Sequencer(engine, TABLES, bootstrap, telemetry).run())
    try:
        yield telemetry
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until_in_intake(bootstrap: str, enough: Callable[[list[Raw]], bool]) -> list[Raw]:
    found: list[Raw] = []

    async def there() -> bool:
        found[:] = await read_all(bootstrap, "intake")
        return enough(found)

    await until(there)
    return found


def says(text: str, records: list[Raw]) -> bool:
    return text.encode() in b"".join(record.value or b"" for record in records)


def has_events(count: int, records: list[Raw]) -> bool:
    return len(set(without_repetition(records))) == count


def origins(records: list[Raw]) -> list[tuple[str, int]]:
    """Where they stood: (topic/partition, offset)."""
    return [(place, int(offset)) for place, offset in (header(r, "mw-from").rsplit("/", 1) for r in records)]


def without_repetition(records: list[Raw]) -> list[str]:
    """What the ledger takes: of each source partition only what is beyond the last; lane by lane."""
    last: dict[tuple[int, str], int] = {}
    taken = []
    for record, (place, offset) in zip(records, origins(records), strict=True):
        if offset > last.get((record.partition, place), -1):
            last[record.partition, place] = offset
            taken.append(header(record, "mw-from"))
    return taken


def terms(records: list[Raw]) -> set[str]:
    """Who appended them."""
    return {header(record, "mw-term") for record in records}


def valid_terms(records: list[Raw]) -> list[str]:
    """What the ledger takes, with what a replaced sequencer appended behind its successor left out."""
    highest: dict[int, int] = {}
    counted = []
    for record in records:
        term = int(header(record, "mw-term"))
        highest[record.partition] = max(term, highest.get(record.partition, 0))
        if term == highest[record.partition]:
            counted.append(record)
    return without_repetition(counted)
