"""What is broken on purpose: one Kafka or three, PostgreSQL, disks that fill up, an old release."""

import contextlib
import mmap
import os
import secrets
import subprocess
import tarfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Final, Protocol

from confluent_kafka.admin import AdminClient

from mahnwerk.brokers import Broker
from mahnwerk.local.kafka import DEPLOY, READY, jars, java
from mahnwerk.local.postgres import LocalPostgres
from mahnwerk.local.process import LOCALHOST, Server, StartError, free_ports

ROOT: Final = Path(__file__).parents[2]
_NODES: Final = 3


class Kafka(Protocol):
    """The brokers as the faults see them."""

    bootstrap: str
    nodes: int

    def stop(self) -> None:
        """Kill all of them."""

    def start(self) -> None:
        """Start those that do not run."""

    def stop_leader(self) -> None:
        """Kill the one that leads the first lane of intake."""


class OneKafka:
    """The best Kafka that this machine has, as one node."""

    nodes = 1

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.bootstrap = broker.bootstrap

    def stop(self) -> None:
        self._broker.stop(hard=True)

    def start(self) -> None:
        self._broker.start()

    def stop_leader(self) -> None:
        self.stop()


class ThreeKafkas:
    """Three nodes that replicate: what was acknowledged stands on two of them at least."""

    nodes = _NODES

    def __init__(self, folder: Path) -> None:
        ports = free_ports(2 * _NODES)
        self._ports = ports[:_NODES]
        self.bootstrap = ",".join(f"{LOCALHOST}:{port}" for port in self._ports)
        voters = ",".join(f"{n}@{LOCALHOST}:{port}" for n, port in enumerate(ports[_NODES:], 1))
        cluster = "M" + secrets.token_urlsafe(16)[1:]
        self._servers = [
            _node(folder / f"kafka-{n}", n, (ports[n - 1], ports[_NODES + n - 1]), voters, cluster)
            for n in range(1, _NODES + 1)
        ]

    def start(self) -> None:
        # A node is ready when most controllers are: all must be begun before one is waited for.
        begun = [server for server in self._servers if not server.running]
        for server in begun:
            server.begin()
        for server in begun:
            server.wait()

    def stop(self) -> None:
        for server in self._servers:
            server.stop(hard=True)

    def stop_leader(self) -> None:
        metadata = AdminClient({"bootstrap.servers": self.bootstrap}).list_topics("intake", timeout=30)
        leader = metadata.topics["intake"].partitions[0].leader
        self._servers[max(leader, 1) - 1].stop(hard=True)


class _Node(Server):
    """A server that is begun first and waited for later."""

    def begin(self) -> None:
        self.ready, ready = "", self.ready
        self._begun = self.log.stat().st_size if self.log.exists() else 0
        self.start()
        self.ready = ready

    def wait(self) -> None:
        deadline = time.monotonic() + 120
        while self.ready not in (said := self._said(self._begun)):
            if not self.running or time.monotonic() > deadline:
                raise StartError(f"Kafka did not start:\n{said[-2000:]}")
            time.sleep(0.1)


def _node(folder: Path, number: int, ports: tuple[int, int], voters: str, cluster: str) -> _Node:
    folder.mkdir(parents=True)
    template = Template((DEPLOY / "server.properties").read_text())
    text = template.substitute(port=ports[0], controller_port=ports[1], data=folder / "log")
    lines = [line for line in text.splitlines() if not line.startswith("controller.quorum.bootstrap")]
    lines += [
        f"node.id={number}",
        f"controller.quorum.voters={voters}",
        "offsets.topic.replication.factor=3",
        "default.replication.factor=3",
        "transaction.state.log.replication.factor=3",
        "transaction.state.log.min.isr=2",
        "min.insync.replicas=2",
    ]
    config = folder / "server.properties"
    config.write_text("\n".join(lines) + "\n")
    run = [java(), "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={DEPLOY / 'log4j2.properties'}"]
    classes = ["-cp", f"{jars()}/*"]
    format_ = [*run, "-Xmx128m", *classes, "kafka.tools.StorageTool", "format", "-t", cluster]
    done = subprocess.run([*format_, "-c", str(config)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartError(f"Kafka could not format its folder: {done.stdout}{done.stderr}")
    start = [*run, "-Xms128m", "-Xmx400m", *classes, "kafka.Kafka", str(config)]
    return _Node(start, folder / "kafka.log", READY)


@contextlib.contextmanager
def kafka(folder: Path, nodes: int) -> Iterator[Kafka]:
    """Kafka for a run, gone afterwards."""
    if nodes == 1:
        with Broker(folder / "kafka") as broker:
            yield OneKafka(broker)
        return
    cluster = ThreeKafkas(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[LocalPostgres]:
    """PostgreSQL for a run, gone afterwards."""
    server = LocalPostgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Disk:
    """A file system of its own that can be filled up; `why_not` where this user may mount none."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self.why_not = ""
        folder.mkdir(parents=True, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        try:
            done = subprocess.run(mount, capture_output=True, text=True, check=False)
        except OSError as error:
            self.why_not = str(error)
            return
        if done.returncode:
            self.why_not = done.stderr.strip() or "mount failed"

    def fill(self) -> None:
        """Take all the room there is."""
        ballast, at, part = os.open(self.folder / "ballast", os.O_CREAT | os.O_WRONLY), 0, 1 << 24
        while part >= mmap.PAGESIZE:  # in ever smaller parts: others write meanwhile
            try:
                os.posix_fallocate(ballast, at, part)
                at += part
            except OSError:
                part //= 2
        os.close(ballast)

    def free(self) -> None:
        """Give it back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        """Take it away."""
        if not self.why_not:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


def old_release(folder: Path) -> str:
    """Put the code before the last change of the services into a folder; its commit, or OSError."""
    changes = _git("rev-list", "-2", "HEAD", "--", "services", "shared", "mahnwerk").split()
    if len(changes) < 2:
        raise OSError("this clone has no history")
    archive = subprocess.run(
        ["git", "archive", "--format=tar", changes[1]], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return changes[1][:8]


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise OSError(f"no git: {error}") from error
    if done.returncode:
        raise OSError(done.stderr.strip())
    return done.stdout
