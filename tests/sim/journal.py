"""After each step: no posting ever changes, and what a claim shows is the sum of its postings."""

from collections import Counter
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select

from services.claims import tables
from shared.sql import among
from tests.sim.databases import Database
from tests.sim.violations import ViolationError
from tests.sim.watcher import Watcher

_SOLL: Final = ("sollzugang", "sollabgang", "fee", "fee_cancelled")
_WRITE_OFF: Final = "write_off"
Key = tuple[str, str]


class JournalWatch:
    """Reads the ledger's journal as it grows; after a restore from the beginning."""

    def __init__(self, database: Database, watcher: Watcher) -> None:
        self._database = database
        self._watcher = watcher
        self._digests: dict[tuple[str, int], bytes] = {}
        self._read: dict[str, int] = {}
        self._sums: Counter[tuple[Key, str]] = Counter()
        self._commits = 0

    def look(self) -> None:
        """What is new."""
        if self._database.commits == self._commits:
            return
        self._commits = self._database.commits
        with self._database.engine.begin() as conn:
            if self._went_back(conn):
                self._read.clear()
                self._sums.clear()
            touched = self._postings(conn)
            if touched:
                self._claims(conn, touched)

    def whole(self) -> None:
        """All of it once more, from the first posting on."""
        self._read.clear()
        self._sums.clear()
        self._commits = -1
        self.look()

    def _went_back(self, conn: Connection) -> bool:
        table = tables.journal
        numbers = {row.mandant: orjson.loads(row.doc)["posting_no"] for row in conn.execute(select(table))}
        return any(numbers.get(mandant, 0) < number for mandant, number in self._read.items())

    def _postings(self, conn: Connection) -> set[Key]:
        table = tables.posting
        touched: set[Key] = set()
        for mandant in conn.execute(select(tables.journal.c.mandant)).scalars().all():
            last = self._read.get(mandant, 0)
            query = select(table).where(table.c.mandant == mandant, table.c.posting_no > last)
            for row in conn.execute(query.order_by(table.c.posting_no)):
                if row.posting_no != last + 1:
                    raise ViolationError("gap in the journal", f"{mandant} {row.posting_no} after {last}")
                last += 1
                self._same(mandant, row)
                key = (mandant, row.kassenzeichen)
                touched.add(key)
                column = row.kind if row.kind == _WRITE_OFF else "soll" if row.kind in _SOLL else "ist"
                self._sums[key, column] += row.amount_cents
            self._read[mandant] = last
        return touched

    def _same(self, mandant: str, row: Any) -> None:  # noqa: ANN401 - a row of the database
        digest = sha256(repr(tuple(row)).encode()).digest()
        if self._digests.setdefault((mandant, row.posting_no), digest) != digest:
            raise ViolationError("a posting has changed", f"{mandant} {row.posting_no}")
        told = self._watcher.postings.get((mandant, row.posting_no))
        if told is not None and told != orjson.loads(row.doc):
            raise ViolationError("a posting is not what was told", f"{mandant} {row.posting_no}")

    def _claims(self, conn: Connection, touched: set[Key]) -> None:
        table = tables.claim
        query = select(table).where(among(conn, (table.c.mandant, table.c.kassenzeichen), touched))
        for row in conn.execute(query):
            key, claim = (row.mandant, row.kassenzeichen), orjson.loads(row.doc)
            each = claim["sollsaetze"]
            soll = sum(one["soll_cents"] + one["fee_cents"] for one in each)
            ordered = sum(one["ordered_cents"] for one in each)
            given_up = min(ordered, max(0, soll - claim["ist_cents"]))
            found = (self._sums[key, "soll"], self._sums[key, "ist"], -self._sums[key, _WRITE_OFF])
            if found != (soll, claim["ist_cents"], given_up):
                shown = (soll, claim["ist_cents"], given_up)
                raise ViolationError("the journal folded is not the row", f"{key}: {found} not {shown}")
