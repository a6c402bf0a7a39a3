"""Fees and requests that come back from dunning, and reports that are passed on."""

from datetime import date
from typing import Any

from shared.contracts import (
    AccountChanged,
    EnforcementRequestAdmitted,
    EventAccepted,
    FieldReportAdmitted,
    HandoverIssued,
    NoticeWithdrawalAdmitted,
    PaymentView,
    PostingRecorded,
)
from shared.events import Event
from tests.claims.driver import Driver, booked, the, told


def notice(driver: Driver, fee_cents: int, serial: int = 1, due_on: str = "2026-03-31") -> list[Event]:
    item: dict[str, Any] = {
        "kassenzeichen": driver.kz(serial),
        "einnahmeart": "5621",
        "due_on": due_on,
        "open_cents": 10_000,
        "fee_cents": fee_cents,
    }
    data = {
        "mandant": driver.mandant,
        "debtor_ref": "D1",
        "notice_id": "N1",
        "issued_on": "2026-04-01",
        "pay_by": "2026-04-08",
        "items": [item],
        "credits_cents": 0,
        "total_cents": 10_000 + fee_cents,
        "because": {"policy": "wuppertal@ever", "rules": [], "facts": {}},
    }
    envelope = {"source": "mahnwerk/dunning", "cause": "day-2026-04-01"}
    return driver.feed([driver.record("dunning-notice-issued.v1", data, **envelope)])


def test_a_fee_is_booked_on_the_day_of_its_notice(owed: Driver) -> None:
    events = notice(owed, 600)
    posting = the(events, PostingRecorded)
    assert (posting.kind, posting.amount_cents, posting.notice_id) == ("fee", 600, "N1")
    assert (posting.booked_on, posting.due_on) == (date(2026, 4, 1), date(2026, 3, 31))
    changed = the(events, AccountChanged)
    assert (changed.open_cents, changed.claims[0].soll_cents) == (10_600, 10_600)
    assert changed.claims[0].sollsaetze[0].amount_cents == 10_600
    assert {event.cause for event in events} == {"day-2026-04-01"}
    assert told(events, EventAccepted) == []


def test_a_notice_without_fees_changes_nothing(owed: Driver) -> None:
    assert notice(owed, 0) == []


def test_a_fee_stays_where_the_due_date_moves_and_is_no_part_of_a_reduction(owed: Driver) -> None:
    notice(owed, 600)
    events = owed.about("due-date-changed.v1", due_on="2026-06-01")
    assert booked(events) == [("sollabgang", -10_000), ("sollzugang", 10_000)]
    assert owed.claim_view().sollsaetze[0].amount_cents == 10_600
    assert booked(notice(owed, 100, due_on="2026-03-31")) == [("fee", 100)]
    reduced = owed.about("claim-reduced.v1", amount_cents=9_999, due_on="2026-06-01")
    assert booked(reduced) == [("sollabgang", -9_999)]
    # Where no other Soll is left, fees are cancelled.
    last = owed.about("claim-reduced.v1", amount_cents=1, due_on="2026-06-01")
    assert booked(last) == [("sollabgang", -1), ("fee_cancelled", -700)]
    assert owed.claim_view().open_cents == 0


def test_a_fee_on_what_was_written_off_meanwhile_needs_a_decision(owed: Driver) -> None:
    owed.write_off()
    events = notice(owed, 600)
    assert the(events, HandoverIssued).kind == "decision-needed"
    assert [hold.cause for hold in owed.claim_view().holds] == ["open-after-write-off"]


def test_a_request_takes_its_place_among_the_bookings(owed: Driver) -> None:
    data = {
        "mandant": owed.mandant,
        "debtor_ref": "D1",
        "case_id": "K1",
        "requested_on": "2026-04-01",
        "items": [{"kassenzeichen": owed.kz(1), "open_cents": 10_000, "due_on": "2026-03-31"}],
        "credits_cents": 0,
        "total_cents": 10_000,
        "because": {"policy": "wuppertal@ever", "rules": [], "facts": {}},
    }
    envelope = {"source": "mahnwerk/dunning", "cause": "day-2026-04-01"}
    admitted = the(
        owed.feed([owed.record("enforcement-requested.v1", data, **envelope)]), EnforcementRequestAdmitted
    )
    assert (admitted.case_id, admitted.items[0].due_on) == ("K1", date(2026, 3, 31))


