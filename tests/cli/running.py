"""A running `mahnwerk up`, and patience."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

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
