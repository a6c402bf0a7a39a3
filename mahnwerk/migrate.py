"""`mahnwerk migrate`: brings each service's database to the tables that its code needs (Alembic).

A step of its own, before the services start. The migrations stand in `services/<service>/migrations`; the
same ones serve SQLite and PostgreSQL. They are numbered and only add: on tables that a later version has
migrated this code goes on, so that the version before may run beside it and come back.
"""

import logging
from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, text

import services
from mahnwerk.console import Failure
from shared.database import engine_for

_LOG = logging.getLogger(__name__)
_ENVIRONMENT: Final = Path(__file__).parent / "migrations"
_SERVICES: Final = Path(services.__path__[0])


def metadata_of(service: str) -> MetaData:
    """The tables that a service's code declares."""
    metadata: MetaData = import_module(f"services.{service}.tables").metadata
    return metadata


def migrate(service: str, url: str) -> str:
    """Bring a service's database to the newest revision, and return that; a later one stays as it is.

    It happens in one transaction: a migration that fails leaves the database as it was.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = engine_for(url)
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":  # two at once: the second finds it done
            conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('mahnwerk migrate'))"))
        revision, newest = _revisions(service, conn)
        if not (later := _is_later(revision, newest)):
            command.upgrade(_config(service, conn), "head")
    engine.dispose()
    return f"{revision}, newer than {newest} of this version: nothing to do" if later else newest


def check(service: str, url: str) -> None:
    """Failure if the database is behind: the service must not start on it. A later one is only told."""
    engine = engine_for(url, read_only=True)
    with engine.connect() as conn:
        revision, newest = _revisions(service, conn)
    engine.dispose()
    if _is_later(revision, newest):
        _LOG.warning("the database is at revision %s, newer than %s of this version", revision, newest)
    elif revision != newest:
        raise Failure(
            f"the database of {service} is at revision {revision or 'nothing'}, not {newest}: "
            f"run `mahnwerk migrate {service}` first"
        )


def write_revision(service: str, name: str) -> Path:
    """Write a migration from the newest revision to what the code declares, for a developer to check."""
    engine = engine_for("sqlite://")
    with engine.begin() as conn:
        config = _config(service, conn)
        command.upgrade(config, "head")
        newest = MigrationContext.configure(conn).get_current_revision()
        script = command.revision(
            config, message=name, autogenerate=True, rev_id=f"{int(newest or 0) + 1:04}"
        )
    if script is None or isinstance(script, list):
        raise Failure(f"no single migration was written for {service}")
    return Path(script.path)


def _revisions(service: str, conn: Connection) -> tuple[str | None, str]:
    """That of the database, and the newest that this code knows."""
    newest = ScriptDirectory.from_config(_config(service, conn)).get_current_head() or ""
    return MigrationContext.configure(conn).get_current_revision(), newest


def _is_later(revision: str | None, newest: str) -> bool:
    """Whether a later version of the code was here."""
    return revision is not None and revision.isdigit() and int(revision) > int(newest)


def _config(service: str, conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(_SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(connection=conn, metadata=metadata_of(service))
    return config
