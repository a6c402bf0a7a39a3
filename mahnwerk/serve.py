"""`mahnwerk serve SERVICE`: one service in this process."""

from importlib import import_module

from mahnwerk.migrate import check
from shared.settings import Settings


def serve(service: str) -> None:
    """Run it until SIGTERM or Ctrl-C; Failure if its database was not migrated."""
    settings = Settings.of(service)
    check(service, settings.database)
    import_module(f"services.{service}.app").run(settings)
