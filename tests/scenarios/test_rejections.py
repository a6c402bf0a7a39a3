"""Why something is rejected: who may book what, which numbers are lawful, which reason comes first."""

from typing import Any

import pytest

from shared import kassenzeichen as kz
from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
OFFICES = {  # who may book (R99)
    "5600": {"LG"},  # R51
    "5601": {"LG"},  # R52
    "5603": {"LG"},  # R53
    "5612": {"LG"},  # R54
    "5621": {"LG"},  # R56
    "5622": {"LG"},  # R55
    "5623": {"JBC.31", "JBC.24"},  # R59
    "5624": {"JBC.24"},  # R57
    "5625": {"JBC.24"},  # R60
    "5626": {"JBC.23"},  # R58
    "5684": {"JBC.24"},  # R61
}


def opened() -> Timeline:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    return t


@pytest.mark.parametrize("art", OFFICES)
def test_r51_to_r61_who_may_book_what(art: str) -> None:
    t = opened()
    offices = ["LG", "JBC.21", "JBC.23", "JBC.24", "JBC.31", "lg"]
    ids = [t.claim(f"K{n}", "1.00", art=art, due=DUE, office=office) for n, office in enumerate(offices)]

    allowed = {office for office, id_ in zip(offices, ids, strict=True) if not t.rejected(id_)}
    assert allowed == OFFICES[art]
    assert {t.rejected(id_) for id_ in ids} == {"", "office-not-allowed"}


@pytest.mark.parametrize("art", ["5602", "9999", "", "562"])
def test_an_einnahmeart_that_nobody_knows(art: str) -> None:
    t = opened()
    x = t.claim("K1", "1.00", due=DUE, einnahmeart=art, kassenzeichen=None)

    assert t.rejected(x) == "einnahmeart-unknown"


@pytest.mark.parametrize(
    "number",
    [
        "8656211473816",  # the check digit
        "865621147381",
        "86562114738155",
        "1256211473815",
        "8656 21147381",
        "",
        kz.make("5601", 7),  # another Einnahmeart inside
        "869999123456" + kz.check_digit("869999123456"),
    ],
)
def test_a_kassenzeichen_that_is_none(number: str) -> None:
    t = opened()
    x = t.claim("K1", "1.00", due=DUE, kassenzeichen=number)

    assert t.rejected(x) == "kassenzeichen-invalid"


@pytest.mark.parametrize(
    "kind", ["block-set", "claim-became-final", "aktenzeichen-changed", "payment-assigned"]
)
def test_everything_but_a_payment_is_rejected_for_it(kind: str) -> None:
    t = opened()
    rest: dict[str, Any] = {
        "reason": "Y",
        "set_on": DUE,
        "final_on": DUE,
        "aktenzeichen": "32425425167854",
        "payment_ref": "P1",
        "assigned_by": "S1",
    }
    x = t.about(kind, "8656211473816", **rest)

    assert t.rejected(x) == "kassenzeichen-invalid"


@pytest.mark.parametrize(
    "number", ["3242542516785", "324254251678540", "3242542516785A", "32425425 16785", ""]
)
def test_an_aktenzeichen_is_14_digits(number: str) -> None:
    t = opened()
    x = t.claim("K1", "1.00", due=DUE, aktenzeichen=number)
    t.claim("K2", "1.00", due=DUE)
    y = t.about("aktenzeichen-changed", "K2", aktenzeichen=number)

    assert t.rejected(x) == t.rejected(y) == "aktenzeichen-invalid"


def test_a_claim_ref_and_a_kassenzeichen_are_used_once() -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    same_ref = t.claim("K1", "1.00", due=DUE, kassenzeichen=t.kz("K2"))
    same_number = t.claim("K3", "1.00", due=DUE, kassenzeichen=t.kz("K1"))
    both = t.claim("K1", "2.00", due=DUE)

    assert t.rejected(same_ref) == "claim-ref-in-use"
    assert t.rejected(same_number) == "kassenzeichen-in-use"
    assert t.rejected(both) == "claim-ref-in-use"


def test_another_mandant_may_use_them_too() -> None:
    t = opened()
    t.debtor("D1", mandant="erkelenz")
    t.claim("K1", "1.00", due=DUE)
    x = t.claim("K1", "1.00", due=DUE, mandant="erkelenz")

    assert t.answers(x) == ["claim-registered"]


