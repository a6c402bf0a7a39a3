"""What operators and finance see of the books without reading an account: sums a mandant, and what waits.

Labelled with the mandants that have books: as many as there are policy files.
"""

import time
from typing import Final

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Connection, func, select

from services.claims import rows, store, tables
from services.claims.day import KINDS_OF_BALANCE
from services.claims.lists import posted

# All postings are summed for it, a million in half a second to a second on either database, from an index
# alone: at most once a minute, and a 500th of the time.
_RECONCILE_S: Final = 60
_RECONCILE_SHARE: Final = 500


class Figures:
    """Read from the database now and then. Every instance sees all mandants, so take the maximum of them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._balances = Gauge(
            "mahnwerk_balance_cents",
            "soll, ist, written_off, open, credit of a mandant's claims, and unclear payments",
            ["mandant", "kind"],
            registry=registry,
        )
        self._off = Gauge(
            "mahnwerk_journal_difference_cents",
            "A balance (soll, ist, written_off) less the sum of its postings",
            ["mandant", "kind"],
            registry=registry,
        )
        self._reconcile_at = 0.0
        self._waiting = Gauge("mahnwerk_waiting_events", "Events in the waiting room", registry=registry)
        self._overdue = Gauge(
            "mahnwerk_calendar_overdue_claims",
            "Claims on which an opened day had something to do and did not: a block that ends, limitation",
            registry=registry,
        )

    def look(self, conn: Connection) -> None:
        """Read them."""
        if (began := time.monotonic()) >= self._reconcile_at:
            self._reconcile(conn)
            took = time.monotonic() - began
            self._reconcile_at = began + max(_RECONCILE_S, _RECONCILE_SHARE * took)
        for row in conn.execute(select(tables.journal.c.doc)):
            journal = rows.journal_of(row.doc)
            for kind in KINDS_OF_BALANCE:
                self._balances.labels(journal.mandant, kind).set(journal.balances_cents.get(kind, 0))
        self._waiting.set(store.count_waiting(conn))
        claim, day = tables.claim, tables.lane_day
        overdue = (
            select(func.count())
            .select_from(claim.join(day, claim.c.lane == day.c.lane))
            .where(day.c.done == 1, claim.c.next_action_on <= day.c.day)
        )
        self._overdue.set(conn.execute(overdue).scalar_one())

    def _reconcile(self, conn: Connection) -> None:
        """Balances are kept from claim to claim, postings one by one: two ways to the same sums.

        One statement, so that both are of one moment whatever is booked meanwhile.
        """
        soll, ist, written_off = posted()
        posting, journal = tables.posting.c, tables.journal
        sums = (
            select(posting.mandant, soll.label("soll"), ist.label("ist"), written_off.label("written_off"))
            .group_by(posting.mandant)
            .subquery()
        )
        both = select(journal.c.doc, sums).outerjoin(sums, sums.c.mandant == journal.c.mandant)
        for row in conn.execute(both):
            books = rows.journal_of(row.doc)
            for kind in ("soll", "ist", "written_off"):
                off = books.balances_cents.get(kind, 0) - int(getattr(row, kind) or 0)
                self._off.labels(books.mandant, kind).set(off)
