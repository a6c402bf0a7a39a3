"""A municipality's first day: its open claims by `mahnwerk publish`, and the same file once more."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Table, func, select

from services.claims.tables import claim
from services.notifications.tables import message
from shared import kassenzeichen
from shared.database import engine_for
from tests.bench.machine import figure
from tests.bench.pipeline import ALL, Pipeline, pipeline
from tests.bench.places import Places
from tests.bench.table import Row, Size

log = logging.getLogger("tests.bench")

_DAY: Final = date(2026, 3, 2)
_STAGES: Final = (
    {"stage": "none", "fee_charged": False},
    {"stage": "noticed", "noticed_on": "2026-02-16", "pay_by": "2026-02-23", "fee_charged": False},
    {"stage": "in_enforcement", "noticed_on": "2026-01-05", "pay_by": "2026-01-12", "fee_charged": False},
)


def first_day(places: Places, size: Size) -> list[Row]:
    """Section 7: open claims are taken over from a file; not one letter is sent, and none by a second try."""
    log.info("a first day with %s claims", f"{size.stock:,}")
    file = places.new_folder() / "stock.jsonl"
    file.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in _lines(size.stock)))
    with places.kafka() as kafka, places.databases("postgres") as databases:
        took = asyncio.run(_taken_over(kafka, databases, places.new_folder(), file, size.stock))
    name = f"7 first day, {size.stock:,} claims"
    written, answered, again, letters = took
    return [
        Row(name, "written by `mahnwerk publish`", "s", figure([written])),
        Row(name, "until the last one has had its effect everywhere", "s", figure([answered])),
        Row(name, "the same file once more, until that changed nothing", "s", figure([again])),
        Row(name, "letters sent", "", figure([letters]), aim="0"),
    ]


def _lines(count: int) -> Iterator[dict[str, Any]]:
    """The day, then debtors with a claim each, at every stage of the cycle."""
    yield _line("first-day", "business-day-opened", day=_DAY.isoformat())
    for n in range(count):
        person = {"kind": "person", "legal_representative": False, "under_guardianship": False}
        yield _line(
            f"debtor-{n}", "debtor-registered", mandant="wuppertal", debtor_ref=f"S-{n}",
            address_complete=True, receives_benefits=False, **person,
        )  # fmt: skip
        yield _line(
            f"claim-{n}", "claim-created", mandant="wuppertal", claim_ref=f"OLD-{n}", debtor_ref=f"S-{n}",
            kassenzeichen=kassenzeichen.make("5621", n + 1), aktenzeichen="32425425167854",
            einnahmeart="5621", office="LG", mode="einmalig", amount_cents=10_000 + n,
            due_on="2025-12-01", decided_on="2025-10-20", taken_over=_STAGES[n % len(_STAGES)],
        )  # fmt: skip


def _line(id_: str, type_: str, **data: object) -> dict[str, Any]:
    return {"specversion": "1.0", "id": id_, "source": "/old-system", "type": f"{type_}.v1", "data": data}


async def _taken_over(
    kafka: str, databases: Mapping[str, str], folder: Path, file: Path, count: int
) -> tuple[float, float, float, int]:
    """Seconds: to write the file, to take the claims over, and to find nothing new in it; and the letters."""
    async with pipeline(kafka, databases, folder, ALL) as running:
        await running.until_ready()
        written, answered = await _published(running, kafka, file)
        again = sum(await _published(running, kafka, file))
    if (there := _rows(databases["claims"], claim)) != count:
        raise AssertionError(f"{there} claims were taken over, of {count}")
    return written, answered, again, _rows(databases["notifications"], message)


async def _published(running: Pipeline, kafka: str, file: Path) -> tuple[float, float]:
    started = time.monotonic()
    command = [sys.executable, "-m", "mahnwerk", "publish", str(file), "--kafka", kafka]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    written = time.monotonic() - started
    await running.until_drained()
    return written, time.monotonic() - started - written


def _rows(database: str, table: Table) -> int:
    engine = engine_for(database, read_only=True)
    with engine.connect() as conn:
        count = conn.execute(select(func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return count
