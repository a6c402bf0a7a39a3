"""Claims on PostgreSQL for some minutes, round after round: whether speed and memory stay as they are."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from services.claims import tables
from shared.database import engine_for
from tests.bench.claims import Round, claims
from tests.bench.machine import resident_mb
from tests.bench.upstream import Upstream


@dataclass(slots=True)
class Growth:
    """The rounds, the process's memory after each, and what the database has become."""

    rounds: list[Round] = field(default_factory=list)
    resident_mb: list[float] = field(default_factory=list)
    events: int = 0
    database_mb: float = 0.0
    rows: Mapping[str, int] = field(default_factory=dict)


async def growth(kafka: str, database: str, folder: Path, *, events: int, minutes: float) -> Growth:
    """Rounds of so many events until the minutes are over, at least three."""
    found, upstream = Growth(), Upstream()
    until = time.monotonic() + minutes * 60
    async with claims(kafka, database, folder) as running:
        await running.begin(list(upstream.stock(events)))
        engine = engine_for(database, read_only=True)
        before = size_of(engine)
        while time.monotonic() < until or len(found.rounds) < 3:
            found.rounds.append(await running.round(list(upstream.round(events))))
            found.resident_mb.append(resident_mb(running.process.pid))
            found.events += events
        found.database_mb = (size_of(engine) - before) / 1e6
        found.rows = _rows(engine)
        engine.dispose()
    return found


def size_of(engine: Engine) -> int:
    """The bytes of a database of PostgreSQL."""
    with engine.connect() as conn:
        return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _rows(engine: Engine) -> dict[str, int]:
    counted = (tables.inbox, tables.delivery.outbox, tables.source_position)
    with engine.connect() as conn:
        return {
            table.name: int(conn.execute(select(func.count()).select_from(table)).scalar_one())
            for table in counted
        }
