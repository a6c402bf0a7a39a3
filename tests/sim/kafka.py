"""Kafka in memory: partitions as lists, and what a group gives to a service."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from tests.sim.process import OWNER, Process

Headers = Sequence[tuple[str, bytes]]
Message = tuple[bytes | None, bytes | None, Headers]  # key, value, headers


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands in a partition. A control record takes an offset and is seen by nobody."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    control: bool = False
    timestamp: int = 0  # only measured by, never decided by


class Trouble(Protocol):
    """What may go wrong when something is sent."""

    def before_send(self, process: Process | None, place: TopicPartition, messages: list[Message]) -> None:
        """Raise, and it is not sent."""

    def after_send(self, process: Process | None, place: TopicPartition) -> None:
        """Raise, and it stands there all the same."""


class Broker:
    """The partitions. `seen` is told of every record that is appended."""

    def __init__(self, random: Random, trouble: Trouble, seen: Callable[[Stored], None]) -> None:
        self.random = random
        self.trouble = trouble
        self.logs: dict[TopicPartition, list[Stored]] = {}
        self.topics: dict[str, int] = {}
        self.reachable = True
        self.counts: Counter[str] = Counter()
        self._seen = seen

    def create(self, topic: str, partitions: int) -> None:
        """Make a topic."""
        self.topics[topic] = partitions
        self.logs.update({TopicPartition(topic, partition): [] for partition in range(partitions)})

    def append(self, place: TopicPartition, messages: Iterable[Message], *, control: bool = False) -> None:
        """Append, in order."""
        log = self.logs[place]
        for key, value, headers in messages:
            stored = Stored(place.topic, place.partition, len(log), key, value, headers, control)
            log.append(stored)
            if not control:
                self._seen(stored)

    def end(self, place: TopicPartition) -> int:
        """The offset that the next record gets."""
        return len(self.logs[place])

    def ask(self) -> None:
        """A request: it fails while the broker is out of reach, and for the dead."""
        if process := OWNER.get():
            process.check()
        if not self.reachable:
            raise KafkaConnectionError("simulated")


class Subscriber:
    """The consumer of a service in its group, as the group gives it partitions."""

    def __init__(self, broker: Broker) -> None:
        self.positions: dict[TopicPartition, int] = {}
        self._broker = broker
        self._paused: set[TopicPartition] = set()

    def assign(self, positions: dict[TopicPartition, int]) -> None:
        """The group's assignment, with the offsets where it would begin by itself."""
        self.positions = dict(positions)
        self._paused.clear()

    def pause(self, *places: TopicPartition) -> None:
        """Part of AIOKafkaConsumer."""
        self._paused.update(places)

    def resume(self, *places: TopicPartition) -> None:
        """Part of AIOKafkaConsumer."""
        self._paused.difference_update(places)

    def seek(self, place: TopicPartition, offset: int) -> None:
        """Part of AIOKafkaConsumer."""
        self.positions[place] = offset

    def highwater(self, place: TopicPartition) -> int:
        """Part of AIOKafkaConsumer."""
        return self._broker.end(place)

    def ready(self) -> list[TopicPartition]:
        """The partitions in which there is something to read."""
        return sorted(
            place
            for place, at in self.positions.items()
            if place not in self._paused and at < self._broker.end(place)
        )

    def fetch(self, place: TopicPartition, count: int) -> list[Stored]:
        """The next records of a partition."""
        at = self.positions[place]
        found = self._broker.logs[place][at : at + count]
        self.positions[place] = at + len(found)
        return [each for each in found if not each.control]
