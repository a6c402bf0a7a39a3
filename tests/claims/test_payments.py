"""Money is booked where its reference says, or it is on the Klärungsliste (R33, T9, T29)."""

from datetime import date

import pytest

from shared.contracts import (
    AccountChanged,
    ClaimRegistered,
    DayClosed,
    EventAccepted,
    PaymentCleared,
    PaymentUnclear,
    PostingRecorded,
)
from tests.claims.driver import Driver, booked, reasons, the, told

KZ, OTHER_DIGIT = "8656211473815", "8656211473816"  # T29


def test_a_payment_lowers_what_is_open(owed: Driver) -> None:
    posting = the(owed.pay("P1", 7_280, booked_on="2026-03-30"), PostingRecorded)
    assert (posting.kind, posting.amount_cents, posting.payment_ref) == ("payment", 7_280, "P1")
    assert (posting.booked_on, posting.due_on) == (date(2026, 3, 30), date(2026, 3, 31))
    view = owed.claim_view()
    assert (view.soll_cents, view.ist_cents, view.open_cents, view.credit_cents) == (10_000, 7_280, 2_720, 0)


@pytest.mark.parametrize(("cents", "open_cents", "credit"), [(9_999, 1, 0), (10_000, 0, 0), (10_001, 0, 1)])
def test_too_much_is_a_credit(owed: Driver, cents: int, open_cents: int, credit: int) -> None:
    changed = the(owed.pay("P1", cents), AccountChanged)
    assert (changed.open_cents, changed.credit_cents) == (open_cents, credit)


def test_a_payment_reference_is_used_once(owed: Driver) -> None:
    owed.pay("P1", 1)
    assert reasons(owed.pay("P1", 2)) == ["payment-ref-in-use"]
    owed.pay("P2", 1, serial=9)  # waits
    assert reasons(owed.pay("P2", 1)) == ["payment-ref-in-use"]


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        ({}, "no-reference"),
        ({"remittance": ["Miete"]}, "no-reference"),
        ({"remittance": [OTHER_DIGIT]}, "check-digit"),
        ({"kassenzeichen": OTHER_DIGIT}, "check-digit"),
        ({"kassenzeichen": "nonsense", "remittance": [KZ]}, "check-digit"),
        ({"remittance": [KZ, "8656211584652"]}, "several-kassenzeichen"),
        ({"candidates": {"valid": [], "invalid": True}}, "check-digit"),
        ({"candidates": {"valid": [KZ, "8656211584652"], "invalid": False}}, "several-kassenzeichen"),
    ],
)
def test_what_has_no_clear_reference_is_on_the_list(
    ledger: Driver, data: dict[str, object], cause: str
) -> None:
    unclear = the(ledger.pay("P1", 500, None, **data), PaymentUnclear)
    assert (unclear.cause, unclear.amount_cents) == (cause, 500)


@pytest.mark.parametrize(
    "data",
    [
        {"kassenzeichen": KZ},
        {"remittance": ["Rate 865621 1473-815 danke"]},
        {"candidates": {"valid": [KZ], "invalid": True}},
    ],
)
def test_one_good_reference_is_enough(ledger: Driver, data: dict[str, object]) -> None:
    ledger.debtor()
    ledger.claim(None, kassenzeichen=KZ)
    assert the(ledger.pay("P1", 500, None, **data), PostingRecorded).kassenzeichen == KZ


def test_a_reversal_takes_the_money_back_once(owed: Driver) -> None:
    owed.pay("P1", 4_000)
    posting = the(owed.pay("R1", 4_000, None, reverses="P1"), PostingRecorded)
    assert (posting.kind, posting.amount_cents, posting.payment_ref) == ("payment_reversed", -4_000, "R1")
    assert owed.claim_view().open_cents == 10_000
    assert the(owed.pay("R2", 4_000, None, reverses="P1"), PaymentUnclear).cause == "reversal-unmatched"


def test_a_reversal_of_another_amount_or_of_a_reversal_fits_no_payment(owed: Driver) -> None:
    owed.pay("P1", 4_000)
    assert the(owed.pay("R0", 4_000, None, reverses="R0"), PaymentUnclear).cause == "reversal-unmatched"
    assert the(owed.pay("R1", 3_999, None, reverses="P1"), PaymentUnclear).cause == "reversal-unmatched"
    owed.pay("R2", 4_000, None, reverses="P1")
    assert the(owed.pay("R3", 4_000, None, reverses="R2"), PaymentUnclear).cause == "reversal-unmatched"


def test_a_reversal_of_an_entry_takes_it_off_the_list(ledger: Driver) -> None:
    ledger.pay("P1", 4_000, None)
    events = ledger.pay("R1", 4_000, None, reverses="P1")
    cleared = the(events, PaymentCleared)
    assert (cleared.payment_ref, cleared.reversed_by, cleared.kassenzeichen) == ("P1", "R1", None)
    assert booked(events) == []
    assert the(ledger.open("2026-04-02"), DayClosed).balances_cents["unclear"] == 0


