"""Where the parts of a running (or stopped) system are.

An option says it first, then the environment, then what `mahnwerk up` noted in its data folder. A folder that
is named with --data is an option: what ran there is meant, whatever the environment says.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Engine, make_url

from mahnwerk import SERVICES
from mahnwerk.arguments import POLICY_DIR, VAR
from mahnwerk.console import Failure
from shared.database import engine_for
from shared.settings import brokers, database_url

NOTE: Final = "run.json"
OUTBOX: Final = "outbox"


@dataclass(frozen=True, slots=True)
class Installation:
    """The broker and whose it is (None: that process has ended), each service's database, the policies."""

    kafka: str | None
    databases: dict[str, str]
    policies: str
    pid: int | None = None

    def note(self, data: Path) -> None:
        """Note it in the data folder, all or nothing; for its owner's eyes only: URLs may hold passwords."""
        data.mkdir(parents=True, exist_ok=True)
        new = data / f"{NOTE}.new"
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))
        new.replace(data / NOTE)

    def engine(self, service: str) -> Engine:
        """A service's database, to look in; Failure if it is not there."""
        url = make_url(self.databases[service])
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            raise Failure(
                f"no database of {service} at {url.database}: --data names the folder of `mahnwerk up` or "
                "`mahnwerk demo`, or MAHNWERK_DB a PostgreSQL server"
            )
        return engine_for(self.databases[service], read_only=True)


def broker_of(data: Path | None, kafka: str | None) -> str:
    """Where the broker is, for who needs no database and may not know its password; Failure if none runs.

    Args:
        data: --data, if it was given.
        kafka: --kafka, if it was given.
    """
    broker = kafka or _broker(data, _noted(data))
    if not broker:
        raise Failure("no broker: `mahnwerk up` does not run here, and MAHNWERK_KAFKA is not set")
    return broker


def installation(data: Path | None, policies: Path | None = None) -> Installation:
    """Where the parts are.

    Args:
        data: --data, if it was given.
        policies: --policy-dir, if it was given.

    Raises:
        Failure: the note in the data folder cannot be read.
        SettingsError: what the environment says makes no sense.
    """
    noted = _noted(data)
    databases = noted.get("databases", {})
    return Installation(
        kafka=_broker(data, noted),
        databases={service: _database(service, data, databases) for service in SERVICES},
        policies=str(policies or _policies(data, noted)),
    )


def _folder(data: Path | None) -> Path:
    return data or Path(os.environ.get("MAHNWERK_DATA") or VAR)


def _noted(data: Path | None) -> dict[str, Any]:
    note = _folder(data) / NOTE
    try:
        noted = orjson.loads(note.read_bytes())
    except FileNotFoundError:
        return {}
    except orjson.JSONDecodeError:
        noted = None
    if not isinstance(noted, dict):
        raise Failure(f"{note} is no note of `mahnwerk up`: remove it")
    return noted


def _broker(data: Path | None, noted: Mapping[str, Any]) -> str | None:
    """Of an `up` that has ended, killed perhaps, the broker is nobody's, or another's by now."""
    said = os.environ.get("MAHNWERK_KAFKA")
    if _runs(noted.get("pid")) and (data or not said):
        return noted.get("kafka")
    return brokers(said) if said else None


def _database(service: str, data: Path | None, noted: Mapping[str, str]) -> str:
    said = any(os.environ.get(name) for name in ("MAHNWERK_DB", f"MAHNWERK_DB_{service.upper()}"))
    if service in noted and (data or not said):
        return noted[service]
    return database_url(service, os.environ, _folder(data))


def _policies(data: Path | None, noted: Mapping[str, Any]) -> str | Path:
    said = os.environ.get("MAHNWERK_POLICIES")
    if "policies" in noted and (data or not said):
        return str(noted["policies"])
    return said or POLICY_DIR


def _runs(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and another user's
        return True
    return True
