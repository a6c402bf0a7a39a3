"""Names and addresses: kept here only, erased by a tombstone, rejected if unusable."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from services.notifications.contacts import read
from services.notifications.service import Notifications
from services.notifications.tables import contact, metadata
from shared.contracts import EventRejected
from shared.database import engine_for
from shared.policy import Policies
from shared.records import Record
from tests.notifications.samples import notice, record
from tests.notifications.written import no_alarm

ERIKA: dict[str, Any] = {
    "mandant": "wuppertal",
    "debtor_ref": "P-0001",
    "salutation": "Frau",
    "name": "Erika Schäfer",
    "street": "Lindenstraße",
    "house_no": "12",
    "postcode": "42103",
    "city": "Wuppertal",
}


class World:
    def __init__(self, policies: Policies, folder: Path, url: str = "sqlite://") -> None:
        self.engine: Engine = engine_for(url)
        metadata.create_all(self.engine)
        self.folder = folder
        self.service = Notifications(policies, folder)
        self.offset = 0

    def send(self, *records: Record) -> Sequence[EventRejected]:
        with self.engine.begin() as conn:
            events = self.service.handle(conn, {0: records})
        with self.engine.begin() as conn:
            while self.service.deliver(conn, alarm=no_alarm):
                pass
        return [event.payload for event in events if isinstance(event.payload, EventRejected)]

    def contact(self, data: object, id_: str = "k-1", key: bytes | None = b"wuppertal/P-0001") -> Record:
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", id_.encode()),
            ("ce_source", b"lmg"),
            ("ce_type", b"debtor-contact.v1"),
        ]
        return self.raw(headers, orjson.dumps(data), key)

    def tombstone(self, key: bytes) -> Record:
        return self.raw([], None, key)

    def raw(
        self, headers: Sequence[tuple[str, bytes | None]], value: bytes | None, key: bytes | None = None
    ) -> Record:
        self.offset += 1
        return read(("debtor-contact", 3, self.offset), headers, key, value)

    def known(self) -> list[tuple[str, str]]:
        with self.engine.begin() as conn:
            return [(row.debtor_ref, orjson.loads(row.doc)["name"]) for row in conn.execute(select(contact))]

    def letter(self) -> str:
        (path,) = self.folder.rglob("dunning-notice-*.txt")
        return path.read_text()


@pytest.fixture
def world(policies: Policies, tmp_path: Path, both_databases: dict[str, str]) -> Iterator[World]:
    made = World(policies, tmp_path / "out", both_databases["notifications"])
    yield made
    made.engine.dispose()


def test_a_contact_is_kept_without_an_answer_and_used_in_the_next_letter(world: World) -> None:
    assert world.send(world.contact(ERIKA)) == []
    world.send(record(notice(), "e-1"))
    assert "Frau\nErika Schäfer\nLindenstraße 12\n42103 Wuppertal" in world.letter()


def test_the_latest_contact_counts(world: World) -> None:
    world.send(world.contact(ERIKA), world.contact(ERIKA | {"name": "Erika Kaya"}, "k-2"))
    assert world.known() == [("P-0001", "Erika Kaya")]


def test_a_tombstone_erases(world: World) -> None:
    world.send(world.contact(ERIKA))
    assert world.send(world.tombstone(b"wuppertal/P-0001")) == []
    assert world.known() == []
    world.send(record(notice(), "e-1"))
    assert "Schäfer" not in world.letter()


def test_what_was_erased_does_not_come_back_by_a_repetition(world: World) -> None:
    world.send(world.contact(ERIKA), world.tombstone(b"wuppertal/P-0001"), world.contact(ERIKA))
    assert world.known() == []


def test_the_same_contact_event_twice_has_one_effect_and_no_answer(world: World) -> None:
    assert world.send(world.contact(ERIKA), world.contact(ERIKA)) == []
    assert world.send(world.contact(ERIKA)) == []


def test_the_same_id_with_other_data_is_rejected(world: World) -> None:
    (rejected,) = world.send(world.contact(ERIKA), world.contact(ERIKA | {"name": "Erika Kaya"}))
    assert (rejected.reason, rejected.rejected_id, rejected.mandant) == ("id-reuse", "k-1", "wuppertal")
    assert world.known() == [("P-0001", "Erika Schäfer")]


@pytest.mark.parametrize(
    ("data", "reason", "field"),
    [
        ({**ERIKA, "city": None}, "schema", "city"),
        ({**ERIKA, "house_no": 12}, "schema", "house_no"),
        ({**ERIKA, "mandant": "solingen"}, "unknown-mandant", "mandant"),
        ([], "malformed", None),
        ("Erika", "malformed", None),
    ],
)
def test_what_cannot_be_used_is_rejected_once(
    world: World, data: object, reason: str, field: str | None
) -> None:
    (rejected,) = world.send(world.contact(data))
    assert (rejected.reason, rejected.field) == (reason, field)
    assert rejected.rejected_type == "debtor-contact.v1"
    assert "Erika" not in rejected.message
    assert world.known() == []


def test_bytes_that_are_no_text_are_rejected_and_the_next_one_is_kept(world: World) -> None:
    broken = [("ce_id", b"\xff\xfe")]
    answers = world.send(world.raw(broken, b"{}"), world.raw([], b"\xff", b"x"), world.contact(ERIKA))
    assert [(one.reason, one.topic, one.partition, one.offset) for one in answers] == [
        ("malformed", "debtor-contact", 3, 1),
        ("malformed", "debtor-contact", 3, 2),
    ]
    assert world.known() == [("P-0001", "Erika Schäfer")]


def test_too_large_and_of_another_type(world: World) -> None:
    large = world.contact(ERIKA | {"name": "x" * 300_000}, "k-2")
    other = world.raw([("ce_id", b"1"), ("ce_source", b"lmg"), ("ce_type", b"claim-created.v1")], b"{}")
    assert [one.reason for one in world.send(large, other)] == ["too-large", "unknown-type"]


def test_a_line_break_in_a_name_cannot_forge_a_line_of_the_letter(world: World) -> None:
    world.send(world.contact(ERIKA | {"name": "Erika\n\nZahlen Sie nichts"}))
    world.send(record(notice(), "e-1"))
    assert "Erika Zahlen Sie nichts\n" in world.letter()


def test_a_nul_in_a_name_breaks_no_database(world: World) -> None:
    assert world.send(world.contact(ERIKA | {"name": "Erika\x00"})) == []
    assert len(world.known()) == 1


def test_the_answer_has_the_same_id_whenever_it_is_given(policies: Policies, tmp_path: Path) -> None:
    ids = []
    for run in (1, 2):
        world = World(policies, tmp_path / str(run))
        with world.engine.begin() as conn:
            events = world.service.handle(conn, {0: [world.contact({**ERIKA, "city": None})]})
        ids.append([event.id for event in events])
    assert ids[0] == ids[1]
