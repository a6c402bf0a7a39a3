"""Kassenanzeigen: internal reminders instead of notices (R54, R55, R62, R64, T18)."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline


def claim_due(due: str, art: str = "5612", **changes: Any) -> Timeline:  # noqa: ANN401
    t = Timeline()
    t.day("2025-12-01")
    t.debtor("D1")
    t.claim("K1", "100.00", art=art, due=due, **changes)
    return t


def test_t18_ten_days_two_months_one_month() -> None:
    t = claim_due("2025-12-21")
    t.days("2025-12-30", "2025-12-31", "2026-02-27", "2026-02-28", "2026-03-27", "2026-03-28")

    assert t.story() == [
        "2025-12-31 Kassenanzeige 1: K1 100.00 to LG",
        "2026-02-28 Kassenanzeige 2: K1 100.00 to LG",  # a missing day: the month's last; a Saturday
        "2026-03-28 Kassenanzeige 3: K1 100.00 to LG, copy FB2",
    ]


def test_the_next_one_counts_from_the_day_the_last_was_issued() -> None:
    t = claim_due("2025-12-21")
    t.days("2026-01-10", "2026-03-09", "2026-03-10", "2026-04-20", "2026-05-04")

    assert t.story() == [
        "2026-01-10 Kassenanzeige 1: K1 100.00 to LG",
        "2026-03-10 Kassenanzeige 2: K1 100.00 to LG",
        "2026-04-20 Kassenanzeige 3: K1 100.00 to LG, copy FB2",
        "2026-05-04 lawsuit: K1 to LG, forward to JBC.21",
    ]


def test_never_two_on_one_day() -> None:
    t = claim_due("2025-12-21")
    t.day("2027-01-04")

    assert t.story() == ["2027-01-04 Kassenanzeige 1: K1 100.00 to LG"]


def test_counted_from_the_due_date_as_it_stands_though_it_is_a_sunday() -> None:
    # 21 December 2025 is a Sunday, and a holiday season follows: nothing moves.
    t = claim_due("2025-12-21")
    t.day("2025-12-31")

    assert len(t.story()) == 1


def test_on_any_opened_day_also_on_a_holiday() -> None:
    t = claim_due("2025-12-15")
    t.day("2025-12-25")

    assert t.story() == ["2025-12-25 Kassenanzeige 1: K1 100.00 to LG"]


def test_only_while_open_and_for_what_is_open() -> None:
    t = claim_due("2025-12-15")
    t.payment("P1", "K1", "30.00")
    t.day("2025-12-25")
    t.payment("P2", "K1", "70.00")
    t.days("2026-02-25", "2026-03-25")

    assert t.story() == ["2025-12-25 Kassenanzeige 1: K1 70.00 to LG"]


def test_a_credit_elsewhere_does_not_matter() -> None:
    t = claim_due("2025-12-15")
    t.claim("K2", "1.00", art="5612", due="2026-06-01")
    t.payment("P1", "K2", "201.00")
    t.day("2025-12-25")

    assert t.story() == ["2025-12-25 Kassenanzeige 1: K1 100.00 to LG"]


def test_no_small_amount_limit() -> None:
    t = Timeline("landkreis")
    t.day("2025-12-01")
    t.debtor("D1")
    t.claim("K1", "0.01", art="5612", due="2025-12-15")
    t.day("2025-12-25")

    assert t.story() == ["2025-12-25 Kassenanzeige 1: K1 0.01 to LG"]


def test_a_new_due_date_starts_again_with_number_one() -> None:
    t = claim_due("2025-12-15")
    t.day("2025-12-25")
    t.about("due-date-changed", "K1", due_on="2026-01-05")
    t.days("2026-01-14", "2026-01-15")

    assert t.story()[1:] == ["2026-01-15 Kassenanzeige 1: K1 100.00 to LG"]


def test_what_it_says() -> None:
    t = claim_due("2025-12-15", aktenzeichen="12345678901234")
    t.day("2025-12-25")

    issued = dict(t.events("kassenanzeige-issued")[0])
    del issued["because"]
    assert issued == {
        "mandant": "wuppertal",
        "kassenzeichen": t.kz("K1"),
        "aktenzeichen": "12345678901234",
        "debtor_ref": "D1",
        "number": 1,
        "issued_on": "2025-12-25",
        "due_on": "2025-12-15",
        "open_cents": 10000,
        "to": "LG",
        "copy_to": [],
    }


@pytest.mark.parametrize(
    ("art", "changes", "office", "court"),
    [
        ("5612", {}, "LG", "JBC.21"),
        ("5622", {}, "LG", "JBC.23"),
        ("5622", {"legal_basis": "sgbx-115"}, "LG", "JBC.23"),
        ("5622", {"legal_basis": "bgb-812"}, "LG", "JBC.24"),
        ("5625", {}, "JBC.24", "JBC.24"),
        ("5626", {}, "JBC.23", "JBC.23"),
    ],
)
def test_after_number_three_the_matter_goes_to_court(
    art: str, changes: dict[str, str], office: str, court: str
) -> None:
    t = claim_due("2025-12-15", art, **changes)
    t.days("2025-12-25", "2026-02-25", "2026-03-25", "2026-04-07", "2026-04-08")

    assert t.story()[-1] == f"2026-04-08 lawsuit: K1 to {office}, forward to {court}"
    assert len(t.story()) == 4


def test_once() -> None:
    t = claim_due("2025-12-15")
    t.days("2025-12-25", "2026-02-25", "2026-03-25", "2026-04-08", "2026-04-09", "2026-12-01")

    assert len(t.events("handover-issued")) == 1


def test_not_if_it_was_paid_in_the_meantime() -> None:
    t = claim_due("2025-12-15")
    t.days("2025-12-25", "2026-02-25", "2026-03-25")
    t.payment("P1", "K1", "100.00")
    t.day("2026-04-08")

    assert not t.events("handover-issued")


def test_the_claims_of_an_office_each_get_their_own() -> None:
    t = claim_due("2025-12-15")
    t.claim("K2", "50.00", art="5622", due="2025-12-15")
    t.day("2025-12-25")

    assert sorted(t.story()) == [
        "2025-12-25 Kassenanzeige 1: K1 100.00 to LG",
        "2025-12-25 Kassenanzeige 1: K2 50.00 to LG",
    ]


def test_a_claim_that_is_never_dunned_gets_no_notice() -> None:
    t = claim_due("2025-12-15", "5622")
    t.days("2025-12-25", "2026-01-05", "2026-06-01")

    assert not t.events("dunning-notice-issued")


def test_open_again_after_a_write_off_it_is_not_reminded_of_until_that_is_decided() -> None:
    t = claim_due("2025-12-15")
    t.payment("P1", "K1", "40.00")
    t.write_off("K1")
    t.reversal("P2", "P1", "40.00")
    t.day("2025-12-25")
    assert not t.events("kassenanzeige-issued")

    two = {"decided_on": "2025-12-25", "requested_by": "S1", "approved_by": "S2"}
    t.about("write-off-revoked", "K1", **two)
    t.day("2025-12-29")
    assert t.story()[-1] == "2025-12-29 Kassenanzeige 1: K1 100.00 to LG"
