"""A publisher that does not stop: claims of one debtor, to the partitions of their topic in turn."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

from tests.system.world import Publisher

DEBTOR: Final = {
    "mandant": "wuppertal",
    "debtor_ref": "D",
    "kind": "person",
    "legal_representative": False,
    "under_guardianship": False,
    "address_complete": True,
    "receives_benefits": False,
}
CLAIM: Final[dict[str, Any]] = {
    "debtor_ref": "D",
    "aktenzeichen": "78682561679178",
    "einnahmeart": "5621",
    "office": "LG",
    "mode": "einmalig",
    "amount_cents": 10_000,
    "decided_on": "2026-01-02",
}


async def claim(publisher: Publisher, name: str, partition: int = 0) -> None:
    """A claim with this name as its id and its reference."""
    await publisher.claim(name, partition=partition, claim_ref=name, **CLAIM)


@contextlib.asynccontextmanager
async def flood(kafka: str, at_once: int, then: int, pause_s: float) -> AsyncIterator[list[str]]:
    """Claims named flood-0, flood-1, …: many at once, and then some again and again; their names."""
    sent: list[str] = []

    async def forever() -> None:
        while True:
            for _ in range(then if sent else at_once):
                sent.append(f"flood-{len(sent)}")
                await claim(publisher, sent[-1], partition=len(sent) % 2 + 1)
            await publisher.flush()
            await asyncio.sleep(pause_s)

    async with Publisher(kafka) as publisher:
        task = asyncio.create_task(forever())
        try:
            yield sent
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await publisher.flush()
