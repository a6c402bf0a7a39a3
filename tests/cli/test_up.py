"""`mahnwerk up` and what works beside it: publish, day, statement, dlq; and how it ends."""

import fcntl
import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mahnwerk.brokers import Broker
from services.dunning.tables import account
from shared.database import engine_for
from tests.cli.run import mahnwerk
from tests.cli.running import Up, until
from tests.cli.story import KASSENZEICHEN, claim, day, debtor, payment, write


def test_assumed_policy_lines_ask_for_a_decision(tmp_path: Path) -> None:
    ran = mahnwerk("up", "--data", tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert "wuppertal.toml: dunning.run = daily" in ran.err
    assert "--accept-assumptions" in ran.err


def test_a_service_by_itself_asks_too(tmp_path: Path) -> None:
    env = {"MAHNWERK_KAFKA": "127.0.0.1:1", "MAHNWERK_DATA": str(tmp_path)}
    refused = mahnwerk("serve", "dunning", env=env)
    assert (refused.code, refused.out) == (3, "")
    assert "wuppertal.toml: dunning.run = daily" in refused.err
    # Accepted, it comes as far as its database, which nobody has migrated.
    for accepted in (
        mahnwerk("serve", "dunning", "--accept-assumptions", env=env),
        mahnwerk("serve", "dunning", env=env | {"MAHNWERK_ACCEPT_ASSUMPTIONS": "1"}),
    ):
        assert accepted.code == 1
        said = json.loads(accepted.err.splitlines()[0])
        assert (said["service"], said["level"]) == ("dunning", "WARNING")
        assert "nobody confirmed" in said["message"]
        assert "mahnwerk migrate" in accepted.err


@pytest.fixture
def up(clean_kafka: Broker, tmp_path: Path) -> Iterator[Up]:
    with Path(tempfile.gettempdir(), f"mahnwerk-up-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # its ports are fixed: another run of the tests waits for this one
        running = Up(tmp_path / "data", clean_kafka.bootstrap)
        yield running
        if running.process.poll() is None:
            running.end(signal.SIGTERM)


def services(up: Up) -> dict[str, int]:
    """Service -> the process that serves it."""
    asked = subprocess.run(["ps", "-eo", "ppid,pid,args"], capture_output=True, text=True, check=True).stdout
    found = re.findall(rf"^ *{up.process.pid} +(\d+) .* serve (\w+)$", asked, re.MULTILINE)
    return {service: int(pid) for pid, service in found}


def test_a_claim_on_its_way_and_a_debtor_taken_up_again(up: Up, tmp_path: Path) -> None:
    assert re.findall(r"^(\w+) +\d+ +http", up.out, re.MULTILINE) == [
        "claims", "dunning", "enforcement", "notifications",
    ]  # fmt: skip
    file = write(tmp_path / "f.jsonl", day("2026-01-05"), debtor(), claim(), payment(2_500))
    assert up.beside("publish", file).code == 0
    assert up.beside("day", "2026-02-12").code == 0

    def noticed() -> bool:
        ran = up.beside("statement", KASSENZEICHEN, "--json")
        return ran.code == 0 and json.loads(ran.out)["next_step"]["what"] == "hand-over"

    until(noticed)
    assert json.loads(up.beside("statement", KASSENZEICHEN, "--json").out)["open_cents"] == 7_500
    letters = [path.name for path in (up.data / "outbox").rglob("*.txt")]
    assert len(letters) == 1

    assert up.beside("dlq", "list").out == "nobody is parked\n"
    assert up.beside("dlq", "redrive", "wuppertal", "D1").code == 1
    park(up)
    assert json.loads(up.beside("dlq", "list", "--json").out) == [
        {"mandant": "wuppertal", "debtor_ref": "D1", "services": ["dunning"], "records": []}
    ]
    assert "parked by dunning" in up.beside("dlq", "show", "wuppertal", "D1").out
    assert up.beside("dlq", "redrive", "wuppertal", "D1").code == 0
    until(lambda: up.beside("dlq", "list").out == "nobody is parked\n")

    assert up.end() == 0
    stopped = up.beside("day", "2026-02-13")
    assert stopped.code == 1
    assert "does not run here" in stopped.err
    assert up.beside("statement", KASSENZEICHEN).code == 0


def park(up: Up) -> None:
    """As dunning does when its own code fails."""
    engine = engine_for(f"sqlite:///{up.data / 'dunning.db'}")
    with engine.begin() as conn:
        conn.execute(update(account).values(parked=True))
        assert conn.execute(select(account.c.parked)).scalar_one()
    engine.dispose()


def test_a_service_that_ends_is_not_started_again_silently(up: Up) -> None:
    os.kill(services(up)["enforcement"], signal.SIGKILL)
    assert up.process.wait(120) == 1
    assert "enforcement has ended" in up.err
    assert services(up) == {}


def test_services_do_not_outlive_it(up: Up) -> None:
    children = services(up).values()
    assert len(children) == 4
    assert up.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
