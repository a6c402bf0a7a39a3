"""Drives the ledger as the loop does: records in, events out, on SQLite in memory."""

# ruff: noqa: ANN401 - the data of events is JSON

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from services.claims import tables
from services.claims.ledger import Ledger
from shared import kassenzeichen
from shared.contracts import INBOUND, EventRejected, Payload, PostingRecorded
from shared.contracts.codec import data_hash
from shared.database import engine_for
from shared.events import Event
from shared.loop import Loop
from shared.policy import Policies
from shared.records import DAY_MARKED, Record

DEBTOR: dict[str, Any] = {
    "debtor_ref": "D1",
    "kind": "person",
    "legal_representative": False,
    "under_guardianship": False,
    "address_complete": True,
    "receives_benefits": False,
}
CLAIM: dict[str, Any] = {
    "claim_ref": "C1",
    "debtor_ref": "D1",
    "aktenzeichen": "32425425167854",
    "einnahmeart": "5621",
    "office": "LG",
    "mode": "einmalig",
    "amount_cents": 10_000,
    "due_on": "2026-03-31",
    "decided_on": "2026-02-17",
}
PERSONS: dict[str, Any] = {"requested_by": "4711", "approved_by": "4712"}


class Driver:
    """A ledger with one lane. `send` gives a record to it and returns what it emitted."""

    def __init__(self, policies: Policies, mandant: str = "wuppertal") -> None:
        self.mandant = mandant
        self.engine = engine_for("sqlite://")
        tables.metadata.create_all(self.engine)
        self.ledger = Ledger(policies)
        self.loop = Loop(self.engine, self.ledger)
        self.loop.take([("intake", 0)])
        self.offset = 0
        self.events: list[Event] = []

    # given

    def kz(self, serial: int, einnahmeart: str = "5621") -> str:
        return kassenzeichen.make(einnahmeart, serial)

    def open(self, day: str) -> list[Event]:
        return self.feed([self.mark(day)])

    def debtor(self, debtor_ref: str = "D1", **data: Any) -> list[Event]:
        return self.send("debtor-registered.v1", **DEBTOR | {"debtor_ref": debtor_ref} | data)

    def claim(self, serial: int | None = 1, **data: Any) -> list[Event]:
        """A claim with a Kassenzeichen of that serial number; None: it is to be given out."""
        art = data.get("einnahmeart", "5621")
        number = {} if serial is None else {"kassenzeichen": self.kz(serial, art)}
        ref = {} if serial is None else {"claim_ref": f"C{serial}"}
        return self.send("claim-created.v1", **CLAIM | ref | number | data)

    def pay(self, ref: str, cents: int, serial: int | None = 1, **data: Any) -> list[Event]:
        number = {} if serial is None else {"kassenzeichen": self.kz(serial)}
        fields = {"payment_ref": ref, "amount_cents": cents, "booked_on": "2026-04-01"}
        return self.send("payment-received.v1", **fields | number | data)

    def about(self, type_: str, serial: int = 1, **data: Any) -> list[Event]:
        """An event about the Kassenzeichen with that serial number."""
        return self.send(type_, **{"kassenzeichen": self.kz(serial)} | data)

    def write_off(self, serial: int = 1, **data: Any) -> list[Event]:
        fields = {"decision": "unbefristet", "decided_on": "2026-04-01", "whereabouts_unknown": False}
        return self.about("write-off-decided.v1", serial, **fields | PERSONS | data)

    # records

    def record(self, type_: str, data: dict[str, Any], **envelope: Any) -> Record:
        id_ = envelope.pop("id", f"e{self.offset}")
        source = envelope.pop("source", "test")
        topic = INBOUND[type_].TOPIC if type_ in INBOUND else "file"
        headers = {"mw-from": f"{topic}/0/{self.offset}", "mw-hash": data_hash(type_, data)}
        record = Record(
            topic="intake",
            lane=0,
            offset=self.offset,
            type=type_,
            id=id_,
            source=source,
            cause=envelope.pop("cause", id_),
            data=data,
            headers=headers | envelope,
        )
        self.offset += 1
        return record

    def mark(self, day: str) -> Record:
        data = {"day": day, "id": f"day-{day}", "source": "clock"}
        opened = data_hash("business-day-opened.v1", {"day": day})
        return self.record(DAY_MARKED, data, id=f"mark-{day}", cause=f"day-{day}", **{"mw-hash": opened})

    def inbound(self, type_: str, **data: Any) -> Record:
        envelope = {name[1:]: data.pop(name) for name in list(data) if name.startswith("_")}
        given = {"mandant": self.mandant} | data
        return self.record(type_, {k: v for k, v in given.items() if v is not ...}, **envelope)

    # when

    def send(self, type_: str, **data: Any) -> list[Event]:
        return self.feed([self.inbound(type_, **data)])

    def feed(self, records: Sequence[Record]) -> list[Event]:
        events = self.loop.run({("intake", 0): records}).emitted
        self.events += events
        return events

    # then

    def claim_view(self, serial: int = 1, einnahmeart: str = "5621") -> Any:
        """The claim as it was last told."""
        number = self.kz(serial, einnahmeart)
        views = [
            v for e in self.events for v in getattr(e.payload, "claims", ()) if v.kassenzeichen == number
        ]
        return views[-1]

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the ledger but positions and outbox, for comparing."""
        skip = {"position", "outbox", "outbox_number"}
        with self.engine.begin() as conn:
            return {
                table.name: sorted(_rows(conn, table), key=repr)
                for table in tables.metadata.sorted_tables
                if table.name not in skip
            }


def _rows(conn: Connection, table: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in conn.execute(select(table))]


def told(events: Sequence[Event], kind: type[Payload]) -> list[Any]:
    """The payloads of a kind, in order; a copy on another topic is the same event."""
    return [e.payload for e in events if isinstance(e.payload, kind) and e.topic == kind.TOPIC]


def reasons(events: Sequence[Event]) -> list[str]:
    return [rejected.reason for rejected in told(events, EventRejected)]


def booked(events: Sequence[Event]) -> list[tuple[str, int]]:
    return [(posting.kind, posting.amount_cents) for posting in told(events, PostingRecorded)]


def the(events: Sequence[Event], kind: type[Payload]) -> Any:
    """The only payload of that kind."""
    (payload,) = told(events, kind)
    return payload
