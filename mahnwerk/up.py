"""`mahnwerk up`: everything, until Ctrl-C."""

import signal
import socket
import time
from pathlib import Path

from mahnwerk import SERVICES
from mahnwerk.assumed import accepted
from mahnwerk.brokers import Broker
from mahnwerk.console import Failure, say, table
from mahnwerk.local.process import LOCALHOST
from mahnwerk.stack import Stack
from shared.settings import Settings


def up(data: Path, policies: Path, *, accept_assumptions: bool) -> None:
    """Run until Ctrl-C or SIGTERM; Failure when a service ends by itself."""
    if assumed := accepted(policies, accept=accept_assumptions):
        say("accepted, although not confirmed:\n" + "\n".join(assumed))
    for number in (signal.SIGINT, signal.SIGTERM):  # a background job is deaf to the first
        signal.signal(number, signal.default_int_handler)
    try:
        with Stack(data, policies, Broker(data / "kafka"), ports=_ports()) as stack:
            _tell(stack)
            while True:
                stack.check()
                time.sleep(0.5)
    except KeyboardInterrupt:
        say("stopped")


def _ports() -> dict[str, int]:
    ports = {service: Settings.of(service, {"MAHNWERK_KAFKA": "-"}).port for service in SERVICES}
    for service, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                raise Failure(f"port {port}, where {service} serves its metrics, is in use") from None
    return ports


def _tell(stack: Stack) -> None:
    rows = [
        [process.service, process.port, process.url("/health/ready"), process.url("/metrics")]
        for process in stack.processes
    ]
    print("\n".join(table(rows, ["service", "port", "health", "metrics"])))
    print(f"data, logs and messages in {stack.data}; Ctrl-C stops", flush=True)
