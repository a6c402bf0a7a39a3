"""Ways back: what becomes of the rest of a notice, of its fee and of a case, when an item is withdrawn."""

import pytest

from tests.scenarios.timeline import Timeline
from tests.scenarios.withdrawn import ALONE, NEXT, NOTICE, NRW, dunned

# several items


def test_the_rest_of_the_notice_stands_and_its_fee_moves_to_the_oldest_that_is_open() -> None:
    t = dunned(K2="150.00", K3="60.00")  # 310.00: 6 + 2.60; without K1 210.00: 6 + 1.60
    t.payment("P1", "K1", "100.00")
    t.days(NEXT, "2026-03-16")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00 + fee 8.00, K2 150.00, K3 60.00; pay by 2026-03-19",
        "2026-03-13 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 8.00, on K2 7.00",
    ]
    assert t.balance("K1") == "soll 100.00 ist 100.00"
    assert t.postings("K2", "fee") == ["2026-03-13 fee 7.00 due 2026-03-02"]
    assert t.balance("K3") == "soll 60.00 open 60.00"


def test_the_rest_is_handed_over_as_if_nothing_had_been() -> None:
    t = dunned(K2="150.00")
    t.payment("P1", "K1", "100.00")
    t.days(NEXT, "2026-04-02")

    assert t.story()[2] == "2026-04-02 handed over: K2 157.00"


def test_a_fee_that_comes_out_the_same_is_cancelled_and_charged_again() -> None:
    t = dunned(K2="40.00")  # 140.00: 6 + 0.90, rounded down
    t.payment("P1", "K2", "40.00")
    t.days(NEXT, "2026-03-16")

    assert t.postings("K1")[1:] == [
        "2026-03-12 fee 6.00 due 2026-02-25",
        "2026-03-13 fee_cancelled -6.00 due 2026-02-25",
        "2026-03-13 fee 6.00 due 2026-02-25",
    ]
    assert t.balance("K1") == "soll 106.00 open 106.00"


def test_a_fee_that_none_of_the_rest_can_bear_is_dropped() -> None:
    t = dunned(K2="150.00")
    t.payment("P1", "K2", "150.00", booked_on=NEXT)  # paid in time after the notice: it stands for K2
    t.payment("P2", "K1", "100.00")
    t.days(NEXT, "2026-03-16")

    assert t.story()[1:] == ["2026-03-13 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 8.00"]
    assert not t.postings("K2", "fee")
    assert t.balance("K1") == "soll 100.00 ist 100.00"


def test_the_fee_is_computed_on_what_was_asked_then() -> None:
    t = dunned(K2="150.00")
    t.payment("P1", "K2", "149.00", booked_on=NEXT)
    t.payment("P2", "K1", "100.00")
    t.day(NEXT)

    assert t.story()[-1].endswith(", on K2 7.00")  # 6 + 1.00, though 1.00 is left


def test_the_fee_is_computed_by_the_schedule_of_the_notices_day() -> None:
    t = dunned({"dunning.fees": {"": "ni", NEXT: "none"}}, K2="150.00")
    t.payment("P1", "K1", "100.00")
    t.day(NEXT)

    assert t.story() == [
        "2026-03-12 notice: K1 100.00 + fee 9.00, K2 150.00; pay by 2026-03-19",
        "2026-03-13 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 9.00, on K2 9.00",
    ]


def test_a_claim_that_is_withdrawn_from_a_notice_is_charged_in_the_next_one() -> None:
    t = dunned(K2="150.00")
    t.block("K2", "Y", set_on=NOTICE, ends_by=NEXT)
    t.days(NEXT, "2026-03-16", "2026-03-17")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00 + fee 8.00, K2 150.00; pay by 2026-03-19",
        "2026-03-13 notice of 2026-03-12 withdrawn: K2 blocked-before; fee off K1 8.00, on K1 6.00",
        "2026-03-16 notice: K2 150.00 + fee 7.00; pay by 2026-03-23",
    ]


