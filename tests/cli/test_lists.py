"""The lists for clerks: they find what is there, and their totals agree with each other."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from mahnwerk.play import Play
from services.claims.tables import sequencer
from shared import kassenzeichen
from shared.database import engine_for
from shared.policy import load_policies
from tests.cli.run import Ran, mahnwerk
from tests.cli.story import claim, day, debtor, event, payment

POLICIES = Path(__file__).parents[2] / "policies"
PAID, OWED, OVERPAID, REDUCED = (kassenzeichen.make("5621", serial) for serial in range(1, 5))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four claims on two days: paid, in arrears, overpaid, reduced; and a payment nobody knows."""
    folder = tmp_path_factory.mktemp("data")
    lines = [
        day("2026-01-05"),
        debtor("D1"),
        debtor("Straße-2"),
        claim("D1", PAID, bg_nummer="39148BG076854"),
        claim("D1", OWED, amount_cents=25_000),
        claim("Straße-2", OVERPAID, aktenzeichen="99999678901234"),
        claim("Straße-2", REDUCED, items=[
            {"kind": "main", "code": "A", "amount_cents": 7_000, "cost_bearer": "bund"},
            {"kind": "main", "code": "B", "amount_cents": 3_000, "cost_bearer": "kommune"},
        ]),
        payment(10_000, PAID),
        day("2026-01-21"),
        payment(10_001, OVERPAID),
        payment(4_000, REDUCED),
        payment(777, number=None),  # type: ignore[arg-type]  # a payment that says nothing
        event("claim-reduced", kassenzeichen=REDUCED, amount_cents=2_500, due_on="2026-02-02"),
    ]  # fmt: skip
    run = Play(load_policies(POLICIES), lambda service: engine_for(f"sqlite:///{folder / service}.db"))
    for _ in run.run(list(enumerate(lines, 1))):
        pass
    return folder


# What strangers write with a payment, and what a spreadsheet gets of it.
TEXTS = {
    '=HYPERLINK("//x")': '\'=HYPERLINK("//x")',
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "' =1",
    "Miete\n\x1b[2JMai": "Miete \ufffd[2JMai",
}


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Payments with texts that nobody expects, and one that goes back."""
    folder = tmp_path_factory.mktemp("strangers")
    texts = [payment(100, number=None) for _ in TEXTS]  # type: ignore[arg-type]
    back = payment(700, number=None, reverses="unknown")  # type: ignore[arg-type]
    run = Play(load_policies(POLICIES), lambda service: engine_for(f"sqlite:///{folder / service}.db"))
    for _ in run.run(list(enumerate([day("2026-01-05"), *texts, back, day("2026-01-06")], 1))):
        pass
    rows = [
        {"mandant": "wuppertal", "payment_ref": sent["data"]["payment_ref"], "text": text}
        for sent, text in zip(texts, TEXTS, strict=True)
    ]
    with engine_for(f"sqlite:///{folder / 'claims'}.db").begin() as conn:
        conn.execute(insert(sequencer.remittance), rows)  # where the sequencer keeps them
    return folder


def ask(data: Path, *arguments: object) -> Ran:
    ran = mahnwerk(*arguments, "--data", data)
    assert ran.code == 0, ran.err
    return ran


def asked(data: Path, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(data, *arguments, "--json").out)
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    return [entry["kassenzeichen"] for entry in found["entries"]]


@pytest.mark.parametrize(
    ("fragment", "found"),
    [
        ("d1", [PAID, OWED]),
        ("STRASSE", [OVERPAID, REDUCED]),
        ("8bg0768", [PAID]),
        ("99999", [OVERPAID]),
        (OWED[3:], [OWED]),
    ],
)
def test_a_part_of_any_reference_finds_the_claim_in_any_case(
    data: Path, fragment: str, found: list[str]
) -> None:
    """R43."""
    assert numbers(asked(data, "find", fragment)) == sorted(found)


def test_nothing_found_says_so_and_a_wildcard_is_only_a_character(data: Path) -> None:
    for fragment in ("%", "_", "D3"):
        ran = mahnwerk("find", fragment, "--data", data)
        assert ran.code == 1
        assert ran.err.endswith(f"mahnwerk: no claim has {fragment} in a reference\n")


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("ausgeglichen", [PAID]),
        ("rueckstand", [OWED, REDUCED]),
        ("ueberzahlung", [OVERPAID]),
        ("keine-buchung", []),
    ],
)
def test_soll_and_ist_by_state(data: Path, state: str, found: list[str]) -> None:
    """R49."""
    assert numbers(asked(data, "soll-ist", "--mandant", "wuppertal", "--state", state)) == sorted(found)


def test_the_totals_of_soll_ist_journal_and_statements_agree(data: Path) -> None:
    comparison = asked(data, "soll-ist", "--mandant", "wuppertal")
    journal = asked(data, "journal", "--mandant", "wuppertal")["totals"]

    assert comparison["totals"] == {
        "count": 4, "soll_cents": 52_500, "ist_cents": 24_001, "written_off_cents": 0,
        "balance_cents": 28_499,
    }  # fmt: skip
    assert journal == {
        "count": 8,
        "sollzugang_cents": 55_000,
        "sollabgang_cents": -2_500,
        "payment_cents": 24_001,
    }
    for entry in comparison["entries"]:
        sheet = json.loads(ask(data, "statement", entry["kassenzeichen"], "--json").out)
        assert [sheet[name] for name in ("soll_cents", "ist_cents", "written_off_cents", "state")] == [
            entry[name] for name in ("soll_cents", "ist_cents", "written_off_cents", "state")
        ]


@pytest.mark.parametrize(
    "arguments", [("soll-ist",), ("top",), ("journal",), ("clearing-list",), ("write-offs",), ("find", "D1")]
)
@pytest.mark.parametrize("shape", [(), ("--json",), ("--csv",)])
def test_a_mandant_that_nobody_knows_is_wrong_usage(
    data: Path, arguments: tuple[str, ...], shape: tuple[str, ...]
) -> None:
    ran = mahnwerk(*arguments, "--mandant", "Wuppertal", *shape, "--data", data, "--policy-dir", POLICIES)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"mahnwerk: no Mandant Wuppertal: in {POLICIES} there are baumberge, erkelenz, landkreis, leipzig, "
        "wuppertal\n"
    )


def test_one_that_has_nothing_yet_has_an_empty_list(data: Path) -> None:
    assert asked(data, "soll-ist", "--mandant", "erkelenz") == {"entries": [], "totals": {"count": 0}}


def test_one_that_has_books_needs_no_policy_to_be_read(data: Path, tmp_path: Path) -> None:
    assert len(asked(data, "top", "--mandant", "wuppertal", "--policy-dir", tmp_path)["entries"]) == 2


def test_the_largest_first(data: Path) -> None:
    """R34."""
    assert numbers(asked(data, "top", "--mandant", "wuppertal")) == [OWED, REDUCED]
    assert numbers(asked(data, "top", "--mandant", "wuppertal", "--count", 1)) == [OWED]


def test_the_journal_of_some_days_both_inclusive(data: Path) -> None:
    """R48: the days are the system's, on which something was posted."""

    def posted(*arguments: str) -> list[int]:
        found = asked(data, "journal", "--mandant", "wuppertal", *arguments)
        return [entry["posting_no"] for entry in found["entries"]]

    assert posted("--to", "2026-01-20") == [1, 2, 3, 4, 5]
    assert posted("--from", "2026-01-05", "--to", "2026-01-05") == [1, 2, 3, 4, 5]
    assert posted("--from", "2026-01-06") == posted("--from", "2026-01-21") == [6, 7, 8]
    assert posted("--kassenzeichen", REDUCED) == [4, 7, 8]
    ran = mahnwerk(
        "journal", "--mandant", "wuppertal", "--from", "2026-01-06", "--to", "2026-01-05", "--data", data
    )
    assert (ran.code, ran.err) == (2, "mahnwerk: --to is before --from\n")


