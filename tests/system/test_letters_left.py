"""A letter that was noted when its process was killed is written by the next one, though nothing comes in."""

import asyncio
from pathlib import Path

import pytest

from mahnwerk.brokers import Broker
from mahnwerk.migrate import migrate
from services.notifications.service import Notifications
from shared.database import engine_for
from shared.policy import load_policies
from tests.notifications.samples import notice, record
from tests.system.delivery import POLICIES, system
from tests.system.world import until

pytestmark = pytest.mark.kafka


async def test_a_letter_that_was_left_is_written_at_the_start(
    clean_kafka: Broker, postgres_databases: dict[str, str], tmp_path: Path
) -> None:
    url = postgres_databases["notifications"]
    await asyncio.to_thread(migrate, "notifications", url)
    engine = engine_for(url)
    with engine.begin() as conn:
        Notifications(load_policies(POLICIES)).handle(conn, {0: [record(notice(), "e-0")]})
    engine.dispose()

    async def written() -> bool:
        return (tmp_path / "outbox/wuppertal/2026-03-05/manifest.jsonl").exists()

    async with system(clean_kafka.bootstrap, postgres_databases, tmp_path, services=["notifications"]):
        await until(written)
