"""The machine a run is on: its versions and load, CPU time of processes, and medians with their spread."""

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from mahnwerk.local import kafka
from shared.database import engine_for

_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure: the median of some runs, the lowest and the highest."""

    median: float
    low: float
    high: float
    runs: int

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.low)}–{_short(self.high)})"


def figure(values: Iterable[float]) -> Figure:
    """The median of some runs, with their spread."""
    each = sorted(values)
    return Figure(statistics.median(each), each[0], each[-1], len(each))


def ratio(ours: Sequence[float], others: Sequence[float]) -> Figure:
    """Ours to others', each run against the other side's median."""
    against = statistics.median(others)
    return figure(value / against for value in ours)


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cpu_s(pids: Iterable[int]) -> float:
    """CPU seconds of the processes and of those of theirs that have ended; one that is gone has none."""
    return sum(_TICK_S * sum(map(int, stat[11:15])) for stat in map(_stat, pids) if stat)


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    stat = _stat(pid)
    return int(stat[21]) * _PAGE / 1e6 if stat else 0.0


def family(pid: int) -> list[int]:
    """A process and those it has started."""
    parents = {
        int(entry.name): _stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()
    }
    found = [pid]
    for one in found:
        found += [child for child, stat in parents.items() if stat and int(stat[1]) == one]
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the command's name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return []


def postmaster(url: str) -> int:
    """The process id of the PostgreSQL server on this machine."""
    engine = engine_for(url, read_only=True)
    with engine.connect() as conn:
        folder = conn.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    return int(Path(folder, "postmaster.pid").read_text(encoding="utf-8").split()[0])


def about(postgres_url: str) -> dict[str, Any]:
    """What a reader must know to compare the figures with others."""
    engine = engine_for(postgres_url, read_only=True)
    with engine.connect() as conn:
        postgres = conn.execute(text("SHOW server_version")).scalar_one()
    engine.dispose()
    packages = ("sqlalchemy", "psycopg", "aiokafka", "faststream", "pydantic", "orjson")
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cores": os.cpu_count(),
        "load before": [round(load, 2) for load in os.getloadavg()],
        "Kafka": kafka.version(),
        "PostgreSQL": str(postgres),
        "SQLite": sqlite3.sqlite_version,
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
    }
