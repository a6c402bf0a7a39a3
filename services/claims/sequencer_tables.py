"""The sequencer's own tables, in the database of claims: how far it has read, and the days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from services.claims.days import Calendar, Day, NoDay, Partition
from services.claims.sequencer_turn import Stand
from services.claims.sequencing import Remittance
from shared.sql import insert_missing, upsert


@dataclass(frozen=True, slots=True)
class SequencerTables:
    """The sequencer's tables in the metadata of claims."""

    term: Table
    position: Table
    day: Table
    refused: Table
    remittance: Table


def sequencer_tables(metadata: MetaData) -> SequencerTables:
    """Declare the sequencer's tables."""
    return SequencerTables(
        # One row: how often a sequencer became the active one. Its writes name their term, so that one that
        # was replaced without noticing changes nothing any more.
        term=Table(
            "sequencer_term",
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("term", BigInteger, nullable=False),
            Column("lanes", Integer, nullable=False),
        ),
        position=Table(
            "sequencer_position",
            metadata,
            Column("topic", String(64), primary_key=True),
            Column("partition", Integer, primary_key=True, autoincrement=False),
            Column("at", BigInteger, nullable=False),  # the next offset to append
            Column("texts_to", BigInteger, nullable=False),  # below it, remittance texts were stored before
            Column("number", BigInteger, nullable=False),  # feedback: dunning's last number seen here
            Column("ring", Date),  # feedback: the last day that dunning marked here
        ),
        day=Table(
            "sequencer_day",
            metadata,
            Column("at", BigInteger, primary_key=True, autoincrement=False),  # its offset in business-day
            Column("id", Text, nullable=False),
            Column("source", Text, nullable=False),
            Column("hash", String(64), nullable=False),
            Column("day", Date, nullable=False),
            Column("exact", Boolean, nullable=False),
            Column("cut", Text, nullable=False),  # JSON: [[topic, partition, end], …]
            Column("marked", Boolean, nullable=False),
        ),
        # Announcements that open no day: their ids open none later, whoever is the active one then.
        refused=Table(
            "sequencer_refused",
            metadata,
            Column("at", BigInteger, primary_key=True, autoincrement=False),  # its offset in business-day
            Column("id", Text, nullable=False),
            Column("source", Text, nullable=False),
            Column("beyond", Boolean, nullable=False),  # for its `through`
        ),
        # The text of payments on the Klärungsliste: personal data, deleted when the payment is settled.
        remittance=Table(
            "remittance",
            metadata,
            Column("mandant", String(64), primary_key=True),
            Column("payment_ref", String(64), primary_key=True),
            Column("text", Text, nullable=False),
        ),
    )


class ReplacedError(Exception):
    """Another sequencer has become the active one."""


class LanesChangedError(Exception):
    """`intake` has another number of partitions than at the first start: mandants would change lanes."""


_ONLY: Final = 1


class SequencerStore:
    """Every SQL statement of the sequencer. Writes are refused when another one has begun its term."""

    def __init__(self, engine: Engine, tables: SequencerTables) -> None:
        self._engine = engine
        self._tables = tables
        self.term = 0

    def begin_term(self, lanes: int, now_ms: int) -> int:
        """Become the active one; LanesChangedError if the number of lanes is not that of the first start.

        Terms follow the clock where they can: after a restore from an older copy, counting alone would give
        numbers again that stand in `intake` already.
        """
        table = self._tables.term
        with self._engine.begin() as conn:
            insert_missing(conn, table, [{"id": _ONLY, "term": 0, "lanes": lanes}], ("id",))
            conn.execute(update(table).values(term=table.c.term + 1))
            row = conn.execute(select(table)).one()
            if row.lanes != lanes:
                raise LanesChangedError(
                    f"intake has {lanes} partitions, at the first start it had {row.lanes}"
                )
            self.term = max(row.term, now_ms)
            conn.execute(update(table).values(term=self.term))
        return self.term

    def load(self, lanes: int) -> tuple[dict[Partition, Stand], Calendar]:
        """Positions and days as stored."""
        calendar = Calendar(lanes)
        with self._engine.connect() as conn:
            stands = {
                (row.topic, row.partition): Stand(row.at, row.texts_to, row.number, row.ring)
                for row in conn.execute(select(self._tables.position))
            }
            for row in conn.execute(select(self._tables.day).order_by(self._tables.day.c.at)):
                cut = {(topic, partition): end for topic, partition, end in orjson.loads(row.cut)}
                calendar.expect(Day(row.id, row.source, row.hash, row.day, row.at, row.exact, cut))
                if row.marked:
                    calendar.marked()
            for row in conn.execute(select(self._tables.refused)):
                calendar.remember(NoDay(row.at, row.id, row.source, row.beyond))
        calendar.ring = {place: stand.ring for place, stand in stands.items() if stand.ring is not None}
        return stands, calendar

    def store(self, stands: Mapping[Partition, Stand], announced: Day | None, marked: Day | None) -> None:
        """Move positions, and note the day that was announced or marked, in one transaction."""
        days = self._tables.day
        with self._engine.begin() as conn:
            self._fence(conn)
            self._move(conn, stands)
            if announced is not None:
                cut = [[topic, partition, end] for (topic, partition), end in sorted(announced.cut.items())]
                conn.execute(
                    insert(days).values(
                        at=announced.offset,
                        id=announced.id,
                        source=announced.source,
                        hash=announced.hash,
                        day=announced.day,
                        exact=announced.exact,
                        cut=orjson.dumps(cut).decode(),
                        marked=False,
                    )
                )
            if marked is not None:
                conn.execute(update(days).where(days.c.at == marked.offset).values(marked=True))

    def keep_refused(self, refused: NoDay) -> None:
        """Store that an announcement was refused, before that is appended: after a crash it is, once more."""
        with self._engine.begin() as conn:
            self._fence(conn)
            row = {"at": refused.offset, "id": refused.id, "source": refused.source, "beyond": refused.beyond}
            insert_missing(conn, self._tables.refused, [row], ("at",))

    def keep_texts(self, texts: Iterable[Remittance], stands: Mapping[Partition, Stand]) -> None:
        """Store remittance texts before their payments are appended, and how far: no text is stored twice.

        The ledger deletes a text when the payment is settled; stored again after a crash, it would stay.
        """
        with self._engine.begin() as conn:
            self._fence(conn)
            rows = [
                {"mandant": text.mandant, "payment_ref": text.payment_ref, "text": text.text}
                for text in texts
            ]
            insert_missing(conn, self._tables.remittance, rows, ("mandant", "payment_ref"))
            self._move(conn, stands)

    def _move(self, conn: Connection, stands: Mapping[Partition, Stand]) -> None:
        rows = [
            {
                "topic": topic,
                "partition": partition,
                "at": stand.at,
                "texts_to": stand.texts_to,
                "number": stand.number,
                "ring": stand.ring,
            }
            for (topic, partition), stand in sorted(stands.items())
        ]
        upsert(conn, self._tables.position, rows, ("topic", "partition"))

    def _fence(self, conn: Connection) -> None:
        table = self._tables.term
        ours = conn.execute(update(table).where(table.c.term == self.term).values(term=self.term))
        if ours.rowcount != 1:
            raise ReplacedError(f"term {self.term} is over")
