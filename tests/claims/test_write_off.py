"""Niederschlagung and Erlass (R12, R32, R42, R86, R87; T10, T13)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared import topics
from shared.contracts import (
    AccountChanged,
    DayClosed,
    EventAccepted,
    HandoverIssued,
    PostingRecorded,
    WriteOffOrdered,
    WriteOffRefused,
)
from tests.claims.driver import PERSONS, Driver, booked, reasons, the, told

NewLedger = Callable[..., Driver]


def test_the_whole_open_amount_is_written_off(new_ledger: NewLedger) -> None:
    ledger = new_ledger()  # T10
    ledger.open("2013-06-04")
    ledger.debtor()
    ledger.claim(1, amount_cents=30_890, decided_on="2013-02-01", due_on="2013-03-06")
    events = ledger.write_off(decided_on="2013-06-04")
    posting = the(events, PostingRecorded)
    assert (posting.kind, posting.amount_cents) == ("write_off", -30_890)
    assert (posting.due_on, posting.booked_on, posting.fiscal_year) == (
        date(2013, 3, 6),
        date(2013, 6, 4),
        2013,
    )
    assert posting.account is None
    ordered = the(events, WriteOffOrdered)
    assert (ordered.amount_cents, ordered.kind, ordered.original_due_on) == (
        30_890,
        "unbefristet",
        date(2013, 3, 6),
    )
    assert (ordered.aktenzeichen, ordered.previous_aktenzeichen) == (
        "38005425167854",
        "32425425167854",
    )  # T13
    view = ledger.claim_view()
    assert (view.written_off_cents, view.open_cents, view.aktenzeichen) == (30_890, 0, "38005425167854")
    assert the(ledger.open("2013-06-05"), DayClosed).balances_cents == {
        "soll": 30_890,
        "ist": 0,
        "written_off": 30_890,
        "open": 0,
        "credit": 0,
        "unclear": 0,
    }


def test_the_order_goes_down_the_account_log_before_the_account(owed: Driver) -> None:
    events = [e for e in owed.write_off() if e.topic == topics.ACCOUNT_CHANGED]
    assert [type(e.payload) for e in events] == [WriteOffOrdered, AccountChanged]


@pytest.mark.parametrize(
    ("mandant", "decision", "unknown", "prefix", "account"),
    [
        ("wuppertal", "unbefristet", False, "3800", None),
        ("wuppertal", "unbefristet", True, "3600", None),
        ("wuppertal", "erlass", False, "3242", None),
        ("landkreis", "unbefristet", False, "3242", "4721100"),
        ("landkreis", "befristet", True, "3242", "4721100"),
    ],
)
def test_prefix_and_account_are_the_policys(  # noqa: PLR0913, PLR0917
    new_ledger: NewLedger, mandant: str, decision: str, unknown: object, prefix: str, account: str | None
) -> None:
    ledger = new_ledger(mandant)
    ledger.open("2026-04-01")
    ledger.debtor()
    ledger.claim()
    events = ledger.write_off(decision=decision, whereabouts_unknown=unknown)
    assert the(events, PostingRecorded).account == account
    assert ledger.claim_view().aktenzeichen[:4] == prefix


@pytest.mark.parametrize(
    ("decided_on", "answer"), [("2026-02-03", []), ("2026-02-04", ["befristet-abolished"])]
)
def test_befristet_is_abolished_by_the_day_of_the_decision(
    owed: Driver, decided_on: str, answer: list[str]
) -> None:
    assert reasons(owed.write_off(decision="befristet", decided_on=decided_on)) == answer


@pytest.mark.parametrize("approved_by", ["AB1", " ab1 ", "Ab1"])
def test_two_persons_are_needed(owed: Driver, approved_by: str) -> None:
    persons: dict[str, Any] = {"requested_by": "ab1", "approved_by": approved_by}
    assert reasons(owed.write_off(**persons)) == ["same-person"]
    assert reasons(owed.write_off(decision="refused", **persons)) == ["same-person"]
    assert reasons(owed.write_off(9, **persons)) == ["same-person"]


def test_nothing_open_is_not_written_off(owed: Driver) -> None:
    owed.write_off()
    assert reasons(owed.write_off()) == ["nothing-open"]
    assert told(owed.write_off(decision="refused"), EventAccepted)


def test_a_refusal_is_passed_on(owed: Driver) -> None:
    events = owed.write_off(decision="refused")
    assert the(events, WriteOffRefused).kassenzeichen == owed.kz(1)
    assert booked(events) == []
    assert owed.claim_view().open_cents == 10_000


def test_a_later_payment_is_given_back(owed: Driver) -> None:
    owed.pay("P1", 3_000)
    owed.write_off()
    events = owed.pay("P2", 2_500)
    assert booked(events) == [("payment", 2_500), ("write_off", 2_500)]
    view = owed.claim_view()
    assert (view.written_off_cents, view.open_cents, view.credit_cents) == (4_500, 0, 0)
    assert booked(owed.pay("P3", 5_000)) == [("payment", 5_000), ("write_off", 4_500)]
    assert owed.claim_view().credit_cents == 500
    # Its bounce is written off again: it was ordered.
    assert booked(owed.pay("R3", 5_000, None, reverses="P3")) == [
        ("payment_reversed", -5_000),
        ("write_off", -4_500),
    ]
    assert owed.claim_view().holds == ()


def test_a_later_reduction_is_given_back(owed: Driver) -> None:
    owed.pay("P1", 3_000)
    owed.write_off()
    events = owed.about("claim-reduced.v1", amount_cents=5_000, due_on="2026-03-31")
    assert booked(events) == [("sollabgang", -5_000), ("write_off", 5_000)]


def test_open_again_after_a_bounce_needs_a_decision(owed: Driver) -> None:
    owed.pay("P1", 3_000)
    owed.pay("P2", 1_000)
    owed.write_off()
    events = owed.pay("R1", 3_000, None, reverses="P1")
    assert booked(events) == [("payment_reversed", -3_000)]
    handover = the(events, HandoverIssued)
    assert (handover.kind, handover.to, handover.payload) == (
        "decision-needed",
        "LG",
        {"cause": "open-after-write-off"},
    )
    view = owed.claim_view()
    assert [hold.cause for hold in view.holds] == ["open-after-write-off"]
    assert (view.open_cents, view.written_off_cents) == (3_000, 6_000)
    second = the(owed.pay("R2", 1_000, None, reverses="P2"), HandoverIssued)
    assert second.handover_id != handover.handover_id
    assert booked(owed.write_off()) == [("write_off", -4_000)]
    view = owed.claim_view()
    assert (view.holds, view.open_cents, view.written_off_cents) == ((), 0, 10_000)


def test_a_refusal_after_a_bounce_is_a_decision_too(owed: Driver) -> None:
    owed.pay("P1", 4_000)
    owed.write_off()
    owed.pay("R1", 4_000, None, reverses="P1")
    events = owed.write_off(decision="refused")
    assert booked(events) == []
    view = owed.claim_view()
    assert (view.holds, view.open_cents, view.written_off_cents) == ((), 4_000, 6_000)


def test_taken_back_the_old_aktenzeichen_returns(owed: Driver) -> None:
    decision: dict[str, Any] = {"decided_on": "2026-04-02"} | PERSONS
    assert reasons(owed.about("write-off-revoked.v1", **decision)) == ["nothing-written-off"]
    owed.pay("P1", 3_000)
    owed.write_off()
    owed.pay("R1", 3_000, None, reverses="P1")
    same = decision | {"approved_by": PERSONS["requested_by"]}
    assert reasons(owed.about("write-off-revoked.v1", **same)) == ["same-person"]
    events = owed.about("write-off-revoked.v1", **decision)
    assert booked(events) == [("write_off", 7_000)]
    view = owed.claim_view()
    assert (view.aktenzeichen, view.open_cents, view.holds) == ("32425425167854", 10_000, ())
    assert the(events, EventAccepted).result.open_cents == 10_000


@pytest.mark.parametrize(
    ("changed", "restored"),
    [
        ("38005999967854", "32425999967854"),  # R39: another desk; R42: the mark goes
        ("36005999967854", "32425999967854"),
        ("39005425167854", "32425425167854"),
        ("32425999967854", "32425999967854"),
        ("37015999967854", "37015999967854"),  # no mark
    ],
)
def test_taken_back_after_an_aktenabgabe_only_the_mark_goes(
    owed: Driver, changed: str, restored: str
) -> None:
    owed.write_off()
    owed.about("aktenzeichen-changed.v1", aktenzeichen=changed)
    owed.about("write-off-revoked.v1", 1, **{"decided_on": "2026-04-02"} | PERSONS)
    assert owed.claim_view().aktenzeichen == restored


def test_the_split_is_that_of_the_claim(ledger: Driver) -> None:
    ledger.debtor()
    items = [
        {"kind": "main", "code": "a", "amount_cents": 9_000},
        {"kind": "ancillary", "code": "b", "amount_cents": 1_000},
    ]
    ledger.claim(1, items=items)
    parts = the(ledger.write_off(), PostingRecorded).parts
    assert [(part.code, part.amount_cents) for part in parts] == [("a", -9_000), ("b", -1_000)]
