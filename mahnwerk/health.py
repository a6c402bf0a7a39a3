"""`mahnwerk health SERVICE`: what a service that runs here says of itself."""

import http.client
import os

from mahnwerk.console import EXIT_FAILED, Failure
from shared.settings import Settings


def health(service: str) -> int:
    """Print what it answers at /health/ready, and return the exit code; Failure if nobody answers."""
    at = Settings.of(service, {"MAHNWERK_KAFKA": "-"} | os.environ)
    try:
        connection = http.client.HTTPConnection(at.host, at.port, timeout=5)
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        print(answer.read().decode())
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{service} does not answer at {at.host}:{at.port}: {error}") from None
    return 0 if answer.status == http.HTTPStatus.OK else EXIT_FAILED
