"""Records as they stand in Kafka, through the sequencer's reading, to the services."""

from collections.abc import Callable, Sequence
from datetime import date

import orjson
from sqlalchemy import Engine, select

from mahnwerk.inprocess import Bus
from mahnwerk.members import members
from services.claims import tables as claims
from services.claims.days import Day, mark
from services.claims.sequencing import Message, Source, parse, to_intake
from services.notifications import contacts
from shared import topics
from shared.database import engine_for
from shared.decoding import read_ours
from shared.outbox import OutboxRow
from shared.policy import Policies
from shared.sql import insert_missing
from tests.fuzz.machine import Data

Headers = Sequence[tuple[str, bytes | None]]


class Wire:
    """The inbound topics, with one partition each and one lane behind them."""

    def __init__(
        self,
        policies: Policies,
        engine_of: Callable[[str], Engine] = lambda _service: engine_for("sqlite://"),
    ) -> None:
        self._engine_of = engine_of
        self._told: list[Data] = []
        self._engines: dict[str, Engine] = {}
        self._bus = Bus(members(policies, self._engine), 1, self._emitted)
        self._offset = 0

    def _engine(self, service: str) -> Engine:
        return self._engines.setdefault(service, self._engine_of(service))

    def _emitted(self, source: str, row: OutboxRow) -> None:
        data = orjson.loads(row.data)
        self._told.append({"source": source, "type": row.type, "data": data, "causationid": row.cause})

    def open_day(self, day: str) -> None:
        """The sequencer's mark, as if the day had been announced."""
        self._offset += 1
        announced = Day(
            f"day-{day}", "/clock", f"hash-{day}", date.fromisoformat(day), self._offset, exact=False, cut={}
        )
        self._append(mark(announced, 0))

    def send(self, topic: str, headers: Headers, value: bytes | None, key: bytes | None = None) -> list[Data]:
        """A record of an inbound topic; what the services say to it."""
        self._told = []
        self._offset += 1
        if topic == topics.DEBTOR_CONTACT:
            self._bus.append(contacts.read((topic, 0, self._offset), headers, key, value))
            self._bus.settle()
        else:
            self._append(to_intake(parse(Source(topic, 0, self._offset, headers, value)), 1))
        return [event for event in self._told if event["type"] != "day-marked.v1"]

    def texts(self) -> list[tuple[str, str, str]]:
        """What is kept of remittances: mandant, payment and its state."""
        text, payment = claims.sequencer.remittance, claims.payment
        same = (payment.c.mandant == text.c.mandant) & (payment.c.payment_ref == text.c.payment_ref)
        query = select(text.c.mandant, text.c.payment_ref, payment.c.state).join(payment, same, isouter=True)
        with self._engines["claims"].begin() as conn:
            return [(row.mandant, row.payment_ref, row.state) for row in conn.execute(query)]

    def _append(self, message: Message) -> None:
        if message.remittance is not None:
            row = {name: getattr(message.remittance, name) for name in ("mandant", "payment_ref", "text")}
            with self._engines["claims"].begin() as conn:
                insert_missing(conn, claims.sequencer.remittance, [row], ("mandant", "payment_ref"))
        headers = [(name, text.encode()) for name, text in message.headers.items()]
        self._bus.append(read_ours((topics.INTAKE, 0, 0), headers, None, message.value))
        self._bus.settle()
