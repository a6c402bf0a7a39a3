"""How much is measured, and a line of the table that comes of it."""

from dataclasses import dataclass
from typing import Final

from tests.bench.machine import Figure

TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    events: int = 10_000
    naive_events: int = 500
    claims: int = 1_000_000
    fewer_claims: int = 100_000
    due: int = 10_000
    lines: tuple[int, ...] = (1_000, 10_000, 100_000)
    quiet_days: int = 250
    instances: tuple[int, ...] = (1, 2, 3)
    latency_s: float = 5.0
    growth_minutes: float = 1.0
    stock: int = 20_000


QUICK: Final = Size(
    events=1_800,
    naive_events=50,
    claims=20_000,
    fewer_claims=2_000,
    due=200,
    lines=(100, 1_000),
    instances=(1, 2),
    quiet_days=25,
    latency_s=2.0,
    growth_minutes=0.05,
    stock=500,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `is_ratio`: those come first; `aim`: what it should be, in words."""

    section: str
    what: str
    unit: str
    figure: Figure
    is_ratio: bool = False
    aim: str = ""


def ratio_row(section: str, what: str, times: Figure, aim: str = "") -> Row:
    return Row(section, what, "×", times, is_ratio=True, aim=aim)
