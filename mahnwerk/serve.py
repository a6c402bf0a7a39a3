"""`mahnwerk serve SERVICE`: one service in this process."""

import asyncio
import logging
import time
from importlib import import_module
from typing import Final

from sqlalchemy.exc import OperationalError

from mahnwerk.assumed import accepted
from mahnwerk.console import EXIT_FAILED
from mahnwerk.failures import explained
from mahnwerk.migrate import check
from shared.backoff import Backoff
from shared.logs import to_json_lines, told
from shared.settings import Settings

_LOG = logging.getLogger(__name__)
_PATIENCE_S: Final = 60.0


def serve(service: str, *, accept_assumptions: bool) -> None:
    """Run it until SIGTERM or Ctrl-C; what keeps it from starting is logged, as all that it says.

    Raises:
        SystemExit: its settings or policies are wrong, policy lines are assumed, its database is not
            migrated or was not there for a minute; or a bug of ours.
    """
    to_json_lines(service)
    try:
        _serve(service, accept_assumptions=accept_assumptions)
    except Exception as error:  # noqa: BLE001 - it is logged, and ends the process
        if (failure := explained(error)) is None:
            _LOG.critical("ended by a bug", exc_info=error)
            raise SystemExit(EXIT_FAILED) from None
        for line in str(failure).splitlines():
            _LOG.critical(line)
        raise SystemExit(failure.code) from None


def _serve(service: str, *, accept_assumptions: bool) -> None:
    settings = Settings.of(service)
    if assumed := accepted(settings.policies, accept=accept_assumptions):
        _LOG.warning("%d policy lines are accepted, although nobody confirmed them", len(assumed))
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
            _LOG.warning("the database is waited for: %s", told(error))
            await backoff.wait()
        else:
            return
