"""What becomes of an overpayment (R32)."""

from datetime import date
from typing import Any

import pytest

from shared.contracts import AccountChanged, DayClosed, EventAccepted, PostingRecorded
from tests.claims.driver import PERSONS, Driver, booked, reasons, the, told

ON: dict[str, Any] = {"on": "2026-03-30"} | PERSONS


@pytest.fixture
def overpaid(owed: Driver) -> Driver:
    """Claim 1 has a credit of 5.00 EUR; claim 2 of D2 owes 3.00 EUR."""
    owed.pay("P1", 10_500)
    owed.debtor("D2")
    owed.claim(2, debtor_ref="D2", amount_cents=300)
    return owed


def test_a_credit_is_moved_as_a_pair_that_sums_to_zero(overpaid: Driver) -> None:
    moved: dict[str, Any] = {"to_kassenzeichen": overpaid.kz(2), "amount_cents": 500} | ON
    events = overpaid.about("credit-transferred.v1", **moved)
    postings = told(events, PostingRecorded)
    assert [(p.kassenzeichen, p.amount_cents, p.other_kassenzeichen) for p in postings] == [
        (overpaid.kz(1), -500, overpaid.kz(2)),
        (overpaid.kz(2), 500, overpaid.kz(1)),
    ]
    assert {(p.kind, p.booked_on) for p in postings} == {("credit_transferred", date(2026, 3, 30))}
    changed = told(events, AccountChanged)
    assert [(c.debtor_ref, c.open_cents, c.credit_cents) for c in changed] == [("D1", 0, 0), ("D2", 0, 200)]
    assert the(events, EventAccepted).result.credit_cents == 0
    assert the(overpaid.open("2026-04-02"), DayClosed).totals_cents["credit_transferred"] == 0


def test_a_credit_is_paid_back(overpaid: Driver) -> None:
    assert booked(overpaid.about("credit-refunded.v1", amount_cents=500, **ON)) == [("credit_refunded", -500)]
    view = overpaid.claim_view()
    assert (view.ist_cents, view.credit_cents, view.open_cents) == (10_000, 0, 0)
    # The payment bounces all the same: the Ist may be negative.
    assert booked(overpaid.pay("R1", 10_500, None, reverses="P1")) == [("payment_reversed", -10_500)]
    view = overpaid.claim_view()
    assert (view.ist_cents, view.open_cents, view.sollsaetze[0].open_cents) == (-500, 10_500, 10_500)


@pytest.mark.parametrize("type_", ["credit-refunded.v1", "credit-transferred.v1"])
def test_not_more_than_the_credit_and_two_persons(overpaid: Driver, type_: str) -> None:
    to: dict[str, Any] = {"to_kassenzeichen": overpaid.kz(2)} | ON
    assert reasons(overpaid.about(type_, amount_cents=501, **to)) == ["exceeds-credit"]
    alone = to | {"approved_by": to["requested_by"]}
    assert reasons(overpaid.about(type_, amount_cents=501, **alone)) == ["same-person"]


def test_a_transfer_needs_another_known_kassenzeichen(overpaid: Driver) -> None:
    def move(number: str) -> list[str]:
        data: dict[str, Any] = {"to_kassenzeichen": number, "amount_cents": 1} | ON
        return reasons(overpaid.about("credit-transferred.v1", **data))

    assert move(overpaid.kz(1)) == ["schema"]
    assert move("8656210000016") == ["kassenzeichen-invalid"]
    assert move(overpaid.kz(3)) == []
    assert reasons(overpaid.open("2026-04-02")) == ["unknown-kassenzeichen"]
