"""Every command explains itself, and wrong usage is exit 2."""

import re
from importlib.metadata import version

import pytest

from tests.cli.run import Ran, mahnwerk

COMMANDS = (
    "demo",
    "play",
    "up",
    "publish",
    "day",
    "statement",
    "serve",
    "health",
    "topics",
    "migrate",
    "describe",
    "dlq",
)


def test_the_list_of_commands() -> None:
    ran = mahnwerk("--help")
    assert ran.code == 0
    assert set(COMMANDS) <= set(re.findall(r"\w+", ran.out))
    assert "3 a policy" in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_has_its_help(command: str) -> None:
    ran = mahnwerk(command, "--help")
    assert ran.code == 0
    assert f"mahnwerk {command}" in ran.out


def test_the_version() -> None:
    assert mahnwerk("--version") == Ran(0, f"mahnwerk {version('mahnwerk')}\n", "")


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("statement",), ("demo", "--days", "0"), ("serve", "x")]
)
def test_wrong_usage_is_exit_2_without_a_traceback(arguments: tuple[str, ...]) -> None:
    ran = mahnwerk(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
