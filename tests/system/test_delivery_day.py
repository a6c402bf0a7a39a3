"""A day without an exact cut, as in normal operation: what was there before it opened counts before it."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import orjson
import pytest

from mahnwerk.brokers import Broker
from mahnwerk.databases import databases
from tests.system.delivery import system
from tests.system.outcome import standing
from tests.system.world import Publisher, envelope

pytestmark = pytest.mark.kafka

DAYS: Final = ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08")
BURST: Final = 5_000
DEBTOR: Final = {
    "mandant": "wuppertal",
    "debtor_ref": "D",
    "kind": "person",
    "legal_representative": False,
    "under_guardianship": False,
    "address_complete": True,
    "receives_benefits": False,
}
CLAIM: Final = {
    "debtor_ref": "D",
    "aktenzeichen": "78682561679178",
    "einnahmeart": "5621",
    "office": "LG",
    "mode": "einmalig",
    "amount_cents": 10_000,
    "decided_on": "2026-01-02",
}


async def test_a_fast_publisher_an_idle_partition_and_an_aborted_tail_do_not_mix_up_the_days(
    clean_kafka: Broker, tmp_path: Path
) -> None:
    kafka = clean_kafka.bootstrap
    async with (
        system(kafka, databases(tmp_path / "db"), tmp_path) as running,
        Publisher(kafka) as upstream,
        Publisher(kafka, transactional="t") as other,
    ):
        await upstream.raw("debtor-registered", orjson.dumps(DEBTOR), envelope("D", "debtor-registered.v1"))
        await upstream.day(DAYS[0])
        await running.until_opened(1)
        async with flood(kafka) as sent:
            for number, day in enumerate(DAYS[1:], 2):
                await other.aborted("block-set", 20, partition=1)
                await claim(upstream, f"before-{day}")
                await upstream.day(day)
                await running.until_opened(number)
                await claim(upstream, f"on-{day}")
        await running.until_drained()
        assert await running.alarms() == []
        events = await standing(kafka, ["claim-registered", "event-rejected"])

    registered = {orjson.loads(one.data)["claim_ref"]: one.day for one in events}
    assert Counter(one.type for one in events) == {"claim-registered.v1": len(registered)}
    assert registered.keys() >= {f"flood-{number}" for number in range(sent[0])}
    for before, day in itertools.pairwise(DAYS):
        assert registered[f"before-{day}"] == before
        assert registered[f"on-{day}"] == day


@contextlib.asynccontextmanager
async def flood(kafka: str) -> AsyncIterator[list[int]]:
    """Claims to one partition: at once more than claims can handle, and then no end; how many there were."""
    sent = [0]

    async def forever() -> None:
        while True:
            for _ in range(50 if sent[0] else BURST):
                await claim(publisher, f"flood-{sent[0]}", partition=2)
                sent[0] += 1
            await publisher.flush()
            await asyncio.sleep(0.1)

    async with Publisher(kafka) as publisher:
        task = asyncio.create_task(forever())
        try:
            yield sent
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await publisher.flush()


async def claim(publisher: Publisher, name: str, partition: int = 0) -> None:
    await publisher.claim(name, partition=partition, claim_ref=name, **CLAIM)
    if partition == 0:
        await publisher.flush()
