"""Dunning as a process."""

from services.dunning.service import Dunning
from shared import topics
from shared.policy import load_policies
from shared.runtime import Runtime
from shared.settings import Settings


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    Runtime(Dunning(load_policies(settings.policies)), [topics.ACCOUNT_CHANGED], settings).run()
