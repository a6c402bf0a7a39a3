"""`mahnwerk publish`, `day` and `topics` on real Kafka, without services."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from mahnwerk.brokers import Broker
from mahnwerk.collector import partitions
from mahnwerk.publish import SEQUENCED
from shared import topics
from tests.cli.run import Ran, mahnwerk
from tests.cli.story import claim, day, debtor, payment, write

pytestmark = pytest.mark.kafka


@pytest.fixture
def broker(clean_kafka: Broker) -> str:
    asked = mahnwerk("topics", "--kafka", clean_kafka.bootstrap, "--lanes", 4)
    assert asked == Ran(0, "all topics are there, 4 lanes\n", "")
    return clean_kafka.bootstrap


def published(kafka: str) -> dict[str, list[tuple[dict[str, str], Any]]]:
    """Topic -> headers and values of its records."""

    async def read() -> dict[str, list[tuple[dict[str, str], Any]]]:
        consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
        await consumer.start()
        found: dict[str, list[tuple[dict[str, str], Any]]] = {}
        places = await partitions(kafka, topics.INBOUND)
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        while [place for place in places if await consumer.position(place) < ends[place]]:
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                for record in records:
                    headers = {name: value.decode() for name, value in record.headers}
                    found.setdefault(place.topic, []).append((headers, json.loads(record.value)))
        await consumer.stop()
        return found

    return asyncio.run(read())


def test_each_event_on_its_topic_and_days_with_exact_cuts(broker: str, tmp_path: Path) -> None:
    lines = (day("2026-01-05"), debtor(), claim(), payment(500), day("2026-01-06"), payment(700), ["odd"])
    ran = mahnwerk("publish", write(tmp_path / "f.jsonl", *lines), "--kafka", broker)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("7 events published in ")
    found = published(broker)
    assert {topic: len(records) for topic, records in found.items()} == {
        "business-day": 2,
        "debtor-registered": 1,
        "claim-created": 1,
        "payment-received": 2,
        "claim-amended": 1,  # what is no event is answered there
    }
    (headers, first), (_, second) = found["business-day"]
    assert headers["ce_type"] == "business-day-opened.v1"
    assert headers["ce_id"] == "day-2026-01-05"
    assert first["through"] == {topic: [0, 0, 0] for topic in SEQUENCED} | {"redrive": [0]}
    assert sum(second["through"]["payment-received"]) == 1
    assert sum(second["through"]["claim-created"]) == 1


def test_nothing_is_published_of_a_file_that_is_broken_further_down(broker: str, tmp_path: Path) -> None:
    file = write(tmp_path / "f.jsonl", debtor())
    file.write_text(file.read_text() + "{broken\n")
    ran = mahnwerk("publish", file, "--kafka", broker)
    assert ran.code == 2
    assert "line 2" in ran.err
    assert published(broker) == {}


def test_a_day_is_a_plain_cut_unless_exact_is_asked_for(broker: str) -> None:
    for options in ((), ("--exact",)):
        assert mahnwerk("day", "2026-11-21", "--kafka", broker, *options).code == 0
    (headers, plain), (again, exact) = published(broker)["business-day"]
    assert plain == {"day": "2026-11-21"}
    assert exact["through"]["claim-created"] == [0, 0, 0]
    assert headers["ce_id"] == again["ce_id"]


def test_no_day_is_exit_2() -> None:
    ran = mahnwerk("day", "21.11.2026", "--kafka", "127.0.0.1:1")
    assert (ran.code, ran.err) == (2, "mahnwerk: 21.11.2026 is no day; like 2026-11-21\n")


def test_without_a_broker_it_says_so(tmp_path: Path) -> None:
    none = mahnwerk("day", "2026-11-21", "--data", tmp_path)
    assert none.code == 1
    assert "`mahnwerk up` does not run here" in none.err
    gone = mahnwerk("day", "2026-11-21", "--kafka", "127.0.0.1:1")
    assert gone.code == 1
    assert "127.0.0.1:1" in gone.err
    assert "Traceback" not in gone.err


def test_topics_with_other_lanes_are_refused(broker: str) -> None:
    ran = mahnwerk("topics", "--kafka", broker, "--lanes", 5)
    assert ran.code == 1
    assert "has 4 partitions, not 5" in ran.err
