"""The tables every service has for delivery: its positions in the logs it reads, and its outbox.

Outbox rows are numbered per (topic, lane) inside the transaction that owns the lane: gap-free and in commit
order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Delete,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
)

from shared.contracts.codec import to_json
from shared.events import Event
from shared.sql import insert_rows, upsert


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery tables of one service."""

    position: Table
    outbox: Table
    outbox_number: Table


def delivery_tables(metadata: MetaData) -> Delivery:
    """Declare the delivery tables in a service's metadata."""
    return Delivery(
        position=Table(
            "position",
            metadata,
            Column("topic", String(64), primary_key=True),
            Column("lane", Integer, primary_key=True, autoincrement=False),
            Column("at", BigInteger, nullable=False),  # the next offset to handle
            Column("step", Integer, nullable=False),  # chunks done of the day mark that stands at `at`
            Column("numbers", Text, nullable=False),  # JSON: writer -> its last number seen here
        ),
        outbox=Table(
            "outbox",
            metadata,
            Column("topic", String(64), primary_key=True),
            Column("lane", Integer, primary_key=True, autoincrement=False),
            Column("number", BigInteger, primary_key=True, autoincrement=False),
            Column("id", String(36), nullable=False),
            Column("type", String(64), nullable=False),
            Column("cause", Text, nullable=False),
            Column("key", Text, nullable=False),
            Column("day", Date),
            Column("data", LargeBinary, nullable=False),
            Column("traceparent", Text),
        ),
        outbox_number=Table(
            "outbox_number",
            metadata,
            Column("topic", String(64), primary_key=True),
            Column("lane", Integer, primary_key=True, autoincrement=False),
            Column("last", BigInteger, nullable=False),
        ),
    )


class OutboxRow(NamedTuple):
    """One event that waits to be published."""

    topic: str
    lane: int
    number: int
    id: str
    type: str
    cause: str
    key: str
    day: date | None
    data: bytes
    traceparent: str | None = None

    @property
    def time(self) -> str:
        """The CloudEvents time: the system's day, never a clock's; empty before the first was opened."""
        return f"{self.day}T00:00:00Z" if self.day else ""


def append(conn: Connection, tables: Delivery, events: Sequence[Event]) -> None:
    """Number the events per (topic, lane) and add them. The caller's transaction owns the lanes."""
    if not events:
        return
    numbers = tables.outbox_number
    lanes = sorted({event.lane for event in events})
    last: dict[tuple[str, int], int] = {
        (row.topic, row.lane): row.last for row in conn.execute(_of_lanes(numbers), {"lanes": lanes})
    }
    touched: dict[tuple[str, int], int] = {}
    rows = []
    for event in events:
        place = (event.topic, event.lane)
        touched[place] = last[place] = last.get(place, 0) + 1
        rows.append(
            {
                "topic": event.topic,
                "lane": event.lane,
                "number": last[place],
                "id": event.id,
                "type": event.type,
                "cause": event.cause,
                "key": event.key,
                "day": event.day,
                "data": to_json(event.payload),
                "traceparent": event.traceparent or None,
            }
        )
    insert_rows(conn, tables.outbox, rows)
    upsert(
        conn,
        numbers,
        [{"topic": topic, "lane": lane, "last": number} for (topic, lane), number in touched.items()],
        ("topic", "lane"),
    )


def lowest(conn: Connection, tables: Delivery, lanes: Iterable[int], limit: int) -> list[OutboxRow]:
    """Up to `limit` rows of the lanes, lowest numbers of each (topic, lane) first."""
    found = conn.execute(_lowest(tables.outbox), {"lanes": list(lanes), "most": limit}).all()
    return list(map(OutboxRow._make, found))


def forget(conn: Connection, tables: Delivery, up_to: Mapping[tuple[str, int], int]) -> None:
    """Delete the rows of each (topic, lane) up to a number: Kafka has acknowledged them."""
    those = [{"its_topic": topic, "its_lane": lane, "up_to": to} for (topic, lane), to in up_to.items()]
    if those:
        conn.execute(_forgotten(tables.outbox), those)


def drain(conn: Connection, tables: Delivery) -> list[OutboxRow]:
    """All rows, lowest numbers of each (topic, lane) first, and delete them: for a bus in memory."""
    box = tables.outbox
    rows = conn.execute(select(box).order_by(box.c.topic, box.c.lane, box.c.number)).all()
    conn.execute(delete(box))
    return [OutboxRow(*row) for row in rows]


def depth(conn: Connection, tables: Delivery) -> int:
    """How many events wait to be published."""
    return int(conn.execute(select(func.count()).select_from(tables.outbox)).scalar_one())


# Made once: building a statement takes as long as carrying it out.
@cache
def _of_lanes(table: Table) -> Select[Any]:
    return select(table).where(table.c.lane.in_(bindparam("lanes", expanding=True)))


@cache
def _lowest(box: Table) -> Select[Any]:
    return _of_lanes(box).order_by(box.c.topic, box.c.lane, box.c.number).limit(bindparam("most"))


@cache
def _forgotten(box: Table) -> Delete:
    its = (box.c.topic == bindparam("its_topic"), box.c.lane == bindparam("its_lane"))
    return delete(box).where(*its, box.c.number <= bindparam("up_to"))
