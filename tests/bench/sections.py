"""The sections of the bench by the name that `--only` takes, in the order of the table."""

from collections.abc import Callable
from typing import Final

from tests.bench.alone import a_day, an_event, lines
from tests.bench.places import Places
from tests.bench.table import Row, Size
from tests.bench.together import scale_out, the_growth, the_pipeline

SECTIONS: Final[dict[str, Callable[[Places, Size], list[Row]]]] = {
    "event": an_event,
    "pipeline": the_pipeline,
    "day": a_day,
    "lines": lines,
    "growth": the_growth,
    "scale": scale_out,
}
