"""The ladder of brokers: the best Kafka that this machine has, and which one it is.

MAHNWERK_KAFKA names one · Docker runs one · Java and Maven bring one · librdkafka has a small one built in.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

from mahnwerk.local.container import KafkaContainer
from mahnwerk.local.kafka import ApacheKafka, version
from mahnwerk.local.process import StartError
from shared.settings import brokers

GIVEN = "given"
DOCKER = "docker"
JAVA = "java"
BUILT_IN = "built-in"


class Kafka(Protocol):
    """A broker that can be started and stopped."""

    bootstrap: str

    def start(self) -> None:
        """Start, or start again on the same port and data; returns when it answers."""

    def stop(self, *, hard: bool = False) -> None:
        """Stop, keeping the data; `hard` is kill -9."""

    def close(self) -> None:
        """Stop for good."""


class Broker:
    """The broker of the first rung that can be taken, for as long as the context lasts.

    Args:
        data: where Kafka keeps its data; None: in a temporary folder, gone at the end.
        rung: take this one or fail; None: as MAHNWERK_KAFKA_RUNG says, else the first that works.

    Attributes:
        rung: the one that was taken.
        bootstrap: host:port.
        temporary: its data is gone at the end, so the databases' must be too.
        passed: the rungs that could not be taken, with the reason.
    """

    def __init__(self, data: Path | None = None, *, rung: str | None = None) -> None:
        self._wanted = rung or os.environ.get("MAHNWERK_KAFKA_RUNG") or None
        if self._wanted not in (None, GIVEN, DOCKER, JAVA, BUILT_IN):
            raise StartError(f"MAHNWERK_KAFKA_RUNG is {self._wanted!r}, not {DOCKER}, {JAVA} or {BUILT_IN}")
        self._data = data
        self._exit = contextlib.ExitStack()
        self._kafka: Kafka | None = None
        self.rung = ""
        self.bootstrap = ""
        self.passed: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            StartError: no rung, or not the one that was asked for, can be taken.
        """
        for rung, make in self._rungs().items():
            try:
                kafka = make()
                kafka.start()
            except StartError as error:
                self.passed[rung] = str(error)
                continue
            self._exit.callback(kafka.close)
            self._kafka, self.rung, self.bootstrap = kafka, rung, kafka.bootstrap
            return self
        self._exit.close()
        reasons = [f"{rung}: {reason}" for rung, reason in self.passed.items()]
        raise StartError("; ".join(reasons) or "MAHNWERK_KAFKA names no broker")

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    @property
    def temporary(self) -> bool:
        """Whether the data is gone at the end."""
        return self.rung == BUILT_IN or (self.rung != GIVEN and self._data is None)

    def start(self) -> None:
        """Start again after a stop."""
        self._running().start()

    def stop(self, *, hard: bool = False) -> None:
        """Stop it for a while; `hard` is kill -9."""
        self._running().stop(hard=hard)

    def restart(self, *, hard: bool = False) -> None:
        """Stop it and start it again on the same port and data; `hard` is kill -9."""
        self.stop(hard=hard)
        self.start()

    def describe(self) -> str:
        """One or two sentences for the user: what it is, and what to know about it."""
        said = {
            GIVEN: "Kafka as MAHNWERK_KAFKA says",
            DOCKER: f"Apache Kafka {version()} in a container",
            JAVA: f"Apache Kafka {version()} as a child process",
            BUILT_IN: "the small broker built into librdkafka",
        }[self.rung]
        if self.rung != BUILT_IN:
            return f"{said}, at {self.bootstrap}"
        why = ", ".join(f"{rung}: {reason.splitlines()[0]}" for rung, reason in self.passed.items())
        return (
            f"{said}, at {self.bootstrap}\n"
            "WARNING: it is for a first look only. It keeps everything in memory, so all data, the databases "
            "too, is temporary, and it proves nothing about Kafka. A real one was not to be had "
            f"({why or 'not wanted'})."
        )

    def _running(self) -> Kafka:
        if not self._kafka:
            raise StartError("the broker was not started")
        return self._kafka

    def _rungs(self) -> dict[str, Callable[[], Kafka]]:
        given = os.environ.get("MAHNWERK_KAFKA")
        if given and self._wanted in (None, GIVEN):
            return {GIVEN: lambda: _Given(brokers(given))}
        rungs: dict[str, Callable[[], Kafka]] = {
            DOCKER: lambda: KafkaContainer(self._data),
            JAVA: lambda: ApacheKafka(self._data or self._temporary_folder()),
            BUILT_IN: _BuiltIn,
        }
        return {rung: make for rung, make in rungs.items() if self._wanted in (None, rung)}

    def _temporary_folder(self) -> Path:
        return Path(self._exit.enter_context(tempfile.TemporaryDirectory(prefix="mahnwerk-kafka-")))


class _Given:
    """Somebody else's Kafka: not ours to start or stop."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> None:
        """Nothing to do: clients wait for it by themselves."""

    def stop(self, *, hard: bool = False) -> None:
        """Refuse."""
        raise StartError(f"{self.bootstrap} is not ours to {'kill' if hard else 'stop'}")

    def close(self) -> None:
        """Leave it as it is."""


class _BuiltIn:
    """librdkafka's broker in this process: it speaks Kafka over TCP, and forgets all when stopped."""

    def __init__(self) -> None:
        try:
            from confluent_kafka import Producer  # noqa: PLC0415 - only where it is installed
        except ImportError as error:
            raise StartError("confluent-kafka is not installed") from error
        # Its log goes to stderr by itself and says nothing to a user.
        self._cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        (broker,) = self._cluster.list_topics(timeout=10).brokers.values()
        self.bootstrap = f"{broker.host}:{broker.port}"

    def start(self) -> None:
        """Nothing to do: it runs since it was made."""

    def stop(self, *, hard: bool = False) -> None:
        """Refuse: it would forget everything."""
        raise StartError(f"the built-in broker cannot be {'killed' if hard else 'stopped'} and started again")

    def close(self) -> None:
        """End it."""
        del self._cluster
