"""Everything that runs: a broker, a database per service, and the four services as processes of their own.

What `mahnwerk up` and `mahnwerk demo` start, and stop again in the opposite order.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from mahnwerk import SERVICES
from mahnwerk.brokers import BUILT_IN, GIVEN, Broker
from mahnwerk.console import Failure, say
from mahnwerk.databases import databases
from mahnwerk.installation import NOTE, Installation
from mahnwerk.local.process import LOCALHOST, Server, free_ports
from mahnwerk.migrate import migrate
from shared.topic_setup import create_topics
from shared.topics import LANES

_READY_S: Final = 120
_LOG_LINES: Final = 15


@dataclass(frozen=True, slots=True)
class Process:
    """A service as a child process."""

    service: str
    port: int
    server: Server

    def url(self, path: str) -> str:
        """Where it serves a path."""
        return f"http://{LOCALHOST}:{self.port}{path}"

    def ready(self) -> bool:
        """Whether it says that it is ready."""
        try:
            with urllib.request.urlopen(self.url("/health/ready"), timeout=2) as response:  # noqa: S310 - ours
                return bool(response.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (OSError, urllib.error.HTTPError):
            return False

    def alarms(self) -> list[str]:
        """Its alarms, as in its metrics."""
        try:
            with urllib.request.urlopen(self.url("/metrics"), timeout=2) as response:  # noqa: S310 - ours
                lines = response.read().decode().splitlines()
        except OSError:
            return [f"{self.service} does not answer"]
        return [f"{self.service}: {line}" for line in lines if line.startswith("mahnwerk_alarm{")]

    def said(self) -> str:
        """The end of its log."""
        lines = self.server.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LOG_LINES:])


class Stack:
    """The whole system, for as long as the context lasts.

    Args:
        data: where everything is kept; with a broker that forgets, a temporary folder takes its place.
        policies: the folder with one TOML file per Mandant.
        broker: not yet started.
        prefix: of the names of databases on a PostgreSQL server.
        ports: of the services, in their order; None: some that are free.
        lanes: on a broker of our own; one that was given has (or gets) as many as is usual.
    """

    def __init__(  # noqa: PLR0913 - where all parts come together
        self,
        data: Path,
        policies: Path,
        broker: Broker,
        *,
        prefix: str = "mahnwerk",
        ports: Mapping[str, int] | None = None,
        lanes: int = LANES,
    ) -> None:
        self.data = self._noted_in = data.resolve()
        self.broker = broker
        self.processes: list[Process] = []
        self.databases: dict[str, str] = {}
        self._policies = policies.resolve()
        self._prefix = prefix
        self._ports = ports
        self._lanes = lanes
        self._exit = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Start everything in order and wait until all of it is ready."""
        try:
            self._exit.enter_context(self.broker)
            say(f"broker: {self.broker.describe()}")
            if self.broker.rung == BUILT_IN:
                self.data = Path(self._exit.enter_context(tempfile.TemporaryDirectory(prefix="mahnwerk-")))
            self.databases = databases(self.data, prefix=self._prefix)
            lanes = LANES if self.broker.rung == GIVEN else self._lanes
            asyncio.run(create_topics(self.broker.bootstrap, lanes))
            for service, url in self.databases.items():
                migrate(service, url)
            self._note(self.broker.bootstrap)
            self._exit.callback(self._unnote)
            self._exit.callback(self._stop)
            self._start()
        except BaseException:
            self._exit.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def check(self) -> None:
        """Failure if a service has ended: nothing is started again silently."""
        for process in self.processes:
            if not process.server.running:
                raise Failure(
                    f"{process.service} has ended; the end of {process.server.log}:\n{process.said()}"
                )

    def alarms(self) -> str:
        """What the services raise the alarm about, to be followed by something else; empty if nothing."""
        return "".join(f"{alarm}; " for process in self.processes for alarm in process.alarms())

    @property
    def logs(self) -> Path:
        """The folder with a log for each service."""
        return self.data / "log"

    def _note(self, kafka: str | None) -> None:
        pid = os.getpid() if kafka else None
        Installation(kafka, self.databases, str(self._policies), pid).note(self._noted_in)

    def _unnote(self) -> None:
        """The broker is gone; the databases may stay, to be looked into."""
        if self.data == self._noted_in:
            self._note(None)
        else:
            (self._noted_in / NOTE).unlink(missing_ok=True)

    def _start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        env = {
            "MAHNWERK_KAFKA": self.broker.bootstrap,
            "MAHNWERK_DATA": str(self.data),
            "MAHNWERK_POLICIES": str(self._policies),
            "MAHNWERK_ACCEPT_ASSUMPTIONS": "1",  # `up` has asked; the demo does not
            **{f"MAHNWERK_DB_{service.upper()}": url for service, url in self.databases.items()},
        }
        ports = self._ports or dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        for service, port in ports.items():
            command = [sys.executable, "-m", "mahnwerk", "serve", service]
            own = {**env, "MAHNWERK_PORT": str(port)}
            server = Server(command, self.logs / f"{service}.log", ready="", env=own)
            server.start()
            self.processes.append(Process(service, port, server))
        deadline = time.monotonic() + _READY_S
        waiting = list(self.processes)
        while waiting:
            self.check()
            if time.monotonic() > deadline:
                names = ", ".join(process.service for process in waiting)
                raise Failure(f"not ready after {_READY_S} s: {names}; logs in {self.logs}")
            waiting = [process for process in waiting if not process.ready()]
            time.sleep(0.1)

    def _stop(self) -> None:
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            list(pool.map(lambda process: process.server.stop(), self.processes))
