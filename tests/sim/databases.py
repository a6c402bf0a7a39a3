"""A service's database: SQLite in memory, shared by its processes, that can fail and be restored."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, MetaData, Table, select

from shared.database import engine_for
from tests.sim.process import OWNER, Process

Rows = list[tuple[Any, ...]]


class Trouble(Protocol):
    """What may go wrong with a transaction."""

    def at_begin(self, process: Process, service: str) -> None:
        """Raise, and it does not begin."""

    def before_commit(self, process: Process, service: str, conn: Connection) -> None:
        """Raise, and nothing of it is kept."""

    def after_commit(self, process: Process, service: str) -> None:
        """Raise, and all of it is kept."""


_EMPTY: dict[str, sqlite3.Connection] = {}  # by service: with its tables, without rows


class Database:
    """One service's database. What has no owning process (the simulator itself) meets no trouble."""

    def __init__(self, service: str, metadata: MetaData, trouble: Trouble) -> None:
        self.metadata = metadata
        self.commits = 0
        self.engine = engine = engine_for("sqlite://")
        if service not in _EMPTY:
            metadata.create_all(engine)
            _EMPTY[service] = self.snapshot()
        else:
            self.restore(_EMPTY[service])
        begin = engine.begin

        @contextmanager
        def troubled() -> Iterator[Connection]:
            process = OWNER.get()
            if process is None:
                with begin() as conn:
                    yield conn
                return
            process.check()
            trouble.at_begin(process, service)
            with begin() as conn:
                yield conn
                trouble.before_commit(process, service, conn)
            self.commits += 1
            trouble.after_commit(process, service)

        engine.begin = troubled  # type: ignore[method-assign]

    def snapshot(self) -> sqlite3.Connection:
        """A backup."""
        backup = sqlite3.connect(":memory:")
        self.driver().backup(backup)
        return backup

    def restore(self, backup: sqlite3.Connection) -> None:
        """Back to a backup."""
        backup.backup(self.driver())

    def driver(self) -> sqlite3.Connection:
        """The driver's connection, which all processes share."""
        connection: sqlite3.Connection = self.engine.raw_connection().driver_connection  # type: ignore[assignment]
        return connection

    def rows(self, table: Table) -> Rows:
        """All rows of a table, in one order."""
        with self.engine.begin() as conn:
            return sorted((tuple(row) for row in conn.execute(select(table))), key=repr)

    def close(self) -> None:
        """Give the memory back."""
        self.engine.dispose()
