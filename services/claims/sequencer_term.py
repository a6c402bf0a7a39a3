"""One term of the sequencer: its connections, and turn by turn what it fetches, appends and stores."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownTopicOrPartitionError

from services.claims.days import Partition, inbound, mark
from services.claims.sequencer_tables import SequencerStore
from services.claims.sequencer_turn import BUSINESS_DAY, Plan, Stand, Turns
from services.claims.sequencing import FEEDBACK, LOGS, Message, Source
from shared import topics
from shared.offsets import know
from shared.producing import TROUBLE, Outgoing, append, no_stray_cancellation, start_producer
from shared.records import TRACE
from shared.telemetry import Telemetry

log = logging.getLogger("mahnwerk.sequencer")

_BATCH: Final = 2_000
_WAIT_MS: Final = 100
# A partition that is let go again is fetched when the fetch under way has ended: that must not wait long. A
# fetch of all partitions costs a millisecond of CPU, whatever comes: 50 a second were 4 % of a core.
_FETCH_MS: Final = 50
_LOOK_AFTER_S: Final = 2.0  # the lock is held only by one who looks after it
_CLOSE_S: Final = 5.0
_NEW_PARTITIONS_S: Final = 30.0


class PositionError(Exception):
    """A stored position is not in the partition: records were deleted unread, or the topic is another one."""


@dataclass(frozen=True, slots=True)
class _Clients:
    reader: AIOKafkaConsumer
    asker: AIOKafkaConsumer
    uncommitted: AIOKafkaConsumer
    admin: AIOKafkaAdminClient
    producer: AIOKafkaProducer


@contextlib.asynccontextmanager
async def term(
    bootstrap: str, store: SequencerStore, check_lock: Callable[[], None], telemetry: Telemetry
) -> AsyncIterator["Term"]:
    """The connections of one term, and the positions as stored."""
    async with contextlib.AsyncExitStack() as stack:
        common = {
            "bootstrap_servers": bootstrap,
            "isolation_level": "read_committed",
            "auto_offset_reset": "none",
            "enable_auto_commit": False,
        }
        # A broker answers the requests of a connection in turn, so a question for offsets would wait behind a
        # fetch that waits for data: they get a connection of their own.
        reader = AIOKafkaConsumer(**common, fetch_max_wait_ms=_FETCH_MS)
        asker = AIOKafkaConsumer(**common)
        uncommitted = AIOKafkaConsumer(**common | {"isolation_level": "read_uncommitted"})
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        consumers = [(client, client.stop) for client in (reader, asker, uncommitted)]
        for client, close in (*consumers, (admin, admin.close)):
            stack.push_async_callback(_quietly, close)
            await client.start()
        producer = await start_producer(bootstrap)
        stack.push_async_callback(_quietly, producer.stop)
        made = Term(_Clients(reader, asker, uncommitted, admin, producer), store, check_lock, telemetry)
        await made.begin()
        yield made


async def _quietly(close: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(*TROUBLE), no_stray_cancellation():
        await asyncio.wait_for(close(), _CLOSE_S)


class Term:
    """The life of one active sequencer, turn by turn."""

    def __init__(
        self, kafka: _Clients, store: SequencerStore, check_lock: Callable[[], None], telemetry: Telemetry
    ) -> None:
        self._reader, self._asker, self._uncommitted = kafka.reader, kafka.asker, kafka.uncommitted
        self._admin, self._producer = kafka.admin, kafka.producer
        self._store = store
        self._check_lock = check_lock
        self._telemetry = telemetry
        self._looked_at = self._looked_after = 0.0
        self._number = 0
        self._turns: Turns

    async def begin(self) -> None:
        """Begin the term: from the stored positions, all of them checked."""
        lanes = len(await self._partitions([topics.INTAKE]))
        self._number = await asyncio.to_thread(self._store.begin_term, lanes, time.time_ns() // 1_000_000)
        self._turns = Turns(*await asyncio.to_thread(self._store.load, lanes))
        await self._assign()
        log.info("sequencer is active, term %s, %s lanes", self._number, lanes)

    async def turn(self) -> None:
        """Fetch, append, store; then mark the day if it is due."""
        turns = self._turns
        ends = None
        if announced := turns.wants_ends():
            await self._assign()
            asked = self._uncommitted if announced.exact else self._asker
            ends = await _ends(asked, filter(inbound, turns.stands))
        elif self._looked_at + _NEW_PARTITIONS_S < time.monotonic():
            await self._assign()
        fetched = await self._fetch(0 if ends else _WAIT_MS)
        plan = turns.plan(fetched, await self._positions(), ends)
        for place, offset in plan.back_to.items():
            self._reader.seek(TopicPartition(*place), offset)
        await self._carry_out(plan)
        if day := turns.ready():
            await self._append({lane: [mark(day, lane)] for lane in range(turns.calendar.lanes)})
            await asyncio.to_thread(self._store.store, {}, None, day)
            turns.calendar.marked()
            log.info("the day is marked", extra={"day": day.day})
        self._hold()
        self._telemetry.days_waiting.set(turns.days_waiting())
        if time.monotonic() > self._looked_after + _LOOK_AFTER_S:
            self._looked_after = time.monotonic()
            await asyncio.to_thread(self._check_lock)
            self._measure()

    async def _partitions(self, names: Sequence[str]) -> list[TopicPartition]:
        described = await self._admin.describe_topics(list(names))
        found = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
        if missing := set(names) - {place.topic for place in found}:
            raise UnknownTopicOrPartitionError(", ".join(sorted(missing)))
        return found

    async def _assign(self) -> None:
        """Read all partitions there are, each from where it stands; one that is new from its beginning."""
        self._looked_at = time.monotonic()
        places = await self._partitions([*LOGS, *FEEDBACK])
        if set(places) == self._reader.assignment():
            return
        for asker in (self._asker, self._uncommitted):
            know(asker, places)
        begin = await self._asker.beginning_offsets(places)
        end = await self._asker.end_offsets(places)
        self._reader.assign(places)
        for place in places:
            at = self._turns.stands.setdefault(place, Stand(begin[place])).at
            if not begin[place] <= at <= end[place]:
                raise PositionError(
                    f"{place.topic}/{place.partition} has {begin[place]} to {end[place]}, we stand at {at}"
                )
            self._reader.seek(place, at)
        self._hold()

    async def _fetch(self, wait_ms: int) -> dict[Partition, list[Source]]:
        """The next records. What is known of days is known up to now before anything else is taken.

        A publisher takes the ends of the topics, announces the day, then goes on: knowing everything that was
        announced before we looked, no record beyond a day's `through` slips in before the day is known.
        """
        fetched = await self._reader.getmany(timeout_ms=wait_ms, max_records=_BATCH)
        self._queue_days(fetched)
        if any(inbound(place) for place in fetched):
            day_log = TopicPartition(*BUSINESS_DAY)
            end = (await _ends(self._asker, [BUSINESS_DAY]))[BUSINESS_DAY]
            while await self._reader.position(day_log) < end:
                self._queue_days(await self._reader.getmany(day_log, timeout_ms=_WAIT_MS, max_records=_BATCH))
        return {place: [_source(record) for record in records] for place, records in fetched.items()}

    def _queue_days(self, fetched: dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]) -> None:
        records = fetched.pop(TopicPartition(*BUSINESS_DAY), [])
        self._turns.queue_days([_source(record) for record in records])

    async def _positions(self) -> dict[Partition, int]:
        return {place: await self._reader.position(place) for place in self._reader.assignment()}

    async def _carry_out(self, plan: Plan) -> None:
        if plan.refused:
            await asyncio.to_thread(self._store.keep_refused, plan.refused)
        if plan.texts:
            await asyncio.to_thread(self._store.keep_texts, plan.texts, plan.texts_stands)
        await self._append(plan.messages)
        if plan.moved or plan.announced:
            await asyncio.to_thread(self._store.store, plan.moved, plan.announced, None)
        taken = Counter(map(_topic, chain.from_iterable(plan.messages.values())))
        for topic, count in taken.items():
            self._telemetry.handled.labels(topic).inc(count)

    async def _append(self, messages: Mapping[int, Sequence[Message]]) -> None:
        """Append to all lanes at once; one batch at a time is under way for a lane."""
        if not messages:
            return
        await asyncio.to_thread(self._check_lock)
        under_way = [
            append(self._producer, topics.INTAKE, lane, [self._outgoing(message) for message in entries])
            for lane, entries in messages.items()
        ]
        traces = (message.headers.get(TRACE) for entries in messages.values() for message in entries)
        with self._telemetry.tracing.stage("sequence", traces, records=sum(map(len, messages.values()))):
            outcomes = await asyncio.gather(*under_way, return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    def _outgoing(self, message: Message) -> Outgoing:
        headers = {**message.headers, "mw-term": str(self._number)}
        encoded = tuple((name, text.encode()) for name, text in headers.items())
        return Outgoing(None, message.value, encoded, message.arrived)

    def _measure(self) -> None:
        lag: dict[str, int] = {}
        for place in self._reader.assignment():
            end = self._reader.last_stable_offset(place) or 0
            lag[place.topic] = lag.get(place.topic, 0) + max(0, end - self._turns.stands[place].at)
        self._telemetry.behind("sequencer", lag)

    def _hold(self) -> None:
        held = self._turns.held()
        for place in self._reader.assignment():
            (self._reader.pause if place in held else self._reader.resume)(place)


async def _ends(asked: AIOKafkaConsumer, places: Iterable[Partition]) -> dict[Partition, int]:
    return dict(await asked.end_offsets([TopicPartition(*place) for place in places]))


def _topic(message: Message) -> str:
    return message.headers["mw-from"].split("/")[0]


def _source(record: ConsumerRecord[bytes, bytes]) -> Source:
    # What dunning sends waits for its day to be done, and nobody waits for an answer to it.
    arrived = record.timestamp if record.topic in LOGS else None
    return Source(record.topic, record.partition, record.offset, record.headers, record.value, arrived)
