"""Opening a day on a great many open claims: our work against the database's own, done in sets.

Two rivals. *find*: one UPDATE that finds and marks the rows that are due; beside it stands what our finding
and marking costs alone. *whole*: the same rows (what is said, noted, booked, put into the outbox) by one
INSERT … SELECT a table from a template, without judgement; beside it stands all of our day.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Final, cast

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, Table, delete, text

from mahnwerk.migrate import migrate
from services.claims import ledger
from services.claims import tables as claims_tables
from services.claims.due import due
from services.dunning import service as dunning
from services.dunning import store as dunning_store
from services.dunning import tables as dunning_tables
from shared import topics
from shared.database import engine_for
from shared.loop import DAY_CHUNK, Loop
from shared.policy import Policies, load_policies
from shared.records import DAY_MARKED, Record, lane_of
from tests.bench.claims import LANES
from tests.bench.portfolio import (
    BEFORE,
    DAYS,
    LATER,
    MANDANTS,
    Portfolio,
    fill_claims,
    fill_dunning,
    put,
    templates,
)
from tests.system.delivery import POLICIES


@dataclass(slots=True)
class Days:
    """Seconds of wall time, run by run; of ours the CPU seconds of the process as well."""

    portfolio: Portfolio
    found_s: list[float] = field(default_factory=list)
    found_by_rival_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    whole_cpu_s: list[float] = field(default_factory=list)
    whole_by_rival_s: list[float] = field(default_factory=list)
    quiet_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Side:
    """A service in this bench: how its tables are filled, how what is due is found and marked."""

    name: str
    topic: str
    make: type[Any]  # the service, made of its policies
    fill: Callable[[Engine, Portfolio], None]
    find: Callable[[Connection, int, date], None]
    due_table: Table
    told: str  # the type of the event about each account that is due
    written: Mapping[str, str]  # table -> the rows about one claim


def _find_in_claims(conn: Connection, lane: int, day: date) -> None:
    work = ledger.Work(conn, cast(Policies, {}), [lane])  # nothing is judged
    mandants = work.store.mandants(lane)
    work.lane(lane, mandants)
    while reached := due(conn, work.books, lane, day, DAY_CHUNK):
        for _account, numbers in reached:
            for number in numbers:
                _mark(work, (_account[0], number))
        work.books.settle(keep=True)
        work.save()


def _mark(work: ledger.Work, key: tuple[str, str]) -> None:
    """A claim without its block: the calendar has nothing to do there."""
    if claim := work.books.claims.get(key):
        work.books.claims.put(key, replace(claim, blocks=()))


_KEY: Final = itemgetter(0, 1)  # of an account's row: mandant and debtor


def _find_in_dunning(conn: Connection, lane: int, day: date) -> None:
    while accounts := dunning_store.first_due(conn, lane, day, DAY_CHUNK):
        dunning_store.save_next_actions(conn, dict.fromkeys(map(_KEY, accounts), LATER))


_OURS: Final = "mandant = 'wuppertal' AND debtor_ref = 'D{number}'"
_OF_CLAIM: Final = "mandant = 'wuppertal' AND kassenzeichen = '865621{number}0'"
_SAID: Final = "key = 'wuppertal/D{number}'"

CLAIMS: Final = Side(
    "claims",
    topics.INTAKE,
    ledger.Ledger,
    fill_claims,
    _find_in_claims,
    claims_tables.claim,
    "account-changed.v1",
    {"claim": _OF_CLAIM, "account": _OURS, "posting": _OF_CLAIM, "outbox": _SAID},
)
DUNNING: Final = Side(
    "dunning",
    topics.ACCOUNT_CHANGED,
    dunning.Dunning,
    fill_dunning,
    _find_in_dunning,
    dunning_tables.account,
    "dunning-notice-issued.v1",
    {"account": _OURS, "progress": _OF_CLAIM, "outbox": _SAID},
)


class Bench:
    """One service on one database that is filled once."""

    def __init__(self, side: Side, database: str, portfolio: Portfolio) -> None:
        migrate(side.name, database)
        self.side = side
        self._portfolio = portfolio
        self.engine = engine_for(database)
        side.fill(self.engine, portfolio)
        self.service = side.make(load_policies(POLICIES))
        self.loop = Loop(self.engine, self.service)
        self.lanes = sorted({lane_of(mandant, LANES) for mandant in MANDANTS})
        self.loop.take([(side.topic, lane) for lane in self.lanes])
        self._marks = 0

    def open(self, day: date, due: int = 0) -> tuple[float, float]:
        """Open a day in all lanes, on which something happens to `due` accounts; wall and CPU seconds."""
        data = {"day": day.isoformat(), "id": f"day-{day}", "source": "clock"}
        at = self._marks
        self._marks += 1
        marks = {
            (self.side.topic, lane): [
                Record(self.side.topic, lane, at, DAY_MARKED, f"mark-{day}", "", f"day-{day}", data)
            ]
            for lane in self.lanes
        }
        started, cpu = time.perf_counter(), time.process_time()
        emitted = self.loop.run(marks).emitted
        took = time.perf_counter() - started, time.process_time() - cpu
        done = Counter(event.type for event in emitted)
        if done[self.side.told] != due or done["account-parked.v1"]:
            raise AssertionError(f"{due} were due on {day}, this came of it: {done}")
        return took

    def days(self, times: int) -> Iterator[tuple[float, float]]:
        """Open the first days, on each of which something is due; the last one's outbox stays."""
        for day in range(times):
            self.published()
            gc.collect()
            yield self.open(DAYS[day], self._portfolio.due_on(day))

    def published(self) -> None:
        """Empty the outbox, as the relay does."""
        with self.engine.begin() as conn:
            conn.execute(delete(self.side.make.delivery.outbox))

    def find(self, day: date) -> float:
        """Find and mark what is due, and nothing else; undone afterwards."""

        def find(conn: Connection) -> None:
            for lane in self.lanes:
                self.side.find(conn, lane, day)

        return self._undone(find)

    def rival_finds(self, day: date) -> float:
        """The same with one UPDATE; undone afterwards."""
        table = self.side.due_table.name
        lanes = ", ".join(map(str, self.lanes))
        statement = text(
            f"UPDATE {table} SET next_action_on = :later WHERE lane IN ({lanes}) AND next_action_on <= :day"  # noqa: S608
        ).bindparams(later=LATER.isoformat(), day=day.isoformat())
        if self.engine.dialect.name == "postgresql":
            statement = text(
                f"UPDATE {table} SET next_action_on = CAST(:later AS date) "  # noqa: S608
                f"WHERE lane IN ({lanes}) AND next_action_on <= CAST(:day AS date)"
            ).bindparams(later=LATER, day=day)
        return self._undone(lambda conn: conn.execute(statement))

    def rival_writes(self, sample: int, portfolio: Portfolio, day: int) -> float:
        """All rows of a day from a template, a table at a time; undone afterwards."""
        number = f"{sample:06}"
        where = {name: rows.format(number=number) for name, rows in self.side.written.items()}
        tables = [self.side.due_table.metadata.tables[name] for name in where]
        with self.engine.connect() as conn:
            made = templates(conn, tables, number, where)

        def write(conn: Connection) -> None:
            for mandant in MANDANTS:
                for place, (table, row) in enumerate(made):
                    counter = {"outbox": ("number", 10**9), "posting": ("posting_no", 10**9 * (place + 1))}
                    own = {
                        name: value.replace("wuppertal", mandant) if isinstance(value, str) else value
                        for name, value in row.items()
                    } | ({"lane": lane_of(mandant, LANES)} if "lane" in row else {})
                    put(conn, table, own, portfolio.numbers(day), counter.get(table.name, ("", 0)))

        return self._undone(write)

    def _undone(self, work: Callable[[Connection], Any]) -> float:
        gc.collect()
        with self.engine.connect() as conn, conn.begin() as transaction:
            started = time.perf_counter()
            work(conn)
            took = time.perf_counter() - started
            transaction.rollback()
        return took


