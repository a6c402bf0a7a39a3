"""The part of aiokafka's interface that the product uses, over the Kafka in memory."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from aiokafka import TopicPartition

from tests.sim.kafka import Broker, Headers, Message, Stored
from tests.sim.process import OWNER

_BATCHES: Final = (1, 3, 10, 1_000)  # so many messages fit into a producer's batch
_FETCHES: Final = (1, 2, 5, 10_000)


class _Batch:
    """What a producer sends at once; how much fits is chance."""

    def __init__(self, limit: int) -> None:
        self.messages: list[Message] = []
        self._limit = limit

    def append(self, *, timestamp: None, key: bytes | None, value: bytes, headers: Headers) -> object:
        if len(self.messages) >= self._limit:
            return None
        self.messages.append((key, value, headers))
        return timestamp or True

    def close(self) -> None:
        pass


class _Client:
    """Begins and ends. Each run has classes of its own, with its broker."""

    broker: ClassVar[Broker]

    async def start(self) -> None:
        self.broker.ask()

    async def stop(self) -> None:
        pass

    close = stop


class Producer(_Client):
    """In the place of AIOKafkaProducer."""

    def __init__(self, **settings: object) -> None:
        if settings.get("acks") != "all" or not settings.get("enable_idempotence"):
            raise AssertionError("the product's producers are idempotent and wait for all replicas")

    def create_batch(self) -> _Batch:
        return _Batch(self.broker.random.choice(_BATCHES))

    async def send_batch(self, batch: _Batch, topic: str, partition: int) -> Any:  # noqa: ANN401
        process = OWNER.get()
        if process is not None:
            await process.gate(f"send {topic}")
        self.broker.ask()
        place = TopicPartition(topic, partition)
        self.broker.trouble.before_send(process, place, batch.messages)
        self.broker.append(place, batch.messages)
        self.broker.trouble.after_send(process, place)
        return _acknowledged()


async def _acknowledged() -> None:
    pass


class Consumer(_Client):
    """In the place of AIOKafkaConsumer, for partitions that are assigned by hand."""

    def __init__(self, *_topics: str, **settings: object) -> None:
        self._in_turns = "fetch_max_wait_ms" in settings  # the sequencer's: each fetch is a step
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()

    async def start(self) -> None:
        await super().start()
        if self._in_turns and (process := OWNER.get()):
            process.unread = self._unread

    def _unread(self) -> bool:
        places = self._positions.keys() - self._paused
        return any(self._positions[place] < self.broker.end(place) for place in places)

    def last_stable_offset(self, place: TopicPartition) -> int:
        return self.broker.end(place)

    def highwater(self, place: TopicPartition) -> int:
        return self.broker.end(place)

    def assign(self, places: Iterable[TopicPartition]) -> None:
        self._positions = dict.fromkeys(places, 0)
        self._paused = set()

    def assignment(self) -> set[TopicPartition]:
        return set(self._positions)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self._positions[place] = offset

    async def position(self, place: TopicPartition) -> int:
        return self._positions[place]

    def pause(self, *places: TopicPartition) -> None:
        self._paused.update(places)

    def resume(self, *places: TopicPartition) -> None:
        self._paused.difference_update(places)

    async def beginning_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        self.broker.ask()
        return dict.fromkeys(places, 0)

    async def end_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        self.broker.ask()
        return {place: self.broker.end(place) for place in places}

    async def getmany(
        self, *places: TopicPartition, timeout_ms: int, max_records: int | None = None
    ) -> dict[TopicPartition, list[Stored]]:
        del timeout_ms, max_records  # nothing is waited for; how much comes is chance
        anywhere = self._in_turns and not places
        if anywhere and (process := OWNER.get()):
            await process.gate("turn")
        self.broker.ask()
        wanted = [place for place in places or self._positions if place not in self._paused]
        behind = [place for place in sorted(wanted) if self._positions[place] < self.broker.end(place)]
        fetched = {place: self._fetch(place, in_parts=anywhere) for place in behind}
        if any(fetched.values()) and any(self._positions[place] < self.broker.end(place) for place in behind):
            self.broker.counts["reordering"] += 1
        return {place: records for place, records in fetched.items() if records}

    def _fetch(self, place: TopicPartition, *, in_parts: bool) -> list[Stored]:
        random, begin, end = self.broker.random, self._positions[place], self.broker.end(place)
        if in_parts:
            end = begin if random.random() < 0.3 else min(end, begin + random.choice(_FETCHES))
        self._positions[place] = end
        return [each for each in self.broker.logs[place][begin:end] if not each.control]


class Admin(_Client):
    """In the place of AIOKafkaAdminClient."""

    def __init__(self, **_settings: object) -> None:
        pass

    async def describe_topics(self, names: Iterable[str]) -> list[dict[str, Any]]:
        self.broker.ask()
        return [
            {"topic": name, "partitions": [{"partition": n} for n in range(self.broker.topics[name])]}
            for name in names
        ]


def of(kind: type[_Client], broker: Broker) -> type[_Client]:
    """The class for one run."""
    return type(kind.__name__, (kind,), {"broker": broker})
