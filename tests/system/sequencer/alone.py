"""A sequencer as a process of its own: `python -m tests.system.sequencer.alone BOOTSTRAP DATABASE`."""

import asyncio
import sys

from services.claims import tables
from services.claims.sequencer import Sequencer
from shared.database import engine_for
from shared.telemetry import Telemetry


def main(bootstrap: str, database: str) -> None:
    asyncio.run(Sequencer(engine_for(database), tables.sequencer, bootstrap, Telemetry("claims")).run())


if __name__ == "__main__":
    main(*sys.argv[1:])
