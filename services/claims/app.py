"""Claims as a process: the ledger, and beside it the sequencer, of which one is active at a time."""

from sqlalchemy import func, select

from services.claims import tables
from services.claims.figures import Figures
from services.claims.ledger import Ledger
from services.claims.sequencer import Sequencer
from shared import topics
from shared.policy import load_policies
from shared.runtime import Runtime
from shared.settings import Settings


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    runtime = Runtime(Ledger(load_policies(settings.policies)), [topics.INTAKE], settings)
    sequencer = Sequencer(runtime.engine, tables.sequencer, settings.kafka, runtime.telemetry)
    runtime.beside(sequencer.run)
    runtime.days(select(tables.lane_day.c.lane, tables.lane_day.c.day))
    runtime.count_parked(select(func.count()).select_from(tables.parked))
    runtime.look(Figures(runtime.telemetry.registry).look)
    runtime.run()
