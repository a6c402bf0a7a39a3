"""The table of a run, and the same for machines."""

import platform
import sys
from typing import Any, Final

from mahnwerk.local.kafka import version
from tests.faults.judge import percentile
from tests.faults.run import Ran

_SHOWN: Final = 5


def zeros(ran: Ran) -> dict[str, int]:
    """What must be nothing."""
    verdict = ran.verdict
    return {
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "wrong cents": len(verdict.wrong_cents),
        "wrong decisions": len(verdict.wrong_decisions),
        "rejected otherwise than expected": len(verdict.wrong_rejections),
        "wrong rows": len(verdict.wrong_rows),
        "wrong letters": len(verdict.wrong_files),
        "left in the outbox or unread": sum(verdict.left.values()),
        "processes that ended by themselves": len(ran.ended),
        "alarms": len(ran.alarms),
    }


def figures(ran: Ran) -> dict[str, Any]:
    """Everything that is printed."""
    latencies = ran.verdict.latencies_ms
    calm = [took for at, took in latencies if at < ran.fire_from_ms]
    fire = [took for at, took in latencies if at >= ran.fire_from_ms]
    return {
        "events": ran.events,
        "poison": ran.poison,
        "emitted": ran.verdict.emitted,
        "rejected": ran.verdict.rejected,
        "faults": dict(sorted(ran.counts.items())),
        "not possible here": ran.not_possible,
        "must be zero": zeros(ran),
        "longest time to drain, calm (s)": round(ran.drains_s[0], 1),
        "longest time to drain after a round of faults (s)": round(max(ran.drains_s[1:]), 1),
        "p99 from published to answered, calm (ms)": percentile(calm, 0.99),
        "p99 from published to answered, under fire (ms)": percentile(fire, 0.99),
        "repeated by a replaced relay, same number (readers drop it)": ran.verdict.repeated,
        "times the publisher had to send again": ran.resent,
        "brokers": ran.asked.brokers,
        "seed": ran.asked.seed,
        "seconds": round(ran.seconds),
        "versions": f"Kafka {version()}, Python {platform.python_version()}, {sys.platform}",
    }


def table(ran: Ran) -> str:
    """One table of all of it, with the first examples of what is not as it must be."""
    rows: list[tuple[str, object]] = []
    for name, value in figures(ran).items():
        if isinstance(value, dict):
            rows += [(part if name == "faults" else f"{name}: {part}", of) for part, of in value.items()]
        else:
            rows.append((name, value))
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {_text(value)}" for name, value in rows]
    return "\n".join([*lines, *_examples(ran)])


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _examples(ran: Ran) -> list[str]:
    verdict = ran.verdict
    lists = {
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "wrong cents": verdict.wrong_cents,
        "wrong decisions": verdict.wrong_decisions,
        "rejected otherwise than expected": verdict.wrong_rejections,
        "wrong rows": verdict.wrong_rows,
        "wrong letters": verdict.wrong_files,
        "left": [f"{name}: {count}" for name, count in verdict.left.items()],
        "ended by itself": ran.ended,
        "alarm": ran.alarms,
    }
    return [f"{name}: {one}"[:1_000] for name, all_ in lists.items() for one in all_[:_SHOWN]]
