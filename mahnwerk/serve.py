"""`mahnwerk serve SERVICE`: one service in this process."""

import asyncio
import time
from importlib import import_module
from typing import Final

from sqlalchemy.exc import OperationalError

from mahnwerk.console import say
from mahnwerk.migrate import check
from shared.backoff import Backoff
from shared.settings import Settings

_PATIENCE_S: Final = 60.0


def serve(service: str) -> None:
    """Run it until SIGTERM or Ctrl-C; Failure if its database is not migrated, or not there for a minute."""
    settings = Settings.of(service)
    asyncio.run(_migrated(service, settings.database))
    import_module(f"services.{service}.app").run(settings)


async def _migrated(service: str, database: str) -> None:
    """A process that is started while its database is restarted waits for it, as it does later on."""
    backoff = Backoff()
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            check(service, database)
        except OperationalError as error:
            if time.monotonic() > until:
                raise
            say(f"{service} waits for its database: {error.orig}")
            await backoff.wait()
        else:
            return
