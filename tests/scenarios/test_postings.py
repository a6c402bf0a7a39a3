"""The journal: signs, days, due dates, and reductions of what was booked."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"
TOMORROW = "2026-02-17"
TWO = {"requested_by": "S1", "approved_by": "S2"}


def with_claim(amount: str = "100.00") -> Timeline:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", amount, due=DUE)
    return t


def test_a_claim_is_booked_on_the_systems_day_with_its_due_date() -> None:
    t = Timeline()
    t.day("2026-12-14")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2027-01-11", decided_on="2026-11-30")

    assert t.postings("K1") == ["2026-12-14 sollzugang 100.00 due 2027-01-11"]
    assert t.events("posting-recorded")[0]["fiscal_year"] == 2027


def test_posting_numbers_have_no_gap_per_mandant() -> None:
    t = with_claim()
    t.debtor("D1", mandant="erkelenz")
    t.claim("K2", "10.00", due=DUE, office="JBC.24")  # rejected
    t.claim("K3", "10.00", due=DUE, mandant="erkelenz")
    t.payment("P1", "K1", "40.00")
    t.payment("P2", "K3", "4.00", mandant="erkelenz")
    t.reduce("K1", "5.00", DUE)

    numbers = [(one["mandant"], one["posting_no"]) for one in t.events("posting-recorded")]
    assert [no for mandant, no in numbers if mandant == "wuppertal"] == [1, 2, 3]
    assert [no for mandant, no in numbers if mandant == "erkelenz"] == [1, 2]


def test_a_reduction_is_a_negative_posting_on_the_systems_day() -> None:
    t = with_claim()
    t.day(TOMORROW)
    t.reduce("K1", "30.00", DUE, decided_on="2026-01-01", cause="objection")

    assert t.postings("K1")[1:] == ["2026-02-17 sollabgang -30.00 due 2026-03-02"]
    assert t.balance("K1") == "soll 70.00 open 70.00"


def test_a_reduction_of_what_was_paid_leaves_a_credit() -> None:
    t = with_claim()
    t.payment("P1", "K1", "100.00")
    t.reduce("K1", "30.00", DUE)

    assert t.balance("K1") == "soll 70.00 ist 100.00 credit 30.00"


def test_reductions_of_a_sollsatz_together_may_not_exceed_it() -> None:
    t = with_claim()
    t.reduce("K1", "60.00", DUE)
    too_much = t.reduce("K1", "40.01", DUE)
    exactly = t.reduce("K1", "40.00", DUE)

    assert t.rejected(too_much) == "reduction-exceeds-claim"
    assert t.answers(exactly) == ["event-accepted"]
    assert t.balance("K1") == ""


def test_a_reduction_names_a_due_date_that_the_claim_has() -> None:
    t = with_claim()
    x = t.reduce("K1", "10.00", "2026-03-03")

    assert t.rejected(x) == "no-such-due-date"


def test_or_a_due_date_that_it_had() -> None:
    t = with_claim()
    t.about("due-date-changed", "K1", due_on="2026-03-20")
    x = t.reduce("K1", "10.00", DUE)
    y = t.reduce("K1", "10.00", "2026-03-20")

    assert t.answers(x) == t.answers(y) == ["event-accepted"]
    assert t.postings("K1")[-1] == "2026-02-16 sollabgang -10.00 due 2026-03-20"
    assert t.balance("K1") == "soll 80.00 open 80.00"


def test_reductions_before_and_after_a_new_due_date_count_together() -> None:
    t = with_claim()
    t.reduce("K1", "60.00", DUE)
    t.about("due-date-changed", "K1", due_on="2026-03-20")
    x = t.reduce("K1", "40.01", "2026-03-20")
    y = t.reduce("K1", "40.00", DUE)

    assert t.rejected(x) == "reduction-exceeds-claim"
    assert t.answers(y) == ["event-accepted"]


def test_a_new_due_date_is_a_sollabgang_at_the_old_and_a_sollzugang_at_the_new_one() -> None:
    t = with_claim()
    t.day(TOMORROW)
    t.about("due-date-changed", "K1", due_on="2027-03-01")

    assert t.postings("K1")[1:] == [
        "2026-02-17 sollabgang -100.00 due 2026-03-02",
        "2026-02-17 sollzugang 100.00 due 2027-03-01",
    ]
    assert [one["fiscal_year"] for one in t.events("posting-recorded")] == [2026, 2026, 2027]
    view = t.account("K1")
    assert view["due_on"] == "2027-03-01"
    assert view["sollsaetze"] == [{"due_on": "2027-03-01", "amount_cents": 10000, "open_cents": 10000}]


def test_a_new_due_date_keeps_what_was_paid() -> None:
    t = with_claim()
    t.payment("P1", "K1", "30.00")
    t.about("due-date-changed", "K1", due_on="2026-03-20")

    assert t.balance("K1") == "soll 100.00 ist 30.00 open 70.00"
    moved = [one["amount_cents"] for one in t.events("posting-recorded") if "soll" in one["kind"]][1:]
    assert sum(moved) == 0


def test_cancelled_is_a_sollabgang_for_what_is_left_and_the_end() -> None:
    t = with_claim()
    t.reduce("K1", "30.00", DUE)
    x = t.about("claim-ended", "K1", cancelled=True)

    assert t.answers(x) == ["event-accepted"]
    assert t.postings("K1")[-1] == "2026-02-16 sollabgang -70.00 due 2026-03-02"
    assert t.balance("K1") == ""


@pytest.mark.parametrize("kind", ["claim-reduced", "claim-ended", "due-date-changed"])
def test_a_claim_that_has_ended_is_not_amended(kind: str) -> None:
    t = with_claim()
    t.about("claim-ended", "K1", cancelled=True)
    data: dict[str, dict[str, Any]] = {
        "claim-reduced": {"amount_cents": 100, "due_on": DUE},
        "claim-ended": {"cancelled": True},
        "due-date-changed": {"due_on": "2026-03-20"},
    }
    x = t.about(kind, "K1", **data[kind])

    assert t.rejected(x) == "claim-ended"


def test_a_last_due_date_is_for_running_claims() -> None:
    t = with_claim()
    x = t.about("claim-ended", "K1", last_due_on=DUE)

    assert t.rejected(x) == "mode-not-amendable"


def test_a_transfer_is_a_pair_that_sums_to_zero_on_its_own_day() -> None:
    t = with_claim()
    t.claim("K2", "70.00", due="2026-03-09")
    t.payment("P1", "K1", "150.00")
    t.day(TOMORROW)
    x = t.about("credit-transferred", "K1", amount_cents=5000, to_kassenzeichen=t.kz("K2"), on=TODAY, **TWO)

    assert t.answers(x) == ["event-accepted"]
    assert t.postings("K1", "credit_transferred") == ["2026-02-16 credit_transferred -50.00 due 2026-03-02"]
    assert t.postings("K2", "credit_transferred") == ["2026-02-16 credit_transferred 50.00 due 2026-03-09"]
    pair = t.events("posting-recorded")[-2:]
    assert {one["kassenzeichen"]: one["other_kassenzeichen"] for one in pair} == {
        t.kz("K1"): t.kz("K2"),
        t.kz("K2"): t.kz("K1"),
    }
    assert t.balance("K1") == "soll 100.00 ist 100.00"
    assert t.balance("K2") == "soll 70.00 ist 50.00 open 20.00"


def test_a_refund_is_negative_and_no_more_than_the_credit() -> None:
    t = with_claim()
    t.payment("P1", "K1", "150.00")
    too_much = t.about("credit-refunded", "K1", amount_cents=5001, on=TODAY, **TWO)
    exactly = t.about("credit-refunded", "K1", amount_cents=5000, on="2026-02-12", **TWO)

    assert t.rejected(too_much) == "exceeds-credit"
    assert t.answers(exactly) == ["event-accepted"]
    assert t.postings("K1")[-1] == "2026-02-12 credit_refunded -50.00 due 2026-03-02"
    assert t.balance("K1") == "soll 100.00 ist 100.00"


def test_two_persons_for_a_transfer_and_a_refund() -> None:
    t = with_claim()
    t.payment("P1", "K1", "150.00")
    one = {"requested_by": "S1", "approved_by": "S1", "amount_cents": 100, "on": TODAY}
    x = t.about("credit-refunded", "K1", **one)
    y = t.about("credit-transferred", "K1", to_kassenzeichen=t.kz("K2"), **one)

    assert t.rejected(x) == t.rejected(y) == "same-person"


def test_ist_may_be_negative() -> None:
    t = with_claim()
    t.payment("P1", "K1", "150.00")
    t.about("credit-refunded", "K1", amount_cents=5000, on=TODAY, **TWO)
    t.reversal("P2", "P1", "150.00")

    assert t.balance("K1") == "soll 100.00 ist -50.00 open 150.00"


@pytest.mark.parametrize(("ancillary", "fits"), [(4000, True), (3000, True), (4001, False)])
def test_r80_the_parts_may_not_exceed_the_total(ancillary: int, *, fits: bool) -> None:
    t = with_claim()
    items = [
        {"kind": "main", "code": "S1", "amount_cents": 6000, "cost_bearer": "bund"},
        {"kind": "ancillary", "code": "S2", "amount_cents": ancillary, "cost_bearer": "kommune"},
    ]
    x = t.claim("K2", "100.00", due=DUE, items=items)

    assert t.rejected(x) == ("" if fits else "items-exceed-total")


def test_the_parts_of_a_claim_are_in_its_posting() -> None:
    t = with_claim()
    items = [{"kind": "main", "code": "S1", "amount_cents": 6000, "cost_bearer": "bund"}]
    t.claim("K2", "60.00", due=DUE, items=items)

    assert t.events("posting-recorded")[-1]["parts"] == items


def test_r80_parts_that_are_less_than_the_amount_are_told_where_all_of_it_is_booked() -> None:
    t = with_claim("10.00")
    items = [{"kind": "main", "code": "S1", "cost_bearer": "bund", "amount_cents": 800}]
    t.claim("K2", "10.00", due=DUE, items=items)
    t.reduce("K2", "2.00", DUE)
    t.write_off("K2")

    booked = [one for one in t.events("posting-recorded") if one["kassenzeichen"] == t.kz("K2")]
    assert [(one["kind"], one["amount_cents"], "parts" in one) for one in booked] == [
        ("sollzugang", 1000, True),
        ("sollabgang", -200, False),
        ("write_off", -800, False),
    ]
    assert booked[0]["parts"] == items


def test_every_posting_carries_the_sign_of_its_kind_and_the_sums_are_the_balance() -> None:
    t = with_claim()
    t.claim("K2", "70.00", due=DUE)
    t.payment("P1", "K1", "150.00")
    t.reduce("K1", "10.00", DUE)
    t.about("credit-transferred", "K1", amount_cents=2000, to_kassenzeichen=t.kz("K2"), on=TODAY, **TWO)
    t.reversal("P2", "P1", "150.00")
    t.write_off("K2")

    signs = {"sollzugang": 1, "payment": 1, "sollabgang": -1, "payment_reversed": -1, "write_off": -1}
    for one in t.events("posting-recorded"):
        assert one["amount_cents"] * signs.get(one["kind"], one["amount_cents"]) > 0
    assert t.balance("K1") == "soll 90.00 ist -20.00 open 110.00"
    assert t.balance("K2") == "soll 70.00 ist 20.00 written_off 50.00"


def test_a_rest_that_a_fee_is_part_of_is_not_the_claims_split() -> None:
    """R80, R87: 6.00 of 106.00 were paid; nobody knows on which part."""
    items = [{"kind": "main", "code": "a", "amount_cents": 10000, "cost_bearer": "bund"}]
    t = Timeline("erkelenz")
    t.day(TODAY)
    t.debtor("D1")
    for name in ("K1", "K2"):
        t.claim(name, "100.00", due=DUE, items=items)
    t.day("2026-03-12")  # one notice: the fee is the oldest one's
    t.payment("P1", "K1", "7.00")
    t.write_off("K1")
    t.write_off("K2")
    for name in ("K1", "K2"):
        t.about("claim-ended", name, cancelled=True)

    booked = [one for one in t.events("posting-recorded") if one["kind"] == "write_off"]
    assert [
        (one["amount_cents"], [part["amount_cents"] for part in one.get("parts") or ()]) for one in booked
    ] == [
        (-10000, []),
        (-10000, [-10000]),
        (10000, []),
        (10000, [10000]),
    ]
