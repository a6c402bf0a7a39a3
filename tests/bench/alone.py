"""What is measured of one service: an event through claims, a day, lines dunned."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from shared.topic_setup import create_topics
from tests.bench import claims, days
from tests.bench.claims import LANES, Round
from tests.bench.floor import fill, floor
from tests.bench.machine import Figure, figure, ratio
from tests.bench.naive import naive
from tests.bench.places import KINDS, Places
from tests.bench.portfolio import Portfolio
from tests.bench.recording import Batch, Recorder
from tests.bench.stopwatch import PARTS
from tests.bench.table import TIMES, Row, Size, ratio_row
from tests.bench.upstream import PARTITIONS, Inbound, Upstream

log = logging.getLogger("tests.bench")

BATCH: Final = 1_000
_CPU: Final = "CPU µs/event"
_FOUND_AIM: Final = {"postgres": "≥ 0.4", "sqlite": "≥ 0.25"}


def an_event(places: Places, size: Size) -> list[Row]:
    """Section 1: an event through claims, against naive and floor."""
    return [row for kind in KINDS for row in _an_event(places, size, kind)]


def _an_event(places: Places, size: Size, kind: str) -> list[Row]:
    log.info("an event through claims on %s", kind)
    with places.kafka() as kafka, places.databases(kind, "claims") as databases:
        ours = asyncio.run(
            claims.rounds(
                kafka,
                databases["claims"],
                places.new_folder(),
                events=size.events,
                times=TIMES,
                server=places.server(kind),
            )
        )
    log.info("its rivals on %s", kind)
    upstream = Upstream()
    with places.databases(kind, "claims") as databases:
        recorder = Recorder(databases["claims"])
        stock = recorder.batch(recorder.records(list(upstream.stock(size.events))))
        inbound = list(upstream.round(size.events))
        batches = _recorded(recorder, inbound, BATCH)
        few = list(upstream.round(size.naive_events))
        singles = _recorded(recorder, few, 1)
        recorder.close()
    floors, naives = asyncio.run(_rivals(places, kind, stock, (inbound, batches), (few, singles)))
    name = f"1 event, {kind}"
    cpu, speed = [each.cpu_us for each in ours], [each.per_s for each in ours]
    return [
        ratio_row(name, "naive CPU / our CPU", _speed(cpu, [each.cpu_us for each in naives]), "≥ 25"),
        ratio_row(name, "our events/s / naive", ratio(speed, [each.per_s for each in naives])),
        ratio_row(name, "floor CPU / our CPU", _speed(cpu, [each.cpu_us for each in floors]), "≥ 0.6"),
        ratio_row(name, "our events/s / floor", ratio(speed, [each.per_s for each in floors])),
        Row(name, "ours", "events/CPU s", figure(each.per_core for each in ours), aim="≥ 10,000"),
        Row(name, "ours", "events/s", figure(speed)),
        Row(name, "ours", _CPU, figure(cpu)),
        *(
            Row(name, f"  {part}", _CPU, figure(r.parts_s[part] / r.events * 1e6 for r in ours))
            for part in PARTS
        ),
        Row(name, "database server", _CPU, figure(each.server_cpu_s / each.events * 1e6 for each in ours)),
        Row(name, "floor", _CPU, figure(each.cpu_us for each in floors)),
        Row(name, "floor", "events/s", figure(each.per_s for each in floors)),
        Row(name, "naive", _CPU, figure(each.cpu_us for each in naives)),
        Row(name, "naive", "events/s", figure(each.per_s for each in naives)),
    ]


def _recorded(recorder: Recorder, inbound: Sequence[Inbound], size: int) -> list[Batch]:
    records = recorder.records(inbound)
    return [recorder.batch(records[start : start + size]) for start in range(0, len(records), size)]


async def _rivals(
    places: Places,
    kind: str,
    stock: Batch,
    many: tuple[Sequence[Inbound], Sequence[Batch]],
    few: tuple[Sequence[Inbound], Sequence[Batch]],
) -> tuple[list[Round], list[Round]]:
    with places.kafka() as kafka:
        await create_topics(kafka, LANES, inbound_partitions=PARTITIONS)
        with places.databases(kind, "claims") as databases:
            floors = [await floor(kafka, databases["claims"], [stock], *many) for _ in range(TIMES)]
        naives = []
        for n in range(TIMES):
            with places.databases(kind, "claims") as databases:
                fill(databases["claims"], [stock, *many[1]])
                naives.append(await naive(kafka, databases["claims"], f"naive-{n}", *few))
    return floors, naives


def a_day(places: Places, size: Size) -> list[Row]:
    """Section 3: opening a day, against the database's own work in sets; quiet days."""
    return [
        row
        for kind in KINDS
        for side in (days.DUNNING, days.CLAIMS)
        for row in _a_day(places, size, kind, side)
    ]


