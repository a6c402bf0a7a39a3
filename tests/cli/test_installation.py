"""Where a command looks: as an option says, then the environment, then what `mahnwerk up` noted."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mahnwerk import SERVICES
from mahnwerk.arguments import POLICY_DIR
from mahnwerk.installation import NOTE, Installation
from tests.cli.run import mahnwerk

NOTED, SAID = "127.0.0.1:1", "127.0.0.1:2"  # nobody listens there: the message names the one that was asked


@pytest.fixture
def ended() -> int:
    """A process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def note(data: Path, pid: int | None) -> Path:
    urls = {service: f"sqlite:///{data / 'noted' / service}.db" for service in SERVICES}
    Installation(NOTED, urls, str(POLICY_DIR), pid).note(data)
    return data


def asked(*arguments: object, **env: str) -> str:
    """The broker that a command turns to; empty if it knows of none."""
    ran = mahnwerk("day", "2026-11-21", *arguments, env=env)
    assert ran.code == 1
    return next((broker for broker in (NOTED, SAID) if broker in ran.err), "")


def test_a_broker_is_an_options_then_the_environments_then_that_of_a_running_up(
    tmp_path: Path, ended: int
) -> None:
    running = note(tmp_path / "running", os.getpid())
    gone = note(tmp_path / "gone", ended)

    assert asked("--kafka", SAID, "--data", running) == SAID
    assert asked("--data", running, MAHNWERK_KAFKA=SAID) == NOTED
    assert asked(MAHNWERK_DATA=str(running), MAHNWERK_KAFKA=SAID) == SAID
    assert asked(MAHNWERK_DATA=str(running)) == NOTED
    assert asked("--data", gone, MAHNWERK_KAFKA=SAID) == SAID
    assert asked("--data", gone) == ""
    assert asked(MAHNWERK_DATA=str(gone)) == ""


@pytest.mark.parametrize("named", [True, False])
def test_a_database_is_the_environments_before_that_of_a_folder_that_was_not_named(
    tmp_path: Path, *, named: bool
) -> None:
    data = note(tmp_path / "data", None)
    said = tmp_path / "said.db"
    env = {"MAHNWERK_DB_CLAIMS": f"sqlite:///{said}", "MAHNWERK_DATA": str(data)}

    ran = mahnwerk("migrate", "claims", *(("--data", data) if named else ()), env=env)

    assert ran.code == 0, ran.err
    assert said.exists() is not named
    assert (data / "noted" / "claims.db").exists() is named


def test_a_policy_folder_that_is_named_counts(tmp_path: Path) -> None:
    data = note(tmp_path / "data", None)
    assert mahnwerk("migrate", "--data", data).code == 0
    known = ("soll-ist", "--mandant", "wuppertal", "--data", data)

    assert mahnwerk(*known).code == 0
    ran = mahnwerk(*known, "--policy-dir", tmp_path / "none")
    assert (ran.code, str(tmp_path / "none") in ran.err) == (2, True)


def test_a_note_that_is_no_note_is_said(tmp_path: Path) -> None:
    for text in ("", '{"kafka": "127', "[]"):
        (tmp_path / NOTE).write_text(text)
        ran = mahnwerk("dlq", "list", "--data", tmp_path)
        assert (ran.code, ran.err) == (
            1,
            f"mahnwerk: {tmp_path / NOTE} is no note of `mahnwerk up`: remove it\n",
        )


def test_a_note_replaces_the_one_before_and_is_its_owners(tmp_path: Path) -> None:
    for pid in (1, 2):
        note(tmp_path, pid)
    assert [path.name for path in tmp_path.iterdir()] == [NOTE]
    assert stat.S_IMODE((tmp_path / NOTE).stat().st_mode) == 0o600
