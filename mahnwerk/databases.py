"""Where each service's database is: on the PostgreSQL server that MAHNWERK_DB names, else in a file."""

import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import create_engine, text

from mahnwerk import SERVICES
from shared.settings import read_url

IN_MEMORY = "sqlite://"


def databases(root: Path | None, *, prefix: str = "mahnwerk") -> dict[str, str]:
    """Service -> the URL of its own database, for `shared.database.engine_for`.

    With MAHNWERK_DB (`postgresql://user@host:port/postgres`: the database to connect to for making others)
    the databases `<prefix>_<service>` on that server, made if they are missing; else the files
    `<root>/<service>.db`; without a root in memory. They are empty until migrated.
    """
    server = os.environ.get("MAHNWERK_DB")
    if server:
        return on_server(server, prefix)
    if root is None:
        return dict.fromkeys(SERVICES, IN_MEMORY)
    root.mkdir(parents=True, exist_ok=True)
    return {service: f"sqlite:///{root.resolve() / service}.db" for service in SERVICES}


def on_server(server: str, prefix: str, services: Iterable[str] = SERVICES) -> dict[str, str]:
    """Service -> the URL of its database on a PostgreSQL server, made if it is missing."""
    url = read_url(server).set(drivername="postgresql+psycopg")
    names = {service: f"{prefix}_{service}" for service in services}
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    with engine.connect() as conn:
        # Two starts at once would both find it missing; the lock ends with the connection.
        conn.execute(text("SELECT pg_advisory_lock(hashtext('mahnwerk databases'))"))
        there = set(conn.scalars(text("SELECT datname FROM pg_database")))
        for name in names.values():
            if name not in there:
                quoted = engine.dialect.identifier_preparer.quote(name)
                conn.exec_driver_sql(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'")
    engine.dispose()
    return {
        service: url.set(database=name).render_as_string(hide_password=False)
        for service, name in names.items()
    }


def drop(server: str, prefix: str) -> None:
    """Drop the databases of `on_server`, for tests."""
    url = read_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    with engine.connect() as conn:
        for service in SERVICES:
            quoted = engine.dialect.identifier_preparer.quote(f"{prefix}_{service}")
            conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
    engine.dispose()
