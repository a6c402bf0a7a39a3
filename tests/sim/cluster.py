"""Everything that is there: Kafka, the databases, the processes in their groups, and who watches."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

from services.claims.sequencing import FEEDBACK, LOGS
from shared import topics
from shared.policy import Policies
from shared.records import NUMBER
from tests.sim.chance import chance
from tests.sim.databases import Database, Rows
from tests.sim.kafka import Broker, Stored
from tests.sim.process import Stepping
from tests.sim.servers import KINDS, Group, Server, everyone
from tests.sim.trouble import Trouble
from tests.sim.violations import ViolationError
from tests.sim.watcher import Watcher, personal

_RESTART_S: Final = 1.0
_RESTORE_S: Final = 3_600.0


class _Log(logging.Handler):
    """What is logged is looked at: it must not name anybody."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__()
        self._watcher = watcher

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        self._watcher.trace.update(record.getMessage().encode())
        if found := personal(text.encode()):
            self._watcher.violation = ViolationError("personal data", f"{found!r} in a log")
        if record.levelno >= logging.ERROR:  # a lane stopped, an account parked: our bug
            self._watcher.violation = self._watcher.violation or ViolationError("alarm", text)


class Cluster:
    """One simulated installation."""

    def __init__(
        self, seed: int, lanes: int, partitions: int, policies: Policies, may_pass: Callable[[str], bool]
    ) -> None:
        self.lanes = lanes
        self.loop = Stepping()
        self.watcher = Watcher()
        self.trouble = Trouble()
        self.faults: Counter[str] = self.trouble.counts
        self.broker = Broker(chance("broker", seed), self.trouble, self.watcher.saw)
        for topic in topics.all_topics(lanes, partitions):
            self.broker.create(topic.name, topic.partitions)
        self.databases = {name: Database(name, kind.metadata, self.trouble) for name, kind in KINDS.items()}
        self._random = chance("cluster", seed)
        self.groups = {name: Group(name, self.broker, self._random) for name in KINDS}
        self._policies = policies
        self._may_pass = may_pass
        self._serial = 0
        self._log = _Log(self.watcher)

    def servers(self) -> list[Server]:
        """All processes."""
        return everyone(self.groups.values())

    def begin(self) -> None:
        """Start one or two processes of each service."""
        logging.getLogger("mahnwerk").addHandler(self._log)
        logging.getLogger("services").addHandler(self._log)
        for name, group in self.groups.items():
            for _ in range(1 if name == "notifications" else self._random.choice((1, 1, 2))):
                self.start(name)
            group.begin()

    def start(self, kind: str) -> Server:
        """Start a process."""
        self._serial += 1
        server = Server(
            self.loop,
            self.broker,
            kind,
            self.databases[kind],
            policies=self._policies,
            name=f"{kind}-{self._serial}",
            may_pass=self._may_pass,
        )
        self.groups[kind].members.append(server)
        self.loop.settle()
        return server

    def reap(self) -> None:
        """Dead processes are noticed and replaced."""
        for group in self.groups.values():
            for server in [each for each in group.members if not each.alive]:
                self.remove(server)
                self.loop.tick(_RESTART_S)
                self.start(group.kind)
                group.begin()
            for server in group.members:
                if failures := server.failures():
                    raise ViolationError("uncaught", f"{server.name}: {failures[0]!r}") from failures[0]

    def remove(self, server: Server) -> None:
        """Take a process away."""
        if found := personal(server.telemetry.text()):
            raise ViolationError("personal data", f"{found!r} in a label")
        server.bury()
        self.groups[server.kind].members.remove(server)

    def restore(self, kind: str, backup: sqlite3.Connection) -> None:
        """All processes of a service end, its database is restored from a backup, they begin again."""
        members = list(self.groups[kind].members)
        for server in members:
            self.remove(server)
        self.databases[kind].restore(backup)
        self.loop.tick(_RESTORE_S)
        for _ in members:
            self.start(kind)
        self.groups[kind].begin()

    def finish_rebalance(self, group: Group) -> None:
        """Give the partitions out."""
        stored = {(row[0], row[1]): row[2] for row in self._rows(group.kind, "position")}
        hints = group.finish()
        self.faults["offset reset"] += any(stored.get(place, 0) != at for place, at in hints.items())

    def end(self) -> None:
        """All processes end; what they left in the metrics is looked at."""
        for server in self.servers():
            self.remove(server)
        logging.getLogger("mahnwerk").removeHandler(self._log)
        logging.getLogger("services").removeHandler(self._log)

    def close(self) -> None:
        """Give the memory back."""
        for database in self.databases.values():
            database.close()
        self.loop.close()

    def is_quiet(self) -> bool:
        """Whether everything that was sent has had all its effects."""
        if any(each.is_busy or each.stale or each.subscriber.ready() for each in self.servers()):
            return False
        if self.trouble.late or not all(group.is_stable for group in self.groups.values()):
            return False
        if any(self._rows(kind, "outbox") for kind in KINDS):
            return False
        read = all(self._is_read(kind, "position", KINDS[kind].reads) for kind in KINDS)
        return read and self._is_read("claims", "sequencer_position", (*LOGS, *FEEDBACK))

    def _is_read(self, kind: str, table: str, names: Collection[str]) -> bool:
        at = {(row[0], row[1]): row[2] for row in self._rows(kind, table)}
        return all(
            _is_worked_off(log, at.get(place, 0))
            for place, log in self.broker.logs.items()
            if place.topic in names
        )

    def _rows(self, kind: str, table: str) -> Rows:
        return self.databases[kind].rows(self.databases[kind].metadata.tables[table])


def _is_worked_off(log: Sequence[Stored], at: int) -> bool:
    """Whether nothing new stands from `at` on.

    What lands late, and stands there already, may come behind the last day's mark: the sequencer reads it
    with the next day.
    """
    if at >= len(log):
        return True
    said = max((_number(each) for each in log[:at]), default=0)
    return log[at].topic in FEEDBACK and all(_number(each) <= said for each in log[at:])


def _number(stored: Stored) -> int:
    return int(dict(stored.headers).get(NUMBER, 0))
