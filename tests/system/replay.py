"""The undisturbed run of what stands in `intake`: the real handlers and stores in one process, no Kafka.

Everything decided is a function of `intake`, the policies and the code. So whatever happened to the services,
the events in Kafka and the rows in the databases must be those of this run, to the last number.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Engine, select

from mahnwerk import SERVICES
from mahnwerk.inprocess import Bus, Member
from mahnwerk.members import members
from services.notifications.app import READ
from services.notifications.contacts import read as read_contact
from shared.database import engine_for
from shared.decoding import read_ours
from shared.outbox import OutboxRow
from shared.policy import load_policies
from shared.records import Record
from shared.topics import DEBTOR_CONTACT, INTAKE
from tests.system.delivery import LANES
from tests.system.outcome import Seen, read
from tests.system.world import Raw, header

Rows = dict[str, Counter[tuple[Any, ...]]]

# How far something was read and published is no business state.
_DELIVERY: Final = ("position", "outbox", "source_position", "remittance")
# Where a record stood in `intake`, which may have some twice; files, which a replay does not write.
_PLACES: Final = frozenset({"seq", "since", "sha256", "text_sha256"})


class Replay:
    """What came of it: the events as they would stand in Kafka, and the rows."""

    def __init__(self, policies: Path) -> None:
        self.events: list[Seen] = []
        self._engines: dict[str, Engine] = {service: engine_for("sqlite://") for service in SERVICES}
        *deciding, notifications = members(load_policies(policies), self._engines.__getitem__)
        self._bus = Bus(
            [*deciding, Member(notifications.service, notifications.engine, READ)], LANES, self._emitted
        )

    def run(self, records: Iterator[Record]) -> None:
        for record in records:
            self._bus.append(record)
        self._bus.settle()

    def rows(self) -> Rows:
        return _rows(self._engines)

    def _emitted(self, source: str, row: OutboxRow) -> None:
        day = row.time[:10]
        self.events.append(
            Seen(row.topic, row.lane, source, row.number, row.id, row.type, row.cause, row.key, day, row.data)
        )


async def replay(kafka: str, policies: Path) -> Replay:
    """Run what stands in `intake`, and the contacts, through the services."""
    made = Replay(policies)
    records = await read(kafka, [INTAKE, DEBTOR_CONTACT])
    made.run(_once(records))
    return made


def rows_of(databases: Mapping[str, str], without: Collection[str] = ()) -> Rows:
    """The business state in the services' databases: table -> its rows, some columns left out."""
    engines = {service: engine_for(url, read_only=True) for service, url in databases.items()}
    try:
        return _rows(engines, without)
    finally:
        for engine in engines.values():
            engine.dispose()


def _once(records: list[Raw]) -> Iterator[Record]:
    """Each record of intake once: the sequencer may append twice, which must change nothing."""
    seen = set()
    for record in records:
        place = (record.topic, record.partition, record.offset)
        if record.topic == DEBTOR_CONTACT:
            yield read_contact(place, record.headers, record.key, record.value)
        elif (origin := (record.partition, header(record, "mw-from"))) not in seen:
            seen.add(origin)
            yield read_ours(place, record.headers, record.key, record.value)


def _rows(engines: Mapping[str, Engine], without: Collection[str] = ()) -> Rows:
    found: Rows = {}
    for service, engine in engines.items():
        metadata = import_module(f"services.{service}.tables").metadata
        with engine.connect() as conn:
            for table in metadata.sorted_tables:
                if table.name not in _DELIVERY and not table.name.startswith("sequencer_"):
                    columns = [column for column in table.c if column.name not in {*_PLACES, *without}]
                    rows = conn.execute(select(*columns))
                    found[f"{service}.{table.name}"] = Counter(tuple(map(_placeless, row)) for row in rows)
    return found


def _placeless(value: object) -> object:
    """A record that is kept, without its offset in `intake`."""
    if isinstance(value, str) and value.startswith('{"topic":"intake"'):
        return orjson.dumps(orjson.loads(value) | {"offset": 0}).decode()
    return value
