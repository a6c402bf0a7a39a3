"""The agenda: what upstream, the bank and the clerks will send, and on which day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from mahnwerk.year import days

StructuredEvent = dict[str, Any]

# Within a day the systems deliver in this order; what is early has to wait for what it refers to.
_EARLY = 0
_RANKS = {
    "debtor-registered.v1": 1,
    "debtor-contact.v1": 2,
    "claim-created.v1": 3,
    "payment-received.v1": 5,
    "payment-assigned.v1": 6,
    "field-report.v1": 7,
    "office-report.v1": 7,
    "write-off-decided.v1": 8,
}
_OTHERS = 4
_SOURCES = {
    "debtor-registered.v1": "kdn/lmg",
    "debtor-contact.v1": "kdn/lmg",
    "payment-received.v1": "bank/statements",
    "payment-assigned.v1": "kasse/klaerung",
    "field-report.v1": "vollstreckung/aussendienst",
    "office-report.v1": "vollstreckung/innendienst",
}
_LAST_RANK = 9


class Agenda:
    """Events by the opened day on which they are sent; what falls after the year is dropped."""

    def __init__(self) -> None:
        self._days: defaultdict[date, list[tuple[int, int, StructuredEvent]]] = defaultdict(list)
        self._count = 0

    def send(
        self, day: date, type_: str, data: StructuredEvent, *, early: bool = False, name: str = ""
    ) -> StructuredEvent | None:
        """Send an event on `day`, or the next opened one; `early`: before what it refers to.

        `name` makes the id of an odd event speak for itself.
        """
        self._count += 1
        mandant = data["mandant"]
        event = {
            "specversion": "1.0",
            "id": f"{mandant}-{name}-{self._count}" if name else f"{mandant}-{self._count:06}",
            "source": f"{mandant}/{_SOURCES.get(type_, 'zefoma')}",
            "type": type_,
            "data": {key: _plain(value) for key, value in data.items() if value is not None},
        }
        sent = days.opened_from(day)
        if sent is None:
            return None
        self._days[sent].append((_EARLY if early else _RANKS.get(type_, _OTHERS), self._count, event))
        return event

    def repeat(self, day: date, event: StructuredEvent) -> None:
        """Send an event (as it is, under its own id) once more, at the end of a day."""
        self._count += 1
        sent = days.opened_from(day)
        if sent is not None:
            self._days[sent].append((_LAST_RANK, self._count, event))

    def play(self) -> Iterator[tuple[date, list[StructuredEvent]]]:
        """Every opened day with its events: first the clock's, then the others in their order."""
        for day in days.opened():
            opening = {
                "specversion": "1.0",
                "id": f"day-{day}",
                "source": "clock",
                "type": "business-day-opened.v1",
                "data": {"day": str(day)},
            }
            yield day, [opening, *(event for _, _, event in sorted(self._days[day], key=lambda e: e[:2]))]


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    return value
