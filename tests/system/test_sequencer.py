"""The sequencer on real Kafka: one order, whatever happens to it."""

import asyncio
import contextlib
import json
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine, MetaData, select, text, update

from mahnwerk.brokers import Broker
from services.claims.sequencer import Sequencer
from services.claims.sequencer_lock import lock_for
from services.claims.sequencer_tables import ReplacedError, SequencerStore, sequencer_tables
from shared.database import engine_for
from shared.telemetry import Telemetry
from shared.topic_setup import create_topics
from tests.system.world import Publisher, Raw, envelope, header, ids, read_all, until

pytestmark = pytest.mark.kafka
LANES = 3
METADATA = MetaData()
TABLES = sequencer_tables(METADATA)
END_LOCK_HOLDERS = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"


@pytest.fixture
async def bootstrap(clean_kafka: Broker) -> str:
    await create_topics(clean_kafka.bootstrap, LANES, inbound_partitions=2)
    return clean_kafka.bootstrap


@pytest.fixture
def engine(both_databases: dict[str, str]) -> Engine:
    engine = engine_for(both_databases["claims"])
    METADATA.create_all(engine)
    return engine


@contextlib.asynccontextmanager
async def running(engine: Engine, bootstrap: str) -> AsyncIterator[Telemetry]:
    telemetry = Telemetry("claims")
    task = asyncio.create_task(Sequencer(engine, TABLES, bootstrap, telemetry).run())
    try:
        yield telemetry
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until_in_intake(bootstrap: str, enough: Callable[[list[Raw]], bool]) -> list[Raw]:
    found: list[Raw] = []

    async def there() -> bool:
        found[:] = await read_all(bootstrap, "intake")
        return enough(found)

    await until(there)
    return found


def says(text: str, records: list[Raw]) -> bool:
    return text.encode() in b"".join(record.value or b"" for record in records)


def has_events(count: int, records: list[Raw]) -> bool:
    return len(set(without_repetition(records))) == count


def origins(records: list[Raw]) -> list[tuple[str, int]]:
    """Where they stood: (topic/partition, offset)."""
    return [(place, int(offset)) for place, offset in (header(r, "mw-from").rsplit("/", 1) for r in records)]


def without_repetition(records: list[Raw]) -> list[str]:
    """What the ledger takes: of each source partition only what is beyond the last; lane by lane."""
    last: dict[tuple[int, str], int] = {}
    taken = []
    for record, (place, offset) in zip(records, origins(records), strict=True):
        if offset > last.get((record.partition, place), -1):
            last[record.partition, place] = offset
            taken.append(header(record, "mw-from"))
    return taken


def terms(records: list[Raw]) -> set[str]:
    """Who appended them."""
    return {header(record, "mw-term") for record in records}


def valid_terms(records: list[Raw]) -> list[str]:
    """What the ledger takes, with what a replaced sequencer appended behind its successor left out."""
    highest: dict[int, int] = {}
    counted = []
    for record in records:
        term = int(header(record, "mw-term"))
        highest[record.partition] = max(term, highest.get(record.partition, 0))
        if term == highest[record.partition]:
            counted.append(record)
    return without_repetition(counted)


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


async def test_an_exact_day_stands_between_what_was_before_and_what_came_after(
    bootstrap: str, engine: Engine
) -> None:
    async with running(engine, bootstrap), Publisher(bootstrap) as publisher:
        for n in range(3):
            day = f"2026-01-0{n + 5}"
            for i in range(500):
                await publisher.claim(f"before-{day}-{i}", mandant=f"m{i % 5}", partition=i % 2)
            await publisher.flush()
            through = {"claim-created": [250 * (n + 1), 250 * (n + 1)], "payment-received": [0, 0]}
            await publisher.day(day, through=through)
        for n in range(3):
            await until_in_intake(bootstrap, partial(says, f"2026-01-0{n + 5}"))
            await publisher.ring(f"2026-01-0{n + 5}", LANES, n + 1)
        found = await until_in_intake(bootstrap, lambda r: len(r) == 1_500 + 3 * LANES)

    for lane in range(LANES):
        days = [
            json.loads(r.value)["day"]
            if header(r, "ce_type") == "day-marked.v1"
            else header(r, "ce_id")[7:17]
            for r in found
            if r.partition == lane
        ]
        assert days == sorted(days)
        marks = [r for r in found if r.partition == lane and header(r, "ce_type") == "day-marked.v1"]
        assert [header(r, "ce_causationid") for r in marks] == ["2026-01-05", "2026-01-06", "2026-01-07"]


