"""`docker compose up` for real: the image, the order of the start, the roles, and what survives."""

import asyncio
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from shared import kassenzeichen
from tests.cli import later
from tests.cli.run import mahnwerk
from tests.cli.running import until
from tests.cli.story import claim, day, debtor, payment, write
from tests.operations.commands import commands, first_look
from tests.system.composed import ROOT, SERVICES, Composed, engine
from tests.system.world import header, read_all

RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
NUMBER = kassenzeichen.make("5621", 100)
#: What runbooks look for in a topic in which something stands by then.
GREPPED = {"day-closed": '"service":"claims"', "posting-recorded": "ce_time:2026-02-02"}
ANSWERS = ("claim-registered", "event-accepted", "event-rejected", "payment-unclear")
JOBS = ("secrets", "topics", *(f"migrate-{service}" for service in SERVICES))

Line = dict[str, Any]


@pytest.fixture(scope="module")
def system() -> Iterator[Composed]:
    engine()
    with Composed() as composed:
        yield composed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an operator stands: backups are below it."""
    return tmp_path_factory.mktemp("operator")


def publish(system: Composed, folder: Path, *lines: Line) -> list[Line]:
    ran = mahnwerk("publish", write(folder / "events.jsonl", *lines), "--kafka", system.kafka)
    assert ran.code == 0, ran.err
    return list(lines)


def answered(system: Composed) -> Counter[str]:
    """How often each inbound event was answered: a payment by its posting, a claim by that and more."""

    def caused(topic: str) -> Counter[str]:
        return Counter(
            header(record, "ce_causationid") for record in asyncio.run(read_all(system.kafka, topic))
        )

    return sum(map(caused, ANSWERS), Counter()) | caused("posting-recorded")


def at(moment: str) -> datetime:
    """Docker leaves out zeros at the end of a moment's nanoseconds: as texts, moments do not compare."""
    return datetime.fromisoformat(moment)


def all_answered_once(system: Composed, lines: list[Line]) -> None:
    ids = {line["id"] for line in lines if line["type"] != "business-day-opened.v1"}
    until(lambda: answered(system).keys() >= ids, timeout_s=120)
    found = answered(system)
    assert {found[id_] for id_ in ids} == {1}


def test_everything_is_limited_watched_and_out_of_reach_from_other_machines(system: Composed) -> None:
    services = system.configured()
    for name, said in services.items():
        assert int(said["mem_limit"]) > 0, name
        assert {port["host_ip"] for port in said.get("ports", [])} <= {"127.0.0.1"}, name
        job = name in (*JOBS, "operator")
        assert said["restart"] == ("no" if job else "unless-stopped"), name
        assert ("healthcheck" in said) != job, name


def test_jobs_are_done_before_the_services_start_and_all_are_healthy(system: Composed) -> None:
    containers = system.containers()
    ended = {name: each["State"] for name, each in containers.items() if name in JOBS}
    assert {name: state["ExitCode"] for name, state in ended.items()} == dict.fromkeys(JOBS, 0)
    running = {name: each["State"] for name, each in containers.items() if name not in JOBS}
    assert {name: state["Health"]["Status"] for name, state in running.items()} == dict.fromkeys(
        ("kafka", "postgres", "prometheus", *SERVICES, "dunning-2"), "healthy"
    )
    for service in SERVICES:  # after the topics and its own tables; the tables of others may take longer
        started = at(running[service]["StartedAt"])
        assert max(at(ended[job]["FinishedAt"]) for job in ("topics", f"migrate-{service}")) <= started


def test_a_service_is_nobody_and_can_write_nowhere_and_build_nothing(system: Composed) -> None:
    tries = """
import os, pathlib, shutil
print(os.getuid(), os.getgid())
for folder in ("/", "/opt/mahnwerk", "/etc", "/var/lib/mahnwerk/.."):
    try:
        pathlib.Path(folder, "x").write_text("x")
        print(folder, "can be written")
    except OSError as error:
        print(error.strerror)
print([tool for tool in ("cc", "gcc", "ld", "make", "git") if shutil.which(tool)])
try:
    import pip
except ImportError:
    print("no pip")
"""
    for service in SERVICES:
        said = system.inside(service, tries).splitlines()
        assert said == ["10001 10001", *["Read-only file system"] * 4, "[]", "no pip"]
        host = system.containers()[service]["HostConfig"]
        assert (host["CapDrop"], host["Privileged"]) == (["ALL"], False)


