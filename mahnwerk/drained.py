"""Whether a system has come to rest: everything read, decided and published.

Asked of the services' databases and of the broker. A position says what took effect, an outbox what is
not yet published: nothing can be under way between two services and go unseen.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import Engine, func, select

from mahnwerk.collector import partitions
from services.claims.sequencing import FEEDBACK, LOGS
from services.claims.tables import sequencer
from services.notifications.tables import message
from shared import topics
from shared.database import engine_for
from shared.offsets import know
from shared.outbox import Delivery, depth

_TOPICS: Final = (*topics.INBOUND, *topics.LANED)

Ends = dict[TopicPartition, int]


class Drained:
    """Looks into the services' databases and at the ends of the topics. An async context manager."""

    def __init__(self, bootstrap: str, databases: Mapping[str, str]) -> None:
        self._bootstrap = bootstrap
        self._asker = AIOKafkaConsumer(bootstrap_servers=bootstrap)
        self._places: list[TopicPartition] = []
        self._engines: dict[str, Engine] = {
            service: engine_for(url, read_only=True) for service, url in databases.items()
        }
        self.ends: Ends = {}

    async def __aenter__(self) -> Self:
        self._places = await partitions(self._bootstrap, _TOPICS)
        await self._asker.start()
        know(self._asker, self._places)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._asker.stop()
        for engine in self._engines.values():
            engine.dispose()

    async def left(self) -> dict[str, int]:
        """What is still to be done, by where it waits; empty: nothing, and `ends` is where all topics end."""
        before = await self._ends()
        left: dict[str, int] = {}
        for service in self._engines:
            left |= self._left_of(service, before)
        left |= self._sequencer(before)
        self.ends = await self._ends()
        if grown := sum(self.ends.values()) - sum(before.values()):
            left["topics that grow"] = grown
        return {where: count for where, count in left.items() if count}

    async def _ends(self) -> Ends:
        return dict(await self._asker.end_offsets(self._places))

    def _left_of(self, service: str, ends: Ends) -> dict[str, int]:
        delivery: Delivery = import_module(f"services.{service}.tables").delivery
        position = delivery.position
        left = {}
        with self._engines[service].connect() as conn:
            at = {(row.topic, row.lane): row.at for row in conn.execute(select(position))}
            left[f"{service}'s outbox"] = depth(conn, delivery)
            if service == "notifications":
                unwritten = select(func.count()).where(message.c.sha256.is_(None))
                left["messages without files"] = conn.execute(unwritten).scalar_one()
        for topic in {topic for topic, _lane in at}:  # a service that is ready has noted all that it reads
            left[f"{service} at {topic}"] = _distance(at, ends, topic)
        return left

    def _sequencer(self, ends: Ends) -> dict[str, int]:
        with self._engines["claims"].connect() as conn:
            table = sequencer.position
            at = {(row.topic, row.partition): row.at for row in conn.execute(select(table))}
            days = select(func.count()).where(~sequencer.day.c.marked)
            left = {"days not opened": conn.execute(days).scalar_one()}
        for topic in (*LOGS, *FEEDBACK):
            left[f"the sequencer at {topic}"] = _distance(at, ends, topic)
        return left


def _distance(at: Mapping[tuple[str, int], int], ends: Ends, topic: str) -> int:
    return sum(
        max(0, end - at.get((place.topic, place.partition), 0))
        for place, end in ends.items()
        if place.topic == topic
    )
