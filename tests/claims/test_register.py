"""Debtors and claims come into the books (R36-R46, R51-R61, R79, R80)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared import kassenzeichen
from shared.contracts import AccountChanged, ClaimRegistered, EventAccepted, PostingRecorded
from tests.claims.driver import Driver, booked, reasons, the, told

NewLedger = Callable[..., Driver]


def test_a_claim_is_registered_and_booked(ledger: Driver) -> None:
    ledger.debtor()
    events = ledger.claim(None, due_on=..., decided_on="2020-11-04")
    registered = the(events, ClaimRegistered)
    assert registered.due_on == date(2020, 12, 16)  # T2, T8: six weeks after the decision
    assert registered.kassenzeichen == kassenzeichen.make("5621", 1)
    posting = the(events, PostingRecorded)
    assert (posting.posting_no, posting.kind, posting.amount_cents) == (1, "sollzugang", 10_000)
    assert (posting.due_on, posting.fiscal_year, posting.booked_on) == (
        date(2020, 12, 16),
        2020,
        date(2026, 4, 1),
    )
    changed = the(events, AccountChanged)
    assert (changed.debtor_ref, changed.version, changed.open_cents) == ("D1", 1, 10_000)


def test_numbers_are_given_out_in_order_skipping_those_in_use(ledger: Driver) -> None:
    ledger.debtor()
    ledger.claim(2)
    given = [the(ledger.claim(None, claim_ref=f"N{n}"), ClaimRegistered).kassenzeichen for n in range(2)]
    assert given == [kassenzeichen.make("5621", 1), kassenzeichen.make("5621", 3)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"kassenzeichen": "8656210000016"}, "kassenzeichen-invalid"),
        ({"kassenzeichen": kassenzeichen.make("5601", 1)}, "kassenzeichen-invalid"),
        ({"aktenzeichen": "3242542516785"}, "aktenzeichen-invalid"),
        ({"aktenzeichen": "3242542516785４"}, "aktenzeichen-invalid"),
        ({"einnahmeart": "5699", "kassenzeichen": ...}, "einnahmeart-unknown"),
        ({"office": "JBC.24"}, "office-not-allowed"),
        ({"fiscal_year": 2025}, "fiscal-year-mismatch"),
        ({"due_on": "2026-02-16"}, "schema"),
        ({"bg_nummer": "39148BG07685"}, "schema"),  # R40
        ({"mode": "laufend_bis"}, "schema"),
        ({"amount_cents": 0}, "schema"),
    ],
)
def test_what_is_wrong_with_a_claim_by_itself(ledger: Driver, data: dict[str, Any], reason: str) -> None:
    # The debtor is not known: what no waiting can mend is rejected on arrival.
    assert reasons(ledger.claim(1, **data)) == [reason]


@pytest.mark.parametrize(
    ("art", "office"),
    [("5624", "JBC.24"), ("5626", "JBC.23"), ("5623", "JBC.31"), ("5623", "JBC.24"), ("5612", "LG")],
)
def test_offices_book_their_own_kinds(ledger: Driver, art: str, office: str) -> None:
    ledger.debtor()
    assert the(ledger.claim(1, einnahmeart=art, office=office), ClaimRegistered).einnahmeart == art
    assert reasons(ledger.claim(2, einnahmeart=art, office="JBC.99")) == ["office-not-allowed"]


def test_the_veranlagungsjahr_is_that_of_the_due_date(ledger: Driver) -> None:
    ledger.debtor()
    december = {"decided_on": "2020-12-03", "due_on": ...}
    assert reasons(ledger.claim(1, fiscal_year=2020, **december)) == ["fiscal-year-mismatch"]  # T3
    events = ledger.claim(1, fiscal_year=2021, **december)
    assert the(events, ClaimRegistered).due_on == date(2021, 1, 14)
    assert the(events, PostingRecorded).fiscal_year == 2021


def test_without_a_default_the_due_date_is_mandatory(new_ledger: NewLedger) -> None:
    ledger = new_ledger("landkreis")
    ledger.open("2026-04-01")
    ledger.debtor()
    assert reasons(ledger.claim(1, due_on=...)) == ["due-date-missing"]


@pytest.mark.parametrize(("second", "answer"), [(4_000, []), (4_001, ["items-exceed-total"])])
def test_the_split_may_not_exceed_the_total(ledger: Driver, second: int, answer: list[str]) -> None:
    ledger.debtor()
    items = [
        {"kind": "main", "code": "4110", "amount_cents": 6_000, "cost_bearer": "bund"},
        {"kind": "ancillary", "code": "4111", "amount_cents": second},
    ]
    events = ledger.claim(1, items=items)
    assert reasons(events) == answer
    if not answer:
        parts = the(events, PostingRecorded).parts
        assert [(part.code, part.amount_cents) for part in parts] == [("4110", 6_000), ("4111", 4_000)]


def test_references_are_given_out_once(owed: Driver) -> None:
    assert reasons(owed.claim(1, claim_ref="other")) == ["kassenzeichen-in-use"]
    assert reasons(owed.claim(2, claim_ref="C1")) == ["claim-ref-in-use"]
    assert reasons(owed.claim(2, claim_ref="C2", address="x")) == []


def test_a_rejected_claim_leaves_its_references_free(ledger: Driver) -> None:
    ledger.debtor(address_complete=False)
    assert reasons(ledger.claim()) == ["address-incomplete"]
    ledger.debtor()
    assert told(ledger.claim(), ClaimRegistered)


@pytest.mark.parametrize(
    ("born_on", "answer"),
    [
        ("2008-04-01", []),  # 18 on this day
        ("2008-04-02", ["legal-representative-missing"]),  # T27
    ],
)
def test_a_minor_needs_a_representative(ledger: Driver, born_on: str, answer: list[str]) -> None:
    ledger.debtor(born_on=born_on)
    assert reasons(ledger.claim()) == answer
    ledger.debtor(born_on=born_on, legal_representative=True)
    assert reasons(ledger.claim(2)) == []


def test_representation_is_asked_of_both_and_the_address_of_the_payer(ledger: Driver) -> None:
    ledger.debtor("child", under_guardianship=True, legal_representative=True, address_complete=False)
    ledger.debtor("payer", kind="institution")
    events = ledger.claim(1, debtor_ref="child", payer_ref="payer")
    registered = the(events, ClaimRegistered)
    assert (registered.debtor_ref, registered.payer_ref) == ("child", "payer")
    assert the(events, AccountChanged).debtor_ref == "payer"
    assert the(events, PostingRecorded).debtor_ref == "payer"
    ledger.debtor("child", under_guardianship=True)
    assert reasons(ledger.claim(2, debtor_ref="child", payer_ref="payer")) == ["legal-representative-missing"]
    ledger.debtor("child")
    ledger.debtor("payer", kind="institution", address_complete=False)
    assert reasons(ledger.claim(2, debtor_ref="child", payer_ref="payer")) == ["address-incomplete"]


def test_of_several_reasons_the_first_of_the_list_counts(owed: Driver) -> None:
    owed.debtor(address_complete=False)
    assert reasons(owed.claim(1, office="JBC.24", aktenzeichen="1")) == ["aktenzeichen-invalid"]
    assert reasons(owed.claim(1)) == ["claim-ref-in-use"]


def test_a_debtor_is_accepted(ledger: Driver) -> None:
    accepted = the(ledger.debtor(), EventAccepted)
    assert (accepted.accepted_type, accepted.day) == ("debtor-registered.v1", date(2026, 4, 1))


def test_accounts_sum_their_claims_and_books_of_mandants_are_apart(owed: Driver) -> None:
    assert the(owed.claim(2, amount_cents=500), AccountChanged).open_cents == 10_500
    owed.mandant = "landkreis"
    owed.debtor()
    events = owed.claim(1)
    assert the(events, PostingRecorded).posting_no == 1
    assert the(events, AccountChanged).open_cents == 10_000
    assert booked(events) == [("sollzugang", 10_000)]
