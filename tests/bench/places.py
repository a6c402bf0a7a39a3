"""Where a run has its servers: a PostgreSQL of its own, a Kafka for each section, databases by name."""

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, make_url

from mahnwerk import SERVICES
from mahnwerk.brokers import BUILT_IN, Broker
from mahnwerk.databases import drop, on_server
from mahnwerk.local.postgres import LocalPostgres
from tests.bench.machine import postmaster

KINDS: Final = ("postgres", "sqlite")


@dataclass(slots=True)
class Places:
    """Hands out what a section needs; gone at the end."""

    postgres: LocalPostgres
    folder: Path
    _serial: Iterator[int]

    @contextlib.contextmanager
    def databases(self, kind: str, *services: str) -> Iterator[dict[str, str]]:
        """Service -> the URL of an empty database, of all services if none is named."""
        name = f"bench_{next(self._serial)}"
        if kind == "postgres":
            yield on_server(self.postgres.url, name, services or SERVICES)
            drop(self.postgres.url, name)
            return
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            yield {service: f"sqlite:///{made}/{service}.db" for service in SERVICES}

    @contextlib.contextmanager
    def kafka(self) -> Iterator[str]:
        """A real Kafka with nothing in it."""
        with Broker() as broker:
            if broker.rung == BUILT_IN:
                raise SystemExit("a bench on anything but a real Kafka would say nothing")
            yield broker.bootstrap

    def new_folder(self) -> Path:
        """A folder that is gone at the end."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def track_commits(self) -> None:
        """Let PostgreSQL keep the time of each commit, for latencies."""
        url = make_url(self.postgres.url).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.exec_driver_sql("ALTER SYSTEM SET track_commit_timestamp = on")
        engine.dispose()
        self.postgres.restart()

    def server(self, kind: str) -> int:
        """The process id of the database's server; 0 where it has none."""
        return postmaster(self.postgres.url) if kind == "postgres" else 0


@contextlib.contextmanager
def places() -> Iterator[Places]:
    """Start what all sections share."""
    # Not in a folder that only its owner may enter: run by root, the server runs as somebody else.
    with (
        tempfile.TemporaryDirectory(prefix="mahnwerk-postgres-", ignore_cleanup_errors=True) as data,
        tempfile.TemporaryDirectory(prefix="mahnwerk-bench-") as folder,
    ):
        server = LocalPostgres(Path(data))
        server.start()
        try:
            yield Places(server, Path(folder), itertools.count(1))
        finally:
            server.stop()