def days(side: Side, database: str, portfolio: Portfolio, *, times: int = 3, quiet: int = 3) -> Days:
    """Days with work, then days with none; those end before the first hand-over is due, eight days on."""
    measured = Days(portfolio)
    bench = Bench(side, database, portfolio)
    try:
        for wall, cpu in bench.days(times):
            measured.whole_s.append(wall)
            measured.whole_cpu_s.append(cpu)
        for _ in range(times):
            measured.found_s.append(bench.find(DAYS[times]))
            measured.found_by_rival_s.append(bench.rival_finds(DAYS[times]))
        sample = 7 * (portfolio.claims // portfolio.due) + times - 1  # of the last day
        for _ in range(times):
            measured.whole_by_rival_s.append(bench.rival_writes(sample, portfolio, times))
        bench.published()
        bench.open(DAYS[times], portfolio.due_on(times))
        bench.published()
        gc.collect()
        for n in range(quiet):
            measured.quiet_s.append(bench.open(DAYS[times] + timedelta(days=n + 1))[0])
            bench.published()
    finally:
        bench.engine.dispose()
    return measured


def whole_days(side: Side, database: str, portfolio: Portfolio, *, times: int = 3) -> list[float]:
    """Seconds of days with work, and nothing else."""
    bench = Bench(side, database, portfolio)
    try:
        return [wall for wall, _cpu in bench.days(times)]
    finally:
        bench.engine.dispose()


def dunned(database: str, lines: int) -> float:
    """Lines a second of a run that duns about so many, each a claim of an account of its own."""
    portfolio = Portfolio(lines, lines, 1)
    bench = Bench(DUNNING, database, portfolio)
    try:
        gc.collect()
        return portfolio.due_on(0) / bench.open(DAYS[0], portfolio.due_on(0))[0]
    finally:
        bench.engine.dispose()


def quiet_year(side: Side, database: str, count: int) -> list[float]:
    """Days opened one after the other where nothing is ever due; seconds of each."""
    bench = Bench(side, database, Portfolio(3, 1, 0))
    try:
        first = BEFORE + timedelta(days=1)
        gc.collect()
        return [bench.open(first + timedelta(days=n))[0] for n in range(count)]
    finally:
        bench.engine.dispose()
