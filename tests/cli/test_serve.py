"""A served process says nothing but JSON lines, whatever comes to its port, also when it does not start."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mahnwerk.local.process import LOCALHOST, free_ports
from mahnwerk.migrate import migrate
from tests.cli.run import mahnwerk
from tests.cli.running import Serving, until

CANARY = "Kanarienvogel"
KAFKA = {"MAHNWERK_KAFKA": f"{LOCALHOST}:1"}


@pytest.fixture
def migrated(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/dunning.db"
    migrate("dunning", url)
    return url


@pytest.fixture
def serving(migrated: str, tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(tmp_path, migrated)
    yield serving
    if serving.process.poll() is None:
        serving.process.kill()
        serving.process.wait()


def lines(said: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in said.splitlines()]


def test_every_line_is_json_whatever_comes_to_the_port(serving: Serving) -> None:
    for garbage in (f"{CANARY}\r\n\r\n", "\x00" * 70_000, f"GET /{CANARY} HTTP/1.1\r\nHost: \x01\r\n\r\n"):
        with socket.create_connection((LOCALHOST, serving.port)) as client:
            client.sendall(garbage.encode())
    until(lambda: "Invalid HTTP request received." in serving.said)
    assert serving.end() == 0
    said = lines(serving.said)
    assert {line["logger"] for line in said} >= {"mahnwerk", "uvicorn.error"}
    assert {line["service"] for line in said} == {"dunning"}
    assert CANARY not in serving.said


def test_what_it_waits_for_is_told_though_it_is_not_ready(serving: Serving) -> None:
    ran = mahnwerk("health", "dunning", env=serving.env)
    assert ran.code == 1
    assert json.loads(ran.out)["ready"] is False
    assert json.loads(ran.out)["waits_for"]
    serving.end()
    ran = mahnwerk("health", "dunning", env=serving.env)
    assert (ran.code, ran.out) == (1, "")
    assert f"dunning does not answer at {LOCALHOST}:{serving.port}" in ran.err


@pytest.mark.parametrize(
    ("env", "code", "why"),
    [
        ({"MAHNWERK_KAFKA": ""}, 1, "MAHNWERK_KAFKA is not set"),
        ({"MAHNWERK_PORT": "http"}, 1, "MAHNWERK_PORT is no number"),
        ({"MAHNWERK_ACCEPT_ASSUMPTIONS": "0"}, 3, "dunning.run = daily"),
        ({"MAHNWERK_POLICIES": "/nowhere"}, 3, "/nowhere"),
        ({}, 1, "run `mahnwerk migrate dunning` first"),
    ],
)
def test_what_keeps_it_from_starting_is_json_too(
    env: dict[str, str], code: int, why: str, tmp_path: Path
) -> None:
    given = {**KAFKA, "MAHNWERK_DATA": str(tmp_path), "MAHNWERK_ACCEPT_ASSUMPTIONS": "1", **env}
    ran = mahnwerk("serve", "dunning", env=given)
    assert (ran.code, ran.out) == (code, "")
    assert why in "\n".join(line["message"] for line in lines(ran.err) if line["level"] == "CRITICAL")


def test_a_port_that_is_taken_is_told_in_json(migrated: str) -> None:
    (port,) = free_ports(1)
    env = {**KAFKA, "MAHNWERK_DB_DUNNING": migrated, "MAHNWERK_PORT": str(port)}
    with socket.create_server((LOCALHOST, port)):
        ran = mahnwerk("serve", "dunning", "--accept-assumptions", env=env)
    assert (ran.code, ran.out) == (1, "")
    assert "address already in use" in lines(ran.err)[-1]["message"]
