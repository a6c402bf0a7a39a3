"""The sections of the bench by the name that `--only` takes, in the order of the table."""

from collections.abc import Callable
from typing import Final

from tests.bench.alone import a_day, an_event, lines
from tests.bench.places import Places
from tests.bench.stock import first_day
from tests.bench.table import Row, Size
from tests.bench.together import scale_out, the_growth, the_pipeline

SECTIONS: Final[dict[str, Callable[[Places, Size], list[Row]]]] = {
    "event": an_event,
    "pipeline": the_pipeline,
    "day": a_day,
    "lines": lines,
    "growth": the_growth,
    "scale": scale_out,
    "stock": first_day,
}

LIMITS: Final[dict[str, str]] = {
    "event": "the CPU of one Python process: the decision and what it leads to, then both hops, then rows",
    "pipeline": "CPU: four services, Kafka and PostgreSQL on the cores of this machine; claims has the most",
    "day": "the CPU of one Python process that decides account by account; what is not due is not touched",
    "lines": "the CPU of one Python process: the decision, the notice and its rows, per account",
    "growth": "as section 1; the database grows by the journal, the inbox and the claims, which are kept",
    "scale": "the cores of this machine, when lanes wait for no lock: look at the waits before the ratio",
    "stock": "the CPU of the process of claims that has the town's lane: one town, one lane",
}
