"""A running `mahnwerk up`, a service that waits for Kafka, and patience."""

import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from mahnwerk.local.process import LOCALHOST, free_ports
from tests.cli.run import Ran, command, environment, mahnwerk


def until(condition: Callable[[], bool], timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


class Up:
    """A running `mahnwerk up`."""

    def __init__(self, data: Path, kafka: str) -> None:
        self.data = data
        self._err = (data.parent / "up.err").open("w+")
        self.process = subprocess.Popen(
            command("up", "--accept-assumptions", "--data", data),
            env=environment({"MAHNWERK_KAFKA": kafka}),
            stdout=subprocess.PIPE,
            stderr=self._err,
            text=True,
        )
        assert self.process.stdout
        self.out = ""
        while "Ctrl-C stops" not in self.out:
            line = self.process.stdout.readline()
            assert line, self.err
            self.out += line

    @property
    def err(self) -> str:
        return Path(self._err.name).read_text()

    def beside(self, *arguments: object) -> Ran:
        return mahnwerk(*arguments, "--data", self.data)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


class Serving:
    """A running `mahnwerk serve dunning` that waits for a Kafka that never comes."""

    def __init__(self, folder: Path, database: str) -> None:
        self.port, nobody = free_ports(2)
        self._log = folder / "serve.log"
        self.env = {
            "MAHNWERK_KAFKA": f"{LOCALHOST}:{nobody}",
            "MAHNWERK_DB_DUNNING": database,
            "MAHNWERK_PORT": str(self.port),
            "MAHNWERK_DATA": str(folder),
        }
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command("serve", "dunning", "--accept-assumptions"),
                env=environment(self.env),
                stdout=log,
                stderr=log,
            )
        until(lambda: self.process.poll() is not None or self._alive())
        assert self.process.poll() is None, self.said

    @property
    def said(self) -> str:
        return self._log.read_text()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def _alive(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{LOCALHOST}:{self.port}/health/live", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
