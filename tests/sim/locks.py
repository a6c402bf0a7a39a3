"""The sequencer's lock: held by one process, but a stopped one may not have noticed that it lost it."""

from typing import ClassVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from services.claims.sequencer_lock import LockLostError
from tests.sim.process import OWNER, Process


class Lock:
    """Like PostgreSQL's: gone with the session, which `steal` ends."""

    held_by: ClassVar[WeakKeyDictionary[Engine, Process]] = WeakKeyDictionary()

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def acquire(self) -> bool:
        """Take it if it is free."""
        process = OWNER.get()
        if process is None:
            raise LookupError("a lock is a process's")
        holder = self.held_by.get(self._engine)
        if holder is None or not holder.alive:
            self.held_by[self._engine] = process
        return self.held_by[self._engine] is process

    def check(self) -> None:
        """Raise if it is lost."""
        if self.held_by.get(self._engine) is not OWNER.get():
            raise LockLostError("simulated")

    def release(self) -> None:
        """Give it back."""
        if self.held_by.get(self._engine) is OWNER.get():
            self.held_by.pop(self._engine, None)


def holder(engine: Engine) -> Process | None:
    """Who has it."""
    return Lock.held_by.get(engine)


def steal(engine: Engine) -> Process | None:
    """End the session of the holder, who does not know yet; returns it."""
    return Lock.held_by.pop(engine, None)
