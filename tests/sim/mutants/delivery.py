"""Bugs between two processes: positions, duplicates, outbox, relay."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka import TopicPartition
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError

import shared.loop
import shared.relay
from services.claims.lane import Lane
from shared import outbox
from shared.lanes import Lanes
from shared.loop import DayStep, Loop, Position
from shared.relay import Relay
from tests.sim.mutants.planting import Mutant, Patch


def _skip_the_dedupe() -> list[Patch]:
    return [(shared.loop, "_is_new", lambda *_: True)]


def _ignore_gaps() -> list[Patch]:
    def is_new(place: Any, record: Any, numbers: dict[str, int]) -> bool:
        del place
        number, last = int(record.headers.get("mw-number", 0)), numbers.get(record.source, 0)
        numbers[record.source] = max(number, last)
        return not number or number > last

    real = Lanes._batch

    def batch(self: Lanes, records: Sequence[Any]) -> Any:
        # Whatever comes is taken, wherever it stands.
        for raw in records:
            place = (raw.topic, raw.partition)
            if place in self._loop._positions:
                self._loop._positions[place].at = min(
                    [each.offset for each in records if (each.topic, each.partition) == place]
                )
        return real(self, records)

    return [(shared.loop, "_is_new", is_new), (Lanes, "_batch", batch)]


def _commit_before_the_work() -> list[Patch]:
    real = Loop._handle

    def handle(self: Loop, part: Any) -> Any:
        to = {
            place: Position(records[-1].offset + 1, 0, self._positions[place].numbers)
            for place, records in part.items()
        }
        with self._engine.begin() as conn:
            self._fence(conn, to)
        self._positions.update(to)
        return real(self, part)

    return [(Loop, "_handle", handle)]


def _no_fence() -> list[Patch]:
    def fence(self: Loop, conn: Any, to: Mapping[Any, Position]) -> None:
        for place, new in to.items():
            self._move(conn, place, new)

    return [(Loop, "_fence", fence)]


def _position_last() -> list[Patch]:
    real = Loop._handle

    def handle(self: Loop, part: Any) -> Any:
        before = dict(self._positions)
        fence, moved = Loop._fence, dict[Any, Any]()
        Loop._fence = lambda _self, _conn, to: moved.update(to)
        try:
            events = real(self, part)
        finally:
            Loop._fence = fence
        after, self._positions = self._positions, before
        with self._engine.begin() as conn:
            self._fence(conn, moved)
        self._positions = after
        return events

    return [(Loop, "_handle", handle)]


def _steps_are_not_stored() -> list[Patch]:
    real = Loop._fence

    def fence(self: Loop, conn: Any, to: Mapping[Any, Position]) -> None:
        real(self, conn, {place: Position(new.at, 0, new.numbers) for place, new in to.items()})
        for new in to.values():
            new.step = 0

    return [(Loop, "_fence", fence)]


def _one_chunk_a_day() -> list[Patch]:
    return [(DayStep, "unfinished", property(lambda _self: frozenset(), lambda *_: None))]


def _drop_the_delete() -> list[Patch]:
    return [(outbox, "forget", lambda *_: None)]


def _delete_before_sending() -> list[Patch]:
    real = Relay._read

    def read(self: Relay, lanes: frozenset[int]) -> Any:
        rows = real(self, lanes)
        box = self._delivery.outbox
        with self._engine.begin() as conn:
            conn.execute(delete(box).where(box.c.number.in_([row.number for row in rows])))
        return rows

    return [(Relay, "_read", read)]


def _publish_out_of_order() -> list[Patch]:
    real = shared.relay.append

    async def append(producer: Any, topic: str, lane: int, messages: Sequence[Any]) -> None:
        await real(producer, topic, lane, list(reversed(messages)))

    return [(shared.relay, "append", append)]


def _number_what_is_left() -> list[Patch]:
    real = outbox.append

    def append(conn: Any, tables: Any, events: Any) -> None:
        if not outbox.depth(conn, tables):
            conn.execute(update(tables.outbox_number).values(last=0))
        real(conn, tables, events)

    return [(outbox, "append", append)]


def _trust_the_groups_offsets() -> list[Patch]:
    real = Lanes._place

    def place(self: Lanes, where: TopicPartition, at: int, begin: int, end: int) -> None:
        hint = self._consumer.positions.get(where, 0)  # type: ignore[union-attr]
        key = (where.topic, where.partition)
        with self._loop._engine.begin() as conn:
            self._loop._move(conn, key, Position(hint, 0, {}))
        self._loop.take([key])
        del at
        real(self, where, hint, begin, end)

    return [(Lanes, "_place", place)]


def _lose_what_came_twice_in_intake() -> list[Patch]:
    return [(Lane, "_is_next", lambda *_: True)]


def _swallow_a_failed_commit() -> list[Patch]:
    real = Loop._handle

    def handle(self: Loop, part: Any) -> Any:
        try:
            return real(self, part)
        except OperationalError:
            for place, records in part.items():
                self._positions[place].at = records[-1].offset + 1
                with self._engine.begin() as conn:
                    self._move(conn, place, self._positions[place])
            return []

    return [(Loop, "_handle", handle)]


MUTANTS: Final = (
    Mutant("skip the dedupe of our own records", _skip_the_dedupe, (3,)),
    Mutant("take whatever comes, gap or not", _ignore_gaps, (9,)),
    Mutant("commit the position before the work", _commit_before_the_work, (5,)),
    Mutant("no fence: a position moves, wherever it stands", _no_fence, (2,)),
    Mutant("lane position moved last, in its own transaction", _position_last, (5,)),
    Mutant("chunks of a day's work are not counted", _steps_are_not_stored, (1,)),
    Mutant("a day's work ends after one chunk", _one_chunk_a_day, (1,)),
    Mutant("drop the relay's delete", _drop_the_delete, (1,)),
    Mutant("relay deletes before it sends", _delete_before_sending, (1,)),
    Mutant("publish out of order", _publish_out_of_order, (1,)),
    Mutant("outbox numbers begin again when it is empty", _number_what_is_left, (1,)),
    Mutant("trust the group's offsets", _trust_the_groups_offsets, (2,)),
    Mutant("count what the sequencer appended twice", _lose_what_came_twice_in_intake, (38, 4)),
    Mutant("swallow a failed commit", _swallow_a_failed_commit, (1,)),
)
