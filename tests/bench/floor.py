"""The floor: the same hops and bytes with plain aiokafka, the same statements with the bare driver, no logic.

Two hops as ours: inbound to intake, intake to the topics behind it; records are decoded, rows are written and
deleted in the same sets (outbox and position too), batches are appended to Kafka as whole.
"""

import asyncio
import gc
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from zlib import crc32

import orjson
import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from sqlalchemy import make_url, text

from mahnwerk.migrate import migrate
from services.claims import tables
from shared.database import engine_for
from shared.producing import Outgoing, append, start_producer
from tests.bench.claims import LANES, Round
from tests.bench.recording import Batch
from tests.bench.upstream import PARTITIONS, Inbound, publish

_BATCH: Final = 1_000
_READ: Final = 2_000
_ADDED: Final = (("mw-from", b"payment-received/0/100000"), ("mw-hash", b"0" * 64), ("mw-term", b"1" * 13))

Statements = Sequence[tuple[str, Any, bool]]


async def floor(
    kafka: str, database: str, before: Sequence[Batch], inbound: Sequence[Inbound], results: Sequence[Batch]
) -> Round:
    """Move the records; after each 1,000 of the second hop comes the next of the results.

    Those of `before` are there at the beginning.
    """
    await asyncio.to_thread(fill, database, before)
    topics = sorted({one.topic for one in inbound})
    first, second = await _reader(kafka, topics, PARTITIONS), await _reader(kafka, ["intake"], LANES)
    producer = await start_producer(kafka)
    run, close = _database(database)
    await publish(kafka, inbound)
    gc.collect()
    gc.freeze()
    try:
        started, cpu = time.monotonic(), time.process_time()
        hops = (_sequence(first, producer, len(inbound)), _book(second, producer, run, results, len(inbound)))
        await asyncio.gather(*hops)
        return Round(len(inbound), time.monotonic() - started, time.process_time() - cpu)
    finally:
        gc.unfreeze()
        for client in (first, second, producer):
            await client.stop()
        await asyncio.to_thread(close)


async def _sequence(reader: AIOKafkaConsumer, producer: AIOKafkaProducer, count: int) -> None:
    while count:
        lanes: dict[int, list[Outgoing]] = {}
        for records in (await reader.getmany(timeout_ms=100, max_records=_READ)).values():
            for record in records:
                lane = crc32(orjson.loads(record.value)["mandant"].encode()) % LANES
                lanes.setdefault(lane, []).append(Outgoing(None, record.value, (*record.headers, *_ADDED)))
                count -= 1
        await asyncio.gather(*(append(producer, "intake", lane, part) for lane, part in lanes.items()))


async def _book(
    reader: AIOKafkaConsumer,
    producer: AIOKafkaProducer,
    run: Callable[[Statements], None],
    results: Sequence[Batch],
    count: int,
) -> None:
    left, got = iter(results), 0
    while count:
        for records in (await reader.getmany(timeout_ms=100, max_records=_BATCH)).values():
            for record in records:
                {name: value.decode() for name, value in record.headers}
                orjson.loads(record.value)
            count -= len(records)
            got += len(records)
        while got >= _BATCH or (not count and got > 0):
            got -= _BATCH
            result = next(left)
            await asyncio.to_thread(run, result.statements)
            await asyncio.gather(
                *(append(producer, *place, outgoing) for place, outgoing in result.outgoing.items())
            )
            await asyncio.to_thread(run, result.forget)


async def _reader(kafka: str, topics: Sequence[str], partitions: int) -> AIOKafkaConsumer:
    """A consumer that stands at the end of the topics."""
    reader = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="latest")
    await reader.start()
    places = [TopicPartition(topic, partition) for topic in topics for partition in range(partitions)]
    reader.assign(places)
    await reader.seek_to_end(*places)
    for place in places:
        await reader.position(place)
    return reader


def fill(database: str, results: Sequence[Batch]) -> None:
    """Write the results into a database that has nothing else."""
    migrate("claims", database)
    engine = engine_for(database)
    with engine.begin() as conn:
        for table in tables.metadata.sorted_tables:
            conn.execute(text(f"DELETE FROM {table.name}"))  # noqa: S608 - our own names
    engine.dispose()
    run, close = _database(database)
    for result in results:
        run(result.statements)
        run(result.forget)
    close()


def _database(database: str) -> tuple[Callable[[Statements], None], Callable[[], None]]:
    """What runs statements in one transaction, without SQLAlchemy, and what closes the connection."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        lite = sqlite3.connect(url.database or "", check_same_thread=False, isolation_level=None)
        lite.execute("PRAGMA synchronous = FULL")
        return lambda statements: _on_sqlite(lite, statements), lite.close
    pg = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    return lambda statements: _on_postgres(pg, statements), pg.close


def _on_sqlite(conn: sqlite3.Connection, statements: Statements) -> None:
    conn.execute("BEGIN IMMEDIATE")
    for statement, values, many in statements:
        (conn.executemany if many else conn.execute)(statement, values)
    conn.execute("COMMIT")


def _on_postgres(conn: psycopg.Connection, statements: Statements) -> None:
    with conn.transaction(), conn.cursor() as cursor:
        for statement, values, many in statements:
            (cursor.executemany if many else cursor.execute)(statement, values)
