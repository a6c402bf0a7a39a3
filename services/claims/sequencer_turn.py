"""One turn of the sequencer, without IO: from what was fetched to what is appended, and how far that goes."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from msgspec import structs

from services.claims.days import Calendar, Day, NoDay, Partition
from services.claims.sequencing import FEEDBACK, Message, Parsed, Remittance, Source, parse, to_intake
from shared import topics
from shared.records import DAY_MARKED, NUMBER

BUSINESS_DAY: Final[Partition] = (topics.BUSINESS_DAY, 0)


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a partition was read.

    Args:
        at: the next offset to append.
        texts_to: below it, remittance texts were stored before.
        number: feedback: dunning's last number seen here.
        ring: feedback: the last day that dunning marked here.
    """

    at: int
    texts_to: int = 0
    number: int = 0
    ring: date | None = None


@dataclass(slots=True)
class Plan:
    """What a turn appends (per lane, in order), how far that goes, and what has to be read again."""

    messages: dict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    texts: list[Remittance] = field(default_factory=list)
    texts_stands: dict[Partition, Stand] = field(default_factory=dict)
    moved: dict[Partition, Stand] = field(default_factory=dict)
    back_to: dict[Partition, int] = field(default_factory=dict)
    announced: Day | None = None
    refused: NoDay | None = None


class BrokenFeedbackError(Exception):
    """A record of dunning is missing or cannot be read. Needs a person: going on would lose fees."""


