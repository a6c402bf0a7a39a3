"""A letter that was written stays; one that cannot be written keeps nobody else waiting."""

import hashlib
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, delete

from services.notifications.contacts import read
from services.notifications.service import Notifications
from services.notifications.tables import metadata
from shared.contracts import Payload
from shared.policy import Policies
from shared.records import Record
from tests.notifications.samples import handover, notice, record, write_off
from tests.notifications.test_contacts import ERIKA
from tests.notifications.written import deliver, files, manifest, no_alarm, run

SENT: tuple[Payload, ...] = (notice(), write_off(), handover())
LETTER = "wuppertal/2026-03-05/dunning-notice-e-0.txt"


def restored(engine: Engine) -> None:
    """The database as it was before anything was written."""
    with engine.begin() as conn:
        for table in metadata.sorted_tables:
            conn.execute(delete(table))


def moved_to(city: str) -> Record:
    data = ERIKA | {"city": city}
    headers = [("ce_specversion", b"1.0"), ("ce_id", city.encode()), ("ce_source", b"lmg")]
    return read(
        ("debtor-contact", 0, 0), [*headers, ("ce_type", b"debtor-contact.v1")], None, orjson.dumps(data)
    )


@pytest.mark.parametrize("taken", [False, True], ids=["it is there", "the print shop has taken it"])
def test_a_letter_that_was_written_stays_as_it_is_when_its_database_is_restored(
    engine: Engine, policies: Policies, tmp_path: Path, *, taken: bool
) -> None:
    folder = tmp_path / "out"
    run(engine, policies, folder, [moved_to("Wuppertal"), record(notice(), "e-0")])
    letter = folder / LETTER
    assert "42103 Wuppertal" in letter.read_text()
    if taken:
        letter.unlink()
    before = files(folder)

    restored(engine)
    run(engine, policies, folder, [moved_to("Solingen"), record(notice(), "e-0")])
    assert files(folder) == before

    run(engine, policies, folder, [record(notice(), "e-9", offset=1)])
    assert "42103 Solingen" in (letter.parent / "dunning-notice-e-9.txt").read_text()
    assert [line["id"] for line in manifest(folder, "wuppertal")] == ["e-0", "e-9"]


def test_a_letter_that_no_manifest_names_yet_is_kept_and_named(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    """Killed between the letter and the manifest; meanwhile the debtor has moved."""
    folder = tmp_path / "out"
    run(engine, policies, folder, [moved_to("Wuppertal"), record(notice(), "e-0")])
    (folder / "wuppertal/2026-03-05/manifest.jsonl").unlink()
    before = files(folder)

    restored(engine)
    run(engine, policies, folder, [moved_to("Solingen"), record(notice(), "e-0")])

    (line,) = manifest(folder, "wuppertal")
    assert {name: files(folder)[name] for name in before} == before
    assert hashlib.sha256(before[f"wuppertal/2026-03-05/{line['text']}"]).hexdigest() == line["text_sha256"]


def test_a_restored_database_takes_nothing_out_of_a_manifest(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run(engine, policies, folder, [record(notice(), "e-0"), record(notice(), "e-1", offset=1)])
    restored(engine)
    run(engine, policies, folder, [record(notice(), "e-0")])
    assert [line["id"] for line in manifest(folder, "wuppertal")] == ["e-0", "e-1"]


def test_a_message_on_which_our_code_fails_waits_and_all_others_are_written(
    engine: Engine, policies: Policies, tmp_path: Path
) -> None:
    """Of one municipality nobody has the policy any more; at the next start it is there again."""
    folder = tmp_path / "out"
    alarms: list[tuple[str, str]] = []
    service = Notifications(Policies({"wuppertal": policies["wuppertal"]}), folder)
    with engine.begin() as conn:
        service.handle(conn, {0: [record(event, f"e-{n}") for n, event in enumerate(SENT)]})
        assert service.deliver(conn, alarm=lambda *about: alarms.append(about), limit=1) == 1
        assert service.deliver(conn, alarm=no_alarm) == 1
        assert service.deliver(conn, alarm=no_alarm) == 0

    assert alarms == [("letter", "landkreis/2026-03-05/write-off-e-1: KeyError")]
    assert {path.parts[0] for path in map(Path, files(folder))} == {"wuppertal"}
    deliver(engine, Notifications(policies, folder))
    assert [len(manifest(folder, mandant)) for mandant in ("wuppertal", "landkreis")] == [2, 1]
