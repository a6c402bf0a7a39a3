"""What a run of many seeds has shown: a table, and JSON."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.sim.runner import Result
from tests.sim.simulation import Settings

_WIDTH = 44


@dataclass(slots=True)
class Report:
    """Collects results."""

    settings: Settings
    results: list[Result] = field(default_factory=list)
    twice: int = 0  # seeds that were played again, with the same trace
    _started: float = field(default_factory=time.monotonic)

    @property
    def failed(self) -> list[Result]:
        """The seeds that broke something."""
        return [result for result in self.results if result.violation]

    def command(self, result: Result) -> str:
        """How to play a seed again."""
        calm = "" if self.settings.faults else " --calm"
        return f"python -m tests.sim --from {result.seed} --seeds 1 --days {self.settings.days}{calm}"

    def faults(self) -> Counter[str]:
        """How often each fault was."""
        counts: Counter[str] = Counter()
        for result in self.results:
            counts.update(result.faults)
        return counts

    def rejected(self) -> Counter[str]:
        """How often each reason was given."""
        counts: Counter[str] = Counter()
        for result in self.results:
            counts.update(+result.rejected)
        return counts

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        minutes = (time.monotonic() - self._started) / 60
        return {
            "seeds": len(self.results),
            "twice": self.twice,
            "simulated_days": sum(result.days for result in self.results),
            "opened_days": sum(result.opened for result in self.results),
            "records": sum(result.records for result in self.results),
            "events": sum(result.events for result in self.results),
            "steps": sum(result.steps for result in self.results),
            "faults": dict(sorted(self.faults().items())),
            "rejected": dict(sorted(self.rejected().items())),
            "violations": [
                {
                    "seed": result.seed,
                    "what": result.violation,
                    "detail": result.detail,
                    "command": self.command(result),
                }
                for result in self.failed
            ],
            "seconds": round(minutes * 60, 1),
            "seeds_per_minute": round(len(self.results) / minutes, 1) if minutes else 0,
            "cpu_seconds_per_seed": round(
                sum(result.seconds for result in self.results) / max(1, len(self.results)), 2
            ),
        }

    def lines(self) -> Sequence[str]:
        """For people."""
        found = self.as_json()
        rows = [
            ("seeds", found["seeds"]),
            ("simulated days", found["simulated_days"]),
            ("opened days", found["opened_days"]),
            ("records sent by others", found["records"]),
            ("events said by the services", found["events"]),
            ("steps", found["steps"]),
            *((f"  {name}", count) for name, count in found["faults"].items()),
            *((f"  rejected: {reason}", count) for reason, count in found["rejected"].items()),
            ("violations", len(found["violations"])),
            ("seeds per minute", found["seeds_per_minute"]),
        ]
        lines = [f"{name:<{_WIDTH}}{count:>12,}" for name, count in rows]
        for violation in found["violations"]:
            lines += ["", f"seed {violation['seed']}: {violation['detail']}", f"  {violation['command']}"]
        return lines
