"""The relay: publishes a service's outbox, lowest number first, and deletes what Kafka has acknowledged.

On taking a lane it looks up what of this service stands in Kafka already: rows up to there are compared by
id, not sent again. So a crash between acknowledgement and deletion sends nothing twice, and a restored
database publishes only what is new; where it would publish something else, the lane stops.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Final

from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shared import outbox
from shared.backoff import Backoff
from shared.contracts.envelope import Envelope, render_headers
from shared.logs import told
from shared.outbox import Delivery, OutboxRow
from shared.producing import TROUBLE, Outgoing, append, no_stray_cancellation, start_producer
from shared.published import Place, Published, published
from shared.records import NUMBER
from shared.telemetry import Telemetry

log = logging.getLogger("mahnwerk.relay")

_ROWS: Final = 5_000
_CLOSE_S: Final = 5.0


class DifferenceError(Exception):
    """What stands in Kafka is not what the outbox has, or what lies between the two is missing."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"{place[0]}/{place[1]}: {why}")
        self.place = place


class Relay:
    """Publishes the owned lanes of one service until it is cancelled."""

    def __init__(
        self, engine: Engine, delivery: Delivery, service: str, bootstrap: str, telemetry: Telemetry
    ) -> None:
        self._engine = engine
        self._delivery = delivery
        self._source = f"mahnwerk/{service}"
        self._bootstrap = bootstrap
        self._telemetry = telemetry
        self._lanes: frozenset[int] = frozenset()
        self._stopped: set[int] = set()
        self._known: dict[Place, Published] = {}
        self._waiting: dict[Place, float] = {}  # since when there are rows and none was published
        self._wake = asyncio.Event()

    def own(self, lanes: Collection[int]) -> None:
        """From now on publish these lanes, and no others; for a lane that is new, Kafka is asked first."""
        taken = frozenset(lanes)
        for place in [place for place in self._known if place[1] not in taken & self._lanes]:
            del self._known[place]
        self._lanes = taken
        self._wake.set()

    def wake(self) -> None:
        """Something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Publish what is committed, whenever something is; after trouble begin again, from the lowest."""
        backoff = Backoff()
        while True:
            producer: AIOKafkaProducer | None = None
            try:
                with no_stray_cancellation():
                    producer = await start_producer(self._bootstrap)
                    self._wake.set()
                    while True:
                        await self._wake.wait()
                        self._wake.clear()
                        await self._empty(producer)
                        self._telemetry.has("relay")
                        backoff.reset()
            except (*TROUBLE, SQLAlchemyError) as error:
                log.warning("relay begins again: %s", told(error))
                self._telemetry.retries.labels("relay").inc()
                self._telemetry.waits_for("relay", type(error).__name__)
                self._known.clear()  # what was under way may stand or not: ask again
            finally:
                if producer is not None:
                    await _close(producer)
            await backoff.wait()

    async def _empty(self, producer: AIOKafkaProducer) -> None:
        """Publish until the outbox of the owned lanes is empty."""
        while lanes := self._lanes - self._stopped:
            rows = await asyncio.to_thread(self._read, lanes)
            parts = {place: list(part) for place, part in groupby(rows, key=_place)}
            self._tell(parts)
            if not rows:
                return
            asked = await self._look_up(parts)
            traces = (row.traceparent for row in rows)
            with self._telemetry.tracing.stage("publish", traces, records=len(rows)):
                outcomes = await asyncio.gather(
                    *(self._publish(producer, place, part, asked) for place, part in parts.items()),
                    return_exceptions=True,
                )
            done = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
            await asyncio.to_thread(self._forget, done)
            for place, number in done:
                if number >= parts[place][0].number:
                    self._waiting.pop(place, None)
            self._judge(outcomes)
        self._tell({})

    def _tell(self, parts: Mapping[Place, Sequence[OutboxRow]]) -> None:
        now = time.monotonic()
        self._waiting = {place: self._waiting.get(place, now) for place in parts}
        since = min(self._waiting.values(), default=None)
        self._telemetry.outbox_left(sum(map(len, parts.values())), since)

    async def _look_up(self, parts: dict[Place, list[OutboxRow]]) -> Collection[Place]:
        new = {place: part[0].number for place, part in parts.items() if place not in self._known}
        if new:
            self._known |= await published(self._bootstrap, self._source, new)
        return new.keys()

    async def _publish(
        self, producer: AIOKafkaProducer, place: Place, rows: Sequence[OutboxRow], asked: Collection[Place]
    ) -> tuple[Place, int]:
        """Publish rows of one (topic, lane) in order; returns up to which number all stand in Kafka.

        `asked`: where Kafka was asked since the rows were read. Elsewhere, what is missing between them and
        what we know may have been published by another owner, where we were replaced and have not noticed.
        """
        known = self._known.get(place)
        if known is None:  # the lane was taken away in the meantime
            return place, rows[0].number - 1
        for row in rows:
            if row.number <= known.last and known.ids.get(row.number, row.id) != row.id:
                raise DifferenceError(place, f"number {row.number} stands there as another event")
        new = [row for row in rows if row.number > known.last]
        if new and known.last and new[0].number != known.last + 1:
            if place in asked:
                raise DifferenceError(place, f"number {new[0].number} follows {known.last}")
            del self._known[place]
            return place, rows[0].number - 1
        if new:
            await append(producer, place[0], place[1], self._outgoing(new))
            known.last = new[-1].number
            known.ids.clear()
        return place, rows[-1].number

    def _judge(self, outcomes: Sequence[object]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, DifferenceError):
                self._stopped.add(outcome.place[1])
                self._telemetry.alarm("relay", str(outcome))
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, DifferenceError):
                raise outcome

    def _outgoing(self, rows: Sequence[OutboxRow]) -> list[Outgoing]:
        return [Outgoing(row.key.encode() or None, row.data, self._headers(row)) for row in rows]

    def _headers(self, row: OutboxRow) -> tuple[tuple[str, bytes], ...]:
        envelope = Envelope(
            id=row.id,
            source=self._source,
            type=row.type,
            subject=row.key,
            time=row.time,
            causationid=row.cause,
            traceparent=row.traceparent or "",
        )
        return (*render_headers(envelope), (NUMBER, str(row.number).encode()))

    def _read(self, lanes: frozenset[int]) -> list[OutboxRow]:
        with self._engine.begin() as conn:
            return outbox.lowest(conn, self._delivery, sorted(lanes), _ROWS)

    def _forget(self, done: Sequence[tuple[Place, int]]) -> None:
        with self._engine.begin() as conn:
            outbox.forget(conn, self._delivery, dict(done))


def _place(row: OutboxRow) -> Place:
    return row.topic, row.lane


async def _close(producer: AIOKafkaProducer) -> None:
    with contextlib.suppress(*TROUBLE):
        await asyncio.wait_for(producer.stop(), _CLOSE_S)
