"""The one loop: a batch of records of some lanes becomes one transaction.

The first statement of a transaction moves the lanes' positions. It is the position, the duplicate filter and
the fence against an old owner in one: where it finds no row, the lane belongs to someone else, and nothing is
written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, Engine, Select, Table, Update, bindparam, exc, select, update

from shared import outbox
from shared.contracts import INBOUND, OUTBOUND
from shared.events import Event, traced
from shared.outbox import Delivery
from shared.records import DAY_MARKED, FLAW, NUMBER, Record
from shared.sql import insert_rows

Place = tuple[str, int]  # (topic, lane)
# A record is not to blame for these; the last: no connection was free in time.
_INFRASTRUCTURE = (exc.OperationalError, exc.InternalError, exc.InterfaceError, exc.TimeoutError)
DAY_CHUNK = 1_000  # accounts of a lane that a transaction of a day's work takes on at most


@dataclass(frozen=True, slots=True)
class DayStep:
    """What one chunk of a day's work emitted, and the lanes that have more to do."""

    events: list[Event]
    unfinished: frozenset[int] = frozenset()


class Service(Protocol):
    """A service as the loop sees it."""

    name: str
    delivery: Delivery
    day_topic: str | None  # the log whose day marks open the service's day

    def handle(self, conn: Connection, batch: Mapping[int, Sequence[Record]]) -> list[Event]:
        """Decide on the records (lane -> in order, no marks) and save; return the events in order."""
        ...

    def open_day(
        self, conn: Connection, marks: Mapping[int, Record], step: Mapping[int, int], limit: int
    ) -> DayStep:
        """Do the next chunk of the work of the day that each lane's mark opens."""
        ...


class LaneStoppedError(Exception):
    """A lane must not go on: a gap, or a record that cannot be handled. Needs a person."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"{place[0]}/{place[1]}: {why}")
        self.place = place
        self.why = why


class LanesLostError(Exception):
    """Lanes whose position someone else has moved: they belong to another owner now."""

    def __init__(self, places: frozenset[Place]) -> None:
        super().__init__(", ".join(f"{topic}/{lane}" for topic, lane in sorted(places)))
        self.places = places


@dataclass(slots=True)
class Position:
    """Where a lane stands, as stored."""

    at: int
    step: int
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run did: events emitted by (topic, type), records handled, lanes lost to another owner."""

    handled: int
    emitted: list[Event]
    lost: frozenset[Place]


@dataclass(slots=True)
class _Cut:
    """The part of the batch that one transaction takes: per place its records and the position after them."""

    records: dict[int, list[Record]] = field(default_factory=dict)
    to: dict[Place, Position] = field(default_factory=dict)


