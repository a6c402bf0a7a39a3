"""The sequencer on real Kafka: where a day stands, and what it waits for."""

import asyncio
import json
from functools import partial

import pytest
from sqlalchemy import Engine

from tests.system.sequencer.running import (
    LANES,
    running,
    says,
    until_in_intake,
)
from tests.system.world import Publisher, header, ids

pytestmark = pytest.mark.kafka


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
