"""Enforcement as the loop sees it: records are answered at once, steps are taken at the day's mark."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from services.enforcement import store, tables
from services.enforcement.domain.day import open_day
from services.enforcement.domain.desk import Desk
from services.enforcement.domain.forecast import forecast
from services.enforcement.shelf import fetch, heard
from services.enforcement.store import Stored
from shared import topics
from shared.contracts.answers import DayMarked
from shared.deciding import NextStep, day_closed
from shared.events import Emitter, Event, led_to
from shared.loop import DayStep
from shared.policy import Policies
from shared.records import TIME, Record

_LOG = logging.getLogger(__name__)


class Enforcement:
    """The service. All state is in the database; it may be stopped between any two calls."""

    name = "enforcement"
    delivery = tables.delivery
    day_topic: str | None = topics.ACCOUNT_CHANGED

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def handle(self, conn: Connection, batch: Mapping[int, Sequence[Record]]) -> list[Event]:
        """Store what the accounts are; answer requests, reports and write-offs at once."""
        lanes = {lane: heard(records) for lane, records in sorted(batch.items())}
        opened = store.last_opened(conn, lanes)
        shelf = fetch(conn, self._policies, [record for records in lanes.values() for record in records])
        store.see(conn, {r.data["mandant"]: lane for lane, records in lanes.items() for r in records})
        events = [
            event
            for lane, records in lanes.items()
            for record in records
            for event in led_to(record, shelf.take(lane, record, _day_of(record, opened.get(lane))))
        ]
        shelf.save(conn)
        _count(conn, events)
        return events

    def open_day(
        self, conn: Connection, marks: Mapping[int, Record], step: Mapping[int, int], limit: int
    ) -> DayStep:
        """Do the day's work for at most `limit` accounts, in the order of mandant and debtor."""
        events: list[Event] = []
        unfinished = set()
        for lane, mark in sorted(marks.items()):
            day = date.fromisoformat(mark.data["day"])
            emitter = Emitter(self.name, lane, f"{day}/day", mark.cause, day)  # the same in any lane
            if step[lane] == 0 and not self._begin(conn, lane, day, emitter):
                continue
            events += emitter.events
            accounts = store.due(conn, lane, day, limit)
            events += self._work(conn, accounts.values(), mark, day)
            if len(accounts) < limit:
                events.append(_mark(lane, mark, day))
            else:
                unfinished.add(lane)
            limit -= len(accounts)
        return DayStep(events, frozenset(unfinished))

    def next_step(self, conn: Connection, mandant: str, kassenzeichen: str) -> NextStep | None:
        """What enforcement will do next about a claim if nothing else happens; None if it is in no case."""
        stored = store.account_of(conn, mandant, kassenzeichen)
        if stored is None:
            return None
        last = store.last_opened(conn, [stored.lane]).get(stored.lane)
        if last is None:
            return None
        return forecast(stored.account, kassenzeichen, last, self._policies[mandant])

    def _begin(self, conn: Connection, lane: int, day: date, emitter: Emitter) -> bool:
        """Close the day before and note the new one; False for the mark of a day that was opened before."""
        last = store.last_opened(conn, [lane]).get(lane)
        if last is not None and day <= last:
            return False
        if last is not None:
            for mandant, counts in store.take_counts(conn, lane, last).items():
                emitter.emit(day_closed("enforcement", self._policies[mandant], last, counts))
        store.note_day(conn, lane, day)
        return True

    def _work(self, conn: Connection, accounts: Iterable[Stored], mark: Record, day: date) -> list[Event]:
        events: list[Event] = []
        saved = []
        for stored in accounts:
            account = stored.account
            # One emitter an account: what fails half-way leaves nothing behind.
            emitter = Emitter(self.name, stored.lane, f"{day}/day", mark.cause, day)
            try:
                account = open_day(account, Desk(day, self._policies[account.mandant], emitter))
                events += emitter.events
            except Exception:  # noqa: BLE001 - our bug, whatever it is: this account stops, all others go on
                _LOG.exception("an account is parked", extra={"lane": stored.lane, "day": day})
                account = replace(account, parked=True)
            saved.append(Stored(stored.lane, account))
        store.save(conn, saved)
        _count(conn, events)
        return events


def _mark(lane: int, mark: Record, day: date) -> Event:
    """Nothing of this day follows in the lane. Its id names the lane: all lanes may share one cause."""
    emitter = Emitter(Enforcement.name, lane, f"{mark.id}/mark/{lane}", mark.cause, day)
    return emitter.emit(DayMarked(day=day, service="enforcement"), topics.ENFORCEMENT_PROGRESS)


def _day_of(record: Record, opened: date | None) -> date | None:
    """The system's day when the record was written: what a day's opening brings comes before its mark."""
    written = record.headers.get(TIME)
    return date.fromisoformat(written[:10]) if written else opened


def _count(conn: Connection, events: Iterable[Event]) -> None:
    dated = ((event, event.day) for event in events)
    store.count(conn, ((event.key.split("/")[0], day, event.type) for event, day in dated if day))
