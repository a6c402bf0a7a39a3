"""Several sequencers on real Kafka: one is active, whatever happens to it."""

import contextlib
import signal
import subprocess
import sys
from functools import partial

import pytest
from sqlalchemy import Engine, text

from services.claims.sequencer_lock import lock_for
from services.claims.sequencer_tables import ReplacedError, SequencerStore
from shared.database import engine_for
from tests.system.delivery import ROOT
from tests.system.sequencer.running import (
    LANES,
    METADATA,
    TABLES,
    has_events,
    running,
    terms,
    until_in_intake,
    valid_terms,
    without_repetition,
)
from tests.system.world import Publisher, ids, until

pytestmark = pytest.mark.kafka
END_LOCK_HOLDERS = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"


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
    command = [
        sys.executable,
        "-m",
        "tests.system.sequencer.alone",
        bootstrap,
        postgres_databases["claims"],
    ]
    frozen = subprocess.Popen(command, cwd=ROOT)  # noqa: ASYNC220 - nothing else runs
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
