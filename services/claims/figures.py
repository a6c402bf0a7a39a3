"""What operators and finance see of the books without reading an account: sums a mandant, and what waits.

Labelled with the mandants that have books: as many as there are policy files.
"""

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Connection, func, select

from services.claims import rows, store, tables
from services.claims.day import KINDS_OF_BALANCE


class Figures:
    """Read from the database now and then. Every instance sees all mandants, so take the maximum of them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._balances = Gauge(
            "mahnwerk_balance_cents",
            "soll, ist, written_off, open, credit of a mandant's claims, and unclear payments",
            ["mandant", "kind"],
            registry=registry,
        )
        self._waiting = Gauge("mahnwerk_waiting_events", "Events in the waiting room", registry=registry)
        self._overdue = Gauge(
            "mahnwerk_calendar_overdue_claims",
            "Claims whose day has come (a block ends) in an opened day without being seen to",
            registry=registry,
        )

    def look(self, conn: Connection) -> None:
        """Read them."""
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
