"""Ways back: a notice is withdrawn for what would not have been in it, had all been known on its day.

The notice is of Thursday 12 March 2026, with a fee: K1 100.00, due first, bears it.
"""

import pytest

from tests.scenarios.timeline import Timeline
from tests.scenarios.withdrawn import ALONE, BLOCKED, NEXT, NOTICE, NRW, WITHDRAWN, dunned


@pytest.mark.parametrize(
    ("booked_on", "story"),
    [
        ("2026-02-20", [ALONE, WITHDRAWN]),  # before it was due
        (NOTICE, [ALONE, WITHDRAWN]),
        (NEXT, [ALONE]),
    ],
)
def test_money_that_the_bank_had_by_the_day_of_the_notice(booked_on: str, story: list[str]) -> None:
    t = dunned()
    t.payment("P1", "K1", "100.00", booked_on=booked_on)
    t.day(NEXT)

    assert t.story() == story


def test_the_fee_is_cancelled_in_full_on_the_systems_day() -> None:
    t = dunned()
    t.payment("P1", "K1", "100.00")
    t.days(NEXT, "2026-03-16")

    (notice,) = t.events("dunning-notice-issued")
    (withdrawn,) = t.events("dunning-notice-withdrawn")
    assert {name: withdrawn[name] for name in ("notice_id", "on", "issued_on", "cause", "kassenzeichen")} == {
        "notice_id": notice["notice_id"],
        "on": NEXT,
        "issued_on": NOTICE,
        "cause": "paid-before",
        "kassenzeichen": [t.kz("K1")],
    }
    assert withdrawn["because"]["facts"]["payments"] == ["P1"]
    assert t.postings("K1", "fee_cancelled") == ["2026-03-13 fee_cancelled -6.00 due 2026-02-25"]
    assert t.events("posting-recorded")[-1]["notice_id"] == notice["notice_id"]
    assert t.balance("K1") == "soll 100.00 ist 100.00"


@pytest.mark.parametrize(("amount", "count"), [("99.99", 0), ("100.00", 1)])
def test_money_that_leaves_something_to_ask_for_changes_nothing(amount: str, count: int) -> None:
    t = dunned()
    t.payment("P1", "K1", amount)
    t.day(NEXT)

    assert len(t.events("dunning-notice-withdrawn")) == count


def test_payments_add_up_over_the_days() -> None:
    t = dunned()
    t.payment("P1", "K1", "60.00")
    t.days(NEXT, "2026-03-16")
    t.payment("P2", "K1", "40.00", booked_on="2026-03-11")
    t.day("2026-03-17")

    assert t.story()[1:] == ["2026-03-17 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00"]
    assert t.events("dunning-notice-withdrawn")[0]["because"]["facts"]["booked_on"] == [
        "2026-03-11",
        "2026-03-12",
    ]


def test_a_payment_that_bounced_before_the_decisions_was_not_there() -> None:
    t = dunned()
    t.payment("P1", "K1", "100.00")
    t.reversal("P2", "P1", "100.00")
    t.day(NEXT)

    assert t.story() == [ALONE]


def test_a_payment_that_bounced_does_not_add_up_with_another_one() -> None:
    t = dunned()
    t.payment("P1", "K1", "60.00")
    t.day(NEXT)
    t.reversal("P2", "P1", "60.00")
    t.payment("P3", "K1", "40.00", booked_on="2026-03-11")
    t.day("2026-03-16")

    assert t.story() == [ALONE]


def test_a_bounce_after_the_withdrawal_leads_to_a_new_notice_with_its_own_fee() -> None:
    t = dunned()
    t.payment("P1", "K1", "100.00")
    t.day(NEXT)
    t.reversal("P2", "P1", "100.00")
    t.day("2026-03-16")

    assert t.story() == [
        ALONE,
        WITHDRAWN,
        "2026-03-16 notice: K1 100.00 + fee 6.00; pay by 2026-03-23",
    ]


def test_nothing_is_withdrawn_twice() -> None:
    t = dunned()
    t.payment("P1", "K1", "100.00")
    t.day(NEXT)
    t.payment("P2", "K1", "100.00", booked_on="2026-03-10")
    t.block("K1", "Y", set_on="2026-03-10", ends_by="2026-04-10")
    t.days("2026-03-16", "2026-03-17")

    assert t.story() == [ALONE, WITHDRAWN]


