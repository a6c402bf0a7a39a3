"""The day as a cut and a ring: when a `business-day-opened` becomes a mark in every lane of `intake`. Pure.

*Cut*: every inbound partition was read as far as it reached when the day was announced, or as far as the
announcement says (`through`). *Ring*: dunning's marks of the day before are back from all its partitions,
so that its fees and hand-overs are booked. With `through`, nothing beyond it passes before the mark is
written and dunning's marks of that day are back. It tells where the partitions ended; what lies beyond would
be waited for, for ever perhaps, so such a day is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import uuid5

import orjson

from services.claims.sequencing import FEEDBACK, LOGS, Message, Parsed
from shared import topics
from shared.contracts.clock import BusinessDayOpened
from shared.contracts.codec import SchemaError, decode
from shared.events import NAMESPACE
from shared.records import DAY_MARKED, TRACE

Partition = tuple[str, int]
_BEFORE: Final = date.min


@dataclass(frozen=True, slots=True)
class Day:
    """An announced business day. `cut`: the position that each inbound partition has to reach.

    `trace` is for onlookers only: it is lost where another sequencer takes over before the day is marked.
    """

    id: str
    source: str
    hash: str
    day: date
    offset: int
    exact: bool
    cut: Mapping[Partition, int]
    trace: str = field(default="", compare=False)

    def beyond(self, ends: Mapping[Partition, int]) -> bool:
        """Whether it waits for what is not written, or for a partition that does not exist."""
        return any(end > ends.get(place, 0) for place, end in self.cut.items())


@dataclass(frozen=True, slots=True)
class NoDay:
    """An announcement that opens no day: where it stood, and an id that opens none later.

    `beyond`: it was refused for its `through`, and stays so when it is read again with more behind it.
    """

    offset: int
    id: str
    source: str
    beyond: bool


@dataclass(slots=True)
class Calendar:
    """What the sequencer knows of days: the ones marked, the one announced, the ring.

    `beyond`: the offsets of those that were refused for their `through`.
    """

    lanes: int
    seen: set[tuple[str, str]] = field(default_factory=set)
    last: Day | None = None
    pending: Day | None = None
    ring: dict[Partition, date] = field(default_factory=dict)
    beyond: set[int] = field(default_factory=set)

    def announce(self, parsed: Parsed) -> Day | None:
        """The day that a record announces; None where it is no usable one, which the ledger then answers.

        Without `through` it has no cut yet: that is where the inbound partitions end when it is asked.
        """
        last = self.pending or self.last
        identity = _identity(parsed)
        if (
            parsed.refusal
            or parsed.type != BusinessDayOpened.TYPE
            or identity in self.seen
            or not all(identity)
        ):
            return None
        opened = decode(parsed.type, parsed.data)
        if isinstance(opened, SchemaError) or not isinstance(opened, BusinessDayOpened):
            return None
        if last is not None and opened.day <= last.day:
            return None
        source, id_ = identity
        exact = opened.through is not None
        cut = dict(place for place in _places(opened.through or {}) if inbound(place[0]))
        trace = parsed.headers.get(TRACE, "")
        return Day(id_, source, parsed.hash, opened.day, parsed.source.offset, exact, cut, trace)

    def expect(self, day: Day) -> None:
        """From now on this day waits for its cut and its ring."""
        self.pending = day
        self.seen.add((day.source, day.id))

    def refuse(self, parsed: Parsed, *, beyond: bool = False) -> NoDay | None:
        """The record announces no day; its id is remembered all the same: a correction carries another.

        Returns what is to be stored, None if the id was there before (or there is none).
        """
        source, id_ = identity = _identity(parsed)
        if parsed.flaw or not all(identity) or identity in self.seen:
            return None
        refused = NoDay(parsed.source.offset, id_, source, beyond)
        self.remember(refused)
        return refused

    def remember(self, refused: NoDay) -> None:
        """An announcement was refused, now or before a restart."""
        self.seen.add((refused.source, refused.id))
        if refused.beyond:
            self.beyond.add(refused.offset)

    def ready(self, at: Mapping[Partition, int]) -> bool:
        """Whether the announced day can be marked: what belongs to the days before stands in `intake`."""
        day = self.pending
        return (
            day is not None
            and all(at.get(place, 0) >= end for place, end in day.cut.items())
            and self.closed()
        )

    def marked(self) -> None:
        """The announced day's mark stands in every lane."""
        self.last, self.pending = self.pending, None

    def closed(self) -> bool:
        """Whether dunning's marks of the last day are back from all its partitions."""
        if self.last is None:
            return True
        opened = self.last.day
        return all(
            self.ring.get((topic, lane), _BEFORE) >= opened
            for topic in FEEDBACK
            for lane in range(self.lanes)
        )

    def limits(self, following: Day | None = None) -> dict[Partition, int]:
        """How far each inbound partition may be read: the smallest `through` of the days that are not over.

        `following` is the next announcement behind the pending one; it never holds back what that one needs.
        """
        held = [self.pending] if self.pending is not None and self.pending.exact else []
        if self.last is not None and self.last.exact and not self.closed():
            held.append(self.last)
        limits: dict[Partition, int] = {}
        for day in held:
            for place, end in day.cut.items():
                limits[place] = min(end, limits.get(place, end))
        if following is not None and following.exact:
            needed = self.pending.cut if self.pending is not None else {}
            for place, end in following.cut.items():
                limits.setdefault(place, max(end, needed.get(place, 0)))
        return limits

    def may_follow(self, lane: int) -> bool:
        """Whether hand-overs may be taken: a day's notices come first, whichever was fetched first."""
        notices, requests = FEEDBACK
        return self.ring.get((notices, lane), _BEFORE) > self.ring.get((requests, lane), _BEFORE)


def inbound(place: Partition) -> bool:
    """Whether a partition counts for the cut: all that others write, but the days themselves."""
    return place[0] in LOGS and place[0] != topics.BUSINESS_DAY


def mark(day: Day, lane: int) -> Message:
    """The mark of a day: nothing of the days before follows it. Its id is the same in every lane."""
    headers = {
        "ce_id": str(uuid5(NAMESPACE, f"{DAY_MARKED}|{day.source}|{day.id}")),
        "ce_source": "mahnwerk/claims",
        "ce_type": DAY_MARKED,
        "ce_causationid": day.id,
        "mw-from": f"{topics.BUSINESS_DAY}/0/{day.offset}",
        "mw-hash": day.hash,
    } | ({TRACE: day.trace} if day.trace else {})
    return Message(
        lane, headers, orjson.dumps({"day": day.day.isoformat(), "id": day.id, "source": day.source})
    )


def _identity(parsed: Parsed) -> tuple[str, str]:
    return parsed.headers.get("ce_source", ""), parsed.headers.get("ce_id", "")


def _places(through: Mapping[str, tuple[int, ...]]) -> Iterable[tuple[Partition, int]]:
    return (
        ((topic, partition), end) for topic, ends in through.items() for partition, end in enumerate(ends)
    )
