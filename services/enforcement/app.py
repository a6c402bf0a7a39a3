"""Enforcement as a process."""

from sqlalchemy import func, select

from services.enforcement import tables
from services.enforcement.service import Enforcement
from shared import topics
from shared.policy import load_policies
from shared.runtime import Runtime
from shared.settings import Settings


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    runtime = Runtime(Enforcement(load_policies(settings.policies)), [topics.ACCOUNT_CHANGED], settings)
    runtime.days(select(tables.lane_day.c.lane, tables.lane_day.c.day))
    runtime.count_parked(select(func.count()).select_from(tables.account).where(tables.account.c.parked))
    runtime.run()
