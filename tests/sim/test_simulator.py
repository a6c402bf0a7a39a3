"""A short run of the simulator, as `make sim` and `make mutants` start it (docs/simulator.md)."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from shared.contracts import REASONS
from tests.sim.mutants import MUTANTS

_ROOT = Path(__file__).parents[2]
_FAULTS = {
    "broker out of reach",
    "commit outcome unknown",
    "crash after publish before delete",
    "crash before commit",
    "crash between commit and acknowledge",
    "crash in mid-due-work",
    "crash in mid-relay",
    "database locked",
    "database restored, positions ahead",
    "day repeated",
    "days skipped",
    "disk full at commit",
    "duplicate",
    "instance joined",
    "instance left",
    "killed",
    "offset reset",
    "old owner still writing",
    "policy changed between two days",
    "publish lands later",
    "publish outcome unknown",
    "publish refused",
    "rebalance",
    "redelivery after rebalance",
    "reordering",
    "same id, other data",
    "sequencer's lock lost",
    "two sequencers",
}
"""Each has to happen in the short run: a fault that never fires proves nothing."""
_LEAST_MUTANTS = 25


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.sim", *map(str, arguments)]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)


def _report(path: Path, *arguments: object) -> dict[str, Any]:
    done = _run(*arguments, "--json", path)
    assert done.returncode == 0, done.stderr + done.stdout
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report


def test_no_seed_breaks_and_every_fault_happens(tmp_path: Path) -> None:
    # given fifty seeds of some days each, with faults
    # when they are played
    report = _report(tmp_path / "report.json", "--seeds", 50, "--days", 10)
    # then nothing is lost, doubled, or a cent or a day off, and no kind of fault was left out
    assert report["violations"] == []
    assert report["seeds"] == 50
    assert report["events"] > 5_000
    assert not _FAULTS - report["faults"].keys()
    # and every reason to reject something was given where it had to be
    assert report["rejected"].keys() == set(REASONS)


def test_twenty_seeds_twice_are_the_same_twice(tmp_path: Path) -> None:
    # given twenty seeds
    # when each is played again
    report = _report(tmp_path / "report.json", "--seeds", 20, "--from", 1_001, "--days", 6, "--twice")
    # then its trace, step by step and byte by byte, is the same
    assert report["violations"] == []
    assert report["twice"] == 20


def test_seeds_that_once_broke_something_hold() -> None:
    done = _run("--regressions")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("holds") >= 3


def test_every_planted_bug_has_its_place() -> None:
    """Those without a named seed, too, which only `make mutants` plants."""
    for mutant in MUTANTS:
        for where, name, _ in mutant.patches():
            assert name in vars(where), mutant.name


def test_every_planted_bug_is_caught() -> None:
    # given bugs in the product, one at a time: those that few seeds suffice for, `make mutants` has the rest
    # when the simulator plays with each
    done = _run("--mutants", "--quick")
    # then it notices every one
    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.search(r"^(\d+)/(\d+)$", done.stdout, re.MULTILINE)
    assert counted, done.stdout
    assert counted[1] == counted[2]
    assert int(counted[2]) >= _LEAST_MUTANTS
