"""Reads the outbound topics of a running system into a summary."""

from collections.abc import Mapping, Sequence
from typing import Final, Self

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mahnwerk.summary import Emitted, Summary
from shared import topics

OUTBOUND: Final = tuple(topic for topic in topics.LANED if topic not in (topics.INTAKE, topics.LETTER))
_BATCH: Final = 5_000
_WAIT_MS: Final = 200


class Collector:
    """Reads all outbound topics from their beginning. Use as an async context manager."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._places: list[TopicPartition] = []
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
        )
        self.summary = Summary()

    async def __aenter__(self) -> Self:
        self._places = await partitions(self._bootstrap, OUTBOUND)
        await self._consumer.start()
        self._consumer.assign(self._places)
        await self._consumer.seek_to_beginning()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def read(self) -> None:
        """Read what there is, waiting a moment where there is nothing."""
        fetched = await self._consumer.getmany(timeout_ms=_WAIT_MS, max_records=_BATCH)
        for place, records in fetched.items():
            for record in records:
                headers = {name: value for name, value in record.headers if name.startswith("ce_")}
                self.summary.add(
                    Emitted(
                        place.topic,
                        record.offset,
                        headers["ce_type"].decode(),
                        headers.get("ce_time", b"")[:10].decode(),
                        orjson.loads(record.value),
                    )
                )

    async def read_to(self, ends: Mapping[TopicPartition, int]) -> None:
        """Read until the ends of its topics."""
        while [at for at in self._places if await self._consumer.position(at) < ends[at]]:
            await self.read()


async def partitions(bootstrap: str, names: Sequence[str]) -> list[TopicPartition]:
    """The partitions of those of the topics that exist."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics(list(names))
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in topic["partitions"]
    ]
