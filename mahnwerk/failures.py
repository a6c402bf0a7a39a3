"""Exceptions that are no bug of ours: what to tell the user, and the exit code."""

from aiokafka.errors import KafkaError
from sqlalchemy.exc import OperationalError

from mahnwerk.console import EXIT_POLICY, Failure
from mahnwerk.local.process import StartError
from shared.policy import PolicyError
from shared.settings import SettingsError
from shared.topics import TopicMismatchError


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
        case OperationalError():
            failure = Failure(f"database: {error.orig}")
    return failure
