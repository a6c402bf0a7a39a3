"""Notifications as the loop sees it: events become rows; rows become files, once, whatever is killed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import orjson
from sqlalchemy import Connection

from services.notifications import store, tables
from services.notifications.contacts import Inbox, event_name
from services.notifications.domain.messages import TYPES, content, heading
from services.notifications.domain.page import Contact, page
from services.notifications.folder import Folder
from services.notifications.store import Message, Written
from shared import topics
from shared.events import Event
from shared.loop import DayStep
from shared.policy import Policies
from shared.records import Record

MANIFEST = "manifest.jsonl"


class Notifications:
    """The service. All state is in the database; it may be stopped between any two lines."""

    name = "notifications"
    delivery = tables.delivery
    day_topic: str | None = None

    def __init__(self, policies: Policies, folder: Path | None = None) -> None:
        """`folder`: where the files go; without one the messages are only noted."""
        self._policies = policies
        self._folder = Folder(folder) if folder else None

    def handle(self, conn: Connection, batch: Mapping[int, Sequence[Record]]) -> list[Event]:
        """Note the messages that must exist, keep the contacts; answer contacts that cannot be used."""
        records = [record for lane in sorted(batch) for record in batch[lane]]
        messages = [_row(record) for record in records if record.type in TYPES]
        store.add_messages(conn, messages)
        return self._contacts(conn, [record for record in records if record.topic == topics.DEBTOR_CONTACT])

    def open_day(
        self, conn: Connection, marks: Mapping[int, Record], step: Mapping[int, int], limit: int
    ) -> DayStep:
        """Nothing: a day brings no messages of its own."""
        del conn, marks, step, limit
        return DayStep([])

    def deliver(self, conn: Connection, lanes: Collection[int] | None = None, limit: int = 500) -> int:
        """Write the files of up to `limit` messages that have none; to be called until it returns 0.

        Call it in a transaction of its own after each batch, and at the start: what was noted but not written
        when a process was killed is written then, over what it left behind.
        """
        if self._folder is None:
            return 0
        messages = store.unwritten(conn, lanes, limit)
        pages = _Pages(self._policies, store.contacts(conn, {one.debtor for one in messages}))
        for (mandant, day), group in groupby(messages, key=lambda one: (one.mandant, one.issued_on)):
            inside = f"{mandant}/{day}"
            store.save_written(conn, [_write(self._folder, inside, one, pages) for one in group])
            lines = [_line(one) for one in store.written_on(conn, mandant, day)]
            self._folder.write(inside, MANIFEST, b"".join(lines))
            self._folder.settle(inside)
        return len(messages)

    def _contacts(self, conn: Connection, records: Sequence[Record]) -> list[Event]:
        if not records:
            return []
        inbox = Inbox(self._policies, store.hashes(conn, {event_name(record) for record in records}))
        for record in records:
            inbox.take(record)
        store.save_contacts(conn, inbox.changed)
        store.save_hashes(conn, inbox.new)
        return inbox.events


@dataclass(frozen=True, slots=True)
class _Pages:
    """What the pages of some messages need beside their events."""

    policies: Policies
    contacts: Mapping[store.Debtor, Contact]

    def text(self, message: Message) -> str:
        """The page of a message; a letter is addressed as the debtor is known now."""
        creditor = self.policies[message.mandant].name
        return page(content(message.event()), creditor, self.contacts.get(message.debtor))


def _row(record: Record) -> dict[str, object]:
    filed = heading(store.event_of(record.type, record.data))
    return {
        "id": record.id,
        "lane": record.lane,
        "mandant": filed.mandant,
        "issued_on": filed.issued_on,
        "kind": filed.kind,
        "debtor_ref": filed.debtor_ref,
        "type": record.type,
        "source": record.source,
        "cause": record.cause,
        "data": orjson.dumps(record.data).decode(),
    }


def _write(folder: Folder, inside: str, message: Message, pages: _Pages) -> Written:
    document = {
        "specversion": "1.0",
        "id": message.id,
        "source": message.source,
        "type": message.type,
        "causationid": message.cause,
        "data": orjson.loads(message.data),
    }
    return Written(
        message,
        folder.write(inside, f"{message.stem}.json", orjson.dumps(document, option=orjson.OPT_INDENT_2)),
        folder.write(inside, f"{message.stem}.txt", pages.text(message).encode()),
    )


def _line(written: Written) -> bytes:
    one = written.message
    line = {
        "id": one.id,
        "type": one.type,
        "kind": one.kind,
        "kassenzeichen": heading(one.event()).kassenzeichen,
        "file": f"{one.stem}.json",
        "sha256": written.sha256,
        "text": f"{one.stem}.txt",
        "text_sha256": written.text_sha256,
    }
    return orjson.dumps(line) + b"\n"
