"""Only one sequencer is active: the holder of this lock, for as long as it holds it."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError


class LockLostError(Exception):
    """The connection that held the lock is gone, and the lock with it."""


class Lock(Protocol):
    """Held for the life of a sequencer."""

    def acquire(self) -> bool:
        """Try to take it; no waiting."""
        ...

    def check(self) -> None:
        """Raise LockLostError if it is not held any more."""
        ...

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        ...


def lock_for(engine: Engine) -> Lock:
    """PostgreSQL: an advisory lock of a session of its own. SQLite: a lock on a file beside the database."""
    if engine.dialect.name == "postgresql":
        return _SessionLock(engine)
    return _FileLock(engine.url.database)


class _SessionLock:
    """The server frees it when the session ends: with the process, with the connection, or when it is silent.

    A holder that hangs, or whose machine is gone, must not keep everything waiting: so it has to call `check`
    more often than every ten seconds.
    """

    _SETTINGS = (
        "SET idle_session_timeout = '10s'",
        "SET tcp_keepalives_idle = 5",
        "SET tcp_keepalives_interval = 2",
        "SET tcp_keepalives_count = 3",
    )
    _TAKE = "SELECT pg_try_advisory_lock(hashtext('mahnwerk-sequencer'), hashtext(current_schema()))"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None

    def acquire(self) -> bool:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if session.execute(text(self._TAKE)).scalar_one():
                for setting in self._SETTINGS:
                    session.execute(text(setting))
                self._session = session
                return True
        except SQLAlchemyError:
            session.invalidate()
            session.close()
            raise
        session.close()
        return False

    def check(self) -> None:
        if self._session is None:
            raise LockLostError("not held")
        try:
            self._session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            raise LockLostError("the session is gone") from error

    def release(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            # Not back to the pool, where the session would go on holding it.
            session.invalidate()
            session.close()


class _FileLock:
    """The kernel frees it when the process ends."""

    def __init__(self, database: str | None) -> None:
        self._path = Path(f"{database}.sequencer-lock") if database not in (None, "", ":memory:") else None
        self._file: int | None = None
        self._held = False

    def acquire(self) -> bool:
        if self._path is not None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._file)
                return False
        self._held = True
        return True

    def check(self) -> None:
        if not self._held:
            raise LockLostError("not held")

    def release(self) -> None:
        if self._held and self._file is not None:
            os.close(self._file)
            self._file = None
        self._held = False
