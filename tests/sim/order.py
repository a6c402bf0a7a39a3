"""The one order: nothing is lost, partitions keep theirs, days are cuts, dunning's feedback closes a ring."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

from services.claims.sequencing import FEEDBACK
from shared import topics
from tests.sim.publisher import Announced
from tests.sim.violations import ViolationError

Entry = tuple[str, str]
"""An origin (topic/partition/offset), and the day on which it was written if it is feedback."""


def check_order(
    lanes: Mapping[int, Sequence[Entry]], announced: Sequence[Announced], sent: Collection[str]
) -> None:
    """ViolationError where the records that count, lane by lane, are not in a lawful order."""
    there = {place for entries in lanes.values() for place, _ in entries}
    inbound = {place for place in sent if not place.startswith((topics.DEBTOR_CONTACT, topics.BUSINESS_DAY))}
    if missing := inbound - there:
        raise ViolationError("lost", f"{sorted(missing)[:3]} of {len(missing)} never came into intake")
    for lane, entries in lanes.items():
        _lane(lane, entries, announced)


def _lane(lane: int, entries: Sequence[Entry], announced: Sequence[Announced]) -> None:
    at = {place: n for n, (place, _) in enumerate(entries)}
    marks = []
    for day in announced:
        if day.place not in at:
            raise ViolationError("lost", f"day {day.day} is not marked in lane {lane}")
        marks.append(at[day.place])
    if marks != sorted(marks):
        raise ViolationError("days", f"not in order in lane {lane}")
    _ring(lane, entries, announced, marks)
    for day, mark in zip(announced, marks, strict=True):
        _cut(lane, entries, day, mark)


def _cut(lane: int, entries: Sequence[Entry], day: Announced, mark: int) -> None:
    """What was there when the day was announced belongs to the days before; if it is exact, nothing else."""
    back = [n for n, (place, on) in enumerate(entries) if on == day.day and _topic(place) in FEEDBACK]
    for n, (place, _) in enumerate(entries):
        topic, partition, offset = place.rsplit("/", 2)
        if topic not in day.ends:
            continue
        before = int(offset) < day.ends[topic][int(partition)]
        if before and n > mark:
            raise ViolationError("cut", f"{place} came after day {day.day} in lane {lane}")
        if day.exact and not before and n < max([mark, *back]):
            raise ViolationError("cut", f"{place} came before the end of exact day {day.day} in lane {lane}")


def _ring(lane: int, entries: Sequence[Entry], announced: Sequence[Announced], marks: Sequence[int]) -> None:
    """What dunning says of a day is back before the next, notices before hand-overs."""
    days = [day.day for day in announced]
    last: Iterable[int | str] = ()
    for n, (place, on) in enumerate(entries):
        if _topic(place) not in FEEDBACK:
            continue
        open_day = days[bisect_left(marks, n) - 1]
        if on != open_day:
            raise ViolationError("ring", f"{place} of {on} came when {open_day} was open in lane {lane}")
        rank = (on, FEEDBACK.index(_topic(place)))
        if rank < tuple(last):
            raise ViolationError("ring", f"{place}: a notice behind hand-overs in lane {lane}")
        last = rank


def _topic(place: str) -> str:
    return place.split("/", maxsplit=1)[0]
