"""The ledger as the loop sees it: records of intake in, postings, answers and accounts out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from services.claims import day, tables
from services.claims.answers import mandant_of
from services.claims.domain.books import Books, Seen
from services.claims.domain.intake import HASH
from services.claims.domain.watches import months_to_list
from services.claims.due import coming_of_age, due
from services.claims.lane import Lane
from services.claims.prefetch import prefetch
from services.claims.store import Store
from shared import topics
from shared.events import Event
from shared.loop import DayStep
from shared.policy import Policies
from shared.records import Record


class Work:
    """What one transaction has in memory: the books, and its lanes."""

    def __init__(self, conn: Connection, policies: Policies, lanes: Iterable[int]) -> None:
        self.conn = conn
        self.books = Books()
        self.store = Store(conn, self.books)
        self.days = self.store.days(lanes)
        self._policies = policies
        self._lanes: list[Lane] = []
        self._lane_of: dict[str, int] = {}

    def lane(self, number: int, mandants: Iterable[str]) -> Lane:
        """A lane at work, with the mandants whose books it opens."""
        last, _ = self.days.get(number, (None, True))
        lane = Lane(number, last, self.books, self._policies, self.store.load_missing)
        self._lanes.append(lane)
        self._lane_of.update(dict.fromkeys(mandants, number))
        return lane

    def prefetch(self, records: Sequence[Record]) -> None:
        """Load in sets what the records will touch."""
        prefetch(self.store, self.books, self._policies, records)

    def save(self) -> None:
        """Write what changed until now."""
        self.store.save(self._lane_of)

    def finished(self) -> list[Event]:
        """Write what changed; what was emitted, lane by lane."""
        self.save()
        return [event for lane in self._lanes for event in lane.events]


class Ledger:
    """The service. All state is in the database; it may be stopped between any two calls."""

    name = "claims"
    delivery = tables.delivery
    day_topic: str | None = topics.INTAKE

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def handle(self, conn: Connection, batch: Mapping[int, Sequence[Record]]) -> list[Event]:
        """Judge the records of each lane in their order."""
        work = Work(conn, self._policies, batch)
        work.prefetch([record for records in batch.values() for record in records])
        for number, records in sorted(batch.items()):
            lane = work.lane(number, map(mandant_of, records))
            for record in records:
                lane.take(record)
        return work.finished()

    def open_day(
        self, conn: Connection, marks: Mapping[int, Record], step: Mapping[int, int], limit: int
    ) -> DayStep:
        """Do the next chunk of what the day brings, in each lane whose work is not done."""
        work = Work(conn, self._policies, step)
        unfinished = frozenset(
            number for number, mark in sorted(marks.items()) if not self._open(work, number, mark, limit)
        )
        return DayStep(work.finished(), unfinished)

    def _open(self, work: Work, number: int, mark: Record, limit: int) -> bool:
        """One lane's chunk; whether its day is open now. A mark that comes twice opens nothing."""
        opened = date.fromisoformat(mark.data["day"])
        last, done = work.days.get(number, (None, True))
        if last is not None and (opened < last or (opened == last and done)):
            return True
        mandants = work.store.mandants(number)
        lane = work.lane(number, mandants)
        if last is not None and last < opened:
            waiting = work.store.last_calls(number, limit)
            lane.call_last(waiting)
            if len(waiting) == limit:
                return False
            day.close_day(lane, work.books, mandants, mark)
        self._remember(work, number, mark)
        lane.answers.day = opened
        finished = self._first_acts(work, lane, mark, limit)
        if finished:
            self._list_minors(work, lane, mandants, mark)
            day.marked(lane, opened, mark)
        work.store.set_day(number, opened, done=finished)
        return finished

    def _first_acts(self, work: Work, lane: Lane, mark: Record, limit: int) -> bool:
        """What was held before the first day, then what the calendar brings; whether all of it is done."""
        held = work.store.held(lane.number, limit)
        work.prefetch(held)
        for record in held:
            lane.resume(record)
        if len(held) == limit:
            return False
        work.save()
        reached = due(work.conn, work.books, lane.number, date.fromisoformat(mark.data["day"]), limit)
        for shelf in ("accounts", "debtors"):
            work.store.load(shelf, [account for account, _ in reached])
        for account, numbers in reached:
            day.open_claims(lane, work.books, account, numbers, mark)
        return len(reached) < limit

    def _list_minors(self, work: Work, lane: Lane, mandants: Iterable[str], mark: Record) -> None:
        """On the first opened day of a month: who comes of age in the month after next (R75)."""
        opened = date.fromisoformat(mark.data["day"])
        months = months_to_list(opened, work.store.day_before(lane.number, opened))
        if not months:
            return
        work.save()
        for mandant in sorted(mandants):
            for first, last in months:
                if debtors := coming_of_age(work.conn, mandant, first, last):
                    day.list_minors(lane, work.books, first, debtors, mark)

    def _remember(self, work: Work, number: int, mark: Record) -> None:
        """The event that opened the day is known like any other, in the lane where its copies arrive."""
        if number == 0 and HASH in mark.headers:
            key = ("", str(mark.data["source"]), str(mark.data["id"]))
            work.books.inbox.put(key, Seen(mark.headers[HASH]))
            work.books.settle(keep=True)