@pytest.mark.usefixtures("system")
def test_the_image_is_its_base_and_little_more() -> None:
    def megabytes(image: str) -> float:
        command = ["docker", "image", "inspect", "--format", "{{.Size}}", image]
        return int(subprocess.run(command, capture_output=True, check=True).stdout) / 1e6

    base = re.findall(r"^ARG BASE=(.+)$", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)[0]
    assert megabytes("mahnwerk:test") - megabytes(base) < 130  # 110 now


def test_no_service_can_read_anothers_database(system: Composed) -> None:
    for service in SERVICES:
        tries = f"""
import os, pathlib, psycopg
print(os.listdir("/run/secrets"))
for other in {SERVICES}:
    try:
        psycopg.connect(host="postgres", user="mahnwerk_{service}", dbname=f"mahnwerk_{{other}}",
                        password=pathlib.Path("/run/secrets/password").read_text().strip()).close()
        print(other)
    except psycopg.OperationalError as error:
        print("permission denied" if "permission denied for database" in str(error) else error)
"""
        said = system.inside(service, tries).splitlines()
        expected = [service if other == service else "permission denied" for other in SERVICES]
        assert said == ["['password']", *expected]


def test_the_operator_reads_and_writes_nothing(system: Composed) -> None:
    tries = """
import pathlib, psycopg
conn = psycopg.connect(host="postgres", user="mahnwerk_operator", dbname="mahnwerk_claims",
                       password=pathlib.Path("/run/secrets/password").read_text().strip())
print(conn.execute("SELECT count(*) > 0 FROM position").fetchone()[0])
try:
    conn.execute("DELETE FROM position")
except psycopg.errors.InsufficientPrivilege:
    print("refused")
"""
    run = ("run", "--rm", "-T", "--entrypoint", "python", "operator", "-c", tries)
    assert system(*run).splitlines() == ["True", "refused"]


def test_prometheus_scrapes_every_instance_and_has_the_rules(system: Composed) -> None:
    def up() -> list[str]:
        targets = system.asked("targets")["activeTargets"]
        return sorted(target["labels"]["service"] for target in targets if target["health"] == "up")

    def lanes_of_dunning() -> list[str]:
        found = system.asked("query", query='mahnwerk_lanes_owned{service="dunning"}')["result"]
        return [series["value"][1] for series in found]

    until(lambda: up() == sorted([*SERVICES, "dunning"]), timeout_s=120)
    until(lambda: lanes_of_dunning() == ["2", "2"], timeout_s=120)
    (group,) = system.asked("rules")["groups"]
    assert "AnswersLate" in {rule["name"] for rule in group["rules"]}


def test_nobody_is_dunned_by_what_nobody_has_confirmed(system: Composed) -> None:
    refused = system.tried("run", "--rm", "-T", "--no-deps", "-e", "MAHNWERK_ACCEPT_ASSUMPTIONS=0", "dunning")
    assert refused.returncode == 3
    assert "wuppertal.toml: dunning.run = daily" in refused.stderr


def test_a_day_from_outside_is_answered_and_a_kill_loses_nothing(system: Composed, tmp_path: Path) -> None:
    numbers = [kassenzeichen.make("5621", serial) for serial in range(100, 140)]
    before = publish(
        system, tmp_path, day("2026-02-02"), debtor(), *(claim(number=number) for number in numbers[:20])
    )
    all_answered_once(system, before)

    system.kill("claims")
    during = publish(
        system,
        tmp_path,
        *(claim(number=number) for number in numbers[20:]),
        *(payment(1_000, number) for number in numbers),
        day("2026-03-02"),
    )

    all_answered_once(system, before + during)
    assert system.containers()["claims"]["RestartCount"] >= 1
    letters = "import pathlib; print(len(list(pathlib.Path('/var/lib/mahnwerk').rglob('*.txt'))))"
    until(lambda: int(system.inside("notifications", letters)) > 0, timeout_s=120)
    sheet = json.loads(system("run", "--rm", "-T", "operator", "statement", numbers[0], "--json"))
    assert (sheet["soll_cents"], sheet["ist_cents"]) == (10_000, 1_000)


def test_the_operator_lists_who_is_parked_and_takes_him_up_again(system: Composed) -> None:
    # As dunning does when its own code fails.
    psql = ("exec", "-T", "postgres", "psql", "-qU", "postgres", "mahnwerk_dunning", "-c")
    system(*psql, "UPDATE account SET parked = true")

    def parked() -> list[tuple[str, str, list[str]]]:
        listed = json.loads(system("run", "--rm", "-T", "operator", "dlq", "list", "--json"))
        return [(one["mandant"], one["debtor_ref"], one["services"]) for one in listed]

    assert parked() == [("wuppertal", "D1", ["dunning"])]
    system("run", "--rm", "-T", "operator", "dlq", "redrive", "wuppertal", "D1")
    until(lambda: parked() == [], timeout_s=120)


