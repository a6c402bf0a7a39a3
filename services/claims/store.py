"""Every SQL statement of the ledger: rows are loaded in sets by key, and saved in sets."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from msgspec.structs import asdict
from sqlalchemy import Column, Connection, Row, Table, case, delete, func, select

from services.claims import rows, tables
from services.claims.domain.books import Books, EntryKey, NotLoadedError, Recorded, Seen
from services.claims.domain.model import Account, Key, Payment
from shared.records import Record
from shared.sql import among, insert_missing, insert_rows, overwrite, rows_among, upsert

Keys = Collection[tuple[Any, ...]]


class Store:
    """The ledger's rows, over one connection."""

    def __init__(self, conn: Connection, books: Books) -> None:
        self._conn = conn
        self._books = books

    # ------------------------------------------------------------------ loading

    def load(self, shelf: str, keys: Keys) -> None:
        """Fill a shelf with the rows of these keys; what is not there is absent from now on."""
        if keys:
            self._LOADERS[shelf](self, keys)

    def load_missing(self, missing: NotLoadedError) -> None:
        """Fill in what a turn asked for."""
        self.load(missing.shelf, [missing.key])

    def _rows(self, table: Table, keys: Keys, *names: str) -> Iterable[Row[Any]]:
        return rows_among(self._conn, [table.c[name] for name in names], keys)

    def _debtors(self, keys: Keys) -> None:
        for row in self._rows(tables.debtor, keys, "mandant", "debtor_ref"):
            self._books.debtors.fill((row.mandant, row.debtor_ref), rows.debtor_of(row.doc))
        _absent(self._books.debtors, keys)

    def _accounts(self, keys: Keys) -> None:
        for row in self._rows(tables.account, keys, "mandant", "debtor_ref"):
            self._books.accounts.fill((row.mandant, row.debtor_ref), Account(**_named(row)))
        _absent(self._books.accounts, keys)

    def _claims(self, keys: Keys) -> None:
        for row in self._rows(tables.claim, keys, "mandant", "kassenzeichen"):
            self._books.claims.fill((row.mandant, row.kassenzeichen), rows.claim_of(row.doc))
        _absent(self._books.claims, keys)

    def _refs(self, keys: Keys) -> None:
        for row in self._rows(tables.claim, keys, "mandant", "claim_ref"):
            self._books.refs.fill((row.mandant, row.claim_ref), row.kassenzeichen)
        _absent(self._books.refs, keys)

    def _owed(self, keys: Keys) -> None:
        """The Kassenzeichen of accounts, those of this transaction too, and their claims."""
        numbers: dict[Any, set[str]] = {key: set() for key in keys}
        for row in self._rows(tables.claim, keys, "mandant", "payer_ref"):
            self._books.claims.fill((row.mandant, row.kassenzeichen), rows.claim_of(row.doc))
        for claim in self._books.claims.loaded():
            if claim.account in numbers:
                numbers[claim.account].add(claim.kassenzeichen)
        for key, each in numbers.items():
            self._books.owed.fill(key, tuple(sorted(each)))

    def _payments(self, keys: Keys) -> None:
        for row in self._rows(tables.payment, keys, "mandant", "payment_ref"):
            self._books.payments.fill((row.mandant, row.payment_ref), Payment(**_named(row)))
        _absent(self._books.payments, keys)

    def _unclear_for(self, keys: Keys) -> None:
        table = tables.payment
        listed: dict[Any, list[tuple[int, str]]] = {key: [] for key in keys}
        for row in self._rows(table, keys, "mandant", "kassenzeichen"):
            if row.state == "unclear" and row.cause == "unknown-kassenzeichen":
                listed[row.mandant, row.kassenzeichen].append((row.since, row.payment_ref))
        for key, entries in listed.items():
            self._books.unclear_for.fill(key, tuple(sorted(entries)))

    def _journals(self, keys: Keys) -> None:
        for row in self._rows(tables.journal, keys, "mandant"):
            self._books.journals.fill((row.mandant,), rows.journal_of(row.doc))
        _absent(self._books.journals, keys)

    def _inbox(self, keys: Keys) -> None:
        for row in self._rows(tables.inbox, keys, "mandant", "source", "id"):
            self._books.inbox.fill((row.mandant, row.source, row.id), Seen(row.hash, row.reused))
        _absent(self._books.inbox, keys)

    def _sources(self, keys: Keys) -> None:
        for row in self._rows(tables.source_position, keys, "lane", "topic", "partition"):
            self._books.sources.fill((row.lane, row.topic, row.partition), row.at)
        _absent(self._books.sources, keys)

    def _needs(self, keys: Keys) -> None:
        found = self._waiting(self._rows(tables.waiting, keys, "mandant", "need"))
        for key in keys:
            self._books.needs.fill(_pair(key), found.get(key, ()))

    def _queues(self, keys: Keys) -> None:
        names = ("mandant", "topic", "kassenzeichen")
        found = self._waiting(self._rows(tables.waiting, keys, *names), *names)
        for key in keys:
            self._books.queues.fill((key[0], key[1], key[2]), found.get(key, ()))

    def _entries(self, keys: Keys) -> None:
        self._waiting(self._rows(tables.waiting, keys, "lane", "seq"))
        _absent(self._books.entries, keys)

    def _waiting(self, found: Iterable[Row[Any]], *names: str) -> dict[tuple[Any, ...], tuple[EntryKey, ...]]:
        """Put the events that wait on their shelf; returns their places by the columns asked for."""
        by_key: dict[tuple[Any, ...], list[EntryKey]] = {}
        for row in found:
            self._books.entries.fill((row.lane, row.seq), rows.entry_of(row))
            key = tuple(getattr(row, name) for name in names or ("mandant", "need"))
            by_key.setdefault(key, []).append((row.lane, row.seq))
        return {key: tuple(sorted(places)) for key, places in by_key.items()}

    def _parked(self, keys: Keys) -> None:
        found: dict[int, dict[Key, tuple[Record, ...]]] = {key[0]: {} for key in keys}
        for row in self._rows(tables.parked, keys, "lane"):
            records = rows.records_of(row.records)
            found[row.lane][row.mandant, row.debtor_ref] = records
        for lane, accounts in found.items():
            self._books.parked.fill((lane,), accounts)

    # ------------------------------------------------------------------ days

    def days(self, lanes: Iterable[int]) -> dict[int, tuple[date, bool]]:
        """The system's day of each lane that has one, and whether the work of opening it is done."""
        table = tables.lane_day
        query = select(table).where(table.c.lane.in_(list(lanes)))
        return {row.lane: (row.day, bool(row.done)) for row in self._conn.execute(query)}

    def day_before(self, lane: int, day: date) -> date | None:
        """The day that was opened before this one, which may be the lane's already."""
        table = tables.lane_day
        row = self._conn.execute(select(table).where(table.c.lane == lane)).one_or_none()
        if row is None:
            return None
        before: date | None = row.day if row.day < day else row.day_before
        return before

    def set_day(self, lane: int, day: date, *, done: bool) -> None:
        """The lane's day from now on."""
        row = {"lane": lane, "day": day, "day_before": self.day_before(lane, day), "done": int(done)}
        upsert(self._conn, tables.lane_day, [row], ("lane",))

    def mandants(self, lane: int) -> list[str]:
        """Every mandant that was seen in the lane."""
        table = tables.journal
        return list(self._conn.execute(select(table.c.mandant).where(table.c.lane == lane)).scalars())

    def held(self, lane: int, limit: int) -> list[Record]:
        """The first of what arrived before the first day."""
        table = tables.held
        query = select(table.c.record).where(table.c.lane == lane).order_by(table.c.seq).limit(limit)
        return [rows.record_of(doc) for doc in self._conn.execute(query).scalars()]

    def last_calls(self, lane: int, limit: int) -> list[EntryKey]:
        """What waits, in the order in which it is judged at the end of a day.

        Claims first: what waits for one takes effect with it. Reversals last: they go where the payment goes.
        """
        table = tables.waiting
        rank = case(
            (table.c.topic == "claim-created", 0),
            ((table.c.kassenzeichen == "") & table.c.need.like("payment/%"), 2),
            else_=1,
        )
        query = select(table).where(table.c.lane == lane).order_by(rank, table.c.seq).limit(limit)
        found = list(self._conn.execute(query))
        self._waiting(found)
        return [(row.lane, row.seq) for row in found]

    # ------------------------------------------------------------------ saving

    def save(self, lanes: Mapping[str, int]) -> None:
        """Write what changed; `lanes` has the lane of every mandant in the books."""
        books = self._books
        debtors = [rows.debtor_row(each, lanes[each.mandant]) for _, each in books.debtors.rows() if each]
        upsert(self._conn, tables.debtor, debtors, ("mandant", "debtor_ref"))
        accounts = [asdict(each) for _, each in books.accounts.rows() if each]
        upsert(self._conn, tables.account, accounts, ("mandant", "debtor_ref"))
        self._save_claims(lanes)
        payments = [rows.payment_row(each) for _, each in books.payments.rows() if each]
        upsert(self._conn, tables.payment, payments, ("mandant", "payment_ref"))
        self._forget(tables.sequencer.remittance, list(books.texts.changed), "mandant", "payment_ref")
        self._save_journal([each for _, each in books.postings.rows() if each], lanes)
        self._save_arrivals()
        self._save_rooms()
        books.saved()

    def _save_claims(self, lanes: Mapping[str, int]) -> None:
        """A claim that is there and found as before has its content overwritten, not its indexes as well."""
        new, content = [], []
        for before, claim in self._books.claims.changes():
            if claim and before and rows.found_by(before) == rows.found_by(claim):
                content.append(rows.claim_content(claim))
            elif claim:
                new.append(rows.claim_row(claim, lanes[claim.mandant]))
        upsert(self._conn, tables.claim, new, ("mandant", "kassenzeichen"))
        overwrite(self._conn, tables.claim, content, ("mandant", "kassenzeichen"))

    def _save_journal(self, postings: list[Recorded], lanes: Mapping[str, int]) -> None:
        insert_rows(self._conn, tables.posting, [rows.posting_row(each) for each in postings])
        journals = [
            rows.journal_row(each, lanes[each.mandant]) for _, each in self._books.journals.rows() if each
        ]
        upsert(self._conn, tables.journal, journals, ("mandant",))

    def _save_arrivals(self) -> None:
        inbox = [
            {"mandant": key[0], "source": key[1], "id": key[2], "hash": seen.hash, "reused": seen.reused}
            for key, seen in self._books.inbox.rows()
            if seen
        ]
        upsert(self._conn, tables.inbox, inbox, ("mandant", "source", "id"))
        sources = [
            {"lane": key[0], "topic": key[1], "partition": key[2], "at": at}
            for key, at in self._books.sources.rows()
        ]
        upsert(self._conn, tables.source_position, sources, ("lane", "topic", "partition"))

    def _save_rooms(self) -> None:
        books = self._books
        entries = dict(books.entries.rows())
        self._forget(tables.waiting, [key for key, each in entries.items() if each is None], "lane", "seq")
        waiting = [rows.entry_row(each) for each in entries.values() if each]
        upsert(self._conn, tables.waiting, waiting, ("lane", "seq"))
        held = dict(books.held.rows())
        self._forget(tables.held, [key for key, each in held.items() if each is None], "lane", "seq")
        kept = [
            {"lane": key[0], "seq": key[1], "record": rows.record_doc(each)}
            for key, each in held.items()
            if each
        ]
        insert_missing(self._conn, tables.held, kept, ("lane", "seq"))
        for (lane,), accounts in books.parked.rows():
            self._conn.execute(delete(tables.parked).where(tables.parked.c.lane == lane))
            parked = [
                {
                    "lane": lane,
                    "mandant": key[0],
                    "debtor_ref": key[1],
                    "records": rows.record_doc(records),
                }
                for key, records in (accounts or {}).items()
            ]
            insert_rows(self._conn, tables.parked, parked)

    def _forget(self, table: Table, keys: Keys, *names: str) -> None:
        if keys:
            columns: list[Column[Any]] = [table.c[name] for name in names]
            self._conn.execute(delete(table).where(among(self._conn, columns, keys)))

    # No bound methods: those would be a cycle, and a batch's books would wait for the collector.
    _LOADERS: ClassVar[Mapping[str, Callable[["Store", Keys], None]]] = {
        "debtors": _debtors,
        "accounts": _accounts,
        "claims": _claims,
        "refs": _refs,
        "owed": _owed,
        "payments": _payments,
        "unclear_for": _unclear_for,
        "journals": _journals,
        "inbox": _inbox,
        "sources": _sources,
        "needs": _needs,
        "queues": _queues,
        "entries": _entries,
        "parked": _parked,
    }


def count_waiting(conn: Connection) -> int:
    """How many events wait: for what they refer to, or for the first day."""
    return sum(
        int(conn.execute(select(func.count()).select_from(table)).scalar_one())
        for table in (tables.waiting, tables.held)
    )


def _absent(shelf: Any, keys: Keys) -> None:  # noqa: ANN401 - any shelf
    for key in keys:
        shelf.fill(key, None)


def _named(row: Row[Any]) -> dict[str, Any]:
    # Row._mapping looks each name up.
    return dict(zip(row._fields, row, strict=True))


def _pair(key: tuple[Any, ...]) -> Key:
    return key[0], key[1]
