"""What the system tests share: empty topics, writing to them as others do, reading them to their ends."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

Raw: TypeAlias = ConsumerRecord[bytes, bytes]
Headers = Sequence[tuple[str, bytes]]


def envelope(id_: str, type_: str, source: str = "upstream", *more: tuple[str, bytes]) -> Headers:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type_.encode()),
        *more,
    )


@dataclass
class Publisher:
    """Writes to Kafka as upstream, the bank, the clock, or dunning do."""

    bootstrap: str
    transactional: str | None = None
    _producer: AIOKafkaProducer = field(init=False)

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            max_request_size=4 * 1024 * 1024,
            transactional_id=self.transactional,
            linger_ms=2,
        )
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()

    async def raw(
        self,
        topic: str,
        value: bytes | None,
        headers: Headers,
        partition: int = 0,
        key: bytes | None = None,
    ) -> None:
        key = key or (None if value else b"k")
        await self._producer.send(topic, value, headers=list(headers), partition=partition, key=key)

    async def claim(self, id_: str, mandant: str = "wuppertal", partition: int = 0, **data: object) -> None:
        body = json.dumps({"mandant": mandant, **data}).encode()
        await self.raw("claim-created", body, envelope(id_, "claim-created.v1"), partition)

    async def day(self, day: str, id_: str | None = None, **data: object) -> None:
        await self.flush()
        body = json.dumps({"day": day, **data}).encode()
        await self.raw("business-day", body, envelope(id_ or day, "business-day-opened.v1", "clock"))
        await self.flush()

    async def ring(self, day: str, lanes: int, number: int) -> None:
        """Dunning's marks of a day, as if nothing was to be done."""
        for topic in ("dunning-notice", "enforcement-requested"):
            for lane in range(lanes):
                headers = envelope(
                    f"{topic}-{lane}-{number}",
                    "day-marked.v1",
                    "mahnwerk/dunning",
                    ("mw-number", str(number).encode()),
                )
                body = json.dumps({"day": day, "service": "dunning"}).encode()
                await self.raw(topic, body, headers, lane)
        await self.flush()

    async def flush(self) -> None:
        await self._producer.flush()

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """What is written in it becomes visible at its end."""
        context: AbstractAsyncContextManager[object] = self._producer.transaction()
        return context

    async def aborted(self, topic: str, count: int, partition: int = 0) -> None:
        """A transaction with records that never become visible."""
        await self._producer.begin_transaction()
        for n in range(count):
            await self.raw(topic, b"{}", envelope(f"aborted-{n}", "claim-created.v1"), partition)
        await self._producer.flush()
        await self._producer.abort_transaction()


async def read_all(bootstrap: str, topic: str) -> list[Raw]:
    """Everything that stands in a topic now, partition after partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(topic, p) for p in sorted(await _partitions(bootstrap, topic))]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        end = await consumer.end_offsets(places)
        found: dict[TopicPartition, list[Raw]] = {place: [] for place in places}
        while any([await consumer.position(place) < end[place] for place in places]):
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                found[place] += records
        return [record for place in places for record in found[place]]
    finally:
        await consumer.stop()


async def _partitions(bootstrap: str, topic: str) -> list[int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (described,) = await admin.describe_topics([topic])
        return [partition["partition"] for partition in described["partitions"]]
    finally:
        await admin.close()


def header(record: Raw, name: str) -> str:
    value: bytes = dict(record.headers).get(name, b"")
    return value.decode()


def ids(records: Iterable[Raw]) -> list[str]:
    return [header(record, "ce_id") for record in records]


async def until(true: Callable[[], Awaitable[bool]], timeout_s: float = 120) -> None:
    """Wait until it is true; patient, for a machine may be slow and still be right."""
    async with asyncio.timeout(timeout_s):
        while not await true():  # noqa: ASYNC110 - Kafka has no event to wait for
            await asyncio.sleep(0.05)
