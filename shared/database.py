"""Engines for the two databases a service can live in: an SQLite file, or PostgreSQL.

SQLite is one process and one writing connection; PostgreSQL takes several instances. The stores above use the
same SQLAlchemy Core statements on both.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url

_BUSY_MS = 30_000
_POSTGRES_SETTINGS = {
    # An owner that was stopped in mid-transaction must not keep its lanes' rows from the new owner for ever.
    "idle_in_transaction_session_timeout": "20s",
    "lock_timeout": "30s",
    "statement_timeout": "300s",
    "timezone": "UTC",
}


def engine_for(url: str, *, read_only: bool = False) -> Engine:
    """The engine for a service's database.

    Args:
        url: `sqlite:///FILE`, `sqlite://` (in memory, gone with the engine) or `postgresql://…`.
        read_only: for looking in from beside the writer (command line, metrics): nothing can be written, and
            on SQLite the writer is not waited for.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, read_only=read_only)
    return _postgres(parsed, read_only=read_only)


def _postgres(url: URL, *, read_only: bool) -> Engine:
    settings = _POSTGRES_SETTINGS | ({"default_transaction_read_only": "on"} if read_only else {})
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        # Claims has the most users: loop, relay, the sequencer, its lock, and looks for the metrics.
        pool_size=6,
        max_overflow=2,
        pool_timeout=30,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    )


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    # In memory every connection would be a database of its own: all share one. In a file there is one writer,
    # so that two threads queue in the pool and not in SQLite's polling lock.
    pool: dict[str, Any] = (
        {"poolclass": StaticPool}
        if in_memory
        else {"pool_size": 3 if read_only else 1, "max_overflow": 0, "pool_timeout": 30}
    )
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own class
        # The driver would begin late (at the first write) and deferred: we begin ourselves, below.
        connection.isolation_level = None
        for pragma in _pragmas(in_memory=in_memory, read_only=read_only):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Immediate: a transaction that reads first and writes later could otherwise not be upgraded.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _pragmas(*, in_memory: bool, read_only: bool) -> list[str]:
    pragmas = [f"busy_timeout = {_BUSY_MS}", "foreign_keys = ON", "cache_size = -32000"]
    if read_only:
        return [*pragmas, "query_only = ON"]
    if in_memory:
        return pragmas
    return [*pragmas, "journal_mode = WAL", "synchronous = FULL"]
