"""Reductions, deletion, new due dates, new Aktenzeichen (R39, R42, R68, R69, R82, R84, R85; T13)."""

from datetime import date
from typing import Any

import pytest

from shared.contracts import AccountChanged, EventAccepted, PostingRecorded
from tests.claims.driver import Driver, booked, reasons, the, told

DUE = "2026-03-31"


def test_a_reduction_is_a_sollabgang_at_the_due_date(owed: Driver) -> None:
    events = owed.about("claim-reduced.v1", amount_cents=4_000, due_on=DUE)
    posting = the(events, PostingRecorded)
    assert (posting.kind, posting.amount_cents, posting.due_on) == ("sollabgang", -4_000, date(2026, 3, 31))
    assert the(events, EventAccepted).result.open_cents == 6_000


def test_reductions_together_may_not_exceed_the_sollsatz(owed: Driver) -> None:
    owed.about("claim-reduced.v1", amount_cents=4_000, due_on=DUE)
    too_much = owed.about("claim-reduced.v1", amount_cents=6_001, due_on=DUE)
    assert reasons(too_much) == ["reduction-exceeds-claim"]
    assert booked(owed.about("claim-reduced.v1", amount_cents=6_000, due_on=DUE)) == [("sollabgang", -6_000)]
    assert reasons(owed.about("claim-reduced.v1", amount_cents=1, due_on=DUE)) == ["reduction-exceeds-claim"]


def test_a_reduction_of_a_paid_claim_is_a_credit(owed: Driver) -> None:
    owed.pay("P1", 10_000)
    events = owed.about("claim-reduced.v1", amount_cents=1, due_on=DUE)
    assert the(events, AccountChanged).credit_cents == 1


def test_a_reduction_names_a_due_date_that_is_or_was(owed: Driver) -> None:
    assert reasons(owed.about("claim-reduced.v1", amount_cents=1, due_on="2026-04-01")) == [
        "no-such-due-date"
    ]
    owed.about("due-date-changed.v1", due_on="2026-05-15")
    posting = the(owed.about("claim-reduced.v1", amount_cents=1, due_on=DUE), PostingRecorded)
    assert posting.due_on == date(2026, 5, 15)
    assert told(owed.about("claim-reduced.v1", amount_cents=1, due_on="2026-05-15"), EventAccepted)


def test_a_new_due_date_moves_the_soll(owed: Driver) -> None:
    owed.pay("P1", 1_000)
    events = owed.about("due-date-changed.v1", due_on="2027-01-15")
    postings = told(events, PostingRecorded)
    assert [(p.kind, p.amount_cents, p.due_on, p.fiscal_year) for p in postings] == [
        ("sollabgang", -10_000, date(2026, 3, 31), 2026),
        ("sollzugang", 10_000, date(2027, 1, 15), 2027),
    ]
    assert the(events, EventAccepted).result.due_on == date(2027, 1, 15)
    view = owed.claim_view()
    assert (view.due_on, view.open_cents) == (date(2027, 1, 15), 9_000)


def test_the_same_due_date_changes_nothing(owed: Driver) -> None:
    events = owed.about("due-date-changed.v1", due_on=DUE)
    assert [type(e.payload) for e in events] == [EventAccepted]


@pytest.mark.parametrize(("due_on", "answer"), [("2026-02-16", ["schema"]), ("2026-02-17", [])])
def test_a_due_date_is_not_before_the_decision(owed: Driver, due_on: str, answer: list[str]) -> None:
    assert reasons(owed.about("due-date-changed.v1", due_on=due_on)) == answer


def test_a_deleted_claim_owes_nothing(owed: Driver) -> None:
    owed.about("claim-reduced.v1", amount_cents=4_000, due_on=DUE)
    events = owed.about("claim-ended.v1", cancelled=True)
    assert booked(events) == [("sollabgang", -6_000)]
    assert owed.claim_view().open_cents == 0
    for type_, data in (
        ("claim-ended.v1", {"cancelled": True}),
        ("claim-reduced.v1", {"amount_cents": 1, "due_on": DUE}),
        ("due-date-changed.v1", {"due_on": "2026-06-01"}),
    ):
        assert reasons(owed.about(type_, **data)) == ["claim-ended"]


def test_what_was_posted_is_never_deleted_only_taken_off(owed: Driver) -> None:
    """R85, T28: the posting went out with the claim; the Abgang is another, at the same due date."""
    owed.about("claim-ended.v1", cancelled=True)
    postings = told(owed.events, PostingRecorded)
    assert [(p.posting_no, p.kind, p.amount_cents, p.due_on) for p in postings] == [
        (1, "sollzugang", 10_000, date(2026, 3, 31)),
        (2, "sollabgang", -10_000, date(2026, 3, 31)),
    ]


def test_a_one_off_claim_has_no_last_due_date(owed: Driver) -> None:
    assert reasons(owed.about("claim-ended.v1", last_due_on="2026-05-01")) == ["mode-not-amendable"]
    assert reasons(owed.about("claim-ended.v1")) == ["schema"]


@pytest.mark.parametrize(
    ("paid", "aktenzeichen", "answer"),
    [
        (10_000, "39005425167854", []),  # T13
        (9_999, "39005425167854", ["not-balanced"]),
        (10_001, "39005425167854", ["not-balanced"]),
        (9_999, "32425425167855", []),
        (10_000, "3900542516785", ["aktenzeichen-invalid"]),
    ],
)
def test_the_archive_is_for_balanced_claims(
    owed: Driver, paid: int, aktenzeichen: str, answer: list[str]
) -> None:
    owed.pay("P1", paid)
    assert reasons(owed.about("aktenzeichen-changed.v1", aktenzeichen=aktenzeichen)) == answer
    if not answer:
        assert owed.claim_view().aktenzeichen == aktenzeichen


def test_finality_is_accepted_and_gives_the_claim_its_limitation(owed: Driver) -> None:
    """R91."""
    events = owed.about("claim-became-final.v1", final_on="2026-03-20")
    assert {type(e.payload) for e in events} == {EventAccepted, AccountChanged}
    assert the(events, AccountChanged).claims[0].limitation_on == date(2030, 12, 31)


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("claim-reduced.v1", {"amount_cents": 1, "due_on": DUE}),
        ("claim-ended.v1", {"cancelled": True}),
        ("claim-became-final.v1", {"final_on": DUE}),
        ("due-date-changed.v1", {"due_on": DUE}),
        ("aktenzeichen-changed.v1", {"aktenzeichen": "32425425167854"}),
        ("block-set.v1", {"reason": "Y", "set_on": DUE}),
        ("block-lifted.v1", {"reason": "Y", "lifted_on": DUE}),
        ("field-report.v1", {"reported_on": DUE, "officer": "7", "outcome": "paid"}),
    ],
)
def test_a_kassenzeichen_is_checked_on_arrival_and_waited_for(
    owed: Driver, type_: str, data: dict[str, Any]
) -> None:
    assert reasons(owed.send(type_, kassenzeichen="8656210000016", **data)) == ["kassenzeichen-invalid"]
    assert owed.about(type_, 2, **data) == []
    assert reasons(owed.open("2026-04-02")) == ["unknown-kassenzeichen"]
