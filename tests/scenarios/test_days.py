"""Business days: the only clock. Before the first, after the last, and those left out."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"


def test_before_the_first_day_nothing_is_decided() -> None:
    t = Timeline()
    debtor = t.debtor("D1")
    claim = t.claim("K1", "100.00", due=DUE)
    paid = t.payment("P1", "K1", "40.00", booked_on=TODAY)
    assert t.raw() == []

    t.day(TODAY)
    assert t.answers(debtor) == ["event-accepted"]
    assert t.answers(claim) == ["claim-registered"]
    assert t.answers(paid) == ["posting-recorded"]
    assert t.events("event-accepted")[0]["day"] == TODAY
    assert t.postings("K1")[0] == "2026-02-16 sollzugang 100.00 due 2026-03-02"


def test_what_came_before_the_first_day_is_decided_before_its_work() -> None:
    t = Timeline()
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-01-05")
    t.claim("K2", "50.00", due="2026-01-05")
    t.payment("P1", "K2", "50.00", booked_on=TODAY)
    t.day(TODAY)

    assert t.story() == ["2026-02-16 notice: K1 100.00; pay by 2026-02-23"]


def test_what_came_before_the_first_day_is_decided_in_order() -> None:
    t = Timeline()
    t.debtor("D1")
    t.debtor("D1", address_complete=False)
    early = t.claim("K1", "1.00", due=DUE)
    t.debtor("D1")
    late = t.claim("K2", "1.00", due=DUE)
    t.day(TODAY)

    assert t.rejected(early) == "address-incomplete"
    assert t.answers(late) == ["claim-registered"]


def test_what_came_before_the_first_day_may_wait_for_a_whole_day() -> None:
    t = Timeline()
    paid = t.payment("P1", "K1", "40.00", booked_on=TODAY)
    t.day(TODAY)
    assert t.answers(paid) == []

    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    assert t.answers(paid) == ["posting-recorded"]


def test_what_no_day_can_mend_is_answered_before_the_first_day() -> None:
    t = Timeline()
    t.line([])
    unknown = t.send("claim-forgotten")
    unlawful = t.debtor("")
    stranger = t.debtor("D1", mandant="solingen")

    assert t.rejected(unknown) == "unknown-type"
    assert t.rejected(unlawful) == "schema"
    assert t.rejected(stranger) == "unknown-mandant"
    assert len(t.events("event-rejected")) == 4


def test_a_duplicate_before_the_first_day_is_a_duplicate() -> None:
    t = Timeline()
    t.debtor("D1", id="x")
    t.debtor("D1", id="x")
    t.day(TODAY)

    assert t.answers("x") == ["event-accepted"]


@pytest.mark.parametrize("day", [TODAY, "2026-02-15", "1999-01-01"])
def test_a_day_not_after_the_last_one_is_rejected_and_changes_nothing(day: str) -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-01-05")
    x = t.day(day)

    assert t.rejected(x) == "day-not-after"
    assert t.story() == []
    t.claim("K2", "100.00", due=DUE)
    assert t.postings("K2") == ["2026-02-16 sollzugang 100.00 due 2026-03-02"]


def test_the_same_day_event_twice_is_a_duplicate_and_no_day_before() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.line(t.sent[0])

    assert not t.events("event-rejected")


def test_a_day_that_is_no_day() -> None:
    t = Timeline()
    x = t.send("business-day-opened", day="2026-02-30")

    assert t.rejected(x) == "schema"


def test_what_fell_due_on_days_left_out_is_done_on_the_opened_day_in_the_order_of_a_days_work() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.claim("K2", "50.00", art="5612", due=DUE)
    t.claim("K3", "30.00", due="2026-02-16")
    t.days("2026-02-26", "2026-03-19")

    assert t.story(on="2026-03-19") == [
        "2026-03-19 Kassenanzeige 1: K2 50.00 to LG",
        "2026-03-19 notice: K1 100.00; pay by 2026-03-26",
        "2026-03-19 handed over: K3 30.00",
        "2026-03-19 announced: 30.00; pay by 2026-03-26",
    ]


def test_a_day_at_a_weekend_books_but_decides_nothing_about_dunning() -> None:
    t = Timeline()
    t.day("2026-03-14")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-01-05")
    t.day("2026-03-15")
    assert t.postings("K1") == ["2026-03-14 sollzugang 100.00 due 2026-01-05"]
    assert t.story() == []

    t.day("2026-03-16")
    assert len(t.story()) == 1


def test_what_came_in_during_a_day_counts_for_the_next_days_decisions() -> None:
    t = Timeline()
    t.day("2026-03-11")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.day("2026-03-12")
    t.payment("P1", "K1", "100.00", booked_on="2026-03-11")

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]

    t = Timeline()
    t.day("2026-03-11")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.payment("P1", "K1", "100.00")
    t.day("2026-03-12")

    assert t.story() == []
