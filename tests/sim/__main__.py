"""`python -m tests.sim`: plays seeds, tries planted bugs, prints what it found; exit 1 if anything broke."""

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from tests.sim.mutants import hunt
from tests.sim.report import Report
from tests.sim.runner import play, play_all
from tests.sim.simulation import Settings
from tests.sim.world import FULL_YEAR

REGRESSIONS = Path(__file__).parent / "regressions.txt"


def main() -> int:
    """Run what is asked for."""
    asked = _arguments()
    # A product's log is looked at by the watcher, not by people.
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    settings = Settings(days=asked.days, faults=not asked.calm)
    if asked.mutants:
        return hunt(asked.jobs, asked.only, quick=asked.quick)
    if asked.regressions:
        return _regressions()
    report = Report(settings)
    for result in play_all(range(asked.first, asked.first + asked.seeds), settings, asked.jobs):
        report.results.append(result)
        if result.violation:
            sys.stderr.write(f"seed {result.seed}: {result.detail}\n  {report.command(result)}\n")
    if asked.twice:
        _again(report, asked.jobs)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    if asked.json:
        asked.json.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    return 1 if report.failed else 0


def _again(report: Report, jobs: int) -> None:
    """The same seeds once more: the same traces."""
    before = {result.seed: (result.trace, result.business) for result in report.results}
    for result in play_all(sorted(before), report.settings, jobs):
        if (result.trace, result.business) != before[result.seed]:
            result.violation, result.detail = "not the same twice", f"seed {result.seed} has another trace"
            report.results.append(result)
        else:
            report.twice += 1


def _regressions() -> int:
    """The seeds that once broke something."""
    failed = 0
    for line in REGRESSIONS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            seed, days = map(int, line.split("#", maxsplit=1)[0].split())
            result = play(seed, Settings(days=days))
            failed += bool(result.violation)
            sys.stdout.write(f"seed {seed}, {days} days: {result.detail or 'holds'}\n")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    parser.add_argument(
        "--days", type=int, default=FULL_YEAR, help="days that are opened; this many or more span a year"
    )
    parser.add_argument("--calm", action="store_true", help="without faults")
    parser.add_argument("--twice", action="store_true", help="each seed twice: the same trace")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", type=Path, help="write the report here, too")
    parser.add_argument("--regressions", action="store_true", help="the seeds that once broke something")
    parser.add_argument("--mutants", action="store_true", help="plant bugs: each must be caught")
    parser.add_argument("--only", default="", help="only the planted bugs with this in their name")
    parser.add_argument("--quick", action="store_true", help="only planted bugs for which a seed is named")
    return parser.parse_args()


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order in sets is part of a trace
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.sim", *sys.argv[1:]],
            os.environ | {"PYTHONHASHSEED": "0"},
        )
    sys.exit(main())
