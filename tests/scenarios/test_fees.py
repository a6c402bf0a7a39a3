"""Dunning fees: by schedule, once per claim for ever (domain d3)."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
NOTICE = "2026-03-12"
NRW: dict[str, object] = {"dunning.fees": "nrw"}
NI: dict[str, object] = {"dunning.fees": "ni"}


def one_claim(amount: str, policy: dict[str, object]) -> Timeline:
    t = Timeline("wuppertal", policy)
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", amount, due=DUE)
    return t


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        ("0.01", 600),
        ("40.00", 600),
        ("50.00", 600),
        ("50.99", 600),  # the base is rounded down to 50
        ("149.99", 600),  # 6 + 0.99, rounded down
        ("150.00", 700),
        ("188.12", 700),
        ("1000.00", 1500),
        ("5000.00", 5500),  # without the 52 EUR cap
    ],
)
def test_nrw(amount: str, fee: int) -> None:
    t = one_claim(amount, NRW)
    t.day(NOTICE)

    assert t.events("dunning-notice-issued")[0]["items"][0]["fee_cents"] == fee


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        ("50.00", 400),
        ("50.01", 600),
        ("100.00", 600),
        ("100.01", 900),
        ("500.00", 900),
        ("500.01", 1400),
        ("1000.00", 1400),
        ("1000.01", 2000),
    ],
)
def test_ni(amount: str, fee: int) -> None:
    t = one_claim(amount, NI)
    t.day(NOTICE)

    assert t.events("dunning-notice-issued")[0]["items"][0]["fee_cents"] == fee


def test_the_notice_asks_for_the_fee_on_top() -> None:
    t = one_claim("150.00", NRW)
    t.day(NOTICE)

    (notice,) = t.events("dunning-notice-issued")
    assert notice["items"][0]["open_cents"] == 15000
    assert notice["total_cents"] == 15700


def test_the_fee_is_booked_on_the_notices_day_with_the_due_date_of_its_item() -> None:
    t = one_claim("150.00", NRW)
    t.days(NOTICE, "2026-03-13")

    assert t.postings("K1", "fee") == ["2026-03-12 fee 7.00 due 2026-03-02"]
    fee = t.events("posting-recorded")[-1]
    assert fee["notice_id"] == t.events("dunning-notice-issued")[0]["notice_id"]
    assert fee["fiscal_year"] == 2026
    assert t.balance("K1") == "soll 157.00 open 157.00"
    assert t.account("K1")["sollsaetze"] == [{"due_on": DUE, "amount_cents": 15700, "open_cents": 15700}]


def test_one_fee_for_the_sum_on_the_oldest_due_item() -> None:
    t = one_claim("100.00", NRW)
    t.claim("K2", "50.00", due="2026-02-27")
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K2 50.00 + fee 7.00, K1 100.00; pay by 2026-03-19"]


def test_of_one_due_date_the_lowest_kassenzeichen_carries_the_fee() -> None:
    t = one_claim("100.00", NRW)
    t.claim("K0", "50.00", due=DUE)
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K0 50.00 + fee 7.00, K1 100.00; pay by 2026-03-19"]


def test_the_fee_is_on_what_is_asked_not_on_what_is_open() -> None:
    t = one_claim("160.00", NRW)
    t.claim("K9", "1.00", due="2026-02-16")
    t.payment("P1", "K9", "12.00")  # asked: 149.00
    t.day(NOTICE)

    assert t.events("dunning-notice-issued")[0]["items"][0]["fee_cents"] == 600


def test_once_per_claim_even_if_it_is_dunned_again() -> None:
    t = one_claim("100.00", NRW)
    t.day(NOTICE)
    t.block("K1", "Y", set_on="2026-03-13", ends_by="2026-03-16")
    t.days("2026-03-13", "2026-03-17")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00 + fee 6.00; pay by 2026-03-19",
        "2026-03-17 notice: K1 106.00; pay by 2026-03-24",
    ]


def test_once_per_claim_even_with_a_new_due_date() -> None:
    t = one_claim("100.00", NRW)
    t.day(NOTICE)
    t.about("due-date-changed", "K1", due_on="2026-03-13")
    t.days("2026-03-13", "2026-03-23")

    assert t.story()[1:] == ["2026-03-23 notice: K1 106.00; pay by 2026-03-30"]


def test_a_second_notice_charges_only_the_claims_that_were_not_charged_and_puts_it_on_these() -> None:
    t = one_claim("100.00", NRW)
    t.day(NOTICE)
    t.claim("K2", "150.00", due="2026-03-06")
    t.block("K1", "Y", set_on="2026-03-13", ends_by="2026-03-13")
    t.days("2026-03-13", "2026-03-16")

    assert t.story()[1:] == ["2026-03-16 notice: K1 106.00, K2 150.00 + fee 7.00; pay by 2026-03-23"]


def test_a_claim_that_carried_no_fee_itself_was_in_a_charged_notice_all_the_same() -> None:
    t = one_claim("100.00", NRW)
    t.claim("K2", "50.00", due=DUE)  # the fee is on K1
    t.day(NOTICE)
    t.block("K2", "Y", set_on="2026-03-13", ends_by="2026-03-13")
    t.days("2026-03-13", "2026-03-16")

    assert t.story()[1:] == ["2026-03-16 notice: K2 50.00; pay by 2026-03-23"]


def test_a_notice_without_a_fee_does_not_use_up_the_fee() -> None:
    t = one_claim("100.00", {"dunning.fees": {"": "none", "2026-03-16": "nrw"}})
    t.day(NOTICE)
    t.block("K1", "Y", set_on="2026-03-13", ends_by="2026-03-16")
    t.days("2026-03-13", "2026-03-17")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00; pay by 2026-03-19",
        "2026-03-17 notice: K1 100.00 + fee 6.00; pay by 2026-03-24",
    ]


def test_the_fee_does_not_move_the_small_amount_limit_of_the_notice_that_adds_it() -> None:
    t = one_claim("4.99", NRW | {"dunning.small_amount_cents": 500})
    t.day(NOTICE)
    assert t.story() == []


def test_the_fee_is_open_and_is_handed_over_with_the_claim() -> None:
    t = one_claim("100.00", NRW)
    t.day(NOTICE)
    t.payment("P1", "K1", "100.00", booked_on="2026-03-13")
    t.days("2026-03-16", "2026-04-02")

    assert t.story()[1] == "2026-04-02 handed over: K1 6.00"


def test_a_reduction_may_not_exceed_the_sollsatz_without_fees() -> None:
    t = one_claim("100.00", NRW)
    t.day(NOTICE)
    t.day("2026-03-13")
    too_much = t.reduce("K1", "100.01", DUE)
    all_of_it = t.reduce("K1", "100.00", DUE)

    assert t.rejected(too_much) == "reduction-exceeds-claim"
    assert t.answers(all_of_it) == ["event-accepted"]


def test_no_fee_in_the_profiles_without_a_confirmed_basis() -> None:
    t = one_claim("100.00", {})
    t.day(NOTICE)

    assert t.events("dunning-notice-issued")[0]["items"][0]["fee_cents"] == 0
    assert not t.postings("K1", "fee")
