"""An older copy of a database takes its place."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url


def copy(source: str, target: str) -> None:
    """Make a database that is as another one is now; what had that name before is gone."""
    names = [make_url(url).database for url in (source, target)]
    with _server(source) as conn:
        conn.exec_driver_sql(f'DROP DATABASE IF EXISTS "{names[1]}" WITH (FORCE)')
        conn.exec_driver_sql(f'CREATE DATABASE "{names[1]}" TEMPLATE "{names[0]}"')


@contextmanager
def _server(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()
