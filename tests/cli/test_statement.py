"""The Kontoblatt: what stands in the books about a claim, and what happens next."""

import json
from pathlib import Path
from typing import Any

import pytest

from mahnwerk.play import Play
from shared.database import engine_for
from shared.policy import load_policies
from tests.cli.run import mahnwerk
from tests.cli.story import KASSENZEICHEN, claim, day, debtor, event, payment

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    tmp_path.joinpath("data").mkdir()
    return tmp_path / "data"


def played(data: Path, *lines: dict[str, Any]) -> None:
    run = Play(load_policies(POLICIES), lambda service: engine_for(f"sqlite:///{data / service}.db"))
    for _ in run.run(list(enumerate(lines, 1))):
        pass


def sheet(data: Path, *more: str) -> dict[str, Any]:
    ran = mahnwerk("statement", KASSENZEICHEN, "--json", "--data", data, *more)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_soll_ist_balance_and_journal(data: Path) -> None:
    played(data, day("2026-01-05"), debtor(), claim(), payment(2_500), day("2026-01-21"))
    found = sheet(data)
    assert found["as_of"] == "2026-01-21"
    assert [found[f"{name}_cents"] for name in ("soll", "ist", "open", "credit")] == [10_000, 2_500, 7_500, 0]
    journal = [(one["kind"], one["amount_cents"], one["balance_cents"]) for one in found["postings"]]
    assert journal == [("sollzugang", 10_000, 10_000), ("payment", 2_500, 7_500)]


def test_next_is_the_notice_on_its_day_and_why(data: Path) -> None:
    """Due on Monday 2 February, dunned after 10 days."""
    played(data, day("2026-01-05"), debtor(), claim())
    step = sheet(data)["next_step"]
    assert (step["service"], step["what"], step["on"]) == ("dunning", "notice", "2026-02-12")
    assert step["because"]["facts"]["min_days_overdue"] == 10


def test_next_in_a_case_is_what_enforcement_does(data: Path) -> None:
    played(data, day("2026-01-05"), debtor(), claim(), day("2026-02-12"), day("2026-03-06"))
    step = sheet(data)["next_step"]
    assert (step["service"], step["what"]) == ("enforcement", "start")
    assert step["on"] == "2026-03-16"  # announced for a week, that ends on a Friday


def test_blocks_with_their_end_and_their_consequence(data: Path) -> None:
    block = event("block-set", kassenzeichen=KASSENZEICHEN, reason="Y", set_on="2026-01-20")
    played(data, day("2026-01-05"), debtor(), claim(), block, day("2026-01-20"))
    found = sheet(data)
    assert found["blocks"] == [
        {"reason": "Y", "set_on": "2026-01-20", "ends_by": "2027-01-15", "lifted_on": None, "in_force": True}
    ]
    text = mahnwerk("statement", KASSENZEICHEN, "--data", data).out
    assert "Y sonstige  2026-01-20 to 2027-01-15  in force" in text


def test_paid_has_no_next_step(data: Path) -> None:
    played(data, day("2026-01-05"), debtor(), claim(), payment(10_000), day("2026-01-21"))
    text = mahnwerk("statement", KASSENZEICHEN, "--data", data).out
    assert text.endswith("Next step\n  none\n  because nothing is open\n")


def test_unknown_claims_and_folders_are_told_plainly(data: Path) -> None:
    nowhere = mahnwerk("statement", KASSENZEICHEN, "--data", data)
    assert nowhere.code == 1
    assert "no database" in nowhere.err
    played(data, day("2026-01-05"), debtor())
    unknown = mahnwerk("statement", KASSENZEICHEN, "--data", data)
    assert (unknown.code, unknown.err) == (1, f"mahnwerk: no claim {KASSENZEICHEN}\n")


def test_a_kassenzeichen_of_two_mandants_asks_which(data: Path) -> None:
    also = [{**line, "data": {**line["data"], "mandant": "leipzig"}} for line in (debtor(), claim())]
    played(data, day("2026-01-05"), debtor(), claim(), *also)
    ran = mahnwerk("statement", KASSENZEICHEN, "--data", data)
    assert ran.code == 1
    assert "leipzig, wuppertal" in ran.err
    assert sheet(data, "--mandant", "leipzig")["mandant"] == "leipzig"