def test_a_reversal_waits_for_its_payment(owed: Driver) -> None:
    assert owed.pay("R1", 4_000, None, reverses="P1") == []
    events = owed.pay("P1", 4_000)
    assert booked(events) == [("payment", 4_000), ("payment_reversed", -4_000)]


def test_a_reversal_follows_a_payment_that_waits(owed: Driver) -> None:
    owed.pay("R1", 4_000, None, reverses="P1")
    assert owed.pay("P1", 4_000, serial=2) == []
    assert owed.pay("R2", 300, None, reverses="P2") == []
    assert owed.pay("P2", 300, serial=2) == []
    events = owed.claim(2)
    assert booked(events)[1:] == [
        ("payment", 4_000),
        ("payment_reversed", -4_000),
        ("payment", 300),
        ("payment_reversed", -300),
    ]


def test_what_is_unknown_by_the_next_day_goes_on_the_list(owed: Driver) -> None:
    owed.pay("R1", 100, None, reverses="nothing")
    owed.pay("R2", 4_000, None, reverses="P1")
    owed.pay("P1", 4_000, serial=2)
    events = owed.open("2026-04-02")
    assert [(u.payment_ref, u.cause) for u in told(events, PaymentUnclear)] == [
        ("P1", "unknown-kassenzeichen"),
        ("R1", "reversal-unmatched"),  # reversals last: they go where their payment goes
    ]
    assert the(events, PaymentCleared).reversed_by == "R2"
    assert the(events, DayClosed).balances_cents["unclear"] == -100
    assert {e.day for e in events if isinstance(e.payload, PaymentUnclear)} == {date(2026, 4, 1)}


def test_a_later_claim_finds_its_money(owed: Driver) -> None:
    owed.pay("P1", 4_000, serial=2)
    owed.pay("P2", 100, None, remittance=[owed.kz(2)])
    owed.open("2026-04-02")
    events = owed.claim(2, _id="the-claim")
    assert [type(e.payload).__name__ for e in events] == [
        "ClaimRegistered",
        "PaymentCleared",
        "PaymentCleared",
        "PostingRecorded",
        "PostingRecorded",
        "PostingRecorded",
        "AccountChanged",
    ]
    assert {e.cause for e in events} == {"the-claim"}
    assert [c.kassenzeichen for c in told(events, PaymentCleared)] == [owed.kz(2)] * 2
    assert the(events, AccountChanged).claims[0].open_cents == 5_900
    assert the(owed.open("2026-04-03"), DayClosed).balances_cents["unclear"] == 0


def test_a_clerk_assigns_an_entry(owed: Driver) -> None:
    owed.pay("P1", 4_000, None)
    events = owed.about("payment-assigned.v1", payment_ref="P1", assigned_by="4711")
    assert booked(events) == [("payment", 4_000)]
    assert the(events, PaymentCleared).kassenzeichen == owed.kz(1)
    assert the(events, EventAccepted).result.open_cents == 6_000
    again = owed.about("payment-assigned.v1", payment_ref="P1", assigned_by="4711")
    assert reasons(again) == ["not-unclear"]


def test_a_clerk_assigns_an_unmatched_reversal(owed: Driver) -> None:
    owed.pay("P1", 4_000)
    owed.pay("R1", 3_000, None, reverses="P1")
    events = owed.about("payment-assigned.v1", payment_ref="R1", assigned_by="4711")
    assert booked(events) == [("payment_reversed", -3_000)]


def test_an_assignment_waits_for_what_it_names(owed: Driver) -> None:
    assert owed.about("payment-assigned.v1", 2, payment_ref="P1", assigned_by="x") == []
    assert owed.claim(2) != []
    events = owed.pay("P1", 100, None)
    assert [type(e.payload).__name__ for e in events[:2]] == ["PaymentUnclear", "PaymentCleared"]
    assert owed.about("payment-assigned.v1", payment_ref="P7", assigned_by="x") == []
    assert reasons(owed.open("2026-04-02")) == ["unknown-payment"]
    assert reasons(
        owed.send("payment-assigned.v1", payment_ref="P1", kassenzeichen="1", assigned_by="x")
    ) == ["kassenzeichen-invalid"]


def test_money_counts_also_on_a_deleted_claim(owed: Driver) -> None:
    owed.about("claim-ended.v1", cancelled=True)
    assert the(owed.pay("P1", 100), AccountChanged).credit_cents == 100


def test_a_credit_can_be_told_from_the_registration(ledger: Driver) -> None:
    ledger.debtor()
    assert told(ledger.claim(None), ClaimRegistered)
    assert ledger.claim_view(1).credit_cents == 0
