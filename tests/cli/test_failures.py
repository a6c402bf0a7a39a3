"""What is no bug of ours ends with one line that helps, and with an exit code."""

from pathlib import Path

import pytest

from mahnwerk import SERVICES
from mahnwerk.failures import explained
from tests.cli.run import Ran, mahnwerk

LOOKING = [
    ("statement", "8656211000015"),
    ("dlq", "list"),
    ("soll-ist", "--mandant", "wuppertal"),
    ("find", "1"),
]


def told(ran: Ran, code: int) -> str:
    """The one line; its code is as documented."""
    assert (ran.code, ran.out) == (code, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("mahnwerk: ")
    return line.removeprefix("mahnwerk: ")


@pytest.mark.parametrize("command", LOOKING)
def test_a_database_without_tables(command: tuple[str, ...], both_databases: dict[str, str]) -> None:
    for url in both_databases.values():
        Path(url.removeprefix("sqlite:///")).touch() if url.startswith("sqlite") else None
    env = {f"MAHNWERK_DB_{service.upper()}": url for service, url in both_databases.items()}

    line = told(mahnwerk(*command, env=env), 1)

    assert line.startswith("database: ")
    assert line.endswith(": run `mahnwerk migrate` first")


@pytest.mark.parametrize("url", ["prod", "mysql://me:secret@db/x", "postgresql://me:secret@db:port/x"])
def test_what_is_no_url_of_a_database_is_not_repeated(url: str) -> None:
    for command in (("migrate",), ("dlq", "list")):
        line = told(mahnwerk(*command, env={"MAHNWERK_DB": url}), 1)
        assert line == "MAHNWERK_DB is no URL of a database: postgresql://user@host:port/postgres"


@pytest.mark.parametrize("kafka", ["host:x", "host:65536", "a:1,:2", ""])
def test_what_is_no_broker(kafka: str, tmp_path: Path) -> None:
    as_option = told(mahnwerk("day", "2026-11-21", "--kafka", kafka), 2)
    assert "is no Kafka broker: host:port" in as_option
    if kafka:
        env = {"MAHNWERK_KAFKA": kafka}
        assert as_option == f"--kafka: {told(mahnwerk('topics', '--data', tmp_path, env=env), 1)}"


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for command in (*LOOKING, ("migrate", SERVICES[0])):
        assert str(file) in told(mahnwerk(*command, "--data", file), 1)


def test_who_does_not_answer_in_time() -> None:
    assert str(explained(TimeoutError())) == "no answer in time"
    assert str(explained(TimeoutError("topic intake"))) == "no answer in time: topic intake"


def test_a_bug_is_none() -> None:
    assert explained(LookupError("ours")) is None
