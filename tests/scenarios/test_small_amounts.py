"""Kleinbeträge: the account's total due decides, not the single claim (R4, R6, T20)."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
NOTICE = "2026-03-16"  # Landkreis: 14 days later


def landkreis() -> Timeline:
    t = Timeline("landkreis")
    t.day("2026-02-16")
    t.debtor("D1")
    return t


@pytest.mark.parametrize(("amount", "notices"), [("4.99", 0), ("5.00", 1)])
def test_t20_dunning_from_five_euros(amount: str, notices: int) -> None:
    t = landkreis()
    t.claim("K1", amount, due=DUE)
    t.day(NOTICE)

    assert len(t.events("dunning-notice-issued")) == notices


@pytest.mark.parametrize(("amount", "starts"), [("19.99", 0), ("20.00", 1)])
def test_t20_enforcement_from_twenty_euros(amount: str, starts: int) -> None:
    t = landkreis()
    t.claim("K1", amount, due=DUE)
    t.days(NOTICE, "2026-03-24", "2026-04-14", "2026-04-15", "2026-04-16")

    assert len(t.events("enforcement-announced")) == 1
    assert len(t.events("enforcement-started")) == starts


def test_an_overdue_item_that_is_too_young_for_a_notice_counts_towards_the_limit() -> None:
    t = landkreis()
    t.claim("K1", "3.00", due=DUE)
    t.claim("K2", "2.00", due="2026-03-13")  # overdue since the 14th
    t.day(NOTICE)

    assert t.story() == ["2026-03-16 notice: K1 3.00; pay by 2026-03-23"]


def test_an_item_that_is_due_today_is_not_overdue_and_does_not_count() -> None:
    t = landkreis()
    t.claim("K1", "3.00", due=DUE)
    t.claim("K2", "2.00", due=NOTICE)
    t.day(NOTICE)
    assert t.story() == []

    t.day("2026-03-17")
    assert t.story() == ["2026-03-17 notice: K1 3.00; pay by 2026-03-24"]


def test_a_blocked_claim_does_not_count_towards_the_limit() -> None:
    t = landkreis()
    t.claim("K1", "4.00", due=DUE)
    t.claim("K2", "200.00", due=DUE)
    t.block("K2", "Y")
    t.day(NOTICE)

    assert t.story() == []


def test_a_kassenanzeige_claim_does_not_count_towards_the_limit() -> None:
    t = landkreis()
    t.claim("K1", "4.00", due=DUE)
    t.claim("K2", "200.00", art="5612", due=DUE)
    t.day(NOTICE)

    assert not t.events("dunning-notice-issued")


def test_below_the_limit_there_is_no_hand_over_and_it_is_tried_again_each_working_day() -> None:
    t = landkreis()
    t.claim("K1", "10.00", due=DUE)
    t.day(NOTICE)
    t.payment("P1", "K1", "6.00", booked_on="2026-03-24")  # 4.00 are left
    t.days("2026-03-24", "2026-03-30")
    assert not t.events("enforcement-requested")

    t.claim("K2", "1.00", due="2026-03-30")
    t.day("2026-03-31")
    assert t.story(on="2026-03-31")[0] == "2026-03-31 handed over: K1 4.00"


def test_a_notice_held_back_by_the_limit_is_sent_once_it_is_reached() -> None:
    t = landkreis()
    t.claim("K1", "4.00", due=DUE)
    t.day(NOTICE)
    t.claim("K2", "1.00", due=NOTICE)
    t.day("2026-03-17")

    assert t.story() == ["2026-03-17 notice: K1 4.00; pay by 2026-03-24"]


def test_a_case_that_rests_starts_as_soon_as_all_the_cases_of_the_account_reach_the_limit() -> None:
    t = landkreis()
    t.claim("K1", "12.00", due=DUE)
    t.claim("K2", "8.00", due="2026-03-09")
    t.days(NOTICE, "2026-03-23", "2026-03-24", "2026-03-31")
    assert [one["total_cents"] for one in t.events("enforcement-requested")] == [1200, 800]

    t.day("2026-04-15")  # the first announcement's deadline was 14 April
    assert [one["total_cents"] for one in t.events("enforcement-started")] == [1200]


def test_a_resting_case_is_looked_at_again_on_each_later_working_day() -> None:
    t = landkreis()
    t.claim("K1", "12.00", due=DUE)
    t.days(NOTICE, "2026-03-24", "2026-04-15", "2026-04-16")
    assert not t.events("enforcement-started")

    t.claim("K2", "8.00", due="2026-04-16")
    t.days("2026-04-30", "2026-05-08", "2026-05-11")  # K2 is handed over on 8 May
    assert [one["total_cents"] for one in t.events("enforcement-started")] == [1200]


def test_zero_is_no_limit() -> None:
    t = Timeline("wuppertal")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "0.01", due=DUE)
    t.days("2026-03-12", "2026-04-02", "2026-04-10")

    assert t.events("enforcement-started")[0]["total_cents"] == 1


def test_not_above_zero_is_nothing_even_without_a_limit() -> None:
    t = Timeline("wuppertal")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "50.00", due=DUE)
    t.claim("K2", "50.00", due=DUE)
    t.payment("P1", "K2", "100.00")
    t.days("2026-03-12", "2026-03-13")

    assert t.story() == []