async def test_a_day_beyond_the_ends_is_refused_one_that_counts_what_is_not_committed_yet_is_lawful(
    bootstrap: str, engine: Engine
) -> None:
    async with (
        running(engine, bootstrap),
        Publisher(bootstrap) as clock,
        Publisher(bootstrap, transactional="t") as upstream,
    ):
        await clock.day("2026-01-05", through={"claim-created": [0, 1]})
        await until_in_intake(bootstrap, lambda r: [header(x, "mw-field") for x in r] == ["through"])
        async with upstream.transaction():
            await upstream.claim("counted")
            await upstream.flush()
            await clock.day("2026-01-06", through={"claim-created": [1, 0]})
            await clock.claim("beyond")
            await clock.flush()
        found = await until_in_intake(
            bootstrap, lambda r: sum(header(x, "ce_type") == "day-marked.v1" for x in r) == LANES
        )

    assert ids(found).count("counted") == 1
    assert "beyond" not in ids(found)
    assert {header(r, "ce_causationid") for r in found} == {"", "2026-01-06"}


async def test_a_fast_publisher_an_idle_partition_and_an_aborted_tail_do_not_hold_up_the_day(
    bootstrap: str, engine: Engine
) -> None:
    async def forever(publisher: Publisher) -> None:
        n = 0
        while True:
            n += 1
            await publisher.claim(f"fast-{n}", mandant=f"m{n % 5}", pad="x" * 200)
            if n % 200 == 0:
                await publisher.flush()

    async with (
        running(engine, bootstrap),
        Publisher(bootstrap) as clock,
        Publisher(bootstrap) as fast,
        Publisher(bootstrap, transactional="t") as transactional,
    ):
        await clock.claim("before", partition=1)
        await transactional.aborted("block-set", 20)
        flood = asyncio.create_task(forever(fast))
        await asyncio.sleep(0.5)
        await clock.day("2026-01-05")
        try:
            found = await until_in_intake(
                bootstrap, lambda r: sum(header(x, "ce_type") == "day-marked.v1" for x in r) == LANES
            )
        finally:
            flood.cancel()

    assert "aborted-0" not in ids(found)
    (lane,) = {r.partition for r in found if header(r, "ce_id") == "before"}
    here = [r for r in found if r.partition == lane]
    assert ids(here).index("before") < [header(r, "ce_type") for r in here].index("day-marked.v1")


async def test_the_second_day_waits_for_dunning_and_intake_goes_on(bootstrap: str, engine: Engine) -> None:
    async with running(engine, bootstrap), Publisher(bootstrap) as publisher:
        await publisher.day("2026-01-05")
        await publisher.day("2026-01-06")
        await until_in_intake(bootstrap, lambda r: len(r) == LANES)
        await publisher.claim("meanwhile")
        await publisher.flush()
        found = await until_in_intake(bootstrap, lambda r: "meanwhile" in ids(r))
        assert sum(header(r, "ce_type") == "day-marked.v1" for r in found) == LANES

        await publisher.ring("2026-01-05", LANES, 1)
        await until_in_intake(bootstrap, lambda r: len(r) == 1 + 2 * LANES)


async def test_of_two_sequencers_one_is_active_and_the_other_takes_over(
    bootstrap: str, engine: Engine, both_databases: dict[str, str]
) -> None:
    second = engine_for(both_databases["claims"])
    async with Publisher(bootstrap) as publisher, contextlib.AsyncExitStack() as other:
        async with running(engine, bootstrap):
            await publisher.claim("0", mandant="m0")
            await publisher.flush()
            await until_in_intake(bootstrap, lambda r: len(r) >= 1)  # the first is the active one
            await other.enter_async_context(running(second, bootstrap))
            for n in range(1, 300):
                await publisher.claim(f"{n}", mandant=f"m{n % 5}")
            await publisher.flush()
            found = await until_in_intake(bootstrap, lambda r: len(r) >= 300)
            assert len(found) == len(valid_terms(found)) == 300, "nothing twice while both are there"
            assert len(terms(found)) == 1
        for n in range(300, 600):
            await publisher.claim(f"{n}", mandant=f"m{n % 5}")
        await publisher.flush()
        found = await until_in_intake(bootstrap, lambda r: len(valid_terms(r)) >= 600)

    # The first may have been stopped between append and store: what it appended then stands there twice.
    taken = valid_terms(found)
    assert sorted(taken) == sorted(f"claim-created/0/{n}" for n in range(600))
    assert len(terms(found)) == 2