def test_two_causes_on_one_day_are_two_withdrawals_and_one_fee() -> None:
    t = dunned(K2="150.00", K3="60.00")
    t.payment("P1", "K1", "100.00")
    t.block("K2", "Y", set_on=NOTICE, ends_by="2026-04-12")
    t.days(NEXT, "2026-03-16")

    assert t.story()[1:] == [
        "2026-03-13 notice of 2026-03-12 withdrawn: K1 paid-before",
        "2026-03-13 notice of 2026-03-12 withdrawn: K2 blocked-before; fee off K1 8.00, on K3 6.00",
    ]


def test_one_after_the_other_until_nothing_is_left() -> None:
    t = dunned(K2="150.00")
    t.payment("P1", "K1", "100.00")
    t.days(NEXT, "2026-03-16")
    t.payment("P2", "K2", "150.00", booked_on="2026-03-05")
    t.days("2026-03-17", "2026-03-18")

    assert t.story()[2:] == ["2026-03-17 notice of 2026-03-12 withdrawn: K2 paid-before; fee off K2 7.00"]
    assert t.balance("K2") == "soll 150.00 ist 150.00"


def test_a_claim_whose_fee_was_charged_before_leaves_the_fee_of_this_notice_alone() -> None:
    t = dunned()
    t.block("K1", "Y", set_on=NEXT, ends_by="2026-03-16")
    t.claim("K2", "150.00", due="2026-03-06")
    t.days(NEXT, "2026-03-17")
    t.payment("P1", "K1", "106.00", booked_on="2026-03-16")  # after the first notice, before the second
    t.day("2026-03-18")

    assert t.story()[1:] == [
        "2026-03-17 notice: K1 106.00, K2 150.00 + fee 7.00; pay by 2026-03-24",
        "2026-03-18 notice of 2026-03-17 withdrawn: K1 paid-before",
    ]


def test_money_from_before_two_notices_takes_both_back() -> None:
    t = dunned()
    t.block("K1", "Y", set_on=NEXT, ends_by="2026-03-16")
    t.days(NEXT, "2026-03-17")
    t.payment("P1", "K1", "106.00", booked_on="2026-03-11")
    t.days("2026-03-18", "2026-03-19")

    assert t.story()[1:] == [
        "2026-03-17 notice: K1 106.00; pay by 2026-03-24",
        "2026-03-18 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00",
        "2026-03-18 notice of 2026-03-17 withdrawn: K1 paid-before",
    ]
    assert t.balance("K1") == "soll 100.00 ist 106.00 credit 6.00"


# the whole account


def test_a_credit_from_then_would_have_covered_the_item() -> None:
    t = dunned(K2="30.00")
    t.claim("K9", "10.00", due="2026-06-01")
    t.day(NEXT)
    t.payment("P1", "K9", "110.00", booked_on=NOTICE)
    t.day("2026-03-16")

    assert t.story()[1] == (
        "2026-03-16 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00, on K2 6.00"
    )


def test_money_for_a_claim_that_owed_it_covers_nothing_else() -> None:
    t = dunned()
    t.claim("K9", "110.00", due="2026-06-01")
    t.day(NEXT)
    t.payment("P1", "K9", "110.00", booked_on=NOTICE)
    t.day("2026-03-16")

    assert t.story() == [ALONE]


@pytest.mark.parametrize(("left", "count"), [("4.99", 1), ("5.00", 0)])
def test_what_was_left_would_have_been_a_small_amount(left: str, count: int) -> None:
    t = dunned(NRW | {"dunning.small_amount_cents": 500})
    t.payment("P1", "K1", f"{100 - float(left):.2f}")
    t.day(NEXT)

    assert [one["cause"] for one in t.events("dunning-notice-withdrawn")] == ["paid-before"] * count


def test_without_the_blocked_claim_the_rest_would_have_been_a_small_amount() -> None:
    t = dunned(NRW | {"dunning.small_amount_cents": 500}, K2="4.99")
    t.block("K1", "Y", set_on=NOTICE, ends_by="2026-04-12")
    t.day(NEXT)

    (withdrawn,) = t.events("dunning-notice-withdrawn")
    assert withdrawn["kassenzeichen"] == [t.kz("K1"), t.kz("K2")]
    assert withdrawn["cause"] == "blocked-before"


