"""The Niederschlagungsliste (R31): what is written off now, agreeing with Soll and Ist and the journal."""

import json
from pathlib import Path
from typing import Any

import pytest

from mahnwerk.play import Play
from shared import kassenzeichen
from shared.database import engine_for
from shared.policy import load_policies
from tests.cli.run import mahnwerk
from tests.cli.story import claim, day, debtor, event, payment

POLICIES = Path(__file__).parents[2] / "policies"
FOUND, LOST, FORGIVEN, PAID, REVOKED, OWED = (kassenzeichen.make("5621", serial) for serial in range(1, 7))
PERSONS = {"requested_by": "S1", "approved_by": "S2"}


def written_off(
    number: str,
    decision: str = "unbefristet",
    *,
    unknown: bool = False,
    **more: Any,  # noqa: ANN401
) -> dict[str, Any]:
    return event(
        "write-off-decided",
        kassenzeichen=number,
        decision=decision,
        decided_on="2026-01-07",
        whereabouts_unknown=unknown,
        **PERSONS,
        **more,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six claims of 100.00: written off, under review, forgiven, paid afterwards, revoked, owed."""
    folder = tmp_path_factory.mktemp("data")
    lines = [
        day("2026-01-08"),
        debtor("D1"),
        *(claim("D1", number) for number in (FOUND, LOST, FORGIVEN, PAID, REVOKED, OWED)),
        written_off(FOUND),
        written_off(LOST, unknown=True),
        written_off(FORGIVEN, "erlass"),
        written_off(PAID),
        written_off(REVOKED),
        payment(2_500, FOUND),
        payment(10_000, PAID),
        event("write-off-revoked", kassenzeichen=REVOKED, decided_on="2026-01-08", **PERSONS),
        day("2027-01-08"),
    ]
    run = Play(load_policies(POLICIES), lambda service: engine_for(f"sqlite:///{folder / service}.db"))
    for _ in run.run(list(enumerate(lines, 1))):
        pass
    return folder


def asked(data: Path, *arguments: str) -> dict[str, Any]:
    ran = mahnwerk(*arguments, "--mandant", "wuppertal", "--json", "--data", data)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_what_is_written_off_now_with_who_decided_and_what_comes_next(data: Path) -> None:
    entries = {entry["kassenzeichen"]: entry for entry in asked(data, "write-offs")["entries"]}

    assert {number: entry["written_off_cents"] for number, entry in entries.items()} == {
        FOUND: 7_500,
        LOST: 10_000,
        FORGIVEN: 10_000,
    }
    assert entries[LOST] == {
        "kassenzeichen": LOST,
        "payer_ref": "D1",
        "aktenzeichen": "36005678901234",
        "decision": "unbefristet",
        "decided_on": "2026-01-07",
        "ordered_on": "2026-01-08",
        "written_off_cents": 10_000,
        "requested_by": "S1",
        "approved_by": "S2",
        "reviews": 1,
        "look_again_on": "2028-01-08",
    }


def test_only_one_kind(data: Path) -> None:
    found = asked(data, "write-offs", "--decision", "erlass")

    assert [entry["kassenzeichen"] for entry in found["entries"]] == [FORGIVEN]


def test_its_total_is_that_of_soll_ist_and_of_the_journal(data: Path) -> None:
    total = asked(data, "write-offs")["totals"]

    assert total == {"count": 3, "written_off_cents": 27_500}
    assert asked(data, "soll-ist")["totals"]["written_off_cents"] == 27_500
    assert asked(data, "journal")["totals"]["write_off_cents"] == -27_500


@pytest.fixture(scope="module")
def leipzig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FOUND is written off in both ways, LOST befristet with a follow-up that has passed."""
    folder = tmp_path_factory.mktemp("leipzig")
    lines = [
        day("2026-01-08"),
        *(
            line | {"data": line["data"] | {"mandant": "leipzig"}}
            for line in (
                debtor("D1"),
                *(claim("D1", number) for number in (FOUND, LOST)),
                payment(3_000, FOUND, payment_ref="P1"),
                written_off(FOUND),
                payment(3_000, FOUND, reverses="P1"),
                written_off(FOUND, "befristet", follow_up_on="2026-06-01"),
                written_off(LOST, "befristet", follow_up_on="2026-03-02"),
            )
        ),
        day("2026-03-02"),
    ]
    run = Play(load_policies(POLICIES), lambda service: engine_for(f"sqlite:///{folder / service}.db"))
    for _ in run.run(list(enumerate(lines, 1))):
        pass
    return folder


def test_a_befristete_one_is_looked_at_again_on_the_day_that_was_decided(leipzig: Path) -> None:
    ran = mahnwerk("write-offs", "--mandant", "leipzig", "--json", "--data", leipzig)
    entries = json.loads(ran.out)["entries"]

    assert [
        (one["kassenzeichen"], one["decision"], one["written_off_cents"], one["look_again_on"])
        for one in entries
    ] == [
        (FOUND, "unbefristet", 7_000, None),
        (FOUND, "befristet", 3_000, "2026-06-01"),
        (LOST, "befristet", 10_000, None),
    ]
