"""How long to look: a moment, or as many seconds as MAHNWERK_FUZZ_SECONDS says (`make fuzz`)."""

import os
import time
from collections.abc import Iterator
from typing import Final

SECONDS: Final = float(os.environ.get("MAHNWERK_FUZZ_SECONDS", "0"))
#: How many examples hypothesis makes up for one test.
EXAMPLES: Final = 15 + int(SECONDS / 4)


def seeds(few: int, share: float) -> Iterator[int]:
    """The first few seeds; with seconds to spend, as many as fit into that share of them."""
    started = time.monotonic()
    seed = 0
    while seed < few or time.monotonic() - started < SECONDS * share:
        yield seed
        seed += 1
