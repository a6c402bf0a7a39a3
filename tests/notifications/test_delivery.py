"""Once and only once: whatever comes again, and wherever the process is killed."""

import hashlib
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from services.notifications import service as service_module
from services.notifications.service import Notifications
from services.notifications.tables import metadata
from shared.contracts import Payload
from shared.database import engine_for
from shared.policy import Policies
from shared.records import Record
from tests.notifications.samples import (
    announcement,
    handover,
    kassenanzeige,
    notice,
    record,
    started,
    write_off,
)
from tests.notifications.written import deliver, files, manifest, no_alarm, run

OWN = str(Path(service_module.__file__).parent)


def records() -> list[Record]:
    events: list[Payload] = [
        notice(),
        kassenanzeige(3, ("FB2",)),
        announcement(),
        started(),
        write_off(),
        handover(),
    ]
    return [record(event, f"e-{n}", offset=n) for n, event in enumerate(events)]


def test_every_message_is_a_pair_of_files_in_the_manifest(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run(engine, policies, folder, records())
    lines = manifest(folder, "wuppertal") + manifest(folder, "landkreis")
    assert {line["id"] for line in lines} == {"e-0", "e-1", "e-2", "e-3", "e-4", "e-5"}
    assert [line["kind"] for line in manifest(folder, "wuppertal")] == [
        "dunning-notice",
        "enforcement-started",
        "kassenanzeige-3",
        "lawsuit",
    ]
    for mandant in ("wuppertal", "landkreis"):
        for line in manifest(folder, mandant):
            day = folder / mandant / "2026-03-05"
            assert hashlib.sha256((day / line["file"]).read_bytes()).hexdigest() == line["sha256"]
            assert hashlib.sha256((day / line["text"]).read_bytes()).hexdigest() == line["text_sha256"]
    assert len(files(folder)) == 6 * 2 + 2


def test_the_json_file_is_the_event(engine: Engine, policies: Policies, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    sent = record(notice(), "e-0")
    run(engine, policies, folder, [sent])
    document = orjson.loads(files(folder)["wuppertal/2026-03-05/dunning-notice-e-0.json"])
    assert document["id"] == "e-0"
    assert document["type"] == "dunning-notice-issued.v1"
    assert document["causationid"] == "day-1"
    assert document["data"] == sent.data


def test_an_event_that_comes_again_changes_nothing(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run(engine, policies, folder, records())
    before = files(folder)
    (folder / "wuppertal/2026-03-05/dunning-notice-e-0.txt").unlink()  # the print shop has taken it
    again = [record(notice(), "e-0", offset=7), record(kassenanzeige(3, ("FB2",)), "e-1", offset=8)]
    run(engine, policies, folder, again)
    del before["wuppertal/2026-03-05/dunning-notice-e-0.txt"]
    assert files(folder) == before


def test_later_messages_of_a_day_are_added_to_its_manifest(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run(engine, policies, folder, [record(notice(), "e-0", offset=0)])
    run(engine, policies, folder, [record(notice(debtor_ref="P-0002"), "e-9", offset=1)])
    assert [line["id"] for line in manifest(folder, "wuppertal")] == ["e-0", "e-9"]


def test_only_the_lanes_that_are_owned_are_written(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    service = Notifications(policies, tmp_path / "out")
    with engine.begin() as conn:
        service.handle(conn, {1: [record(notice(), "e-0", lane=1)], 2: [record(notice(), "e-1", lane=2)]})
        assert service.deliver(conn, {2}, alarm=no_alarm) == 1
    assert [line["id"] for line in manifest(tmp_path / "out", "wuppertal")] == ["e-1"]


def test_a_folder_may_be_named_from_where_the_process_stands(
    engine: Engine, policies: Policies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(engine, policies, Path("var/outbox"), records())
    assert len(manifest(tmp_path / "var/outbox", "wuppertal")) == 4
    with engine.begin() as conn:
        service = Notifications(policies, Path("var/outbox"))
        assert service.deliver(conn, alarm=no_alarm) == 0  # all are marked as written


def test_without_a_folder_messages_are_noted_and_can_be_written_later(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        Notifications(policies).handle(conn, {0: records()})
        assert Notifications(policies).deliver(conn, alarm=no_alarm) == 0
        assert Notifications(policies, tmp_path / "out").deliver(conn, alarm=no_alarm) == 6


def test_two_processes_that_write_the_same_day_leave_one_complete_manifest(
    postgres_databases: dict[str, str], policies: Policies, tmp_path: Path
) -> None:
    """A lane changes its owner: the old one is still writing when the new one begins."""
    url, folder = postgres_databases["notifications"], tmp_path / "out"
    engine = engine_for(url)
    metadata.create_all(engine)
    sent = [record(notice(debtor_ref=f"P-{n:04}"), f"e-{n:03}", offset=n) for n in range(60)]
    with engine.begin() as conn:
        Notifications(policies).handle(conn, {0: sent})
    engines = [engine_for(url) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one: deliver(one, Notifications(policies, folder)), engines))
    assert [line["id"] for line in manifest(folder, "wuppertal")] == [one.id for one in sent]
    assert len(files(folder)) == 2 * 60 + 1
    for one in (engine, *engines):
        one.dispose()


def fresh(folder: Path) -> Path:
    """A new database, beside the folder that its service will write to."""
    engine = engine_for(f"sqlite:///{folder}.db")
    metadata.create_all(engine)
    engine.dispose()
    return folder


def killed_at_line(nth: int, folder: Path, policies: Policies) -> bool:
    """Run the service in a child that kills itself at the nth line of its code; False: it got to the end."""
    child = os.fork()
    if child == 0:
        count = 0

        def trace(frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401 - as sys.settrace wants it
            nonlocal count
            if not frame.f_code.co_filename.startswith(OWN) or "/domain/" in frame.f_code.co_filename:
                return None
            if event == "line":
                count += 1
                if count == nth:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        run(engine_for(f"sqlite:///{folder}.db"), policies, folder, records()[:2])
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_killed_between_any_two_lines_nothing_is_lost_and_nothing_comes_twice(
    policies: Policies, tmp_path: Path
) -> None:
    """Killed at line 1, 8, 15 …, again while it recovers, then left alone."""
    undisturbed = fresh(tmp_path / "undisturbed")
    assert not killed_at_line(0, undisturbed, policies)
    kills = 0
    for nth in range(1, 2_000, 7):
        folder = fresh(tmp_path / f"killed-{nth}")
        if not killed_at_line(nth, folder, policies):
            break
        kills += 1
        killed_at_line(nth // 2 + 3, folder, policies)  # and once more while it recovers
        assert not killed_at_line(0, folder, policies)
        assert files(folder) == files(undisturbed)
    assert kills > 10


def test_a_kill_in_the_midst_leaves_no_half_file_under_a_name(policies: Policies, tmp_path: Path) -> None:
    """Whatever a reader finds under a name in the manifest is complete at any moment."""
    for nth in range(40, 400, 11):
        folder = fresh(tmp_path / f"killed-{nth}")
        killed_at_line(nth, folder, policies)
        for path in folder.rglob("manifest.jsonl"):
            for line in map(orjson.loads, path.read_bytes().splitlines()):
                content = (path.parent / line["file"]).read_bytes()
                assert hashlib.sha256(content).hexdigest() == line["sha256"]
        for path in folder.rglob("[!.]*.json"):
            orjson.loads(path.read_bytes())
