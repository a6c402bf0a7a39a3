"""Money that moved is a fact: it is booked or put on the Klärungsliste."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"
TOMORROW = "2026-02-17"


def with_claim() -> Timeline:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    return t


def unclear(t: Timeline, ref: str) -> str:
    (one,) = (one for one in t.events("payment-unclear") if one["payment_ref"] == ref)
    cause: str = one["cause"]
    return cause


def test_a_payment_is_booked_on_the_banks_day() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00", booked_on="2026-02-10")

    assert t.postings("K1", "payment") == ["2026-02-10 payment 40.00 due 2026-03-02"]
    assert t.events("posting-recorded")[-1]["payment_ref"] == "P1"


def test_an_overpayment_is_booked_in_full_and_leaves_a_credit() -> None:
    t = with_claim()
    t.payment("P1", "K1", "130.00")

    assert t.postings("K1", "payment") == ["2026-02-16 payment 130.00 due 2026-03-02"]
    assert t.balance("K1") == "soll 100.00 ist 130.00 credit 30.00"


def test_money_on_a_balanced_claim_is_booked() -> None:
    t = with_claim()
    t.payment("P1", "K1", "100.00")
    t.payment("P2", "K1", "5.00")

    assert t.balance("K1") == "soll 100.00 ist 105.00 credit 5.00"


def test_money_on_a_cancelled_claim_is_booked() -> None:
    t = with_claim()
    t.about("claim-ended", "K1", cancelled=True)
    t.payment("P1", "K1", "5.00")

    assert t.balance("K1") == "ist 5.00 credit 5.00"


def test_t9_balance() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "123.45", due=DUE)
    t.payment("P1", "K1", "72.80")

    assert t.balance("K1") == "soll 123.45 ist 72.80 open 50.65"


def test_a_payment_ref_is_used_once() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    same = t.payment("P1", "K1", "40.00")
    unknown = t.payment("P1", None, "1.00")

    assert t.rejected(same) == "payment-ref-in-use"
    assert t.rejected(unknown) == "payment-ref-in-use"
    assert t.balance("K1") == "soll 100.00 ist 40.00 open 60.00"


def test_the_ref_of_an_unclear_payment_and_of_a_reversal_is_used_too() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")
    t.payment("P2", "K1", "40.00")
    t.reversal("P3", "P2", "40.00")
    x = t.payment("P1", "K1", "40.00")
    y = t.payment("P3", "K1", "40.00")

    assert t.rejected(x) == t.rejected(y) == "payment-ref-in-use"


def test_the_ref_of_a_waiting_payment_is_used_too() -> None:
    t = with_claim()
    t.payment("P1", "K7", "40.00")
    x = t.payment("P1", "K1", "40.00")
    t.day(TOMORROW)

    assert t.rejected(x) == "payment-ref-in-use"


def test_two_mandants_may_use_the_same_payment_ref() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    x = t.payment("P1", None, "40.00", mandant="erkelenz")

    assert t.answers(x) == ["payment-unclear"]


@pytest.mark.parametrize(
    "field", ["8656211473816", "865621147381", "86562114738155", "1234567890123", "rent"]
)
def test_a_field_that_is_no_kassenzeichen_is_no_reason_to_reject_money(field: str) -> None:
    t = with_claim()
    x = t.payment("P1", field, "40.00")

    assert t.answers(x) == ["payment-unclear"]
    assert unclear(t, "P1") == "check-digit"


def test_the_text_is_read_only_without_the_field() -> None:
    t = with_claim()
    t.payment("P1", "8656211473816", "40.00", remittance=[t.kz("K1")])
    t.payment("P2", "K1", "40.00", remittance=[t.kz("K7"), t.kz("K8")])

    assert unclear(t, "P1") == "check-digit"
    assert t.balance("K1") == "soll 100.00 ist 40.00 open 60.00"


def test_a_kassenzeichen_that_is_never_registered() -> None:
    t = with_claim()
    t.payment("P1", "K7", "40.00")
    t.payment("P2", None, "40.00", remittance=[t.kz("K8")])
    t.day(TOMORROW)

    assert unclear(t, "P1") == unclear(t, "P2") == "unknown-kassenzeichen"


def test_a_reversal_takes_the_money_back_on_its_own_day() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00", booked_on="2026-02-10")
    t.reversal("P2", "P1", "40.00", booked_on="2026-02-13")

    assert t.postings("K1", "payment_reversed") == ["2026-02-13 payment_reversed -40.00 due 2026-03-02"]
    assert t.events("posting-recorded")[-1]["payment_ref"] == "P2"
    assert t.balance("K1") == "soll 100.00 open 100.00"


def test_a_reversal_of_another_amount_fits_no_payment() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    x = t.reversal("P2", "P1", "39.99")

    assert t.answers(x) == ["payment-unclear"]
    assert unclear(t, "P2") == "reversal-unmatched"
    assert t.balance("K1") == "soll 100.00 ist 40.00 open 60.00"


def test_a_reversal_of_a_payment_unknown_by_the_next_day() -> None:
    t = with_claim()
    x = t.reversal("P2", "P1", "40.00")
    t.day(TOMORROW)

    assert t.answers(x) == ["payment-unclear"]
    assert unclear(t, "P2") == "reversal-unmatched"


def test_a_reversal_of_itself_fits_no_payment_and_is_money_all_the_same() -> None:
    t = with_claim()
    x = t.reversal("P1", "P1", "40.00")
    t.day(TOMORROW)

    assert t.answers(x) == ["payment-unclear"]
    assert unclear(t, "P1") == "reversal-unmatched"


def test_a_payment_is_reversed_only_once() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    t.reversal("P2", "P1", "40.00")
    t.reversal("P3", "P1", "40.00")

    assert unclear(t, "P3") == "reversal-unmatched"
    assert t.balance("K1") == "soll 100.00 open 100.00"


def test_a_reversal_follows_the_payment_whatever_kassenzeichen_it_names() -> None:
    t = with_claim()
    t.claim("K2", "50.00", due=DUE)
    t.payment("P1", "K1", "40.00")
    t.reversal("P2", "P1", "40.00", kassenzeichen=t.kz("K2"))

    assert t.balance("K1") == "soll 100.00 open 100.00"
    assert t.balance("K2") == "soll 50.00 open 50.00"


def test_a_reversal_of_an_unclear_payment_takes_it_off_the_list() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")
    t.reversal("P2", "P1", "40.00")

    (cleared,) = t.events("payment-cleared")
    assert (cleared["payment_ref"], cleared["reversed_by"]) == ("P1", "P2")
    assert "kassenzeichen" not in cleared
    x = t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    assert t.rejected(x) == "not-unclear"


def test_a_clerk_settles_an_entry_of_the_klaerungsliste() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", booked_on="2026-02-10")
    t.day(TOMORROW)
    x = t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")

    assert t.answers(x) == ["event-accepted"]
    (cleared,) = t.events("payment-cleared")
    assert (cleared["kassenzeichen"], cleared["cause"]) == (t.kz("K1"), "no-reference")
    assert t.postings("K1", "payment") == ["2026-02-10 payment 40.00 due 2026-03-02"]


def test_what_is_not_on_the_list_cannot_be_assigned() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    t.payment("P2", None, "40.00")
    booked = t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    t.about("payment-assigned", "K1", payment_ref="P2", assigned_by="S1")
    again = t.about("payment-assigned", "K1", payment_ref="P2", assigned_by="S1")

    assert t.rejected(booked) == t.rejected(again) == "not-unclear"


def test_an_assigned_payment_can_be_reversed() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")
    t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    t.reversal("P2", "P1", "40.00")

    assert t.balance("K1") == "soll 100.00 open 100.00"


def test_the_klaerungsliste_is_part_of_the_days_figures_until_it_is_settled() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")
    t.day(TOMORROW)
    t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    t.day("2026-02-18")

    closed = [one["balances_cents"] for one in t.events("day-closed") if one["service"] == "claims"]
    assert [one["unclear"] for one in closed] == [4000, 0]
    assert [one["ist"] for one in closed] == [0, 4000]


def test_the_remittance_is_passed_on_to_nobody() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=["Erika Mustermann", t.kz("K7"), "Kaution"])
    t.payment("P2", None, "40.00", remittance=["Max Mustermann"])
    t.day(TOMORROW)

    assert "Muster" not in str(t.raw())
    assert "Kaution" not in str(t.raw())