def books(system: Composed) -> str:
    return system("run", "--rm", "-T", "operator", "soll-ist", "--mandant", "wuppertal", "--json")


def test_after_a_backup_for_which_kafka_stops_all_go_on(system: Composed, folder: Path) -> None:
    system.as_written("Backup", folder)
    (folder / "books").write_text(books(system))
    until(system.healthy, timeout_s=300)
    since = publish(system, folder, claim(number=kassenzeichen.make("5621", 150)), day("2026-03-03"))
    all_answered_once(system, since)


def test_a_database_that_is_restored_from_its_backup_catches_up(system: Composed, folder: Path) -> None:
    before = answered(system)
    system.as_written("Restore one database", folder)
    since = publish(system, folder, claim(number=kassenzeichen.make("5621", 160)), day("2026-03-04"))
    all_answered_once(system, since)
    days = "SELECT max(day) FROM opened_day"
    psql = ("exec", "-T", "postgres", "psql", "-AtqU", "postgres", "mahnwerk_dunning", "-c", days)
    until(lambda: system(*psql).strip() == "2026-03-04", timeout_s=120)
    assert before.items() <= answered(system).items()


def test_the_version_before_goes_on_while_a_later_one_migrates(system: Composed, folder: Path) -> None:
    migrations = system.inside("claims", "import services; print(services.__path__[0])").strip()
    for service in SERVICES:
        file = folder / f"{service}.py"
        file.write_text(later.migration(service))
        mounted = f"{file}:{migrations}/{service}/migrations/{later.REVISION}_later.py:ro"
        said = system("run", "--rm", "-T", "--no-deps", "-v", mounted, f"migrate-{service}")
        assert said == f"{service}: {later.REVISION}\n"
    since = publish(system, folder, claim(number=kassenzeichen.make("5621", 170)), day("2026-03-05"))
    all_answered_once(system, since)


def test_a_day_opens_by_the_line_for_cron(system: Composed) -> None:
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (line,) = (command for command in commands(handbook) if command[-3:-1] == ["operator", "day"])
    assert line[:2] == ["docker", "compose"]
    system(*line[2:])

    def open_days() -> set[str]:
        found = system.asked("query", query="mahnwerk_day_opened_timestamp_seconds")["result"]
        return {series["value"][1] for series in found}

    opened = (date.fromisoformat(line[-1]) - date(1970, 1, 1)).days * 86_400
    until(lambda: open_days() == {str(opened)}, timeout_s=120)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbooks_first_look_can_be_typed(system: Composed, runbook: Path) -> None:
    for command in first_look(runbook):
        known = [word.replace("MANDANT", "wuppertal").replace("8656211473815", NUMBER) for word in command]
        match known:
            case [*_, "DEBTOR_REF"]:  # nobody is parked
                pass
            case ["docker", "compose", *arguments]:
                system(*arguments)
            case ["docker", "run", *arguments]:
                ran = system.beside(*arguments)
                assert "Processed a total of" in ran.stderr
                assert GREPPED.get(arguments[arguments.index("--topic") + 1], "") in ran.stdout


def test_sigterm_ends_a_service_in_ten_seconds_and_the_version_before_goes_on(
    system: Composed, tmp_path: Path
) -> None:
    before = answered(system)
    number = kassenzeichen.make("5621", 200)
    busy = publish(system, tmp_path, claim(number=number), *(payment(1, number) for _ in range(2_000)))
    system("stop", "--timeout", "10", *SERVICES)  # what has not ended by then is killed: 137
    stopped = [*SERVICES, "dunning-2"]
    states = {name: each["State"] for name, each in system.containers().items() if name in stopped}
    assert {name: state["ExitCode"] for name, state in states.items()} == dict.fromkeys(stopped, 0)

    system("down")
    system.as_written("Upgrade", tmp_path)

    for service in SERVICES:  # here an older version comes after a later one
        assert f"{service}: {later.REVISION}, newer than" in system("logs", f"migrate-{service}")
    all_answered_once(system, busy)
    assert before.items() <= answered(system).items()


def test_everything_is_restored_from_its_backup_on_an_empty_machine(system: Composed, folder: Path) -> None:
    system.as_written("Restore everything", folder)
    assert books(system) == (folder / "books").read_text()
    since = publish(system, folder, claim(number=kassenzeichen.make("5621", 180)), day("2026-03-06"))
    all_answered_once(system, since)
