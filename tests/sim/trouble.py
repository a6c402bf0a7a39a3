"""Faults at commits and sends. One is armed for a process at a time; what fires is counted."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError, NotEnoughReplicasError
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from tests.sim.kafka import Message
from tests.sim.process import Crash, Process

# Where each fault fires. What crashes ends the process; the rest is an error that the product has to survive.
AT_BEGIN = ("database locked",)
BEFORE_COMMIT = ("crash before commit", "disk full at commit")
AFTER_COMMIT = ("crash between commit and acknowledge", "commit outcome unknown")
BEFORE_SEND = ("publish refused", "crash in mid-relay", "publish lands later")
AFTER_SEND = ("publish outcome unknown", "crash after publish before delete")
# Few commits are in the midst of a day's work: this one waits for whoever has one.
MID_DUE_WORK = "crash in mid-due-work"
_MOST_STEPS = 2_000  # a day's work, an account a step, has fewer
_LOOK_EVERY = 500  # commits


@dataclass(slots=True)
class Trouble:
    """What is armed: a fault, for a process (by name), after so many chances."""

    counts: Counter[str] = field(default_factory=Counter)
    late: list[tuple[TopicPartition, list[Message]]] = field(default_factory=list)
    endless: bool = False  # a day's work does not end
    _commits: int = 0
    _mid_due_work: int = 0
    _armed: dict[str, list[int]] = field(default_factory=dict)
    _fault: dict[str, str] = field(default_factory=dict)

    def arm(self, process: Process, fault: str, chances: int) -> None:
        """Let the fault happen to the process, the so-many-th time that it can."""
        if fault == MID_DUE_WORK:
            self._mid_due_work = chances
            return
        self._fault[process.name] = fault
        self._armed[process.name] = [chances]

    def disarm(self) -> None:
        """No more faults."""
        self._mid_due_work = 0
        self._fault.clear()
        self._armed.clear()

    def at_begin(self, process: Process, service: str) -> None:
        """A transaction begins."""
        del service
        if self._fires(process, AT_BEGIN):
            raise _database("database is locked")

    def before_commit(self, process: Process, service: str, conn: Connection) -> None:
        """A transaction has done its work."""
        del service
        self._commits += 1
        if not self._commits % _LOOK_EVERY and _step(conn) > _MOST_STEPS:
            self.endless = True
            raise _dies(process)
        if self._is_now(conn):
            self.counts[MID_DUE_WORK] += 1
            if self.counts[MID_DUE_WORK] % 2:
                raise _dies(process)
            self.arm(process, "crash after a chunk", 1)
        match self._fires(process, BEFORE_COMMIT):
            case "disk full at commit":
                raise _database("database or disk is full")
            case "crash before commit":
                raise _dies(process)

    def after_commit(self, process: Process, service: str) -> None:
        """A transaction is kept."""
        del service
        match self._fires(process, (*AFTER_COMMIT, "crash after a chunk")):
            case "commit outcome unknown":
                raise _database("server closed the connection unexpectedly")
            case "crash between commit and acknowledge":
                raise _dies(process)
            case "crash after a chunk":
                self.counts["crash after a chunk"] -= 1  # counted when it was armed
                raise _dies(process)

    def before_send(self, process: Process | None, place: TopicPartition, messages: list[Message]) -> None:
        """Something is about to be sent."""
        if process is None:
            return
        match self._fires(process, BEFORE_SEND):
            case "publish refused":
                raise NotEnoughReplicasError
            case "publish lands later":
                self.late.append((place, list(messages)))
                raise KafkaTimeoutError
            case "crash in mid-relay":
                raise _dies(process)

    def after_send(self, process: Process | None, place: TopicPartition) -> None:
        """Something was sent."""
        del place
        if process is None:
            return
        match self._fires(process, AFTER_SEND):
            case "publish outcome unknown":
                raise KafkaTimeoutError
            case "crash after publish before delete":
                raise _dies(process)

    def _is_now(self, conn: Connection) -> bool:
        """Whether the process is to die in the midst of a day's work, and this is one."""
        if not self._mid_due_work or not _step(conn):
            return False
        self._mid_due_work -= 1
        return not self._mid_due_work

    def _fires(self, process: Process, faults: tuple[str, ...]) -> str:
        fault = self._fault.get(process.name, "")
        if fault not in faults:
            return ""
        chances = self._armed[process.name]
        chances[0] -= 1
        if chances[0] > 0:
            return ""
        del self._fault[process.name], self._armed[process.name]
        self.counts[fault] += 1
        return fault


def _step(conn: Connection) -> int:
    """Of the day's work that is under way; 0: none is."""
    step: int | None = conn.execute(text("SELECT max(step) FROM position")).scalar_one()
    return step or 0


def _database(message: str) -> OperationalError:
    return OperationalError("(simulated)", {}, sqlite3.OperationalError(message))


def _dies(process: Process) -> Crash:
    process.alive = False
    return Crash(process.name)
