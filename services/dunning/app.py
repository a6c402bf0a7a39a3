"""Dunning as a process."""

from sqlalchemy import func, select

from services.dunning import tables
from services.dunning.service import Dunning
from shared import topics
from shared.policy import load_policies
from shared.runtime import Runtime
from shared.settings import Settings


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    runtime = Runtime(Dunning(load_policies(settings.policies)), [topics.ACCOUNT_CHANGED], settings)
    opened = tables.opened_day.c
    runtime.days(select(opened.lane, func.max(opened.day)).group_by(opened.lane))
    runtime.count_parked(select(func.count()).select_from(tables.account).where(tables.account.c.parked))
    runtime.run()