def test_the_journal_says_who_bears_the_cost(data: Path) -> None:
    """R63."""
    first = asked(data, "journal", "--mandant", "wuppertal", "--kassenzeichen", REDUCED)["entries"][0]

    assert first["cost_bearers"] == "bund 7000, kommune 3000"


def test_the_clearing_list(data: Path) -> None:
    """R33."""
    (entry,) = asked(data, "clearing-list", "--mandant", "wuppertal")["entries"]

    assert (entry["amount_cents"], entry["cause"]) == (777, "no-reference")


def test_a_strangers_text_neither_reaches_the_terminal_nor_calculates(strangers: Path) -> None:
    mandant = ("--mandant", "wuppertal")
    shown = ask(strangers, "clearing-list", *mandant).out
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert len(shown.splitlines()) == 1 + len(TEXTS) + 1
    assert "Miete \ufffd[2JMai" in shown

    rows = list(csv.DictReader(io.StringIO(ask(strangers, "clearing-list", *mandant, "--csv").out)))
    assert [row["text"] for row in rows] == [*TEXTS.values(), ""]
    assert [row["amount_cents"] for row in rows] == [*["100"] * len(TEXTS), "-700"]


def test_a_spreadsheet_has_the_same_entries(data: Path) -> None:
    as_csv = list(csv.DictReader(io.StringIO(ask(data, "soll-ist", "--mandant", "wuppertal", "--csv").out)))
    as_json = asked(data, "soll-ist", "--mandant", "wuppertal")["entries"]

    assert as_csv == [{name: str(value) for name, value in entry.items()} for entry in as_json]


def test_people_see_euros_and_the_totals(data: Path) -> None:
    ran = ask(data, "soll-ist", "--mandant", "wuppertal", "--state", "rueckstand")

    assert ran.out.splitlines()[1].split() == [OWED, "D1", "250.00", "0.00", "0.00", "250.00", "rueckstand"]
    assert ran.err == "2 entries: soll 325.00, ist 40.00, written_off 0.00, balance 285.00\n"
