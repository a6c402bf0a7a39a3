"""Exceptions that are no bug of ours: what to tell the user, and the exit code."""

from typing import Final

from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError, OperationalError

from mahnwerk.console import EXIT_POLICY, Failure
from mahnwerk.local.process import StartError
from shared.policy import PolicyError
from shared.settings import SettingsError
from shared.topic_setup import TopicMismatchError

_NOT_MIGRATED: Final = ("42P01", "42703")  # PostgreSQL: no such table, no such column
_NOT_ALLOWED: Final = "42501"


def explained(error: Exception) -> Failure | None:
    """What to tell the user about an error that is no bug."""
    if isinstance(error, ExceptionGroup):
        return explained(error.exceptions[0])
    failure: Failure | None = None
    match error:
        case Failure():
            failure = error
        case PolicyError():
            failure = Failure(str(error), EXIT_POLICY)
        case StartError() | SettingsError() | TopicMismatchError():
            failure = Failure(str(error))
        case KafkaError():
            failure = Failure(f"Kafka: {error or type(error).__name__}")
        case DBAPIError():
            failure = _of_database(error)
        case TimeoutError():
            failure = Failure(": ".join(filter(None, ("no answer in time", str(error)))))
        case OSError(filename=str(name)):
            failure = Failure(f"{name}: {error.strerror}")
        case OSError():
            failure = Failure(str(error))
    return failure


def _of_database(error: DBAPIError) -> Failure | None:
    """What is not there, or not allowed; a statement that the database does not understand is our bug."""
    said, state = " ".join(str(error.orig).split()), getattr(error.orig, "sqlstate", None)
    if state in _NOT_MIGRATED or said.startswith(("no such table", "no such column")):
        return Failure(f"database: {said.partition(' LINE 1:')[0]}: run `mahnwerk migrate` first")
    if isinstance(error, OperationalError) or state == _NOT_ALLOWED:
        return Failure(f"database: {said}")
    return None
