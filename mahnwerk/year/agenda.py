"""The agenda: what upstream, the bank and the clerks will send, and on which day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from mahnwerk.year import days
from shared.kassenzeichen import candidates

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
    "whereabouts-checked.v1": 7,
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
    "whereabouts-checked.v1": "vollstreckung/innendienst",
}
_LAST_RANK = 9
# Judged by what is open when they are read. Topics have no order between them, so on a day on which money
# comes in for the same account, who is read first would decide.
_REPORTS = frozenset({"field-report.v1", "office-report.v1", "whereabouts-checked.v1"})


class Agenda:
    """Events by the opened day on which they are sent; what falls after the year is dropped."""

    def __init__(self) -> None:
        self._days: defaultdict[date, list[tuple[int, int, StructuredEvent]]] = defaultdict(list)
        self._count = 0
        self._payers: dict[tuple[str, str], str] = {}  # mandant and Kassenzeichen -> who owes
        self._paid: dict[tuple[str, str], set[str]] = {}  # mandant and payment -> whose money

    def send(
        self, day: date, type_: str, data: StructuredEvent, *, early: bool = False, name: str = ""
    ) -> StructuredEvent | None:
        """Send an event on `day`, or the next opened one; `early`: before what it refers to.

        `name` makes the id of an odd event speak for itself.
        """
        event = self._event(type_, data, name)
        sent = days.opened_from(day)
        if sent is None:
            return None
        self._days[sent].append((_EARLY if early else _RANKS.get(type_, _OTHERS), self._count, event))
        return event

    def take_over(self, type_: str, data: StructuredEvent) -> None:
        """Send an event with the old system's stock, on the day before the year."""
        event = self._event(type_, data)
        self._days[days.TAKE_OVER].append((_RANKS.get(type_, _OTHERS), self._count, event))

    def _event(self, type_: str, data: StructuredEvent, name: str = "") -> StructuredEvent:
        self._count += 1
        mandant = data["mandant"]
        return {
            "specversion": "1.0",
            "id": f"{mandant}-{name}-{self._count}" if name else f"{mandant}-{self._count:06}",
            "source": f"{mandant}/{_SOURCES.get(type_, 'zefoma')}",
            "type": type_,
            "data": {key: _plain(value) for key, value in data.items() if value is not None},
        }

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
            self._put_off_reports(day)
            yield day, [opening, *(event for _, _, event in sorted(self._days[day], key=lambda e: e[:2]))]

    def _put_off_reports(self, day: date) -> None:
        """Reports about accounts that something else happens to on the day are sent on the next one."""
        touched = [(entry, self._accounts(entry[2])) for entry in self._days[day]]
        busy = {key for entry, keys in touched if entry[2]["type"] not in _REPORTS for key in keys}
        late = [entry for entry, keys in touched if entry[2]["type"] in _REPORTS and keys & busy]
        following = days.opened_from(day + days.ONE)
        for entry in late:
            self._days[day].remove(entry)
            if following is not None:
                self._days[following].append(entry)

    def _accounts(self, event: StructuredEvent) -> set[tuple[str, str]]:
        """The accounts that an event touches, as far as it names a claim or a payment."""
        data = event["data"]
        mandant = data["mandant"]
        numbers = [data[name] for name in ("kassenzeichen", "to_kassenzeichen") if name in data]
        numbers += candidates(data.get("remittance", ())).valid if not numbers else ()
        if event["type"] == "claim-created.v1":
            for number in numbers:
                self._payers.setdefault((mandant, number), data.get("payer_ref", data["debtor_ref"]))
        found = {self._payers[mandant, number] for number in numbers if (mandant, number) in self._payers}
        if "payment_ref" in data:
            found |= self._paid.get((mandant, data.get("reverses", "")), set())
            self._paid.setdefault((mandant, data["payment_ref"]), found)
        return {(mandant, account) for account in found}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    return value