def test_reports_are_passed_on_unanswered(owed: Driver) -> None:
    report: dict[str, Any] = {"reported_on": "2026-04-01", "officer": "77", "outcome": "fruitless_attachment"}
    events = owed.about("field-report.v1", _id="r1", **report)
    admitted = the(events, FieldReportAdmitted)
    assert (admitted.debtor_ref, admitted.report_id, admitted.report_type) == ("D1", "r1", "field-report.v1")
    assert admitted.report["outcome"] == "fruitless_attachment"
    assert len(events) == 1


def withdrawn(
    driver: Driver, *, cancelled: int = 0, charged: int = 0, case_id: str | None = None
) -> list[Event]:
    def fee(cents: int) -> dict[str, Any] | None:
        named = {"kassenzeichen": driver.kz(1), "due_on": "2026-03-31", "fee_cents": cents}
        return named if cents else None

    data = {
        "mandant": driver.mandant,
        "debtor_ref": "D1",
        "notice_id": "N1",
        "on": "2026-04-02",
        "kassenzeichen": [driver.kz(1)],
        "cause": "paid-before",
        "issued_on": "2026-04-01",
        "items": [{"kassenzeichen": driver.kz(1), "due_on": "2026-03-31", "case_id": case_id}],
        "fee_cancelled": fee(cancelled),
        "fee_charged": fee(charged),
        "because": {"policy": "wuppertal@ever", "rules": ["R3", "d3"], "facts": {}},
    }
    envelope = {"source": "mahnwerk/dunning", "cause": "day-2026-04-02"}
    return driver.feed([driver.record("dunning-notice-withdrawn.v1", data, **envelope)])


def test_a_fee_is_cancelled_in_full_and_charged_again(owed: Driver) -> None:
    notice(owed, 800)
    events = withdrawn(owed, cancelled=800, charged=700)
    postings = told(events, PostingRecorded)
    assert booked(events) == [("fee_cancelled", -800), ("fee", 700)]
    assert {(posting.booked_on, posting.notice_id) for posting in postings} == {(date(2026, 4, 2), "N1")}
    assert the(events, AccountChanged).open_cents == 10_700


def test_a_fee_that_went_with_the_last_of_the_soll_is_not_cancelled_again(owed: Driver) -> None:
    notice(owed, 800)
    owed.about("claim-ended.v1", cancelled=True)
    assert withdrawn(owed, cancelled=800) == []


def test_a_fee_is_cancelled_where_the_due_date_has_moved(owed: Driver) -> None:
    notice(owed, 800)
    owed.about("due-date-changed.v1", due_on="2026-06-01")
    assert booked(withdrawn(owed, cancelled=800)) == [("fee_cancelled", -800)]


def test_enforcement_is_told_of_items_in_a_case(owed: Driver) -> None:
    admitted = the(withdrawn(owed, case_id="C1"), NoticeWithdrawalAdmitted)
    assert [(item.kassenzeichen, item.case_id) for item in admitted.items] == [(owed.kz(1), "C1")]
    assert withdrawn(owed) == []


def test_money_is_told_with_the_banks_day(owed: Driver) -> None:
    paid = the(owed.pay("P1", 10_000, booked_on="2026-03-27"), AccountChanged)
    assert paid.payments == (
        PaymentView(
            payment_ref="P1", kassenzeichen=owed.kz(1), booked_on=date(2026, 3, 27), amount_cents=10_000
        ),
    )
    back = the(owed.pay("P2", 10_000, None, booked_on="2026-03-30", reverses="P1"), AccountChanged)
    assert [(view.payment_ref, view.reverses) for view in back.payments] == [("P2", "P1")]


def test_money_on_the_klaerungsliste_is_told_when_it_is_assigned(owed: Driver) -> None:
    owed.pay("P1", 10_000, None, booked_on="2026-03-27")
    events = owed.about("payment-assigned.v1", payment_ref="P1", assigned_by="S1")
    assert [view.booked_on for view in the(events, AccountChanged).payments] == [date(2026, 3, 27)]
