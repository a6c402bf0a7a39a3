"""Enforcement as a process."""

from services.enforcement.service import Enforcement
from shared import topics
from shared.policy import load_policies
from shared.runtime import Runtime
from shared.settings import Settings


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    Runtime(Enforcement(load_policies(settings.policies)), [topics.ACCOUNT_CHANGED], settings).run()
