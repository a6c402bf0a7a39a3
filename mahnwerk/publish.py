"""Publishing files of events to the inbound topics, day by day and exactly.

Before each `business-day-opened` everything is flushed, and the event carries `through`: the end offsets of
all inbound partitions at that moment. What follows in the file belongs to the next day, whoever reads faster.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared import topics
from shared.contracts import INBOUND
from shared.contracts.clock import BusinessDayOpened
from shared.contracts.envelope import line_to_record
from shared.offsets import know

FLUSH_EVERY = 2_000
#: Where an event goes whose type no topic has: claims answers it there.
STRAY_TOPIC = topics.CLAIM_AMENDED
SEQUENCED = tuple(
    topic for topic in topics.INBOUND if topic not in (topics.DEBTOR_CONTACT, topics.BUSINESS_DAY)
)


def topic_of(line: Any) -> str:  # noqa: ANN401 - any JSON may stand in a line
    """The inbound topic of a line in structured mode."""
    kind = line.get("type") if isinstance(line, dict) else None
    model = INBOUND.get(kind) if isinstance(kind, str) else None
    return model.TOPIC if model else STRAY_TOPIC


def key_of(line: Any) -> bytes | None:  # noqa: ANN401 - any JSON may stand in a line
    """The Kafka key: what must keep its order shares one.

    That is the Kassenzeichen, else the debtor or the payment. Claims that have no number yet share the
    mandant's key: they are numbered in the order in which they are read.
    """
    data = line.get("data") if isinstance(line, dict) else None
    mandant = data.get("mandant") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(mandant, str):
        return None
    names = ("kassenzeichen",) if "claim_ref" in data else ("kassenzeichen", "debtor_ref", "payment_ref")
    for name in names:
        if isinstance(value := data.get(name), str):
            return f"{mandant}/{value}".encode()
    return mandant.encode()


class Publisher:
    """Writes lines in order. Use as an async context manager.

    Args:
        bootstrap: the broker.
        progress: told now and then how many events were written, and the last day announced.
        exact: give each `business-day-opened` its `through`, if it has none.
    """

    def __init__(
        self,
        bootstrap: str,
        progress: Callable[[int, str], None] | None = None,
        *,
        exact: bool = True,
    ) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            enable_idempotence=True,
            max_request_size=4 * 1024 * 1024,
            linger_ms=5,
        )
        self._ends = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed")
        self._progress = progress or (lambda _count, _day: None)
        self._exact = exact
        self._exit = AsyncExitStack()
        self._pending: list[Awaitable[Any]] = []
        self._day = ""
        self.count = 0

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as started:
            started.push_async_callback(self._producer.stop)
            started.push_async_callback(self._ends.stop)  # one that was not started says so too
            await self._producer.start()
            await self._ends.start()
            self._exit = started.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._exit:
            await self.flush()

    async def publish(self, lines: Iterable[Any]) -> None:
        """Publish lines in structured mode, in their order."""
        for line in lines:
            if isinstance(line, dict) and line.get("type") == BusinessDayOpened.TYPE:
                await self._open_day(line)
            else:
                await self._send(topic_of(line), line)
        await self.flush()

    async def flush(self) -> None:
        """Wait until the broker has acknowledged everything sent so far."""
        pending, self._pending = self._pending, []
        for sent in pending:
            await sent
        self._progress(self.count, self._day)

    async def through(self) -> dict[str, list[int]]:
        """The end offsets of every inbound topic's partitions, in order."""
        await self.flush()
        places = [
            TopicPartition(topic, partition)
            for topic in SEQUENCED
            for partition in sorted(await self._producer.partitions_for(topic))
        ]
        know(self._ends, places)
        ends = await self._ends.end_offsets(places)
        result: dict[str, list[int]] = {}
        for place in places:
            result.setdefault(place.topic, []).append(ends[place])
        return result

    async def _open_day(self, line: dict[str, Any]) -> None:
        data = line.get("data")
        if self._exact and isinstance(data, dict) and "through" not in data:
            line = {**line, "data": {**data, "through": await self.through()}}
        await self._send(topics.BUSINESS_DAY, line)
        if isinstance(data, dict):
            self._day = str(data.get("day", ""))
        await self.flush()  # whoever reads what follows knows that the day was announced

    async def _send(self, topic: str, line: Any) -> None:  # noqa: ANN401 - any JSON may stand in a line
        headers, value = line_to_record(line)
        # The built-in broker gives every topic several partitions; the days have one order all the same.
        partition = 0 if topic in topics.ONE_PARTITION else None
        sent = await self._producer.send(topic, value, key=key_of(line), headers=headers, partition=partition)
        self._pending.append(sent)
        self.count += 1
        if len(self._pending) >= FLUSH_EVERY:
            await self.flush()
