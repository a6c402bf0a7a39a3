"""The sequencer: appends everything that comes in, and dunning's feedback, to `intake`, the one order.

Only one is active. It reads with positions of its own, appends, then stores the positions; whatever happens
in between, the next one begins again at the stored positions. So it may append a record twice, but never out
of order within a source partition, and the ledger drops what is not beyond the last origin of that partition.
Each message carries the `mw-term` of its writer: what one appends that was replaced without noticing is
dropped as well.
"""

import asyncio
import logging
from typing import Final

from aiokafka.errors import OffsetOutOfRangeError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from services.claims.sequencer_lock import LockLostError, lock_for
from services.claims.sequencer_tables import (
    LanesChangedError,
    ReplacedError,
    SequencerStore,
    SequencerTables,
)
from services.claims.sequencer_term import PositionError, term
from services.claims.sequencer_turn import BrokenFeedbackError
from shared.backoff import Backoff
from shared.logs import told
from shared.producing import TROUBLE, no_stray_cancellation
from shared.telemetry import Telemetry

log = logging.getLogger("mahnwerk.sequencer")

_LOCK_POLL_S: Final = 1.0

_NEEDS_A_PERSON: Final = (PositionError, OffsetOutOfRangeError, BrokenFeedbackError, LanesChangedError)


class Sequencer:
    """Runs until it is cancelled, or until something needs a person."""

    def __init__(self, engine: Engine, tables: SequencerTables, bootstrap: str, telemetry: Telemetry) -> None:
        self._lock = lock_for(engine)
        self._store = SequencerStore(engine, tables)
        self._bootstrap = bootstrap
        self._telemetry = telemetry

    async def run(self) -> None:
        """Wait to become the active one, then append; after trouble begin again, as stored."""
        backoff = Backoff()
        while True:
            try:
                with no_stray_cancellation():
                    await self._one_term(backoff)
                await asyncio.sleep(_LOCK_POLL_S)
            except _NEEDS_A_PERSON as error:
                self._telemetry.alarm("sequencer", str(error))
                self._telemetry.waits_for("sequencer", "stopped")
                self._rest()
                return
            except (*TROUBLE, SQLAlchemyError, LockLostError, ReplacedError) as error:
                log.warning("sequencer begins again: %s", told(error))
                self._telemetry.retries.labels("sequencer").inc()
                self._telemetry.waits_for("sequencer", type(error).__name__)
                await backoff.wait()
            finally:
                await asyncio.shield(asyncio.to_thread(self._lock.release))

    async def _one_term(self, backoff: Backoff) -> None:
        """Append as long as nothing goes wrong; nothing, while another one is active."""
        if not await asyncio.to_thread(self._lock.acquire):
            self._telemetry.has("sequencer")
            self._rest()
            return
        async with term(self._bootstrap, self._store, self._lock.check, self._telemetry) as active:
            self._telemetry.has("sequencer")
            backoff.reset()
            while True:
                await active.turn()

    def _rest(self) -> None:
        """Nothing waits for one that is not active: what it last saw is another's matter now."""
        self._telemetry.days_waiting.set(0)
        self._telemetry.behind("sequencer", {})
