"""Waiting for infrastructure that is out of reach: longer each time, never the same for two processes."""

import asyncio
import random
from typing import Final

_FIRST_S: Final = 0.2
_LONGEST_S: Final = 15.0


class Backoff:
    """Counts failures in a row."""

    def __init__(self) -> None:
        self._next = _FIRST_S

    def reset(self) -> None:
        """It worked: begin again with a short wait."""
        self._next = _FIRST_S

    async def wait(self) -> None:
        """Wait, and longer the next time."""
        seconds = self._next * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, no secret
        self._next = min(self._next * 2, _LONGEST_S)
        await asyncio.sleep(seconds)
