"""The order that a run gave to the events of its days."""

from collections.abc import Iterable, Sequence

from mahnwerk.publish import key_of, topic_of
from shared.contracts.envelope import line_to_record
from shared.topics import DEBTOR_CONTACT
from tests.faults.upstream import Line, is_day
from tests.system.world import Raw, header

_Event = tuple[str, bytes | None, str, bytes]  # topic, key, id, value
_Order = tuple[int, int]  # lane and offset in `intake`


def as_read(
    lines: Sequence[Line], inbound: Iterable[Raw], intake: Iterable[Raw]
) -> tuple[list[Line], list[str]]:
    """The lines, those of a day in the order in which `intake` has them; and the ids of those it has not.

    What is judged by an amount at its moment (a block that is lifted moves what is open then to its new due
    date; a case ends by how its last item left) depends on that order, which between topics nobody but the
    sequencer sets. Upstream's own order, within a key of a topic, must be kept: what is not is missing.
    """
    stands: dict[str, _Order] = {}
    for record in intake:
        stands.setdefault(header(record, "mw-from"), (record.partition, record.offset))
    first: dict[_Event, _Order] = {}  # what comes again changes nothing
    for record in inbound:
        if at := stands.get(f"{record.topic}/{record.partition}/{record.offset}"):
            event = (record.topic, record.key, header(record, "ce_id"), record.value or b"")
            first[event] = min(at, first.get(event, at))

    days: list[list[tuple[_Order, Line]]] = [[]]
    last: dict[tuple[str, bytes | None], _Order] = {}
    met: set[_Event] = set()
    missing: list[str] = []
    for line in lines:
        at = (-1, 0)  # days and contacts are not in `intake`
        if is_day(line):
            days.append([])
        elif (topic := topic_of(line)) != DEBTOR_CONTACT:
            key = key_of(line)
            headers, value = line_to_record(line)
            event = (topic, key, dict(headers).get("ce_id", b"").decode(), value)
            at = first.get(event, at)
            if event not in met:
                if at <= last.get((topic, key), (-1, 0)):
                    missing.append(event[2])
                last[topic, key] = at
            met.add(event)
        days[-1].append((at, line))
    return [line for day in days for _at, line in sorted(day, key=lambda each: each[0])], missing
