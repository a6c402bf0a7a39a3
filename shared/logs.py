"""What a service says: one JSON object a line, for machines, and never personal data.

What is worth knowing is logged with `extra`: `event` (an id), `lane`, `day`, `topic`, `kind`. Of an exception
its type and its places in the code are told, not its message: that may quote what somebody sent. What
libraries say goes the same way.
"""

import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

import orjson
from sqlalchemy.exc import DBAPIError, OperationalError

_EXTRA: Final = ("event", "lane", "day", "topic", "kind")


class JsonLines(logging.Formatter):
    """One record as one line."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": _message(record),
        }
        said |= {name: str(value) for name in _EXTRA if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[0]:
            said |= _exception(record.exc_info[0], record.exc_info[2])
        return orjson.dumps(said).decode()


def _message(record: logging.LogRecord) -> str:
    """What it says; of a text that goes on with an exception (asyncio's, uvicorn's) only the first line."""
    message = record.getMessage()
    quotes = record.exc_info or message.startswith("Traceback ")
    return message.partition("\n")[0] if quotes else message


def _exception(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    frames = traceback.extract_tb(trace)
    return {
        "exception": kind.__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def told(error: Exception) -> str:
    """What a line may say of trouble that passes: a database may quote data, unless it is just away."""
    kind = type(error).__name__
    if isinstance(error, OperationalError):
        return f"{kind}: {error.orig}"
    return kind if isinstance(error, DBAPIError) else f"{kind}: {error}"


def to_json_lines(service: str) -> None:
    """From now on whatever is logged in this process goes to stderr as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
