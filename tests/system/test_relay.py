"""The relay on real Kafka: in order, once, and nothing that differs from what stands there."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from datetime import date

import pytest
from sqlalchemy import Engine, MetaData, delete

from mahnwerk.brokers import Broker
from shared import outbox
from shared.contracts import DayMarked
from shared.database import engine_for
from shared.events import Event
from shared.outbox import delivery_tables
from shared.relay import Relay
from shared.telemetry import Telemetry
from shared.topic_setup import create_topics
from tests.system.world import Publisher, header, ids, read_all, until

pytestmark = pytest.mark.kafka
LANES = 3
TOPIC = "account-changed"
ALARM = b'mahnwerk_alarm{kind="relay"} 1.0'
METADATA = MetaData()
DELIVERY = delivery_tables(METADATA)


@pytest.fixture
async def bootstrap(clean_kafka: Broker) -> str:
    await create_topics(clean_kafka.bootstrap, LANES, inbound_partitions=2)
    return clean_kafka.bootstrap


@pytest.fixture
def engine(both_databases: dict[str, str]) -> Engine:
    engine = engine_for(both_databases["claims"])
    METADATA.create_all(engine)
    return engine


def event(id_: str, lane: int, topic: str = TOPIC) -> Event:
    payload = DayMarked(day=date(2026, 1, 5), service="claims")
    return Event(topic, lane, payload.TYPE, id_, "cause", "wuppertal/D1", date(2026, 1, 5), payload)


def commit(engine: Engine, events: Iterable[Event]) -> None:
    with engine.begin() as conn:
        outbox.append(conn, DELIVERY, list(events))


def waiting(engine: Engine) -> int:
    with engine.begin() as conn:
        return outbox.depth(conn, DELIVERY)


@contextlib.asynccontextmanager
async def relay(
    engine: Engine,
    bootstrap: str,
    lanes: Iterable[int] = range(LANES),
    telemetry: Telemetry | None = None,
) -> AsyncIterator[Relay]:
    one = Relay(engine, DELIVERY, "claims", bootstrap, telemetry or Telemetry("claims"))
    one.own(list(lanes))
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until_empty(engine: Engine) -> None:
    async def empty() -> bool:
        return await asyncio.to_thread(waiting, engine) == 0

    await until(empty)


async def test_what_is_committed_is_published_in_order_and_numbered(bootstrap: str, engine: Engine) -> None:
    commit(engine, (event(f"{lane}-{n}", lane) for n in range(3_000) for lane in range(LANES)))
    async with relay(engine, bootstrap) as one:
        await until_empty(engine)
        commit(engine, [event("late", 1)])
        one.wake()
        await until_empty(engine)

    found = await read_all(bootstrap, TOPIC)
    for lane in range(LANES):
        here = [r for r in found if r.partition == lane]
        assert [header(r, "mw-number") for r in here] == [str(n + 1) for n in range(len(here))]
        assert ids(here)[:3_000] == [f"{lane}-{n}" for n in range(3_000)]
    first = found[0]
    assert (header(first, "ce_source"), header(first, "ce_causationid")) == ("mahnwerk/claims", "cause")
    assert header(first, "ce_time") == "2026-01-05T00:00:00Z"
    assert first.key == b"wuppertal/D1"


async def test_stopped_between_acknowledgement_and_deletion_it_sends_nothing_twice(
    bootstrap: str, engine: Engine
) -> None:
    events = [event(f"e{n}", n % LANES) for n in range(600)]
    commit(engine, events)
    async with relay(engine, bootstrap):
        await until_empty(engine)
    with engine.begin() as conn:  # the rows are there again, as if they had not been deleted
        conn.execute(delete(DELIVERY.outbox_number))
    commit(engine, [*events, *(event(f"new{n}", n) for n in range(LANES))])

    async with relay(engine, bootstrap):
        await until_empty(engine)

    found = ids(await read_all(bootstrap, TOPIC))
    assert len(found) == len(set(found)) == 600 + LANES


async def test_a_restored_database_publishes_what_is_new_and_stops_where_it_differs(
    bootstrap: str, engine: Engine
) -> None:
    commit(engine, (event(f"{lane}-{n}", lane) for n in range(1_000) for lane in (0, 1)))
    async with relay(engine, bootstrap):
        await until_empty(engine)
    with engine.begin() as conn:
        conn.execute(delete(DELIVERY.outbox_number))
    commit(engine, (event(f"0-{n}", 0) for n in range(1_001)))
    commit(engine, [event("1-0", 1), event("another", 1)])

    telemetry = Telemetry("claims")
    async with relay(engine, bootstrap, telemetry=telemetry):

        async def stopped() -> bool:
            alarmed = ALARM in telemetry.text()
            return alarmed and await asyncio.to_thread(waiting, engine) == 2  # both of lane 1

        await until(stopped)

    found = ids(await read_all(bootstrap, TOPIC))
    assert len(found) == 2_001
    assert "0-1000" in found
    assert "another" not in found


async def test_other_writers_of_a_topic_have_numbers_of_their_own(bootstrap: str, engine: Engine) -> None:
    async with Publisher(bootstrap) as publisher:
        await publisher.ring("2026-01-05", LANES, 7)
        for n in range(500):
            headers = (("ce_source", b"mahnwerk/enforcement"), ("mw-number", str(n).encode()))
            await publisher.raw("handover", b"{}", headers, 0)
        await publisher.flush()
    commit(engine, [event("ours", 0, "handover")])

    async with relay(engine, bootstrap):
        await until_empty(engine)

    assert ids(await read_all(bootstrap, "handover"))[-1] == "ours"


async def test_only_owned_lanes_are_published(bootstrap: str, engine: Engine) -> None:
    commit(engine, [event("mine", 0), event("theirs", 1)])

    async with relay(engine, bootstrap, lanes=[0]) as one:

        async def done() -> bool:
            return await asyncio.to_thread(waiting, engine) == 1

        await until(done)
        assert ids(await read_all(bootstrap, TOPIC)) == ["mine"]
        one.own([0, 1])
        await until_empty(engine)

    assert sorted(ids(await read_all(bootstrap, TOPIC))) == ["mine", "theirs"]


class Noting(Telemetry):
    """Notes since when events were said to wait."""

    def __init__(self) -> None:
        super().__init__("claims")
        self.since: list[float | None] = []

    def outbox_left(self, rows: int, since: float | None) -> None:
        self.since.append(since)
        super().outbox_left(rows, since)


async def test_what_waits_is_as_old_as_the_last_progress_of_its_lane(bootstrap: str, engine: Engine) -> None:
    commit(engine, (event(f"{n}", 0) for n in range(11_000)))  # three rounds
    telemetry = Noting()
    async with relay(engine, bootstrap, telemetry=telemetry):

        async def told() -> bool:
            return len(telemetry.since) > 1 and telemetry.since[-1] is None

        await until(told)

    waited = [since for since in telemetry.since if since is not None]
    assert len(waited) == 3
    assert waited == sorted(set(waited))


async def test_without_lanes_nothing_waits(bootstrap: str, engine: Engine) -> None:
    telemetry = Telemetry("claims")
    telemetry.has("start")
    telemetry.outbox_left(5, time.monotonic() - 1_000)
    assert "outbox" in telemetry.not_ready()
    assert b"mahnwerk_ready 0.0" in telemetry.text()

    async with relay(engine, bootstrap, lanes=(), telemetry=telemetry):

        async def ready() -> bool:
            return not telemetry.not_ready()

        await until(ready)
    assert b"mahnwerk_ready 1.0" in telemetry.text()
    assert b"mahnwerk_outbox_depth 0.0" in telemetry.text()
