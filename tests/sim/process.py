"""One thread, one event loop that never waits: what is simulated moves only when the scheduler says so.

Time is virtual: it stands still until the scheduler lets the next timer fire. What the product does in
threads is done at once, behind a gate that the scheduler may keep closed.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from typing import Any

_BEGIN = 1_000_000.0  # virtual seconds at the start of a run


class Crash(BaseException):
    """The process dies here."""


class Stepping(asyncio.SelectorEventLoop):
    """Runs what can run, then stops: nothing is waited for."""

    _ready: Any
    _scheduled: list[asyncio.TimerHandle]

    def __init__(self) -> None:
        super().__init__()
        self.set_exception_handler(_not_for_the_dead)
        self._now = _BEGIN
        self._clock_resolution = 1e-9

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    def settle(self) -> None:
        """Run until everything waits for the scheduler."""
        asyncio._set_running_loop(self)  # noqa: SLF001 - what run_forever does
        try:
            while self._ready:
                self._run_once()  # type: ignore[attr-defined]
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001

    def next_timer(self) -> float | None:
        """When the next timer fires."""
        return min((timer.when() for timer in self._scheduled if not timer.cancelled()), default=None)

    def tick(self, seconds: float) -> None:
        """Let time pass; what it reaches happens."""
        self._now += seconds
        self.call_soon(lambda: None)
        self.settle()


def _not_for_the_dead(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a dead process leaves unfinished is no news."""
    if not isinstance(context.get("exception"), Crash):
        loop.default_exception_handler(context)


class Process:
    """Something that can be stopped, killed and started again: its tasks, and the gates they wait at.

    `may_pass(gate)` says whether the process may go on there without the scheduler.
    """

    def __init__(self, loop: Stepping, name: str, may_pass: Callable[[str], bool]) -> None:
        self.loop = loop
        self.name = name
        self.alive = True
        self.stopped = False  # SIGSTOP
        self.stops_at = ""  # a gate at which it is to be stopped
        self.waiting: dict[str, asyncio.Future[None]] = {}
        self.unread: Callable[[], bool] = bool  # whether its sequencer has something to read
        self._may_pass = may_pass
        self._tasks: list[asyncio.Task[Any]] = []

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin a task of this process; its clients and its database know whose they are."""
        context = copy_context()
        context.run(OWNER.set, self)
        task = self.loop.create_task(coroutine, context=context)
        self._tasks = [each for each in self._tasks if not each.done()]
        self._tasks.append(task)
        return task

    def call(self, act: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
        """Call something as this process."""
        context = copy_context()
        context.run(OWNER.set, self)
        return context.run(act, *arguments)

    async def gate(self, name: str) -> None:
        """Wait until the scheduler lets the process go on."""
        self.check()
        if self.stops_at == name:
            self.stopped, self.stops_at = True, ""
        if self.stopped or not self._may_pass(name):
            while name in self.waiting:
                name += "'"
            future = self.waiting[name] = self.loop.create_future()
            try:
                await future
            finally:
                self.waiting.pop(name, None)
            self.check()

    def open(self, name: str) -> None:
        """Let it go on."""
        future = self.waiting.pop(name)
        if not future.done():
            future.set_result(None)

    def check(self) -> None:
        """Nothing is done by a dead process."""
        if not self.alive:
            raise Crash(self.name)

    def bury(self) -> None:
        """Take away the tasks of a dead process."""
        self.alive = False
        for task in self._tasks:
            task.cancel()
        self.loop.settle()
        for task in self._tasks:
            if task.done() and not task.cancelled():
                task.exception()  # its own death, or what _failures_ told before
        self._tasks.clear()

    def failures(self) -> list[BaseException]:
        """What ended a task of it, other than its death."""
        done = [task for task in self._tasks if task.done() and not task.cancelled()]
        return [error for task in done if (error := task.exception()) and not isinstance(error, Crash)]


OWNER: ContextVar[Process | None] = ContextVar("OWNER", default=None)
