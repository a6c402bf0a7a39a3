"""The command line as its users run it: a process, its output and its exit code."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from mahnwerk.arguments import POLICY_DIR


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


def environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, without what would lead to another broker or database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAHNWERK_")}
    return kept | {"MAHNWERK_POLICIES": str(POLICY_DIR)} | dict(env or {})


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "mahnwerk", *map(str, arguments)]


def mahnwerk(*arguments: object, env: Mapping[str, str] | None = None, timeout_s: float = 120) -> Ran:
    done = subprocess.run(
        command(*arguments),
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
