"""What the ledger makes of a round, for its rivals: rows, statements, and the bytes that it publishes."""

# ruff: noqa: ANN401 - a driver's values, and functions of any kind

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, event

from mahnwerk.migrate import migrate
from services.claims import ledger, store
from services.claims.sequencing import Message, parse, to_intake
from shared import outbox
from shared.contracts.codec import to_json
from shared.contracts.envelope import Envelope, render_headers
from shared.database import engine_for
from shared.decoding import read_ours
from shared.events import Event
from shared.loop import Loop
from shared.policy import load_policies
from shared.producing import Outgoing
from shared.records import DAY_MARKED, NUMBER, Record
from tests.bench.claims import LANES
from tests.bench.upstream import FIRST_DAY, Inbound
from tests.system.delivery import POLICIES

Place = tuple[str, int]  # (topic, lane)
_WRITES: Final = ("INSERT", "UPDATE", "DELETE")


@dataclass(slots=True)
class Batch:
    """What one transaction writes (as the driver is told it), which rows that are, and what goes out then."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    rows: list[tuple[Table, Sequence[Mapping[str, Any]]]] = field(default_factory=list)
    outgoing: dict[Place, list[Outgoing]] = field(default_factory=lambda: defaultdict(list))
    forget: list[tuple[str, Any, bool]] = field(default_factory=list)
    selects: int = 0
    transactions: int = 0


class Recorder:
    """A ledger in this process, without Kafka, whose database is watched."""

    def __init__(self, database: str) -> None:
        migrate("claims", database)
        self._engine = engine_for(database)
        self._loop = Loop(self._engine, ledger.Ledger(load_policies(POLICIES)))
        self._loop.take([("intake", lane) for lane in range(LANES)])
        self._ends: dict[int, int] = defaultdict(int)
        self._offsets: dict[Place, int] = defaultdict(int)
        self._numbers: dict[Place, int] = defaultdict(int)
        self.batch([self._mark(lane) for lane in range(LANES)])

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def records(self, inbound: Sequence[Inbound]) -> list[Record]:
        """What the sequencer makes of inbound records, as the ledger reads it."""
        return [self._record(to_intake(parse(one.source(self._next(one))), LANES)) for one in inbound]

    def batch(self, records: Sequence[Record]) -> Batch:
        """Run the loop on some records."""
        by_lane: dict[Place, list[Record]] = defaultdict(list)
        for record in records:
            by_lane["intake", record.lane].append(record)
        batch = Batch()
        with watched(self._engine, batch), _rows_noted(batch):
            emitted = self._loop.run(by_lane).emitted
        for event_ in emitted:
            batch.outgoing[event_.topic, event_.lane].append(self._outgoing(event_))
        forgotten = Batch()
        with watched(self._engine, forgotten), self._engine.begin() as conn:
            done = {place: self._numbers[place] for place in batch.outgoing}
            outbox.forget(conn, ledger.Ledger.delivery, done)
        batch.forget = forgotten.statements
        return batch

    def _next(self, one: Inbound) -> int:
        self._offsets[one.topic, one.partition] += 1
        return self._offsets[one.topic, one.partition] - 1

    def _record(self, message: Message) -> Record:
        headers = [(name, text.encode()) for name, text in {**message.headers, "mw-term": "1"}.items()]
        place = ("intake", message.lane, self._ends[message.lane])
        self._ends[message.lane] += 1
        return read_ours(place, headers, None, message.value)

    def _mark(self, lane: int) -> Record:
        data = {"day": FIRST_DAY, "id": FIRST_DAY, "source": "clock"}
        self._ends[lane] += 1
        return Record(
            "intake", lane, self._ends[lane] - 1, DAY_MARKED, "mark", "mahnwerk/claims", FIRST_DAY, data
        )

    def _outgoing(self, emitted: Event) -> Outgoing:
        self._numbers[emitted.topic, emitted.lane] += 1
        number = self._numbers[emitted.topic, emitted.lane]
        envelope = Envelope(
            id=emitted.id,
            source="mahnwerk/claims",
            type=emitted.type,
            subject=emitted.key,
            time=f"{emitted.day}T00:00:00Z",
            causationid=emitted.cause,
        )
        headers = (*render_headers(envelope), (NUMBER, str(number).encode()))
        return Outgoing(emitted.key.encode() or None, to_json(emitted.payload), headers)


@contextmanager
def watched(engine: Engine, batch: Batch) -> Iterator[None]:
    def statement(
        _conn: Connection,
        _cursor: Any,
        text: str,
        values: Any,
        _context: Any,
        many: bool,  # noqa: FBT001
    ) -> None:
        if text.startswith(_WRITES):
            batch.statements.append((text, values, many))
        else:
            batch.selects += 1

    def transaction(_conn: Connection) -> None:
        batch.transactions += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", transaction)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", transaction)


@contextmanager
def _rows_noted(batch: Batch) -> Iterator[None]:
    """Note the rows that the store hands to `shared.sql`."""
    kept = {name: getattr(store, name) for name in ("upsert", "overwrite", "insert_rows", "insert_missing")}

    def noting(write: Any) -> Any:
        def noted(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *keys: Any) -> None:
            batch.rows.append((table, list(rows)))
            write(conn, table, rows, *keys)

        return noted

    for name, write in kept.items():
        setattr(store, name, noting(write))
    try:
        yield
    finally:
        for name, write in kept.items():
            setattr(store, name, write)
