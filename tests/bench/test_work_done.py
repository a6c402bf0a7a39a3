"""What a batch and a day cost in transactions, statements and rows, whatever the machine."""

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, update

from services.claims.ledger import Ledger
from services.claims.tables import delivery
from shared.database import engine_for
from shared.policy import load_policies
from tests.bench.days import CLAIMS, DUNNING, Bench, Side
from tests.bench.portfolio import BEFORE, DAYS, MANDANTS, Portfolio
from tests.bench.recording import Batch, Recorder, watched
from tests.bench.upstream import Upstream
from tests.sim.runner import play
from tests.sim.simulation import Settings
from tests.system.delivery import POLICIES

position = delivery.position

# What grows with the years, in any of the services.
GROWING = {
    "account", "claim", "debtor", "inbox", "kept_record", "late", "message", "notice", "payment", "posting",
    "progress",
}  # fmt: skip

SIDES = pytest.mark.parametrize("side", [CLAIMS, DUNNING], ids=lambda side: side.name)


def batch_of(database: str, events: int) -> Batch:
    upstream = Upstream()
    recorder = Recorder(database)
    recorder.batch(recorder.records(list(upstream.stock(events))))
    batch = recorder.batch(recorder.records(list(upstream.round(events))))
    recorder.close()
    return batch


def test_a_batch_is_one_transaction_whose_statements_do_not_grow_with_it(
    both_databases: dict[str, str],
) -> None:
    few = batch_of(both_databases["claims"], 50)
    many = batch_of(both_databases["dunning"], 500)  # the other service's database is as empty
    assert (few.transactions, many.transactions) == (1, 1)
    assert len(few.statements) == len(many.statements)
    assert few.selects == many.selects
    assert len(many.statements) <= 16
    assert many.selects <= 20


def test_an_event_writes_its_rows_once(both_databases: dict[str, str]) -> None:
    batch = batch_of(both_databases["claims"], 500)
    written: Counter[str] = Counter()
    for table, rows in batch.rows:
        written[table.name] += len(rows)
    # of 500: 250 claims, 200 payments, 50 debtors; five towns; what they are about is written once
    assert written["inbox"] == 500
    assert written["posting"] == 450
    assert written["claim"] == 450
    assert written["payment"] == 200
    assert written["debtor"] == 50
    assert written["journal"] == 5


def test_a_batch_leaves_nothing_to_the_garbage_collector(both_databases: dict[str, str]) -> None:
    upstream = Upstream()
    recorder = Recorder(both_databases["claims"])
    recorder.batch(recorder.records(list(upstream.stock(500))))
    records = recorder.records(list(upstream.round(500)))
    gc.collect()
    gc.disable()
    try:
        recorder.batch(records)
        # Its books, an object a row and more, are gone; what SQLAlchemy leaves does not grow with the batch.
        assert gc.collect() < len(records)
    finally:
        gc.enable()
    recorder.close()


def opened(side: Side, database: str, portfolio: Portfolio, day: date, due: int) -> Batch:
    bench = Bench(side, database, portfolio)
    work = Batch()
    with watched(bench.engine, work):
        bench.open(day, due)
    bench.engine.dispose()
    return work


@SIDES
def test_a_day_costs_what_is_due_and_not_what_is_there(both_databases: dict[str, str], side: Side) -> None:
    few = opened(side, both_databases["claims"], Portfolio(300, 30, 1), DAYS[0], 30)
    many = opened(side, both_databases["dunning"], Portfolio(3_000, 30, 1), DAYS[0], 30)
    assert few.transactions == many.transactions == 1
    assert len(few.statements) == len(many.statements)
    assert few.selects == many.selects


@SIDES
def test_a_day_with_nothing_due_is_one_transaction_of_a_few_statements_a_lane(
    both_databases: dict[str, str], side: Side
) -> None:
    work = opened(side, both_databases[side.name], Portfolio(3_000, 30, 1), BEFORE + timedelta(days=1), 0)
    assert work.transactions == 1
    assert work.selects + len(work.statements) <= 12 * len(MANDANTS) + 6


@SIDES
def test_what_is_due_is_done_in_chunks(both_databases: dict[str, str], side: Side) -> None:
    work = opened(side, both_databases[side.name], Portfolio(3_600, 3_600, 1), DAYS[0], 3_600)
    assert work.transactions == {"claims": 2, "dunning": 4}[side.name]  # 1,000 accounts of a lane; of all


def test_lanes_share_nothing(postgres_databases: dict[str, str]) -> None:
    url = postgres_databases["claims"]
    upstream = Upstream()
    recorder = Recorder(url)
    records = recorder.records(list(upstream.stock(50)))
    ours = [record for record in records if record.data["mandant"] == "wuppertal"]
    others = [record for record in records if record.lane != ours[0].lane]
    engine = engine_for(url)
    with engine.connect() as conn, conn.begin():
        # given a transaction of one lane that is not over
        moved = conn.execute(update(position).where(position.c.lane == ours[0].lane).values(step=1))
        Ledger(load_policies(POLICIES)).handle(conn, {ours[0].lane: ours})
        # then those of all other lanes go through: waiting for a lock of it they would fail
        batch = recorder.batch(others)
        conn.rollback()
    assert moved.rowcount == 1
    assert batch.transactions == 1
    assert sum(map(len, batch.outgoing.values())) > len(others)
    engine.dispose()
    recorder.close()


@contextmanager
def plans() -> Iterator[dict[str, list[str]]]:
    """How SQLite carries out each statement with a WHERE, by its text."""
    seen: dict[str, list[str]] = {}

    def look(conn: Connection, _cursor: object, statement: str, values: object, *more: object) -> None:
        *_, many = more
        if not many and "\nWHERE" in statement and statement not in seen:
            driver: Any = conn.connection.driver_connection
            seen[statement] = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values)]

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def test_no_statement_goes_through_all_that_is_there() -> None:
    with plans() as seen:
        assert not play(1, Settings(days=24)).violation
    walked = {
        (step, statement)
        for statement, steps in seen.items()
        for step in steps
        if (found := re.match(r"(SCAN|SEARCH) (\w+)(.*)", step))
        and found[2] in GROWING
        and (found[1] == "SCAN" or re.search(r"\((mandant|lane)=\?\)", found[3]))
    }
    assert walked == set()
    looked_up = {
        found[1] for steps in seen.values() for step in steps if (found := re.match(r"SEARCH (\w+)", step))
    }
    assert looked_up >= GROWING - {"kept_record", "message", "posting"}  # not in every run, or by lists only