class Loop:
    """Feeds one service. Keeps the positions of its lanes; everything else is in the database."""

    def __init__(self, engine: Engine, service: Service) -> None:
        self._engine = engine
        self._service = service
        self._positions: dict[Place, Position] = {}

    def take(self, places: Sequence[Place]) -> dict[Place, int]:
        """Start owning lanes: read (or create, at 0) their stored positions, and return them."""
        with self._engine.begin() as conn:
            stored = self._stored(conn)
            new = [
                {"topic": topic, "lane": lane, "at": 0, "step": 0, "numbers": "{}"}
                for topic, lane in sorted(set(places) - stored.keys())
            ]
            insert_rows(conn, self._service.delivery.position, new)
            stored = self._stored(conn)
        self._positions.update({place: stored[place] for place in places})
        return {place: stored[place].at for place in places}

    def _stored(self, conn: Connection) -> dict[Place, Position]:
        rows = conn.execute(select(self._service.delivery.position))
        return {(row.topic, row.lane): Position(row.at, row.step, orjson.loads(row.numbers)) for row in rows}

    def drop(self, places: Sequence[Place]) -> None:
        """Stop owning lanes."""
        for place in places:
            self._positions.pop(place, None)

    def positions(self) -> dict[Place, int]:
        """The next offset of every owned lane."""
        return {place: position.at for place, position in self._positions.items()}

    def opened(self, last: Select[Any]) -> dict[Place, date]:
        """The day that is open in each owned lane, as stored: while one is being opened, one before it.

        `last`: the service's statement for (lane, last day of which the opening has begun).
        """
        with self._engine.begin() as conn:
            days = {row[0]: row[1] for row in conn.execute(last)}
        return {
            place: days[place[1]] - timedelta(days=position.step > 0)
            for place, position in self._positions.items()
            if place[0] == self._service.day_topic and place[1] in days
        }

    def run(self, batch: Mapping[Place, Sequence[Record]]) -> Progress:
        """Handle a batch to its end; lanes that are not owned (any more) are left out and reported as lost.

        Raises LaneStoppedError on a gap in a writer's numbers, and what the database raises when it is out of
        reach: nothing of the transaction that failed is kept, and the same batch can be run again.
        """
        rest = {place: self._fresh(place, records) for place, records in batch.items() if records}
        lost = {place for place in rest if place not in self._positions}
        emitted: list[Event] = []
        handled = 0
        while rest := {place: queue for place, queue in rest.items() if queue and place not in lost}:
            try:
                plain = {place: self._until_mark(place, queue) for place, queue in rest.items()}
                if any(plain.values()):
                    part = {place: records for place, records in plain.items() if records}
                    emitted += self._handle(part)
                    handled += sum(map(len, part.values()))
                    rest = {place: queue[len(plain[place]) :] for place, queue in rest.items()}
                else:
                    marks = {place: queue[0] for place, queue in rest.items()}
                    emitted += self._open_day(marks)
                    handled += len(marks)
                    rest = {place: queue[1:] for place, queue in rest.items()}
            except LanesLostError as error:
                lost |= error.places
                self.drop(sorted(error.places))
        return Progress(handled, emitted, frozenset(lost))

    def _fresh(self, place: Place, records: Sequence[Record]) -> list[Record]:
        position = self._positions.get(place)
        return [record for record in records if position is None or record.offset >= position.at]

    def _until_mark(self, place: Place, queue: Sequence[Record]) -> list[Record]:
        if place[0] != self._service.day_topic:
            return list(queue)
        for n, record in enumerate(queue):
            if record.type == DAY_MARKED and not record.headers.get(FLAW):
                return list(queue[:n])
        return list(queue)

    def _handle(self, part: Mapping[Place, list[Record]]) -> list[Event]:
        cut = _Cut()
        for place, records in sorted(part.items()):
            numbers = dict(self._positions[place].numbers)
            new = [record for record in records if _is_new(place, record, numbers)]
            cut.records.setdefault(place[1], []).extend(new)
            cut.to[place] = Position(records[-1].offset + 1, 0, numbers)
        try:
            with self._engine.begin() as conn:
                self._fence(conn, cut.to)
                events = self._service.handle(conn, cut.records) if any(cut.records.values()) else []
                outbox.append(conn, self._service.delivery, events)
        except (*_INFRASTRUCTURE, LanesLostError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, all other records must take effect
            return self._halve(part, error)
        self._positions.update(cut.to)
        return events

    def _halve(self, part: Mapping[Place, list[Record]], error: Exception) -> list[Event]:
        """The service failed on a batch: find the record, so that all the others take effect."""
        if len(part) > 1:
            return [event for place, records in part.items() for event in self._handle({place: records})]
        ((place, records),) = part.items()
        if len(records) == 1:
            one = records[0]
            named = one.type if one.type in INBOUND.keys() | OUTBOUND.keys() else "a type that is not ours"
            why = f"{type(error).__name__} on {named} at offset {one.offset}"
            raise LaneStoppedError(place, why) from error
        middle = len(records) // 2
        return self._handle({place: records[:middle]}) + self._handle({place: records[middle:]})

    def _open_day(self, marks: Mapping[Place, Record]) -> list[Event]:
        events: list[Event] = []
        open_marks = dict(marks)
        while open_marks:
            steps = {place: self._positions[place].step for place in open_marks}
            to = {}
            for place, record in open_marks.items():
                numbers = dict(self._positions[place].numbers)
                if steps[place] == 0:
                    _is_new(place, record, numbers)  # a mark that comes twice is told by its day
                to[place] = Position(self._positions[place].at, steps[place] + 1, numbers)
            with self._engine.begin() as conn:
                self._fence(conn, to)
                step = self._service.open_day(
                    conn,
                    {place[1]: record for place, record in open_marks.items()},
                    {place[1]: n for place, n in steps.items()},
                    DAY_CHUNK,
                )
                emitted = traced(step.events, {place[1]: record for place, record in open_marks.items()})
                outbox.append(conn, self._service.delivery, emitted)
                done = {place for place in open_marks if place[1] not in step.unfinished}
                for place in done:
                    to[place] = Position(open_marks[place].offset + 1, 0, to[place].numbers)
                    self._move(conn, place, to[place])
            self._positions.update(to)
            events += emitted
            open_marks = {place: record for place, record in open_marks.items() if place not in done}
        return events

    def _fence(self, conn: Connection, to: Mapping[Place, Position]) -> None:
        """Move the positions, first and ascending; raise LanesLostError where one is not as we left it."""
        statement = _fenced_move(self._service.delivery.position)
        lost = set()
        for place in sorted(to):
            ours, new = self._positions[place], to[place]
            numbers = orjson.dumps(new.numbers).decode()
            left = {"our_at": ours.at, "our_step": ours.step}
            if conn.execute(statement, _moved(place, new) | left | {"numbers": numbers}).rowcount != 1:
                lost.add(place)
        if lost:
            raise LanesLostError(frozenset(lost))

    def _move(self, conn: Connection, place: Place, new: Position) -> None:
        conn.execute(_plain_move(self._service.delivery.position), _moved(place, new))


def _moved(place: Place, new: Position) -> dict[str, Any]:
    return {"its_topic": place[0], "its_lane": place[1], "at": new.at, "step": new.step}


# Made once: building a statement takes as long as carrying it out.
@cache
def _plain_move(table: Table) -> Update:
    its = (table.c.topic == bindparam("its_topic"), table.c.lane == bindparam("its_lane"))
    return update(table).where(*its).values(at=bindparam("at"), step=bindparam("step"))


@cache
def _fenced_move(table: Table) -> Update:
    ours = (table.c.at == bindparam("our_at"), table.c.step == bindparam("our_step"))
    return _plain_move(table).where(*ours).values(numbers=bindparam("numbers"))


def _is_new(place: Place, record: Record, numbers: dict[str, int]) -> bool:
    """Whether the writer's number is the next one; a lower one was handled before, a higher one is a gap."""
    header = record.headers.get(NUMBER)
    if header is None:
        return True
    number, last = int(header), numbers.get(record.source, 0)
    if number > last + 1:
        raise LaneStoppedError(place, f"number {number} follows {last} of {record.source}")
    numbers[record.source] = max(number, last)
    return number > last
