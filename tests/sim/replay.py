"""Replays `intake` from nothing, in other batches, without faults: the same rows, the same events."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from random import Random
from typing import Any, Final

import orjson
from sqlalchemy import Table, select

from shared import outbox, topics
from shared.decoding import read_ours
from shared.loop import Loop, Place
from shared.outbox import OutboxRow
from shared.policy import Policies
from shared.records import NUMBER, TIME, Record
from tests.sim.chance import chance
from tests.sim.databases import Database
from tests.sim.kafka import Stored
from tests.sim.servers import KINDS
from tests.sim.simulation import Simulation
from tests.sim.trouble import Trouble
from tests.sim.violations import ViolationError

# Where a service stands and what it still has to send is not its business.
_NOT_BUSINESS: Final = ("position", "outbox", "outbox_number", "contact", "contact_event", "remittance")
_LATER: Final = ("dunning", "enforcement", "notifications")


def business(databases: dict[str, Database]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that counts, by service and table."""
    return {
        f"{name}.{table.name}": _rows(database, table)
        for name, database in databases.items()
        for table in database.metadata.sorted_tables
        if table.name not in _NOT_BUSINESS and not table.name.startswith("sequencer_")
    }


def business_hash(databases: dict[str, Database]) -> str:
    """All of it in one number."""
    return sha256(repr(sorted(business(databases).items())).encode()).hexdigest()


def _rows(database: Database, table: Table) -> list[tuple[Any, ...]]:
    if table.name == "message":  # how far its file is written depends on the folder
        columns = [table.c.id, table.c.lane, table.c.mandant, table.c.type, table.c.data]
        with database.engine.begin() as conn:
            return sorted(tuple(row) for row in conn.execute(select(*columns)))
    return database.rows(table)


def check_replay(simulation: Simulation) -> None:
    """ViolationError if a replay comes to anything else."""
    watcher, random = simulation.cluster.watcher, chance("replay", simulation.seed)
    replay = Replay(simulation.world.policies, simulation.cluster.lanes)
    try:
        replay.run(watcher.intake, random)
        _same_events(simulation, replay)
        before, after = business(simulation.cluster.databases), business(replay.databases)
        for name, rows in before.items():
            if rows != after[name]:
                wrong = [row for row in (*rows, *after[name]) if (row in rows) != (row in after[name])]
                raise ViolationError("replay", f"{name} differs: {wrong[:2]}")
    finally:
        replay.close()


def _same_events(simulation: Simulation, replay: "Replay") -> None:
    expected = {
        place: [(said.id, said.digest) for said in log]
        for place, log in simulation.cluster.watcher.logs.items()
        # What is wrong with a contact is said by notifications, which reads it elsewhere.
        if place[1] != "mahnwerk/notifications"
    }
    found = {place: [(row.id, _digest(row)) for row in rows] for place, rows in replay.events.items() if rows}
    for place in sorted(expected.keys() | found.keys()):
        if expected.get(place) != found.get(place):
            ours, theirs = len(expected.get(place, ())), len(found.get(place, ()))
            raise ViolationError("replay", f"{place}: {theirs} events, not the {ours} that were published")


def _digest(row: OutboxRow) -> bytes:
    return sha256(row.type.encode() + row.data).digest()


class Replay:
    """The services over plain loops: claims reads what stands in intake, the others what claims writes."""

    def __init__(self, policies: Policies, lanes: int) -> None:
        trouble = Trouble()
        self.databases = {name: Database(name, kind.metadata, trouble) for name, kind in KINDS.items()}
        self.events: defaultdict[tuple[Place, str], list[OutboxRow]] = defaultdict(list)
        self._logs: defaultdict[Place, list[Record]] = defaultdict(list)
        self._loops: dict[str, Loop] = {}
        for name, kind in KINDS.items():
            self._loops[name] = Loop(self.databases[name].engine, kind.make(policies))
            own = [topic for topic in kind.reads if topic not in kind.foreign]
            self._loops[name].take([(topic, lane) for topic in own for lane in range(lanes)])

    def run(self, intake: Iterable[Stored], random: Random) -> None:
        """Feed the ledger, then everybody else."""
        lanes: defaultdict[int, list[Record]] = defaultdict(list)
        for stored in intake:
            at = (stored.topic, stored.partition, stored.offset)
            lanes[stored.partition].append(read_ours(at, stored.headers, None, stored.value))
        size = random.choice((20, 100, 100_000))
        for lane in sorted(lanes):
            for batch in _split(lanes[lane], size):
                self._turn("claims", {(topics.INTAKE, lane): batch})
        for name in _LATER:
            for place in sorted(self._loops[name].positions()):
                for batch in _split(self._logs[place], size):
                    self._turn(name, {place: batch})

    def _turn(self, name: str, batch: dict[Place, list[Record]]) -> None:
        self._loops[name].run(batch)
        delivery = KINDS[name].make({}).delivery  # type: ignore[arg-type]
        with self.databases[name].engine.begin() as conn:
            rows = outbox.drain(conn, delivery)
        source = f"mahnwerk/{name}"
        for row in rows:
            place = (row.topic, row.lane)
            self.events[place, source].append(row)
            headers = {NUMBER: str(row.number)} | ({TIME: row.time} if row.time else {})
            self._logs[place].append(
                Record(
                    topic=row.topic,
                    lane=row.lane,
                    offset=len(self._logs[place]),
                    type=row.type,
                    id=row.id,
                    source=source,
                    cause=row.cause,
                    data=orjson.loads(row.data),
                    headers=headers,
                )
            )

    def close(self) -> None:
        """Give the memory back."""
        for database in self.databases.values():
            database.close()


def _split(records: list[Record], size: int) -> Iterator[list[Record]]:
    return (records[at : at + size] for at in range(0, len(records), size))
