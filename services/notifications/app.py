"""Notifications as a process: events become rows, and after each batch the rows become files."""

from functools import partial

from services.notifications.contacts import read
from services.notifications.service import Notifications
from shared import topics
from shared.policy import load_policies
from shared.runtime import Runtime
from shared.settings import Settings

READ = (
    topics.DUNNING_NOTICE,
    topics.KASSENANZEIGE,
    topics.ENFORCEMENT_PROGRESS,
    topics.WRITE_OFF_ORDERED,
    topics.HANDOVER,
    topics.DEBTOR_CONTACT,
)


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    service = Notifications(load_policies(settings.policies), settings.data / "outbox")
    runtime = Runtime(service, READ, settings, foreign={topics.DEBTOR_CONTACT: read})
    runtime.after_batches(partial(service.deliver, alarm=runtime.telemetry.alarm))
    runtime.run()