def test_a_cancelled_claim_keeps_its_references() -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    t.about("claim-ended", "K1", cancelled=True)
    x = t.claim("K1", "1.00", due=DUE)

    assert t.rejected(x) == "claim-ref-in-use"


#: Each entry makes a claim unlawful in one more way; the reasons stand in the order of the contract's list.
FLAWS: list[tuple[str, dict[str, Any]]] = [
    ("schema", {"bg_nummer": "39148BG07685"}),
    ("unknown-mandant", {"mandant": "solingen"}),
    ("kassenzeichen-invalid", {"kassenzeichen": "8656211473816"}),
    ("aktenzeichen-invalid", {"aktenzeichen": "1"}),
    ("office-not-allowed", {"office": "JBC.31"}),
    ("fiscal-year-mismatch", {"fiscal_year": 2030}),
    ("items-exceed-total", {"items": [{"kind": "main", "code": "S1", "amount_cents": 10**9}]}),
    ("claim-ref-in-use", {"claim_ref": "K1"}),
    ("address-incomplete", {"debtor_ref": "D2"}),
]


@pytest.mark.parametrize("first", range(len(FLAWS)))
def test_when_several_apply_the_first_of_the_list_is_named(first: int) -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    t.debtor("D2", address_complete=False)
    flaws: dict[str, Any] = {}
    for _, flaw in FLAWS[first:]:
        flaws |= flaw
    x = t.claim("K2", "5.00", due=DUE, **flaws)

    assert t.rejected(x) == FLAWS[first][0]


def test_the_due_date_comes_before_the_parts() -> None:
    t = Timeline("erkelenz")
    t.day("2026-02-16")
    t.debtor("D1")
    items = [{"kind": "main", "code": "S1", "amount_cents": 10**9}]
    x = t.claim("K1", "5.00", decided_on="2026-02-16", items=items, fiscal_year=2030)

    assert t.rejected(x) == "due-date-missing"


def test_one_person_comes_before_everything_that_depends_on_the_claim() -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    t.payment("P1", "K1", "1.00")
    x = t.write_off("K1", "befristet", requested_by="S1", approved_by="S1")  # abolished, and nothing open

    assert t.rejected(x) == "same-person"


def test_abolished_comes_before_nothing_open() -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    t.payment("P1", "K1", "1.00")
    x = t.write_off("K1", "befristet")

    assert t.rejected(x) == "befristet-abolished"


def test_not_allowed_comes_before_too_long_and_that_before_the_next_day_rule() -> None:
    t = opened()
    t.claim("K1", "1.00", art="5624", due=DUE)
    t.block("K1", "Y")
    not_allowed = t.block("K1", "V", ends_by="2099-01-01")
    too_long = t.block("K1", "T", ends_by="2099-01-01")

    assert t.rejected(not_allowed) == "block-not-allowed"
    assert t.rejected(too_long) == "block-too-long"


def test_no_such_due_date_comes_before_exceeding() -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    x = t.reduce("K1", "2.00", "2026-03-03")

    assert t.rejected(x) == "no-such-due-date"


def test_what_is_unlawful_on_its_face_comes_before_the_mandant() -> None:
    t = opened()
    itself = t.about(
        "credit-transferred",
        "K1",
        to_kassenzeichen=t.kz("K1"),
        amount_cents=1,
        on=DUE,
        requested_by="S1",
        approved_by="S1",
        mandant="solingen",
    )

    assert t.rejected(itself) == "schema"


def test_what_amends_a_deleted_claim_and_what_does_not() -> None:
    t = opened()
    t.claim("K1", "1.00", due=DUE)
    t.about("claim-ended", "K1", cancelled=True)
    refused = [
        t.reduce("K1", "1.00", DUE),
        t.about("claim-ended", "K1", cancelled=True),
        t.about("due-date-changed", "K1", due_on="2026-04-01"),
    ]
    taken = [
        t.block("K1", "Y"),
        t.about("claim-became-final", "K1", final_on=DUE),
        t.about("aktenzeichen-changed", "K1", aktenzeichen="39005425167854"),
    ]

    assert [t.rejected(x) for x in refused] == ["claim-ended"] * 3
    assert [t.answers(x) for x in taken] == [["event-accepted"]] * 3