# cancelled


def test_a_deleted_claim_has_no_fee_at_once_and_its_notice_is_withdrawn() -> None:
    t = dunned(K2="150.00")
    t.about("claim-ended", "K1", cancelled=True)
    assert t.postings("K1", "fee_cancelled") == ["2026-03-12 fee_cancelled -8.00 due 2026-02-25"]

    t.days(NEXT, "2026-03-16")
    assert t.story()[1:] == [
        "2026-03-13 notice of 2026-03-12 withdrawn: K1 cancelled; fee off K1 8.00, on K2 7.00"
    ]
    assert t.postings("K1", "fee_cancelled") == ["2026-03-12 fee_cancelled -8.00 due 2026-02-25"]
    assert t.balance("K1") == ""
    assert t.balance("K2") == "soll 157.00 open 157.00"


@pytest.mark.parametrize(("amount", "fees"), [("99.99", 0), ("100.00", 1)])
def test_a_claim_whose_soll_falls_to_0_has_its_fee_cancelled_at_once(amount: str, fees: int) -> None:
    t = dunned()
    t.reduce("K1", amount, "2026-02-25")

    assert len(t.postings("K1", "fee_cancelled")) == fees
    t.day(NEXT)
    assert [one["cause"] for one in t.events("dunning-notice-withdrawn")] == ["cancelled"] * fees


# in a case


def in_a_case(policy: dict[str, object] = NRW, **more: str) -> Timeline:
    t = dunned(policy, **more)
    t.days("2026-04-02", "2026-04-07")
    return t


def test_the_item_loses_its_place_in_its_case() -> None:
    t = in_a_case()
    t.payment("P1", "K1", "100.00", booked_on=NOTICE)
    t.day("2026-04-08")

    assert t.story()[2:] == [
        "2026-04-02 announced: 106.00; pay by 2026-04-09",
        "2026-04-08 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00",
        "2026-04-08 case closed: withdrawn",
    ]


def test_without_a_fee_the_money_closes_the_case_at_once() -> None:
    t = in_a_case({})
    t.payment("P1", "K1", "100.00", booked_on=NOTICE)
    t.day("2026-04-08")

    assert t.story()[3:] == [
        "2026-04-07 case closed: paid",
        "2026-04-08 notice of 2026-03-12 withdrawn: K1 paid-before",
    ]


def test_the_rest_of_the_case_goes_on() -> None:
    t = in_a_case(K2="150.00")
    t.block("K1", "Y", set_on=NOTICE, ends_by="2026-03-31")  # over when it is told of
    t.days("2026-04-08", "2026-04-10")

    assert t.story()[3:] == [
        "2026-04-08 notice of 2026-03-12 withdrawn: K1 blocked-before; fee off K1 8.00, on K2 7.00",
        "2026-04-08 notice: K1 100.00 + fee 6.00; pay by 2026-04-15",  # without the cancelled fee
        "2026-04-10 office starts: 157.00",
    ]


# running claims


def test_one_month_of_a_running_claim() -> None:
    t = Timeline("wuppertal", NRW)
    t.day("2026-01-02")
    t.debtor("D1")
    t.claim("K1", "100.00", mode="laufend_offen", due="2026-01-05", decided_on="2026-01-02")
    t.day("2026-02-16")  # January and February
    t.payment("P1", "K1", "100.00", booked_on="2026-02-10")
    t.days("2026-02-17", "2026-02-18")

    (withdrawn,) = t.events("dunning-notice-withdrawn")
    assert [item["due_on"] for item in withdrawn["items"]] == ["2026-01-05"]
    assert t.story() == [
        "2026-02-16 notice: K1 100.00, K1 100.00; pay by 2026-02-23",
        "2026-02-17 notice of 2026-02-16 withdrawn: K1 paid-before; fee off K1 7.00, on K1 6.00",
    ]