def _a_day(places: Places, size: Size, kind: str, side: days.Side) -> list[Row]:
    log.info("a day of %s on %s", side.name, kind)
    with places.databases(kind, side.name) as databases:
        portfolio = Portfolio(size.fewer_claims, size.due, TIMES + 1)
        few_s = days.whole_days(side, databases[side.name], portfolio, times=TIMES)
    with places.databases(kind, side.name) as databases:
        portfolio = Portfolio(size.claims, size.due, TIMES + 1)
        many = days.days(side, databases[side.name], portfolio, times=TIMES)
    with places.databases(kind, side.name) as databases:
        quiet = days.quiet_year(side, databases[side.name], size.quiet_days)
    name = f"3 day of {side.name}, {kind}"
    found, whole = _speed(many.found_s, many.found_by_rival_s), _speed(many.whole_s, many.whole_by_rival_s)
    growth = ratio(many.whole_s, few_s)
    cpu = figure(seconds / size.due * 1e6 for seconds in many.whole_cpu_s)
    return [
        ratio_row(name, "find and mark alone: speed / one UPDATE", found, _FOUND_AIM[kind]),
        ratio_row(name, "whole day: speed / one UPDATE", _speed(many.whole_s, many.found_by_rival_s)),
        ratio_row(name, "whole day: speed / same rows by INSERT … SELECT, no logic", whole),
        ratio_row(name, f"time on {size.claims:,} / on {size.fewer_claims:,} claims", growth, "≤ 1.5"),
        Row(name, f"whole day, {size.due:,} due", "s", figure(many.whole_s)),
        Row(name, f"whole day, {size.due:,} due", "CPU µs/account", cpu),
        Row(name, "find and mark alone", "s", figure(many.found_s)),
        Row(name, "one UPDATE", "s", figure(many.found_by_rival_s)),
        Row(name, "same rows by INSERT … SELECT", "s", figure(many.whole_by_rival_s)),
        Row(name, f"a day with nothing due on {size.claims:,}", "ms", figure(s * 1e3 for s in many.quiet_s)),
        Row(name, f"{size.quiet_days} days, empty database", "ms each", figure(s * 1e3 for s in quiet)),
    ]


def _speed(ours_s: Sequence[float], others_s: Sequence[float]) -> Figure:
    return ratio([1 / s for s in ours_s], [1 / s for s in others_s])


def lines(places: Places, size: Size) -> list[Row]:
    """Section 4: lines dunned in one run."""
    return [row for kind in KINDS for row in _lines(places, size, kind)]


def _lines(places: Places, size: Size, kind: str) -> list[Row]:
    rates: dict[int, list[float]] = {}
    for count in size.lines:
        log.info("%s lines dunned on %s", f"{count:,}", kind)
        rates[count] = []
        for _ in range(TIMES):
            with places.databases(kind, "dunning") as databases:
                rates[count].append(days.dunned(databases["dunning"], count))
    least, most = min(size.lines), max(size.lines)
    name = f"4 lines dunned, {kind}"
    growth = ratio(rates[most], rates[least])
    return [
        ratio_row(name, f"rate at {most:,} / at {least:,}", growth, "not below 1"),
        *(Row(name, f"{count:,} in one run", "lines/s", figure(rate)) for count, rate in rates.items()),
    ]
