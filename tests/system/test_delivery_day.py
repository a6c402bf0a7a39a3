"""A day without an exact cut, as in normal operation: what was there before it opened counts before it."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Final

import orjson
import pytest

from mahnwerk.brokers import Broker
from mahnwerk.databases import databases
from tests.system.delivery import system
from tests.system.flood import DEBTOR, claim, flood
from tests.system.outcome import standing
from tests.system.world import Publisher, envelope

pytestmark = pytest.mark.kafka

DAYS: Final = ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08")


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
        async with flood(kafka, at_once=3_000, then=20, pause_s=0.1) as sent:
            for number, day in enumerate(DAYS[1:], 2):
                await other.aborted("block-set", 20, partition=1)
                await claim(upstream, f"before-{day}")
                await upstream.day(day)  # behind a flush
                await running.until_opened(number)
                await claim(upstream, f"on-{day}")
                await upstream.flush()
        await running.until_drained()
        assert await running.alarms() == []
        events = await standing(kafka, ["claim-registered", "event-rejected"])

    registered = {orjson.loads(one.data)["claim_ref"]: one.day for one in events}
    assert Counter(one.type for one in events) == {"claim-registered.v1": len(registered)}
    assert registered.keys() >= set(sent)
    for before, day in itertools.pairwise(DAYS):
        assert registered[f"before-{day}"] == before
        assert registered[f"on-{day}"] == day
