"""`python -m tests.bench.stopwatch LOG`: claims as a process, with the CPU time of its parts noted in LOG.

The service is the shipped one; around its functions stands a stopwatch that reads the CPU time of the thread.
What no part claims (the consumer's fetching, sockets, the event loop, threads) is the rest: "fetch".
"""

import functools
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import orjson

from services.claims import app, lane, ledger, sequencer_term, sequencer_turn
from services.claims.sequencer_tables import SequencerStore
from services.claims.store import Store
from shared import outbox, producing
from shared.lanes import Lanes
from shared.relay import Relay
from shared.settings import Settings

SEQUENCE: Final = "sequence"
DECODE: Final = "decode and check"
LOAD: Final = "load"
DECIDE: Final = "decide"
SAVE: Final = "save"
OUTBOX: Final = "outbox"
RELAY: Final = "relay"
PRODUCE: Final = "produce"
FETCH: Final = "fetch, network, loop"
TURN: Final = "turn"
PUBLISHED: Final = "published"
PARTS: Final = (FETCH, SEQUENCE, DECODE, LOAD, DECIDE, SAVE, OUTBOX, RELAY, PRODUCE)


class Stopwatch:
    """CPU seconds by part; the time of a part within a part counts for the inner one only."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("ab", buffering=0)
        self._spent: Counter[str] = Counter()
        self._inner = threading.local()

    def time(self, owner: Any, name: str, part: str) -> None:  # noqa: ANN401 - a module or a class
        """From now on a function's CPU time counts for a part."""
        setattr(owner, name, self._timed(getattr(owner, name), part))

    def note_after(self, owner: Any, name: str, what: str) -> None:  # noqa: ANN401 - a module or a class
        """Note how things stand whenever a function has done something."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def noting(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            result = function(*args, **named)
            self._note(what)
            return result

        setattr(owner, name, noting)

    def _timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            stack = self._inner.__dict__.setdefault("stack", [])
            stack.append(0.0)
            started = time.thread_time()
            try:
                return function(*args, **named)
            finally:
                took = time.thread_time() - started
                self._spent[part] += took - stack.pop()
                if stack:
                    stack[-1] += took

        return timed

    def _note(self, what: str) -> None:
        line = {"what": what, "at": time.monotonic(), "cpu": time.process_time(), "parts": dict(self._spent)}
        self._log.write(orjson.dumps(line) + b"\n")


def _watch(watch: Stopwatch) -> None:
    watch.time(sequencer_turn.Turns, "plan", SEQUENCE)
    watch.time(sequencer_term, "_source", SEQUENCE)
    watch.time(SequencerStore, "store", SEQUENCE)
    watch.time(Lanes, "_batch", DECODE)
    watch.time(lane, "admit", DECODE)
    watch.time(lane, "_read", DECODE)
    watch.time(ledger, "prefetch", LOAD)
    watch.time(Store, "load_missing", LOAD)
    watch.time(ledger.Ledger, "handle", DECIDE)
    watch.time(Store, "save", SAVE)
    watch.time(outbox, "append", OUTBOX)
    for name in ("_read", "_outgoing", "_forget"):
        watch.time(Relay, name, RELAY)
    watch.time(producing, "_fill", PRODUCE)
    watch.note_after(sequencer_turn.Turns, "plan", TURN)  # also of idle turns: a round begins after the last
    watch.note_after(Relay, "_forget", PUBLISHED)


def main() -> None:
    """Run claims as `mahnwerk serve claims` does."""
    _watch(Stopwatch(Path(sys.argv[1])))
    app.run(Settings.of("claims"))


if __name__ == "__main__":
    main()
