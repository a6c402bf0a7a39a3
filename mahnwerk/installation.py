"""Where the parts of a running (or stopped) system are: what `mahnwerk up` notes in its data folder.

Commands beside it (publish, statement, dlq) find it there; without such a note the environment says it, as it
does for services in production.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Engine, make_url

from mahnwerk.console import Failure
from mahnwerk.databases import SERVICES
from shared.database import engine_for
from shared.settings import database_url

NOTE: Final = "run.json"
DATA: Final = Path("var")
OUTBOX: Final = "outbox"


@dataclass(frozen=True, slots=True)
class Installation:
    """The broker (None: it does not run any more), each service's database, the policies."""

    kafka: str | None
    databases: dict[str, str]
    policies: str

    def note(self, data: Path) -> None:
        """Note it in the data folder; readable for its owner only, for URLs may hold passwords."""
        data.mkdir(parents=True, exist_ok=True)
        text = orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2)
        path = data / NOTE
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(text)

    def engine(self, service: str) -> Engine:
        """A service's database, to look in; Failure if it is not there."""
        url = make_url(self.databases[service])
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            raise Failure(
                f"no database of {service} at {url.database}: --data names the folder of `mahnwerk up` or "
                "`mahnwerk demo`, or MAHNWERK_DB a PostgreSQL server"
            )
        return engine_for(self.databases[service], read_only=True)


def broker_of(data: Path) -> str:
    """Where the broker is, for who needs no database and may not know its password; Failure if none runs."""
    broker = _broker(_noted(data))
    if not broker:
        raise Failure("no broker: `mahnwerk up` does not run here, and MAHNWERK_KAFKA is not set")
    return broker


def installation(data: Path, policies: Path) -> Installation:
    """What is noted in the data folder; what is not noted there is as the environment says."""
    noted = _noted(data)
    return Installation(
        kafka=_broker(noted),
        databases=noted.get("databases")
        or {service: database_url(service, os.environ, data) for service in SERVICES},
        policies=noted.get("policies") or str(policies),
    )


def _noted(data: Path) -> dict[str, Any]:
    note = data / NOTE
    return orjson.loads(note.read_bytes()) if note.exists() else {}


def _broker(noted: Mapping[str, Any]) -> str | None:
    return noted.get("kafka") or os.environ.get("MAHNWERK_KAFKA")