class Turns:
    """Plans turn after turn, keeping the stands and the days. After a failure make a new one, as stored."""

    def __init__(self, stands: dict[Partition, Stand], calendar: Calendar) -> None:
        self.stands = stands
        self.calendar = calendar
        self._days: deque[Parsed] = deque()

    def queue_days(self, records: Sequence[Source]) -> None:
        """Note records of business-day: they are taken one after the other."""
        self._days.extend(parse(record) for record in records)

    def wants_ends(self) -> Day | None:
        """The day that the next turn announces, if it is told where the inbound partitions end."""
        return self._first()

    def days_waiting(self) -> int:
        """How many days are known and not marked."""
        return len(self._days) + (self.calendar.pending is not None)

    def plan(
        self,
        fetched: Mapping[Partition, Sequence[Source]],
        at: Mapping[Partition, int],
        ends: Mapping[Partition, int] | None,
    ) -> Plan:
        """Plan a turn.

        Args:
            fetched: the records of this turn, but those of business-day.
            at: the reader's positions behind them; a position also moves over what holds no record for us.
            ends: where the inbound partitions end, asked after `wants_ends` said so. For an exact day with
                what is not committed yet, which its publisher may have counted.
        """
        plan = Plan()
        self._announce(plan, ends)
        limits = self.calendar.limits(self._following())
        # Notices before hand-overs (FEEDBACK has this order), what they book before what comes in.
        for place in sorted(at, key=lambda place: _rank(place[0])):
            if place == BUSINESS_DAY:
                self._move(plan, place, at[place], self._days[0].source.offset if self._days else at[place])
            elif place[0] in FEEDBACK:
                self._feedback(plan, place, fetched.get(place, ()), at[place])
            else:
                self._inbound(plan, place, fetched.get(place, ()), at[place], limits.get(place))
        return plan

    def ready(self) -> Day | None:
        """The announced day, once everything that belongs to the days before stands in `intake`."""
        at = {place: stand.at for place, stand in self.stands.items()}
        return self.calendar.pending if self.calendar.ready(at) else None

    def held(self) -> frozenset[Partition]:
        """The partitions of which nothing may be read now."""
        limits = self.calendar.limits(self._following())
        beyond = {
            place
            for place, limit in limits.items()
            if place in self.stands and self.stands[place].at >= limit
        }
        early = {
            (topic, lane)
            for topic, lane in self.stands
            if topic == FEEDBACK[1] and not self.calendar.may_follow(lane)
        }
        return frozenset(beyond | early)

    def _announce(self, plan: Plan, ends: Mapping[Partition, int] | None) -> None:
        if not self._days or self.calendar.pending is not None:
            return
        day = self._first()
        if day is None:
            self._refuse(plan, self._days.popleft(), beyond=False)
            return
        if ends is None:  # it came in after they were asked for, or they were not
            return
        if day.exact and day.beyond(ends):
            self._refuse(plan, self._days.popleft(), beyond=True)
            return
        if not day.exact:
            # What lies beyond an exact day behind it came later than both, however late we see them.
            following = self._following()
            later = following.cut if following is not None else {}
            day = replace(day, cut={place: min(end, later.get(place, end)) for place, end in ends.items()})
        self._days.popleft()
        plan.announced = day
        self.calendar.expect(day)

    def _refuse(self, plan: Plan, parsed: Parsed, *, beyond: bool) -> None:
        plan.refused = self.calendar.refuse(parsed, beyond=beyond)
        if parsed.source.offset in self.calendar.beyond:
            parsed = structs.replace(parsed, unlawful="through")
        self._add(plan, to_intake(parsed, self.calendar.lanes))

    def _first(self) -> Day | None:
        """The day that the first in the queue announces, once it is its turn; None if it announces none."""
        if not self._days or self.calendar.pending is not None:
            return None
        return self.calendar.announce(self._days[0])

    def _following(self) -> Day | None:
        """The next exact day in the queue: it holds back what lies beyond it while others are before it."""
        days = (self.calendar.announce(parsed) for parsed in self._days)
        return next((day for day in days if day is not None and day.exact), None)

    def _inbound(
        self, plan: Plan, place: Partition, records: Sequence[Source], at: int, limit: int | None
    ) -> None:
        stand = self.stands[place]
        to = at if limit is None else max(stand.at, min(at, limit))
        texts_to = stand.texts_to
        for record in records:
            if record.offset >= to:
                break
            message = to_intake(parse(record), self.calendar.lanes)
            self._add(plan, message)
            if message.remittance is not None and record.offset >= texts_to:
                plan.texts.append(message.remittance)
                texts_to = record.offset + 1
                plan.texts_stands[place] = replace(stand, texts_to=texts_to)
        self._move(plan, place, at, to, texts_to=texts_to)

    def _feedback(self, plan: Plan, place: Partition, records: Sequence[Source], at: int) -> None:
        stand = self.stands[place]
        number, ring, to = stand.number, stand.ring, at
        for record in records:
            if place[0] == FEEDBACK[1] and not self.calendar.may_follow(place[1]):
                to = record.offset
                break
            parsed = _ours(record)
            last, number = number, max(number, _number(record))
            if number == last:
                continue  # sent twice
            if number > last + 1:
                raise BrokenFeedbackError(f"{record.place}: number {number} follows {last}")
            if parsed.type == DAY_MARKED:
                ring = date.fromisoformat(parsed.data["day"])
                self.calendar.ring[place] = ring
            else:
                self._add(plan, to_intake(parsed, self.calendar.lanes))
        self._move(plan, place, at, to, number=number, ring=ring)

    def _add(self, plan: Plan, message: Message) -> None:
        plan.messages[message.lane].append(message)

    def _move(self, plan: Plan, place: Partition, read_to: int, to: int, **more: object) -> None:
        if to < read_to and place != BUSINESS_DAY:  # the days that were read ahead are kept in memory
            plan.back_to[place] = to
        old = self.stands[place]
        new = replace(old, at=to, **more)  # type: ignore[arg-type]
        if new != old:
            self.stands[place] = plan.moved[place] = new


def _rank(topic: str) -> int:
    return FEEDBACK.index(topic) if topic in FEEDBACK else len(FEEDBACK)


def _ours(record: Source) -> Parsed:
    parsed = parse(record)
    if parsed.flaw or parsed.headers.get("ce_source") != "mahnwerk/dunning":
        raise BrokenFeedbackError(f"{record.place}: {parsed.flaw or 'not written by dunning'}")
    return parsed


def _number(record: Source) -> int:
    raw = dict(record.headers).get(NUMBER) or b""
    if not raw.isdigit():
        raise BrokenFeedbackError(f"{record.place}: no number")
    return int(raw)