async def test_one_that_loses_its_lock_begins_again(
    bootstrap: str, postgres_databases: dict[str, str]
) -> None:
    engine = engine_for(postgres_databases["claims"])
    METADATA.create_all(engine)
    async with running(engine, bootstrap), Publisher(bootstrap) as publisher:
        for n in range(400):
            await publisher.claim(str(n), mandant=f"m{n % 5}")
            if n % 100 == 99:
                await publisher.flush()
                await until_in_intake(bootstrap, partial(has_events, n + 1))
                with engine.begin() as conn:
                    conn.execute(text(END_LOCK_HOLDERS))
        found = await until_in_intake(bootstrap, lambda r: len(set(without_repetition(r))) == 400)

    assert len(terms(found)) > 1
    assert len(without_repetition(found)) == 400


async def test_one_that_lost_its_lock_to_another_is_ready_and_says_nothing_of_what_waits_there(
    bootstrap: str, postgres_databases: dict[str, str]
) -> None:
    engine = engine_for(postgres_databases["claims"])
    METADATA.create_all(engine)
    another = lock_for(engine)
    async with Publisher(bootstrap) as publisher, running(engine, bootstrap) as telemetry:

        async def says(days: int, lag: int) -> bool:
            figures = (
                f"mahnwerk_days_waiting {days}.0",
                f'mahnwerk_lag_records{{topic="claim-created"}} {lag}.0',
            )
            if not days:
                another.check()  # held only by one who looks after it
            return all(figure in telemetry.text().decode() for figure in figures)

        await publisher.day("2026-01-05", through={"claim-created": [0, 0]})
        await publisher.day("2026-01-06")  # waits for dunning's marks, and so does what follows the first
        for n in range(2):
            await publisher.claim(str(n), partition=1)
        await publisher.flush()
        await until(partial(says, 1, 2))
        with engine.begin() as conn:
            conn.execute(text(END_LOCK_HOLDERS))
        assert another.acquire()  # before the first one notices
        await until(partial(says, 0, 0))
        assert "sequencer" not in telemetry.not_ready()

        another.release()
        await until(partial(says, 1, 0))  # where a held partition ends is not known before it is read


async def test_one_that_is_frozen_is_replaced_and_what_it_appends_late_does_not_count(
    bootstrap: str, postgres_databases: dict[str, str]
) -> None:
    engine = engine_for(postgres_databases["claims"])
    METADATA.create_all(engine)
    command = [sys.executable, "-m", "tests.system.sequencing", bootstrap, postgres_databases["claims"]]
    frozen = subprocess.Popen(command, cwd=Path(__file__).parents[2])  # noqa: ASYNC220 - nothing else runs
    try:
        async with Publisher(bootstrap) as publisher, contextlib.AsyncExitStack() as other:
            for n in range(2_000):
                await publisher.claim(str(n), mandant=f"m{n % 5}", pad="x" * 500)
            await publisher.flush()
            await until_in_intake(bootstrap, lambda r: len(r) > 0)
            frozen.send_signal(signal.SIGSTOP)
            await other.enter_async_context(running(engine, bootstrap))
            await publisher.claim("after", mandant="m0")
            await publisher.flush()
            await until_in_intake(bootstrap, lambda r: "after" in ids(r))
            frozen.send_signal(signal.SIGCONT)
            await publisher.claim("last", mandant="m0")
            await publisher.flush()
            found = await until_in_intake(bootstrap, lambda r: "last" in ids(r))
    finally:
        frozen.kill()
        frozen.wait()

    assert len(valid_terms(found)) == 2_002
    assert len(terms(found)) == 2


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


def test_one_that_was_replaced_stores_nothing_any_more(engine: Engine) -> None:
    old, new = SequencerStore(engine, TABLES), SequencerStore(engine, TABLES)
    assert old.begin_term(LANES, 1_000) < new.begin_term(LANES, 1_000)

    with pytest.raises(ReplacedError):
        old.store({}, None, None)
    new.store({}, None, None)


def test_the_lock_has_one_holder(engine: Engine) -> None:
    first, second = lock_for(engine), lock_for(engine)

    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
