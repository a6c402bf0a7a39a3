"""The sequencer on real Kafka: everything that comes in, in one order."""

import asyncio
import json
import random

import pytest
from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine, select, update

from tests.system.sequencer.running import (
    TABLES,
    running,
    until_in_intake,
    without_repetition,
)
from tests.system.world import Publisher, envelope, header, ids, read_all, until

pytestmark = pytest.mark.kafka


async def test_everything_arrives_and_what_cannot_be_read_says_so(bootstrap: str, engine: Engine) -> None:
    async with running(engine, bootstrap), Publisher(bootstrap) as publisher:
        await publisher.claim("good-1")
        await publisher.raw("claim-created", b"{}", envelope("bad", "claim-created.v1", "up", ("x", b"\xff")))
        await publisher.raw("claim-created", b"no json", envelope("text", "claim-created.v1"))
        await publisher.raw("claim-created", None, envelope("tombstone", "claim-created.v1"))
        await publisher.claim("huge", pad="x" * 2_000_000)
        await publisher.raw("claim-created", b"{}", ())
        await publisher.claim("good-2")

        found = await until_in_intake(bootstrap, lambda records: len(records) == 7)

    flaws = {header(r, "mw-from"): header(r, "mw-flaw") for r in found}
    assert [flaws[f"claim-created/0/{n}"] for n in range(7)] == [
        "", "malformed", "malformed", "malformed", "too-large", "", "",
    ]  # fmt: skip
    assert all(r.partition == 0 for r in found if header(r, "mw-flaw"))
    came = {f"claim-created/0/{r.offset}": r.timestamp for r in await read_all(bootstrap, "claim-created")}
    assert {header(r, "mw-from"): r.timestamp for r in found} == came, "waiting counts from there"


async def test_stopped_at_any_moment_nothing_is_lost_and_no_source_is_out_of_order(
    bootstrap: str, engine: Engine
) -> None:
    chance = random.Random(7)  # noqa: S311 - when to stop, repeatably
    async with Publisher(bootstrap) as publisher:
        for n in range(6_000):
            await publisher.claim(str(n), mandant=f"m{n % 7}", partition=n % 2, pad="x" * 300)
        await publisher.flush()
    for _ in range(12):
        async with running(engine, bootstrap):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
    async with running(engine, bootstrap):
        found = await until_in_intake(bootstrap, lambda r: len(set(without_repetition(r))) == 6_000)

    taken = without_repetition(found)
    assert len(taken) == len(set(taken)) == 6_000


async def test_publishers_may_compress_as_they_like(bootstrap: str, engine: Engine) -> None:
    async with running(engine, bootstrap):
        for codec in ("gzip", "snappy", "lz4", "zstd"):
            producer = AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=codec)
            await producer.start()
            headers = list(envelope(codec, "claim-created.v1"))
            await producer.send_and_wait("claim-created", b'{"mandant":"m"}' + b" " * 2_000, headers=headers)
            await producer.stop()
        found = await until_in_intake(bootstrap, lambda r: len(r) == 4)

    assert set(ids(found)) == {"gzip", "snappy", "lz4", "zstd"}


async def test_a_position_that_is_not_in_the_partition_stops_it_with_an_alarm(
    bootstrap: str, engine: Engine
) -> None:
    created = TABLES.position.c.topic == "claim-created"
    async with running(engine, bootstrap), Publisher(bootstrap) as publisher:
        await publisher.claim("one")
        await publisher.flush()

        async def stored() -> bool:
            with engine.begin() as conn:
                return 1 in conn.scalars(select(TABLES.position.c.at).where(created))

        await until(stored)
    with engine.begin() as conn:
        conn.execute(update(TABLES.position).where(created).values(at=99))

    async with running(engine, bootstrap) as telemetry:

        async def alarmed() -> bool:
            return b'mahnwerk_alarm{kind="sequencer"} 1.0' in telemetry.text()

        await until(alarmed)
    assert telemetry.not_ready()["sequencer"] == "stopped"


async def test_remittance_texts_stay_in_the_database_of_claims(bootstrap: str, engine: Engine) -> None:
    payment = {"mandant": "m", "payment_ref": "B1", "amount_cents": 5, "booked_on": "2026-01-05"}
    body = json.dumps({**payment, "remittance": ["Erika Muster"]}).encode()
    async with running(engine, bootstrap), Publisher(bootstrap) as publisher:
        await publisher.raw("payment-received", body, envelope("p", "payment-received.v1", "bank"))
        await publisher.flush()
        (found,) = await until_in_intake(bootstrap, lambda r: len(r) == 1)

    assert json.loads(found.value) == {**payment, "candidates": {"valid": [], "invalid": False}}
    with engine.begin() as conn:
        assert conn.execute(select(TABLES.remittance.c.text)).scalar_one() == "Erika Muster"
