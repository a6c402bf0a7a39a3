"""Notifications as the loop sees it: events become rows; rows become files, once, whatever is killed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

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

MANIFEST: Final = "manifest.jsonl"
# A transaction holds one connection, on SQLite the only one, and each file of it waits for the disk.
_AT_ONCE: Final = 100

Alarm = Callable[[str, str], None]
"""Tells a person: of what kind, and which."""


class Notifications:
    """The service. All state is in the database; it may be stopped between any two lines."""

    name = "notifications"
    delivery = tables.delivery
    day_topic: str | None = None

    def __init__(self, policies: Policies, folder: Path | None = None) -> None:
        """`folder`: where the files go; without one the messages are only noted."""
        self._policies = policies
        self._folder = Folder(folder) if folder else None
        self._failed: set[str] = set()  # the ids of messages on which our own code fails

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

    def deliver(
        self,
        conn: Connection,
        lanes: Collection[int] | None = None,
        *,
        alarm: Alarm,
        limit: int = _AT_ONCE,
    ) -> int:
        """Write the files of up to `limit` messages that have none; to be called until it returns 0.

        Call it in a transaction of its own after each batch, and at the start: what was noted but not written
        when a process was killed is written then. A message on which our own code fails raises the alarm and
        waits for the next start, with a corrected version or policy; all others are written.
        """
        if self._folder is None:
            return 0
        while messages := store.unwritten(conn, lanes, limit, self._failed):
            pages = _Pages(self._policies, store.contacts(conn, {one.debtor for one in messages}))
            days = groupby(messages, key=lambda one: (one.mandant, one.issued_on))
            if count := sum(self._write(conn, self._folder, list(day), pages, alarm) for _, day in days):
                return count
        return 0

    def _write(
        self, conn: Connection, folder: Folder, messages: Sequence[Message], pages: "_Pages", alarm: Alarm
    ) -> int:
        """Write messages of one day of a municipality, then the day's manifest; how many.

        What the manifest names was written before, for a database that has since been restored: it is not
        written again, for it may have been taken from here and sent.
        """
        mandant, day = messages[0].mandant, messages[0].issued_on
        inside = f"{mandant}/{day}"
        manifest = folder.read(inside, MANIFEST) or b""
        lines = {line["id"]: line for line in map(orjson.loads, manifest.splitlines())}
        written = []
        for message in messages:
            if line := lines.get(message.id):
                written.append(Written(message, line["sha256"], line["text_sha256"]))
                continue
            try:
                files = pages.files(message)
            except Exception as error:  # noqa: BLE001 - whatever it was, all others must be written
                self._failed.add(message.id)
                alarm("letter", f"{inside}/{message.stem}: {type(error).__name__}")
                continue
            written.append(Written(message, *(folder.keep(inside, name, files[name]) for name in files)))
        if written:
            store.save_written(conn, written)
            folder.settle(inside)
            known = store.written_on(conn, mandant, day)
            lines = {one.message.id: _line(one) for one in known if one.message.id not in lines} | lines
            ordered = sorted(lines.values(), key=lambda line: (line["kind"], line["id"]))
            folder.write(inside, MANIFEST, b"".join(orjson.dumps(line) + b"\n" for line in ordered))
            folder.settle(inside)
        return len(written)

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

    def files(self, message: Message) -> dict[str, bytes]:
        """The two files of a message: its event, and its page, addressed as the debtor is known now."""
        document = {
            "specversion": "1.0",
            "id": message.id,
            "source": message.source,
            "type": message.type,
            "causationid": message.cause,
            "data": orjson.loads(message.data),
        }
        creditor = self.policies[message.mandant].name
        text = page(content(message.event()), creditor, self.contacts.get(message.debtor))
        return {
            f"{message.stem}.json": orjson.dumps(document, option=orjson.OPT_INDENT_2),
            f"{message.stem}.txt": text.encode(),
        }


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


def _line(written: Written) -> dict[str, Any]:
    one = written.message
    return {
        "id": one.id,
        "type": one.type,
        "kind": one.kind,
        "kassenzeichen": list(heading(one.event()).kassenzeichen),
        "file": f"{one.stem}.json",
        "sha256": written.sha256,
        "text": f"{one.stem}.txt",
        "text_sha256": written.text_sha256,
    }
