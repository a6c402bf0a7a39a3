"""The short run of `make faults`, and what makes a killed process come back at once."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mahnwerk.brokers import BUILT_IN, Broker
from tests.faults.report import table, zeros
from tests.faults.run import QUICK, run
from tests.system.delivery import system

pytestmark = pytest.mark.kafka


def test_under_fire_nothing_is_lost_or_doubled_and_no_cent_is_wrong(kafka: Broker) -> None:
    assert kafka.rung != BUILT_IN
    ran = run(QUICK)
    assert not any(zeros(ran).values()), table(ran)
    assert ran.counts["SIGKILL of a service"] == QUICK.kills
    assert ran.counts["PostgreSQL stopped hard"] == ran.counts["Kafka stopped hard"] == 1
    assert ran.poison > 0


async def test_the_group_knows_a_process_with_a_name_again_after_a_kill(
    clean_kafka: Broker, postgres_databases: dict[str, str], tmp_path: Path
) -> None:
    kafka = f"{clean_kafka.bootstrap},{clean_kafka.bootstrap}"  # as with several brokers
    async with system(kafka, postgres_databases, tmp_path, services=["dunning"], named=True) as running:
        dunning = running.of("dunning")
        dunning.kill()
        dunning.start()
        await dunning.until_ready()
        said = dunning.said()
    # Without a name it would wait here until the session of its former self has run out, ten seconds.
    (_, asked), (_, joined) = (_times(said, what) for what in ("(Re-)joining group", "Joined group"))
    assert joined - asked < timedelta(seconds=8)


def _times(log: str, what: str) -> tuple[datetime, datetime]:
    """When it was said the first time, and the last."""
    lines = [json.loads(line) for line in log.splitlines() if what in line]
    first, *_, last = [datetime.fromisoformat(line["time"]) for line in lines]
    return first, last
