"""Which lanes this process reads, and from where: the database's positions rule, Kafka's offsets are a hint.

A lane that is assigned is paused until it stands at its stored position; a batch becomes one run of the loop;
what goes wrong with a lane stops that lane, what goes wrong with the infrastructure is waited for. Nothing is
skipped.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from sqlalchemy import Select
from sqlalchemy.exc import SQLAlchemyError

from shared.backoff import Backoff
from shared.decoding import Reader, UnreadableError, read_ours
from shared.logs import told
from shared.loop import LaneStoppedError, Loop, Place
from shared.offsets import know
from shared.producing import TROUBLE, no_stray_cancellation
from shared.records import DAY_MARKED, FLAW, TRACE, Record
from shared.relay import Relay
from shared.telemetry import Telemetry

log = logging.getLogger("mahnwerk.lanes")

_HINT_S: Final = 5.0
_REVOKE_S: Final = 5.0

Raw: TypeAlias = "ConsumerRecord[bytes, bytes]"


class Lanes:
    """The lanes of one service in this process."""

    def __init__(
        self,
        loop: Loop,
        relay: Relay,
        bootstrap: str,
        telemetry: Telemetry,
        foreign: Mapping[str, Reader] | None = None,
    ) -> None:
        """`foreign`: how to read topics that others write; they may be compacted."""
        self._foreign = foreign or {}
        self.last_days: Select[Any] | None = None  # (lane, last day of which the opening has begun)
        self._days: dict[Place, date] = {}  # the day that is open in each lane, as far as we know
        self.committed = asyncio.Event()  # set after each batch and with new lanes: more goes on from there
        self._loop = loop
        self._relay = relay
        self._bootstrap = bootstrap
        self._telemetry = telemetry
        self._consumer: AIOKafkaConsumer | None = None
        self._assigned: frozenset[TopicPartition] = frozenset()
        self._aligned: set[TopicPartition] = set()
        self._stopped: set[Place] = set()
        self._unaligned = asyncio.Event()
        self._busy = asyncio.Lock()  # the loop is not run and not aligned at the same time
        self._backoff = Backoff()

    def assigned(self, consumer: AIOKafkaConsumer, places: Iterable[TopicPartition]) -> None:
        """The group gave us these partitions: nothing of them is read until they stand where they should."""
        self._consumer = consumer
        self._assigned = frozenset(places)
        self._aligned.clear()
        consumer.pause(*self._assigned)
        self._telemetry.waits_for("lanes", "lanes are being taken")
        self._unaligned.set()

    async def revoked(self) -> None:
        """The group takes all partitions away. The batch under way may end; what takes longer is fenced."""
        self._assigned = frozenset()
        self._aligned.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_REVOKE_S), self._busy:
                self._loop.drop(list(self._loop.positions()))
        self._relay.own(())
        self._tell()

    def owned(self) -> frozenset[int]:
        """The lanes that we read now. A partition to which others write is none, though it has a number."""
        return frozenset(place.partition for place in self._aligned if place.topic not in self._foreign)

    def _answered(self) -> frozenset[int]:
        """The lanes that we write to. Who reads what others write answers that, and nothing else.

        Its answers stand in the lane with the number of the partition, which two processes may read: the
        lane that one of them owns, and the partition of the same number that the other one reads.
        """
        topics = self._foreign or {place.topic for place in self._aligned}
        return frozenset(place.partition for place in self._aligned if place.topic in topics)

    async def run(self) -> None:
        """Bring lanes to their stored positions whenever some are not there."""
        while True:
            asker = AIOKafkaConsumer(bootstrap_servers=self._bootstrap)
            try:
                with no_stray_cancellation():
                    await asker.start()
                    while True:
                        await self._unaligned.wait()
                        await self._align(asker)
                        self._backoff.reset()
            except (*TROUBLE, SQLAlchemyError) as error:
                log.warning("lanes wait: %s", told(error))
                self._telemetry.retries.labels("lanes").inc()
                await self._backoff.wait()
            finally:
                with contextlib.suppress(*TROUBLE), no_stray_cancellation():
                    await asker.stop()

    async def handle(self, records: Sequence[Raw]) -> None:
        """Run the loop on a batch. Never fails: what was not handled is read again."""
        started = time.monotonic()
        stage = self._telemetry.tracing.stage
        async with self._busy:
            with stage("decode", map(_trace, records), records=len(records)):
                batch = self._batch(records)
            if not batch:
                return
            try:
                with stage("decide and save", map(_trace, records), records=len(records)):
                    handled = await self._run(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, the records must not be passed over
                await self._wait(error)
                return
        self._backoff.reset()
        self._telemetry.has("database")
        self._telemetry.batch_records.observe(handled)
        self._telemetry.batch_seconds.observe(time.monotonic() - started)
        for topic in {record.topic for record in records}:
            self._telemetry.done(topic, min(raw.timestamp for raw in records if raw.topic == topic))
        self._relay.wake()
        self.committed.set()

    async def hints(self) -> None:
        """Tell Kafka now and then where we stand: for its tools, and for nothing else."""
        while True:
            await asyncio.sleep(_HINT_S)
            consumer = self._consumer
            at = {TopicPartition(*place): offset for place, offset in self._loop.positions().items()}
            ours = {place: offset for place, offset in at.items() if place in self._assigned}
            lag: Counter[str] = Counter()
            for place, offset in ours.items():
                if consumer is not None and (end := consumer.highwater(place)) is not None:
                    lag[place.topic] += max(0, end - offset)
            self._telemetry.behind("lanes", lag)
            if consumer is not None and ours:
                with contextlib.suppress(*TROUBLE), no_stray_cancellation():
                    await consumer.commit(ours)

    async def _align(self, asker: AIOKafkaConsumer) -> None:
        self._unaligned.clear()
        missing = [
            place
            for place in self._assigned - self._aligned
            if (place.topic, place.partition) not in self._stopped
        ]
        try:
            if missing:
                async with self._busy:
                    # The positions first: asked before them, an end may be behind what the last owner has
                    # handled since.
                    at = await asyncio.to_thread(self._loop.take, [(p.topic, p.partition) for p in missing])
                    know(asker, missing)
                    begin = await asker.beginning_offsets(missing)
                    end = await asker.end_offsets(missing)
                    for place in missing:  # another may have opened days there meanwhile
                        self._days.pop((place.topic, place.partition), None)
                    if self.last_days is not None:
                        self._days |= await asyncio.to_thread(self._loop.opened, self.last_days)
                    for place in missing:
                        self._place(place, at[place.topic, place.partition], begin[place], end[place])
        except BaseException:
            self._unaligned.set()
            raise
        self._relay.own(self._answered())
        self.committed.set()  # their last owner may have been killed before it went on
        self._tell()
        self._telemetry.has("lanes")
        self._telemetry.has("database")

    def _tell(self) -> None:
        self._telemetry.lanes.set(len(self.owned()))
        days = (day for place, day in self._days.items() if TopicPartition(*place) in self._aligned)
        self._telemetry.open_is(min(days, default=None))

    def _place(self, place: TopicPartition, at: int, begin: int, end: int) -> None:
        """Put one partition to its stored position, if that is in it."""
        if self._consumer is None or place not in self._assigned:
            return
        # A compacted topic begins where it likes; what is gone from it was replaced.
        if not begin <= at <= end and place.topic not in self._foreign:
            self._stop((place.topic, place.partition), f"has {begin} to {end}, we stand at {at}")
            return
        self._consumer.seek(place, at)
        self._consumer.resume(place)
        self._aligned.add(place)

    def _batch(self, records: Sequence[Raw]) -> dict[Place, list[Record]]:
        """Decode what continues the lanes where they stand; a lane with anything else is put there again."""
        positions = self._loop.positions()
        aligned = {(place.topic, place.partition) for place in self._aligned}
        batch: dict[Place, list[Record]] = {}
        expected: dict[Place, int] = {}
        off: set[Place] = set()
        for raw in records:
            place = (raw.topic, raw.partition)
            if place not in aligned or place in off or place not in positions:
                continue
            at = expected.get(place, positions[place])
            if raw.offset > at and raw.topic not in self._foreign:
                off.add(place)
            elif raw.offset >= at:
                try:
                    batch.setdefault(place, []).append(self._record(raw))
                    expected[place] = raw.offset + 1
                except UnreadableError as error:
                    off.add(place)
                    self._stop(place, str(error))
        self._realign(off)
        return batch

    async def _run(self, batch: dict[Place, list[Record]]) -> int:
        """Run the loop; a lane that it stops is left out from then on."""
        handled = 0
        while batch:
            try:
                progress = await asyncio.to_thread(self._loop.run, batch)
            except LaneStoppedError as error:
                self._stop(error.place, error.why)
                batch = {place: records for place, records in batch.items() if place != error.place}
                continue
            handled += progress.handled
            self._telemetry.emitted(progress.emitted)
            self._realign(progress.lost)
            self._count(batch, progress.lost)
            self._tell()
            break
        return handled

    def _count(self, batch: dict[Place, list[Record]], lost: Collection[Place]) -> None:
        for place, records in batch.items():
            if place in lost:
                continue
            self._telemetry.handled.labels(place[0]).inc(len(records))
            for record in records:
                if record.type == DAY_MARKED and FLAW not in record.headers:  # others may claim to be one
                    self._days[place] = date.fromisoformat(record.data["day"])
                    self._telemetry.opened(self._days[place])

    async def _wait(self, error: Exception) -> None:
        """Nothing of what failed was kept: read it again, later."""
        if isinstance(error, SQLAlchemyError):
            log.warning("batch waits: %s", told(error))
            self._telemetry.waits_for("database", type(error).__name__)
        else:
            log.error("batch failed", exc_info=error)
            self._telemetry.alarm("loop", type(error).__name__)
        self._telemetry.retries.labels("batch").inc()
        await self._backoff.wait()
        self._realign(self._loop.positions())

    def _realign(self, places: Iterable[Place]) -> None:
        for place in places:
            self._aligned.discard(TopicPartition(*place))
            self._pause(place)
            self._unaligned.set()

    def _stop(self, place: Place, why: str) -> None:
        """A lane that must not go on: it is not read until a person has looked and started us again."""
        self._stopped.add(place)
        self._aligned.discard(TopicPartition(*place))
        self._loop.drop([place])
        self._pause(place)
        self._telemetry.alarm("lane", f"{place[0]}/{place[1]} stopped: {why}")

    def _pause(self, place: Place) -> None:
        if self._consumer is not None and TopicPartition(*place) in self._assigned:
            self._consumer.pause(TopicPartition(*place))

    def _record(self, raw: Raw) -> Record:
        read = self._foreign.get(raw.topic, read_ours)
        return read((raw.topic, raw.partition, raw.offset), raw.headers, raw.key, raw.value)


def _trace(raw: Raw) -> str | None:
    """What stands in the header, whatever that is."""
    return next(
        (value.decode(errors="replace") for name, value in raw.headers if name == TRACE and value), None
    )
