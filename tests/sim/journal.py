"""After each step: no posting ever changes, and what a claim shows is the sum of its postings."""

import sqlite3
from collections import Counter
from hashlib import sha256
from typing import Any, Final

import orjson

from tests.sim.databases import Database
from tests.sim.violations import ViolationError
from tests.sim.watcher import Watcher

_SOLL: Final = ("sollzugang", "sollabgang", "fee", "fee_cancelled")
_WRITE_OFF: Final = "write_off"
_POSTINGS: Final = """
    SELECT posting_no, kassenzeichen, kind, amount_cents, doc FROM posting
    WHERE mandant = ? AND posting_no > ? ORDER BY posting_no
"""
_CLAIMS: Final = """
    SELECT kassenzeichen, doc FROM claim
    WHERE mandant = ? AND kassenzeichen IN (SELECT value FROM json_each(?))
"""
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
        """What is new. Past SQLAlchemy, which would take longer than all the rest of a step."""
        if self._database.commits == self._commits:
            return
        self._commits = self._database.commits
        driver = self._database.driver()
        numbers = {
            mandant: orjson.loads(doc)["posting_no"]
            for mandant, doc in driver.execute("SELECT mandant, doc FROM journal")
        }
        if any(numbers.get(mandant, 0) < number for mandant, number in self._read.items()):  # a restore
            self._read.clear()
            self._sums.clear()
        for mandant, number in numbers.items():
            if number != self._read.get(mandant, 0):
                self._claims(driver, mandant, self._postings(driver, mandant))

    def whole(self) -> None:
        """All of it once more, from the first posting on."""
        self._read.clear()
        self._sums.clear()
        self._commits = -1
        self.look()

    def _postings(self, driver: sqlite3.Connection, mandant: str) -> set[str]:
        """Take in what is new; returns the Kassenzeichen concerned."""
        last = self._read.get(mandant, 0)
        touched = set()
        for row in driver.execute(_POSTINGS, (mandant, last)):
            number, kassenzeichen, kind, cents, _ = row
            if number != last + 1:
                raise ViolationError("gap in the journal", f"{mandant} {number} after {last}")
            last += 1
            self._same(mandant, row)
            touched.add(kassenzeichen)
            column = kind if kind == _WRITE_OFF else "soll" if kind in _SOLL else "ist"
            self._sums[(mandant, kassenzeichen), column] += cents
        self._read[mandant] = last
        return touched

    def _same(self, mandant: str, row: tuple[Any, ...]) -> None:
        number, doc = row[0], row[-1]
        digest = sha256(repr(row).encode()).digest()
        if self._digests.setdefault((mandant, number), digest) != digest:
            raise ViolationError("a posting has changed", f"{mandant} {number}")
        told = self._watcher.postings.get((mandant, number))
        if told is not None and told != orjson.loads(doc):
            raise ViolationError("a posting is not what was told", f"{mandant} {number}")

    def _claims(self, driver: sqlite3.Connection, mandant: str, touched: set[str]) -> None:
        keys = orjson.dumps(sorted(touched)).decode()
        for kassenzeichen, doc in driver.execute(_CLAIMS, (mandant, keys)):
            key, claim = (mandant, kassenzeichen), orjson.loads(doc)
            each = claim["sollsaetze"]
            soll = sum(one["soll_cents"] + one["fee_cents"] for one in each)
            # Of a running claim the formula holds over the months that were given up: of one that is not owed
            # any more nothing is written off.
            ordered = sum(min(one["ordered_cents"], one["soll_cents"] + one["fee_cents"]) for one in each)
            given_up = min(ordered, max(0, soll - claim["ist_cents"]))
            found = (self._sums[key, "soll"], self._sums[key, "ist"], -self._sums[key, _WRITE_OFF])
            if found != (soll, claim["ist_cents"], given_up):
                shown = (soll, claim["ist_cents"], given_up)
                raise ViolationError("the journal folded is not the row", f"{key}: {found} not {shown}")
