"""Every SQL statement of notifications."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, select, update

from services.notifications.domain.messages import Notifiable
from services.notifications.domain.page import Contact
from services.notifications.tables import contact, contact_event, message
from shared.contracts.codec import payload
from shared.sql import Row as Values
from shared.sql import among, insert_missing, upsert

Debtor = tuple[str, str]  # mandant, debtor_ref
EventName = tuple[str, str, str]  # mandant, source, id


def event_of(type_: str, data: bytes | dict[str, Any]) -> Notifiable:
    """Read an event of one of the types in `messages.TYPES`."""
    return cast(Notifiable, payload(type_, data))


@dataclass(frozen=True, slots=True)
class Message:
    """A message as stored: what it was made from."""

    id: str
    mandant: str
    issued_on: date
    kind: str
    debtor_ref: str
    type: str
    source: str
    cause: str
    data: bytes

    @property
    def debtor(self) -> Debtor:
        """Whom it is about."""
        return self.mandant, self.debtor_ref

    @property
    def stem(self) -> str:
        """What its files are called."""
        return f"{self.kind}-{self.id}"

    def event(self) -> Notifiable:
        """The event that the message tells of."""
        return event_of(self.type, self.data)


@dataclass(frozen=True, slots=True)
class Written:
    """A message whose files stand in the folder."""

    message: Message
    sha256: str
    text_sha256: str


def add_messages(conn: Connection, rows: Sequence[Values]) -> None:
    """Note messages that must exist; those that are known stay as they are."""
    insert_missing(conn, message, rows, ("id",))


def unwritten(
    conn: Connection, lanes: Collection[int] | None, limit: int, without: Collection[str] = ()
) -> list[Message]:
    """Messages without files, of some lanes (None: of all), day by day, some left out by their ids.

    They are locked (PostgreSQL): two processes never write the manifest of one day at the same time.
    """
    query = select(message).where(message.c.sha256.is_(None))
    if lanes is not None:
        query = query.where(message.c.lane.in_(sorted(lanes)))
    if without:
        query = query.where(~among(conn, (message.c.id,), [(id_,) for id_ in without]))
    order = (message.c.mandant, message.c.issued_on, message.c.id)
    return [_message(row) for row in conn.execute(query.order_by(*order).limit(limit).with_for_update())]


def save_written(conn: Connection, written: Sequence[Written]) -> None:
    """Note that the files of messages are written."""
    conn.execute(
        update(message)
        .where(message.c.id == bindparam("of"))
        .values(sha256=bindparam("data_hash"), text_sha256=bindparam("text_hash")),
        [{"of": one.message.id, "data_hash": one.sha256, "text_hash": one.text_sha256} for one in written],
    )


def written_on(conn: Connection, mandant: str, day: date) -> list[Written]:
    """Everything that was written for a day, in the order of the file names."""
    query = (
        select(message)
        .where(message.c.mandant == mandant, message.c.issued_on == day, message.c.sha256.is_not(None))
        .order_by(message.c.kind, message.c.id)
    )
    return [Written(_message(row), row.sha256, row.text_sha256) for row in conn.execute(query)]


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        mandant=row.mandant,
        issued_on=row.issued_on,
        kind=row.kind,
        debtor_ref=row.debtor_ref,
        type=row.type,
        source=row.source,
        cause=row.cause,
        data=row.data.encode(),
    )


def contacts(conn: Connection, debtors: Collection[Debtor]) -> dict[Debtor, Contact]:
    """Names and addresses, where they are known."""
    query = select(contact).where(among(conn, (contact.c.mandant, contact.c.debtor_ref), debtors))
    return {(row.mandant, row.debtor_ref): Contact(**orjson.loads(row.doc)) for row in conn.execute(query)}


def save_contacts(conn: Connection, changed: Mapping[Debtor, Contact | None]) -> None:
    """Keep names and addresses; None erases."""
    rows = [
        {"mandant": mandant, "debtor_ref": debtor_ref, "doc": orjson.dumps(asdict(known)).decode()}
        for (mandant, debtor_ref), known in changed.items()
        if known is not None
    ]
    upsert(conn, contact, rows, ("mandant", "debtor_ref"))
    erased = [debtor for debtor, known in changed.items() if known is None]
    if erased:
        conn.execute(delete(contact).where(among(conn, (contact.c.mandant, contact.c.debtor_ref), erased)))


def hashes(conn: Connection, names: Collection[EventName]) -> dict[EventName, str]:
    """The hashes of the contact events that were seen before."""
    columns = (contact_event.c.mandant, contact_event.c.source, contact_event.c.id)
    query = select(contact_event).where(among(conn, columns, names))
    return {(row.mandant, row.source, row.id): row.hash for row in conn.execute(query)}


def save_hashes(conn: Connection, seen: Mapping[EventName, str]) -> None:
    """Remember contact events for ever."""
    rows = [
        {"mandant": mandant, "source": source, "id": id_, "hash": hashed}
        for (mandant, source, id_), hashed in seen.items()
    ]
    insert_missing(conn, contact_event, rows, ("mandant", "source", "id"))
