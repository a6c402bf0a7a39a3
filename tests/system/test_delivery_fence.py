"""An owner that was replaced and has not noticed: what it decides is not kept, what it publishes is known."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import Engine, select

from mahnwerk.brokers import Broker
from services.claims import tables
from services.claims.ledger import Ledger
from services.claims.sequencing import Source, parse, to_intake
from shared import outbox
from shared.contracts import DayMarked
from shared.contracts.envelope import line_to_record
from shared.database import engine_for
from shared.decoding import read_ours
from shared.events import Event
from shared.loop import Loop
from shared.policy import load_policies
from shared.records import Record
from shared.relay import Relay
from shared.telemetry import Telemetry
from shared.topic_setup import create_topics
from shared.topics import ACCOUNT_CHANGED
from tests.system.delivery import LANES, POLICIES
from tests.system.sample import sample
from tests.system.world import header, read_all, until

pytestmark = pytest.mark.kafka
LANE = ("intake", 0)


@pytest.fixture
def engine(both_databases: dict[str, str]) -> Engine:
    engine = engine_for(both_databases["claims"])
    tables.metadata.create_all(engine)
    return engine


def test_the_write_of_an_old_owner_is_refused(engine: Engine) -> None:
    batch = {LANE: [in_intake(n, line) for n, line in enumerate(list(sample(8))[1:])]}
    old, new = (Loop(engine, Ledger(load_policies(POLICIES))) for _ in range(2))
    assert old.take([LANE]) == new.take([LANE]) == {LANE: 0}

    assert new.run(batch).handled == len(batch[LANE])
    before = everything(engine)
    refused = old.run(batch)

    assert refused.lost == frozenset({LANE})
    assert not refused.handled
    assert not refused.emitted
    assert everything(engine) == before
    assert old.take([LANE]) == {LANE: len(batch[LANE])}
    assert old.run(batch).handled == 0


def in_intake(offset: int, line: dict[str, object]) -> Record:
    headers, value = line_to_record(line)
    message = to_intake(parse(Source("claim-created", 0, offset, headers, value)), 1)
    return read_ours(
        (*LANE, offset),
        [(name, text.encode()) for name, text in message.headers.items()],
        None,
        message.value,
    )


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.begin() as conn:
        return {
            table.name: sorted(tuple(row) for row in conn.execute(select(table)))
            for table in tables.metadata.sorted_tables
        }


async def test_the_relay_of_an_old_owner_repeats_at_most_and_goes_on_when_the_lane_is_its_own_again(
    clean_kafka: Broker, engine: Engine
) -> None:
    kafka = clean_kafka.bootstrap
    await create_topics(kafka, LANES)
    telemetry = Telemetry("claims")
    async with relay(engine, kafka, telemetry) as old, relay(engine, kafka, telemetry) as new:
        old.own([0])
        await publish(engine, old, 1)
        new.own([0])  # the old one is frozen, or was not told yet
        await publish(engine, new, 2)
        await publish(engine, old, 3)
        await publish(engine, new, 4)
        new.own([])
        old.own([0])
        await publish(engine, old, 5)
    assert b'mahnwerk_alarm{kind="relay"} 1.0' not in telemetry.text()  # neither has stopped

    numbers = [int(header(record, "mw-number")) for record in await read_all(kafka, ACCOUNT_CHANGED)]
    assert list(dict.fromkeys(numbers)) == [1, 2, 3, 4, 5]


@contextlib.asynccontextmanager
async def relay(engine: Engine, kafka: str, telemetry: Telemetry) -> AsyncIterator[Relay]:
    one = Relay(engine, tables.delivery, "claims", kafka, telemetry)
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def publish(engine: Engine, by: Relay, number: int) -> None:
    """One more event in the outbox, that one of the relays is woken to publish."""
    payload = DayMarked(day=date(2026, 1, 5), service="claims")
    event = Event(ACCOUNT_CHANGED, 0, payload.TYPE, f"e{number}", "cause", "", payload.day, payload)
    with engine.begin() as conn:
        outbox.append(conn, tables.delivery, [event])
    by.wake()

    async def gone() -> bool:
        with engine.begin() as conn:
            return outbox.depth(conn, tables.delivery) == 0

    await until(gone)
