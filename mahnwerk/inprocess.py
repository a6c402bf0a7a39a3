"""All services in one process over a bus in memory: their real handlers and stores, without Kafka.

A member's outbox is drained after each of its batches; what one member writes to a topic that another reads
is in that one's next batch.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Engine

from shared import outbox
from shared.events import Event
from shared.loop import Loop, Place, Service
from shared.outbox import OutboxRow
from shared.records import NUMBER, TIME, Record

BATCH = 1_000  # records of a topic in one batch


@dataclass(slots=True)
class Member:
    """One service on the bus: its database, its loop, and the topics it reads."""

    service: Service
    engine: Engine
    topics: tuple[str, ...]
    loop: Loop = field(init=False)

    def __post_init__(self) -> None:
        self.loop = Loop(self.engine, self.service)


class Bus:
    """Topics in memory, and the members that read and write them."""

    def __init__(
        self, members: Iterable[Member], lanes: int, emitted: Callable[[str, OutboxRow], None]
    ) -> None:
        self._members = list(members)
        self._emitted = emitted
        self._logs: dict[Place, list[Record]] = defaultdict(list)
        self._lines: dict[Place, list[int]] = defaultdict(list)
        self._newest = 0
        self.line = 0  # which line led to what is being emitted
        for member in self._members:
            member.loop.take([(topic, lane) for topic in member.topics for lane in range(lanes)])

    def append(self, record: Record, line: int = 0) -> None:
        """Add a record from outside; `line` numbers these, rising. What a record leads to is of its line."""
        self._newest = line
        self._add(record, line)

    def _add(self, record: Record, line: int) -> None:
        """At the end of its topic's lane; the bus gives it its offset."""
        self._lines[record.topic, record.lane].append(line)
        log = self._logs[record.topic, record.lane]
        log.append(
            Record(
                topic=record.topic,
                lane=record.lane,
                offset=len(log),
                type=record.type,
                id=record.id,
                source=record.source,
                cause=record.cause,
                data=record.data,
                headers=record.headers,
            )
        )

    def read(self, place: Place, at: int) -> list[Record]:
        """The records of a lane from an offset on."""
        return self._logs[place][at:]

    def settle(self) -> None:
        """Let every member handle what is there, until nobody has anything left to read."""
        while sum(self._turn(member) for member in self._members):
            pass

    def _turn(self, member: Member) -> bool:
        batch = {
            place: self._logs[place][at : at + BATCH]
            for place, at in member.loop.positions().items()
            if len(self._logs[place]) > at
        }
        if not batch:
            return False
        self._relay(member, member.loop.run(batch).emitted)
        return True

    def _relay(self, member: Member, emitted: list[Event]) -> None:
        source = f"mahnwerk/{member.service.name}"
        with member.engine.begin() as conn:
            rows = {(row.topic, row.id): row for row in outbox.drain(conn, member.service.delivery)}
        for event in emitted:
            row = rows[event.topic, event.id]
            self.line = self._line_of(event)
            self._emitted(source, row)
            self._add(
                Record(
                    topic=row.topic,
                    lane=row.lane,
                    offset=0,
                    type=row.type,
                    id=row.id,
                    source=source,
                    cause=row.cause,
                    data=orjson.loads(row.data),
                    headers={NUMBER: str(row.number)} | ({TIME: row.time} if row.time else {}),
                ),
                self.line,
            )

    def _line_of(self, event: Event) -> int:
        if event.at is None:  # the work of the day, whose mark came in last
            return self._newest
        topic, offset = event.at
        return self._lines[topic, event.lane][offset]
