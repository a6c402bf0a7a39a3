"""The system in one process, with all that it said and all that its databases hold."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Engine, MetaData, select

from mahnwerk.play import Play
from services.claims import tables as claims
from services.dunning import tables as dunning
from services.enforcement import tables as enforcement
from services.notifications import tables as notifications
from shared.database import engine_for
from shared.policy import Policies
from tests.scenarios import municipality

Data = dict[str, Any]
Numbered = tuple[int, Any]

_METADATA: dict[str, MetaData] = {
    "claims": claims.metadata,
    "dunning": dunning.metadata,
    "enforcement": enforcement.metadata,
    "notifications": notifications.metadata,
}


class Log(logging.Handler):
    """What was logged, as it would be printed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


class Machine:
    """Plays lines; keeps what was printed, what was logged, and the databases."""

    def __init__(self, policies: Policies | None = None) -> None:
        self.printed: list[bytes] = []
        self._engines: dict[str, Engine] = {}
        self._log = Log()
        self._play = Play(policies or municipality.shipped(), self._engine)

    def _engine(self, service: str) -> Engine:
        engine = engine_for("sqlite://")
        self._engines[service] = engine
        return engine

    def play(self, lines: Iterable[Numbered]) -> list[Data]:
        """Feed the lines and settle; what was emitted meanwhile."""
        root = logging.getLogger()
        root.addHandler(self._log)
        try:
            printed = list(self._play.run(lines))
        finally:
            root.removeHandler(self._log)
        self.printed += printed
        return [orjson.loads(line) for line in printed]

    def events(self) -> list[Data]:
        """Everything that was emitted."""
        return [orjson.loads(line) for line in self.printed]

    def logged(self) -> list[str]:
        """What was logged; a traceback means that our code failed."""
        return self._log.lines

    def waiting(self) -> int:
        return self._play.waiting()

    def rows(self, *services: str) -> dict[str, list[str]]:
        """Every row of the services' databases, by table."""
        found = {}
        for service in services or _METADATA:
            with self._engines[service].begin() as conn:
                for table in _METADATA[service].tables.values():
                    rows = sorted(str(tuple(row)) for row in conn.execute(select(table)))
                    found[f"{service}.{table.name}"] = rows
        return found


def numbered(lines: Sequence[Any]) -> list[Numbered]:
    """The lines with their numbers in the file."""
    return list(enumerate(lines, 1))
