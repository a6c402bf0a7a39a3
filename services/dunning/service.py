"""Dunning as the loop sees it: what arrives is stored, what a day brings is decided at its mark."""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from services.dunning import store, tables
from services.dunning.arrivals import Key, gather
from services.dunning.domain.decide import Decision, decide
from services.dunning.domain.forecast import forecast
from services.dunning.domain.model import Notice, Progress
from services.dunning.domain.next_action import next_action_on
from services.dunning.domain.runs import run_owed
from services.dunning.domain.today import Today
from shared import topics
from shared.contracts.answers import DayMarked
from shared.deciding import NextStep, day_closed
from shared.events import Emitter, Event
from shared.loop import DayStep
from shared.policy import Policies
from shared.records import Record

_LOG = logging.getLogger(__name__)
_MARKED_TOPICS = (topics.DUNNING_NOTICE, topics.ENFORCEMENT_REQUESTED, topics.KASSENANZEIGE)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a day brought for one account."""

    decisions: list[Decision]
    progress: dict[Key, Progress]
    notices: list[Notice]
    next_on: date | None


class Dunning:
    """The service. All state is in the database; it may be stopped between any two calls."""

    name = "dunning"
    delivery = tables.delivery
    day_topic: str | None = topics.ACCOUNT_CHANGED

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def handle(self, conn: Connection, batch: Mapping[int, Sequence[Record]]) -> list[Event]:
        """Store what the batch brought; nothing is decided before the mark."""
        store.save_arrivals(conn, gather(batch))
        return []

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
            accounts = store.due(conn, lane, day, limit)
            self._work(conn, day, accounts, emitter)
            if len(accounts) < limit:
                for topic in _MARKED_TOPICS:
                    emitter.emit(DayMarked(day=day, service="dunning"), topic)
            else:
                unfinished.add(lane)
            limit -= len(accounts)
            events += emitter.events
        return DayStep(events, frozenset(unfinished))

    def next_step(self, conn: Connection, mandant: str, kassenzeichen: str) -> NextStep | None:
        """What dunning will do next about a claim if nothing else happens; None if it is unknown here."""
        stored = store.account_of(conn, mandant, kassenzeichen)
        if stored is None:
            return None
        if stored.parked:
            return NextStep("none", None, "parked", None)
        last = store.last_opened(conn, stored.lane)
        if last is None:
            return NextStep("none", None, "no-day-opened", None)
        opened = [last, *store.opened_before(conn, stored.lane, last)]
        return forecast(stored.decoded(), kassenzeichen, opened, self._policies[mandant])

    def _begin(self, conn: Connection, lane: int, day: date, emitter: Emitter) -> bool:
        """Close the day before and note the new one; False for the mark of a day that was opened before."""
        last = store.last_opened(conn, lane)
        if last is not None and day <= last:
            return False
        if last is not None:
            for mandant, counts in store.take_counts(conn, lane).items():
                emitter.emit(day_closed("dunning", self._policies[mandant], last, counts))
        store.open_day(conn, lane, day)
        return True

    def _work(
        self, conn: Connection, day: date, accounts: Sequence[store.StoredAccount], emitter: Emitter
    ) -> None:
        if not accounts:
            return
        opened = store.opened_before(conn, accounts[0].lane, day)
        todays = {
            mandant: self._today(mandant, day, opened, emitter) for mandant in {a.mandant for a in accounts}
        }
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        progress: dict[Key, Progress] = {}
        notices: dict[Key, list[Notice]] = {}
        next_on: dict[Key, date | None] = {}
        judged, parked = [], []
        for account in accounts:
            try:
                outcome = _decide(account, todays[account.mandant])
            except Exception:  # noqa: BLE001 - our bug, whatever it is: this account stops, all others go on
                _LOG.exception("an account is parked", extra={"lane": account.lane, "day": day})
                parked.append(account.key)
                continue
            for decision in outcome.decisions:
                counts[account.mandant][emitter.emit(decision).type] += 1
            progress |= outcome.progress
            notices[account.key] = outcome.notices
            next_on[account.key] = outcome.next_on
            if todays[account.mandant].policy.is_working_day(day):
                judged.append(account)
        store.save_progress(conn, progress)
        store.save_notices(conn, notices)
        store.settle_doubts(conn, judged)
        store.save_next_actions(conn, next_on)
        store.park(conn, parked)
        store.add_counts(conn, counts)

    def _today(self, mandant: str, day: date, opened: Sequence[date], emitter: Emitter) -> Today:
        policy = self._policies[mandant]
        return Today(day, policy, run_owed(policy, day, opened), emitter.new_id)


def _decide(stored: store.StoredAccount, today: Today) -> _Outcome:
    before = stored.decoded()
    after, decisions = decide(before, today)
    progress = {
        (stored.mandant, kassenzeichen): claim.progress
        for kassenzeichen, claim in after.claims.items()
        if claim.progress is not before.claims[kassenzeichen].progress
    }
    notices = [notice for notice in after.notices if notice not in before.notices]
    return _Outcome(decisions, progress, notices, next_action_on(after, today.day, today.policy))
