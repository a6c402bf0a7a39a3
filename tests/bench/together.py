"""What is measured of services together: the pipeline, growth, more instances than one."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from shared.topic_setup import create_topics
from tests.bench.claims import LANES, Round
from tests.bench.growth import growth
from tests.bench.machine import figure, ratio
from tests.bench.pipeline import ALL, LockWaits, pipeline, sequencer_alone, towns
from tests.bench.places import Places
from tests.bench.table import TIMES, Row, Size, ratio_row
from tests.bench.upstream import PARTITIONS, Inbound, Upstream, publish

log = logging.getLogger("tests.bench")


def the_pipeline(places: Places, size: Size) -> list[Row]:
    """Section 2: all services as processes; and how long an event takes at a tenth of that load."""
    log.info("the whole pipeline")
    places.track_commits()
    with places.kafka() as kafka, places.databases("postgres") as databases:
        return asyncio.run(_the_pipeline(kafka, databases, places, size))


async def _the_pipeline(kafka: str, databases: Mapping[str, str], places: Places, size: Size) -> list[Row]:
    async with pipeline(kafka, databases, places.new_folder(), ALL) as running:
        await running.begin(size.events)
        rounds = [await running.round(list(running.upstream.round(size.events))) for _ in range(TIMES)]
        rate = figure(each.per_s for each in rounds)
        slow = rate.median / 10
        took = [sorted(await running.latencies_ms(slow, size.latency_s)) for _ in range(TIMES)]
        letters = await running.letters()
    name = "2 pipeline, postgres"
    latencies = [
        Row(
            name,
            f"claim to dunning's row, {part:.0%} of them",
            "ms",
            figure(_at(each, part) for each in took),
        )
        for part in (0.5, 0.99)
    ]
    return [
        Row(name, "inbound to the last service's rows", "events/s", rate),
        Row(name, "load while the next two were taken", "events/s", figure([slow])),
        *latencies,
        Row(
            name,
            f"a day with {letters.events:,} letters, to the last file",
            "letters/s",
            figure([letters.per_s]),
        ),
    ]


def _at(ascending: Sequence[float], part: float) -> float:
    return ascending[min(len(ascending) - 1, int(len(ascending) * part))]


def the_growth(places: Places, size: Size) -> list[Row]:
    """Section 5: speed, memory and size over time."""
    log.info("growth, %s minutes", size.growth_minutes)
    folder, minutes = places.new_folder(), size.growth_minutes
    with places.kafka() as kafka, places.databases("postgres", "claims") as databases:
        found = asyncio.run(growth(kafka, databases["claims"], folder, events=size.events, minutes=minutes))
    third = max(1, len(found.rounds) // 3)
    first, last = found.rounds[:third], found.rounds[-third:]
    name = f"5 growth, {found.events:,} events"
    slower = ratio([each.per_core for each in last], [each.per_core for each in first])
    memory = ratio(found.resident_mb[-third:], found.resident_mb[:third])
    return [
        ratio_row(name, "events/CPU s, last third / first", slower, "flat"),
        ratio_row(name, "resident memory, last third / first", memory, "flat"),
        Row(name, "resident memory at the end", "MB", figure(found.resident_mb[-third:])),
        Row(name, "database", "MB per million events", figure([found.database_mb / found.events * 1e6])),
        *(
            Row(name, f"rows in {table} at the end", "", figure([count]))
            for table, count in found.rows.items()
        ),
    ]


def scale_out(places: Places, size: Size) -> list[Row]:
    """Section 6: one, two, three instances of claims and dunning; waits for locks; the sequencer alone."""
    rows = [_sequencer(places, size)]
    rates = {}
    for count in size.instances:
        log.info("%s instances of claims and dunning", count)
        with places.kafka() as kafka, places.databases("postgres") as databases:
            rounds, locks = asyncio.run(_instances(kafka, databases, places, size, count))
        rates[count] = [each.per_s for each in rounds]
        name = f"6 scale out, {count} of each"
        waits = f"statements that wait for a lock, in {locks.looks:,} looks"
        rows += [
            Row(name, "claims and dunning, 12 towns", "events/s", figure(rates[count])),
            Row(name, waits, "", figure([locks.waits]), aim="0"),
        ]
    against = [
        ratio_row("6 scale out", f"{n} instances / 1", ratio(rates[n], rates[1])) for n in size.instances[1:]
    ]
    return [*against, *rows]


def _sequencer(places: Places, size: Size) -> Row:
    log.info("the sequencer alone")
    records = list(Upstream().stock(size.events))
    rounds = []
    with places.kafka() as kafka:
        asyncio.run(_written(kafka, records))
        for _ in range(TIMES):  # on a new database it begins at the beginning
            with places.databases("postgres", "claims") as databases:
                rounds.append(asyncio.run(sequencer_alone(kafka, databases["claims"], len(records))))
    return Row("6 sequencer alone", "into intake", "events/CPU s", figure(each.per_core for each in rounds))


async def _written(kafka: str, records: Sequence[Inbound]) -> None:
    await create_topics(kafka, LANES, inbound_partitions=PARTITIONS)
    await publish(kafka, records)


async def _instances(
    kafka: str, databases: Mapping[str, str], places: Places, size: Size, count: int
) -> tuple[list[Round], LockWaits]:
    folder = places.new_folder()
    names = towns(folder)
    events = size.events // (10 * len(names)) * 10 * len(names)  # as many new debtors in each town
    locks = LockWaits(databases["claims"])
    instances = {"claims": count, "dunning": count}
    async with pipeline(kafka, databases, folder, instances, Upstream(names), folder) as running:
        await running.begin(events)
        async with locks.watched():
            rounds = [await running.round(list(running.upstream.round(events))) for _ in range(TIMES)]
    return rounds, locks
