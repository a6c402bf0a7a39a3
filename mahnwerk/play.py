"""`mahnwerk play FILE`: what the services make of a file of inbound events, without Kafka.

The sequencer's reading, the services' handlers and their stores are the ones that run in production; only
the bus and the (SQLite) databases are in memory. All mandants share one lane: the ledger sees the file's
order.
"""

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from mahnwerk.inprocess import Bus, Member
from mahnwerk.members import members
from services.claims.days import Calendar, mark
from services.claims.sequencing import FEEDBACK, Message, Parsed, Source, parse, to_intake
from services.claims.store import count_waiting
from services.notifications import contacts
from shared import topics
from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.envelope import Envelope, line_to_record, load_line, render_headers, render_line
from shared.database import engine_for
from shared.decoding import read_ours
from shared.outbox import OutboxRow
from shared.policy import Policies, PolicyError
from shared.records import DAY_MARKED, Record

LANES = 1
UNKNOWN_TOPIC = "file"


class NotJsonLinesError(Exception):
    """The file cannot be read as JSON Lines."""


def read_lines(path: Path) -> list[tuple[int, Any]]:
    """The file's lines with their numbers (from 1), blank ones left out.

    Raises NotJsonLinesError with the number of the first line that is no JSON, OSError if it cannot be read.
    """
    lines = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            lines.append((number, load_line(line)))
        except orjson.JSONDecodeError as error:
            raise NotJsonLinesError(f"{path}, line {number}: {error}") from None
    return lines


def _printed(source: str, row: OutboxRow) -> bytes | None:
    # A copy of an event on another topic is the same event: it is printed once.
    if row.type == DAY_MARKED or row.topic != OUTBOUND[row.type].TOPIC:
        return None
    envelope = Envelope(
        id=row.id,
        source=source,
        type=row.type,
        subject=row.key,
        time=row.time,
        causationid=row.cause,
    )
    return render_line(envelope, row.data)


class Play:
    """The system in one process. Feed it lines in order; each hands back what was emitted until then.

    Args:
        policies: of all mandants.
        engine_of: an empty database for a service, by its name; in memory where nobody looks in afterwards.
    """

    def __init__(
        self,
        policies: Policies,
        engine_of: Callable[[str], Engine] = lambda _service: engine_for("sqlite://"),
    ) -> None:
        self._policies = policies
        self._calendar = Calendar(LANES)
        self._line = 0
        self._out: list[tuple[int, bytes]] = []
        self._members: list[Member] = members(policies, engine_of)
        self._bus = Bus(self._members, LANES, self._emitted)
        self._fed = dict.fromkeys(FEEDBACK, 0)

    def run(self, lines: Iterable[tuple[int, Any]]) -> Iterator[bytes]:
        """Feed the lines; yield every emitted event as a line in structured mode.

        Raises PolicyError when a value that a day needs is unset.
        """
        for number, line in lines:
            try:
                self._feed(number, line)
            except PolicyError:  # the days before were decided all the same
                yield from self._flush()
                raise
            yield from self._flush()
        self._settle()
        yield from self._flush()

    def waiting(self) -> int:
        """How many events still wait for something they refer to."""
        with self._members[0].engine.begin() as conn:
            return count_waiting(conn)

    def _flush(self) -> Iterator[bytes]:
        # A day's lines are handled in batches, and printed as if each had been settled before the next.
        out, self._out = self._out, []
        yield from (line for _, line in sorted(out, key=itemgetter(0)))

    def _emitted(self, source: str, row: OutboxRow) -> None:
        if (line := _printed(source, row)) is not None:
            self._out.append((self._bus.line, line))

    def _feed(self, number: int, line: Any) -> None:  # noqa: ANN401 - any JSON may stand in a line
        self._line = number
        kind = line.get("type") if isinstance(line, dict) else None
        model = INBOUND.get(kind) if isinstance(kind, str) else None
        headers, value = line_to_record(line)
        source = Source(model.TOPIC if model else UNKNOWN_TOPIC, 0, number, headers, value)
        parsed = parse(source)
        if source.topic == topics.DEBTOR_CONTACT:
            self._bus.append(contacts.read((source.topic, 0, number), headers, None, value), number)
        elif source.topic != topics.BUSINESS_DAY or not self._opened(parsed):
            self._append(to_intake(parsed, LANES))

    def _opened(self, parsed: Parsed) -> bool:
        """Open the day that the record announces; False if it is none, which the ledger then answers."""
        self._settle()
        day = self._calendar.announce(parsed)
        if day is None:
            self._calendar.refuse(parsed)
            return False
        self._policies.check(day.day)
        self._calendar.expect(day)
        self._append(mark(day, 0))
        self._calendar.marked()
        self._settle()
        return True

    def _settle(self) -> None:
        """Until nothing is left to read: what dunning decides goes back through intake, notices first."""
        while True:
            self._bus.settle()
            back = [record for topic in FEEDBACK for record in self._new(topic)]
            if not back:
                return
            for record in back:
                if record.type != DAY_MARKED:
                    self._append(to_intake(parse(_fed_back(record)), LANES))

    def _new(self, topic: str) -> list[Record]:
        records = self._bus.read((topic, 0), self._fed[topic])
        self._fed[topic] += len(records)
        return records

    def _append(self, message: Message) -> None:
        self._bus.append(_record(topics.INTAKE, message.headers, message.value), self._line)


def _record(topic: str, headers: dict[str, str], value: bytes) -> Record:
    """A record of the bus, read as it would be from Kafka."""
    return read_ours((topic, 0, 0), [(name, text.encode()) for name, text in headers.items()], None, value)


def _fed_back(record: Record) -> Source:
    envelope = Envelope(id=record.id, source=record.source, type=record.type, causationid=record.cause)
    return Source(
        record.topic, record.lane, record.offset, render_headers(envelope), orjson.dumps(record.data)
    )
