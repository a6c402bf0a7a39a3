"""A server as a child process that does not outlive its parent."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOCALHOST = "127.0.0.1"


class StartError(Exception):
    """A server did not start; the message has the end of its log."""


@dataclass(slots=True)
class Server:
    """A child process: ready when its log says so, stopped politely or killed.

    Args:
        command: what to run.
        log: where its output goes (appended).
        ready: what the log says when it can be used.
        user: as whom to run, where that is not ourselves.
        env: what is set for it beside our own environment.
        polite: the signal to stop on; sent by the kernel too when our thread that started it ends.
    """

    command: Sequence[str]
    log: Path
    ready: str
    user: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    polite: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, timeout_s: float = 60) -> None:
        """Start it and wait until it is ready.

        Raises:
            StartError: it ended, or was not ready in time.
        """
        with self.log.open("ab") as log:
            begin = log.tell()
            # In a session of its own, so that Ctrl-C reaches us only and we stop things in their order.
            self._process = subprocess.Popen(
                [*_leash(self.polite), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                env=os.environ | self.env,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
        deadline = time.monotonic() + timeout_s
        while self.ready not in (said := self._said(begin)):
            if not self.running or time.monotonic() > deadline:
                self.stop(hard=True)
                raise StartError(f"{self.command[0]} did not start; the end of {self.log}:\n{said[-2000:]}")
            time.sleep(0.05)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self, *, hard: bool = False, timeout_s: float = 15) -> None:
        """Stop it; `hard` is kill -9. Does nothing if it does not run."""
        if self._process is None:
            return
        if not hard:
            self._process.send_signal(self.polite)
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                hard = True
        if hard:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _said(self, begin: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, below those that the system gives to outgoing connections.

    So none of them is taken by a client while a server restarts on it.
    """
    first = 20_000 + os.getpid() % 1_000 * 10
    with contextlib.ExitStack() as held:
        found = (port for port in range(first, 32_000) if _hold(port, held))
        return list(itertools.islice(found, count))


def _hold(port: int, held: contextlib.ExitStack) -> bool:
    probe = held.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((LOCALHOST, port))
    except OSError:
        return False
    return True


def _leash(polite: signal.Signals) -> list[str]:
    # Linux tells the child when its parent is gone, however it went; elsewhere only an orderly end takes it
    # along.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", polite.name.removeprefix("SIG"), "--"] if setpriv else []
