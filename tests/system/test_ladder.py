"""The ladder of brokers: each rung for real, and what happens where one is missing."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from mahnwerk.brokers import BUILT_IN, DOCKER, GIVEN, JAVA, Broker
from mahnwerk.local.container import owner, remove_orphans
from mahnwerk.local.kafka import jars, version
from mahnwerk.local.process import Server, StartError, free_ports
from shared.topic_setup import TopicMismatchError, create_topics
from shared.topics import DEBTOR_CONTACT, INTAKE, PAYMENT_RECEIVED, all_topics

LANES = 4


async def write(broker: Broker, topic: str, value: bytes, partition: int = 0) -> int:
    async with AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap, enable_idempotence=True, max_request_size=4_000_000
    ) as producer:
        done = await producer.send_and_wait(topic, value, partition=partition)
        return int(done.offset)


async def read(broker: Broker, topic: str, partition: int = 0) -> list[bytes]:
    place = TopicPartition(topic, partition)
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        values: list[bytes] = []
        while await consumer.position(place) < end:
            for batch in (await consumer.getmany(place, timeout_ms=1000)).values():
                values += [record.value for record in batch]
        return values


@pytest.fixture(params=["kafka", "kafka_in_a_container"])
def kafka(request: pytest.FixtureRequest) -> Broker:
    broker: Broker | None = request.getfixturevalue(request.param)
    return broker or pytest.skip("no Docker engine runs")


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without Kafka, Docker, Java and Maven, and an empty cache; returns its programs' folder."""
    for name in ("MAHNWERK_KAFKA", "MAHNWERK_KAFKA_RUNG", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-docker.sock")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return programs


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    path.chmod(0o755)


async def test_kafka_keeps_what_was_written_over_kill_9(clean_kafka: Broker) -> None:
    if clean_kafka.rung == GIVEN:
        pytest.skip("not ours to kill")
    await create_topics(clean_kafka.bootstrap, LANES)
    assert await write(clean_kafka, INTAKE, b"before", partition=3) == 0
    clean_kafka.restart(hard=True)
    assert await write(clean_kafka, INTAKE, b"after", partition=3) == 1
    assert await read(clean_kafka, INTAKE, partition=3) == [b"before", b"after"]


async def test_upstreams_transactions_are_committed(clean_kafka: Broker) -> None:
    # given a broker, which writes the end of a transaction as a client of itself
    await create_topics(clean_kafka.bootstrap, LANES)
    producer = AIOKafkaProducer(bootstrap_servers=clean_kafka.bootstrap, transactional_id="upstream")
    await producer.start()
    # when one transaction follows another, which waits until the first is over everywhere
    async with asyncio.timeout(60):
        for value in (b"one", b"two"):
            async with producer.transaction():
                await producer.send_and_wait(PAYMENT_RECEIVED, value, partition=0)
    await producer.stop()
    # then both can be read by those who wait for commits
    place = TopicPartition(PAYMENT_RECEIVED, 0)
    async with (
        AIOKafkaConsumer(
            bootstrap_servers=clean_kafka.bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        ) as consumer,
        asyncio.timeout(60),
    ):
        consumer.assign([place])
        assert [(await consumer.getone()).value for _ in range(2)] == [b"one", b"two"]


async def test_creating_topics_again_changes_nothing_and_another_number_of_lanes_is_refused(
    clean_kafka: Broker,
) -> None:
    assert await create_topics(clean_kafka.bootstrap, LANES) == LANES
    assert await create_topics(clean_kafka.bootstrap, LANES) == LANES
    with pytest.raises(TopicMismatchError, match="has 4 partitions, not 5"):
        await create_topics(clean_kafka.bootstrap, LANES + 1)


async def test_there_are_no_more_partitions_of_contacts_than_lanes_to_answer_them_in(
    clean_kafka: Broker,
) -> None:
    made = {topic.name: topic.partitions for topic in all_topics(LANES, LANES + 1)}
    assert (made[DEBTOR_CONTACT], made[PAYMENT_RECEIVED]) == (LANES, LANES + 1)

    admin = AdminClient({"bootstrap.servers": clean_kafka.bootstrap})
    admin.create_topics([NewTopic(DEBTOR_CONTACT, LANES + 1, 1)])[DEBTOR_CONTACT].result(timeout=60)
    with pytest.raises(TopicMismatchError, match="debtor-contact has 5 partitions, but there are 4 lanes"):
        await create_topics(clean_kafka.bootstrap, LANES)


async def test_what_is_far_too_large_arrives_to_be_answered(clean_kafka: Broker) -> None:
    await create_topics(clean_kafka.bootstrap, LANES)
    body = b"x" * 2_000_000
    await write(clean_kafka, PAYMENT_RECEIVED, body)
    assert await read(clean_kafka, PAYMENT_RECEIVED) == [body]


def test_what_a_killed_process_left_in_docker_is_removed_and_nothing_else(
    kafka_in_a_container: Broker | None,
) -> None:
    if not kafka_in_a_container:
        pytest.skip("no Docker engine runs")
    import docker  # noqa: PLC0415 - only where it is needed

    ended = subprocess.Popen(["true"])
    ended.wait()
    ((label, here),) = owner().items()
    host = here.rpartition("/")[0]
    client = docker.from_env()
    made = {
        of: client.containers.create(f"apache/kafka:{version()}", labels={label: of})
        for of in (f"{host}/{ended.pid}", f"{host}/{os.getppid()}", f"another/{ended.pid}")
    }
    try:
        remove_orphans(client)
        left = {one.id for one in client.containers.list(all=True, filters={"label": label})}
        assert [of for of, one in made.items() if one.id not in left] == [f"{host}/{ended.pid}"]
    finally:
        for one in made.values():
            with contextlib.suppress(docker.errors.NotFound):
                one.remove(force=True)


async def test_the_built_in_broker_carries_events_and_says_what_it_is() -> None:
    with Broker(rung=BUILT_IN) as broker:
        lanes = await create_topics(broker.bootstrap, 12)
        assert lanes == 4  # its own number: it cannot be asked for another
        assert await write(broker, INTAKE, b"one", partition=lanes - 1) == 0
        assert await read(broker, INTAKE, partition=lanes - 1) == [b"one"]
        assert broker.temporary
        assert "WARNING: it is for a first look only" in broker.describe()


def test_a_kafka_that_is_given_is_taken_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAHNWERK_KAFKA_RUNG", raising=False)
    monkeypatch.setenv("MAHNWERK_KAFKA", "kafka.example:9092")
    with Broker() as broker:
        assert (broker.rung, broker.bootstrap, broker.temporary) == (GIVEN, "kafka.example:9092", False)
        with pytest.raises(StartError, match="not ours to kill"):
            broker.stop(hard=True)


@pytest.mark.usefixtures("nothing_installed")
def test_a_machine_with_nothing_gets_the_built_in_broker_and_hears_why() -> None:
    with Broker() as broker:
        assert broker.rung == BUILT_IN
        assert broker.passed == {DOCKER: "no Docker engine is running", JAVA: "no Java 17 or later"}
        assert "docker: no Docker engine is running, java: no Java 17 or later" in broker.describe()


@pytest.mark.usefixtures("nothing_installed")
def test_a_rung_that_is_asked_for_and_missing_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAHNWERK_KAFKA_RUNG", JAVA)
    with pytest.raises(StartError, match="java: no Java 17 or later"), Broker():
        pass


def test_java_before_17_is_passed_over(nothing_installed: Path) -> None:
    program(nothing_installed, "java", """echo 'openjdk version "11.0.2"' >&2""")
    with Broker() as broker:
        assert broker.rung == BUILT_IN
        assert broker.passed[JAVA].startswith("Java is too old")


def test_a_download_that_breaks_off_leaves_nothing_that_looks_finished(
    nothing_installed: Path, tmp_path: Path
) -> None:
    program(nothing_installed, "mvn", 'mkdir "${7#*=}"; touch "${7#*=}/half.jar"; echo broken; exit 1')
    with pytest.raises(StartError, match="Maven could not fetch Kafka: broken"):
        jars()
    assert [path.name for path in (tmp_path / "cache" / "mahnwerk").iterdir()] == ["lock"]


def test_of_two_starts_at_once_one_downloads_and_both_have_it(
    nothing_installed: Path, tmp_path: Path
) -> None:
    program(
        nothing_installed,
        "mvn",
        f'echo call >>{tmp_path}/calls; sleep 0.5; mkdir "${{7#*=}}"; touch "${{7#*=}}/kafka.jar"',
    )
    code = "from mahnwerk.local.kafka import jars; print([path.name for path in jars().iterdir()])"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        for _ in range(2)
    ]
    assert [start.communicate()[0] for start in starts] == ["['kafka.jar']\n"] * 2
    assert (tmp_path / "calls").read_text() == "call\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_server_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = f"""
import time
from pathlib import Path
from mahnwerk.local.process import Server
Server(["sh", "-c", "echo $$ ready; exec sleep 60"], Path({str(log)!r}), "ready").start()
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while not (log.exists() and "ready" in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child = int(log.read_text().split()[0])
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while Path(f"/proc/{child}").exists() and "(sleep) Z" not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < deadline, f"{child} outlived its parent {parent.pid}"
        time.sleep(0.05)


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="no such luck"):
        Server(["sh", "-c", "echo no such luck; exit 3"], tmp_path / "log", "ready").start()


def test_ports_are_free_and_differ() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    assert all(20_000 <= port < 32_000 for port in ports)


def test_topics_are_listed_once_each() -> None:
    names = [topic.name for topic in all_topics()]
    assert len(names) == len(set(names))
    assert {topic.name: topic.partitions for topic in all_topics()}["business-day"] == 1