def test_what_arrives_before_the_day_is_opened_was_no_surprise() -> None:
    t = Timeline("wuppertal", NRW)
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-02-25")
    t.payment("P1", "K1", "40.00", booked_on="2026-03-10")
    t.day(NOTICE)
    t.payment("P2", "K1", "59.99")
    t.day(NEXT)
    assert t.story() == ["2026-03-12 notice: K1 60.00 + fee 6.00; pay by 2026-03-19"]

    t.payment("P3", "K1", "0.01", booked_on="2026-03-10")
    t.day("2026-03-16")
    assert t.story()[1:] == ["2026-03-16 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00"]


def test_it_waits_for_a_working_day() -> None:
    t = dunned()
    t.day(NEXT)
    t.payment("P1", "K1", "100.00", booked_on=NOTICE)
    t.days("2026-03-14", "2026-03-15")  # a Saturday and a Sunday
    assert t.story() == [ALONE]

    t.day("2026-03-16")
    assert t.story()[1:] == ["2026-03-16 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00"]


def test_money_from_the_klaerungsliste_had_been_there_too() -> None:
    t = dunned()
    t.payment("P1", None, "100.00", booked_on="2026-03-10", remittance=["Miete"])
    t.day(NEXT)
    assert t.story() == [ALONE]

    t.send("payment-assigned", payment_ref="P1", kassenzeichen=t.kz("K1"), assigned_by="S1")
    t.day("2026-05-04")
    assert t.story()[-1] == ("2026-05-04 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00")


@pytest.mark.parametrize(
    ("set_on", "ends_by", "story"),
    [
        (NOTICE, "2026-04-12", [ALONE, BLOCKED]),
        (NEXT, "2026-04-12", [ALONE]),
        (
            "2026-03-02",
            NOTICE,
            [ALONE, BLOCKED, "2026-03-13 notice: K1 100.00 + fee 6.00; pay by 2026-03-20"],
        ),
        ("2026-03-02", "2026-03-11", [ALONE]),  # over by then
    ],
)
def test_a_block_that_was_in_force_on_the_day_of_the_notice(
    set_on: str, ends_by: str, story: list[str]
) -> None:
    t = dunned()
    t.block("K1", "Y", set_on=set_on, ends_by=ends_by)
    t.day(NEXT)

    assert t.story() == story


@pytest.mark.parametrize(("died_on", "count"), [(NOTICE, 1), (NEXT, 0)])
def test_a_hold_from_not_after_the_notice(died_on: str, count: int) -> None:
    t = dunned()
    t.debtor("D1", deceased_on=died_on)
    t.day(NEXT)

    withdrawn = t.events("dunning-notice-withdrawn")
    assert [one["cause"] for one in withdrawn] == ["blocked-before"] * count
    assert t.account("K1")["holds"] == [{"cause": "deceased", "held_from": died_on}]


def test_benefits_hold_from_the_day_on_which_they_are_told_of() -> None:
    t = dunned()
    t.debtor("D1", receives_benefits=True)
    t.day(NEXT)

    assert t.story() == [ALONE]


@pytest.mark.parametrize(("decided_on", "count"), [(NOTICE, 1), (NEXT, 0)])
def test_a_deferral_that_was_decided_by_then(decided_on: str, count: int) -> None:
    t = dunned()
    t.about(
        "deferral-granted",
        "K1",
        decided_on=decided_on,
        deferred_by="2026-06-30",
        requested_by="S1",
        approved_by="S2",
    )
    t.day(NEXT)

    assert len(t.events("dunning-notice-withdrawn")) == count


def test_afterwards_a_blocked_claim_starts_with_a_notice_and_a_fee() -> None:
    t = dunned()
    t.block("K1", "Y", set_on="2026-03-10", ends_by="2026-03-15")
    t.days(NEXT, "2026-03-16")

    assert t.story() == [ALONE, BLOCKED, "2026-03-16 notice: K1 100.00 + fee 6.00; pay by 2026-03-23"]
    assert t.postings("K1", "fee") == [
        "2026-03-12 fee 6.00 due 2026-02-25",
        "2026-03-16 fee 6.00 due 2026-02-25",
    ]
