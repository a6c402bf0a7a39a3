"""Running claims: a Sollsatz a month, paid, dunned and written off month by month (R81, R83, T4, T5)."""

import pytest

from tests.scenarios.running import end, opened, sollsaetze, until, until_ended
from tests.scenarios.telling import cents

# ---------------------------------------------------------------- Sollsätze by month


def test_t4_four_months_of_the_first_year() -> None:
    t = opened("2012-08-20")
    x = until_ended(t, "K1", "115.58", "2012-09-01")

    assert t.answers(x) == ["claim-registered"]
    assert t.events("claim-registered")[0]["amount_cents"] == 11558
    assert t.balance("K1") == "soll 462.32 open 462.32"
    assert t.postings("K1") == [
        "2012-08-20 sollzugang 115.58 due 2012-09-01",
        "2012-08-20 sollzugang 115.58 due 2012-10-01",
        "2012-08-20 sollzugang 115.58 due 2012-11-01",
        "2012-08-20 sollzugang 115.58 due 2012-12-01",
    ]


def test_t5_a_last_due_date_then_deleted_altogether() -> None:
    t = opened("2012-09-10")
    until_ended(t, "K1", "115.58", "2012-09-01")
    ended = end(t, "K1", "2012-09-01")

    assert t.accepted(ended)["open_cents"] == 11558
    off = [one["amount_cents"] for one in t.events("posting-recorded") if one["kind"] == "sollabgang"]
    assert off == [-11558, -11558, -11558]
    assert -sum(off) == cents("346.74")

    t.about("claim-ended", "K1", cancelled=True)
    off = [one["amount_cents"] for one in t.events("posting-recorded") if one["kind"] == "sollabgang"]
    assert -sum(off) == cents("462.32")
    assert t.balance("K1") == ""


def test_a_day_that_a_month_does_not_have_is_its_last() -> None:
    t = opened("2028-01-10")
    until(t, "K1", "10.00", "2028-01-31", "2028-05-31")

    assert [one["due_on"] for one in t.account("K1")["sollsaetze"]] == [
        "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31",
    ]  # fmt: skip


@pytest.mark.parametrize("ends_on", ["2026-05-01", "2026-05-15", "2026-05-31"])
def test_the_month_of_the_end_is_the_last_one_whatever_its_day(ends_on: str) -> None:
    t = opened("2026-03-02")
    until(t, "K1", "10.00", "2026-03-15", ends_on)

    assert sollsaetze(t, "K1") == [
        "2026-03-15 10.00/10.00", "2026-04-15 10.00/10.00", "2026-05-15 10.00/10.00",
    ]  # fmt: skip


@pytest.mark.parametrize(("ends_on", "lawful"), [("2026-03-14", False), ("2026-03-15", True)])
def test_an_end_before_the_due_date_is_unlawful(ends_on: str, *, lawful: bool) -> None:
    t = opened("2026-03-02")
    x = until(t, "K1", "10.00", "2026-03-15", ends_on)

    assert t.rejected(x) == ("" if lawful else "schema")


@pytest.mark.parametrize(("ends_on", "lawful"), [("2026-04-12", False), ("2026-04-13", True)])
def test_an_end_before_the_default_due_date_too(ends_on: str, *, lawful: bool) -> None:
    t = opened("2026-03-02")
    x = t.claim("K1", "10.00", mode="laufend_bis", decided_on="2026-03-02", ends_on=ends_on)

    assert t.rejected(x) == ("" if lawful else "schema")
    if not lawful:
        assert t.events("event-rejected")[0]["field"] == "ends_on"


def test_laufend_bis_needs_an_end() -> None:
    t = opened("2026-03-02")
    x = t.claim("K1", "10.00", due="2026-03-15", mode="laufend_bis")

    assert t.rejected(x) == "schema"
    assert t.events("event-rejected")[0]["field"] == "ends_on"


def test_a_claim_from_an_earlier_year_is_booked_from_its_start() -> None:
    t = opened("2026-01-05")
    until(t, "K1", "10.00", "2025-11-15", "2026-02-28")

    assert [one["due_on"] for one in t.account("K1")["sollsaetze"]] == [
        "2025-11-15", "2025-12-15", "2026-01-15", "2026-02-15",
    ]  # fmt: skip
    assert [one["fiscal_year"] for one in t.events("posting-recorded")] == [2025, 2025, 2026, 2026]


def test_a_months_split_is_booked_with_each_month() -> None:
    t = opened("2026-11-02")
    items = [
        {"kind": "main", "code": "A", "amount_cents": 700},
        {"kind": "ancillary", "code": "B", "amount_cents": 300},
    ]
    until_ended(t, "K1", "10.00", "2026-11-15", items=items)

    for posting in t.events("posting-recorded"):
        assert [part["amount_cents"] for part in posting["parts"]] == [700, 300]


# ---------------------------------------------------------------- money


def test_money_covers_the_oldest_due_date_first_one_posting_for_each() -> None:
    t = opened("2026-10-05")
    until_ended(t, "K1", "10.00", "2026-10-15")
    t.payment("P1", "K1", "25.00")

    assert t.postings("K1", "payment") == [
        "2026-10-05 payment 10.00 due 2026-10-15",
        "2026-10-05 payment 10.00 due 2026-11-15",
        "2026-10-05 payment 5.00 due 2026-12-15",
    ]
    t.payment("P2", "K1", "7.00")
    assert t.postings("K1", "payment")[3:] == ["2026-10-05 payment 7.00 due 2026-12-15"]
    t.reversal("P3", "P1", "25.00")
    assert t.postings("K1", "payment_reversed") == [
        "2026-10-05 payment_reversed -3.00 due 2026-10-15",
        "2026-10-05 payment_reversed -10.00 due 2026-11-15",
        "2026-10-05 payment_reversed -12.00 due 2026-12-15",
    ]


def test_a_reduction_works_on_the_month_it_names() -> None:
    t = opened("2026-10-05")
    until_ended(t, "K1", "10.00", "2026-10-15")
    t.reduce("K1", "10.00", "2026-11-15")

    assert t.rejected(t.reduce("K1", "0.01", "2026-11-15")) == "reduction-exceeds-claim"
    assert t.rejected(t.reduce("K1", "0.01", "2027-01-15")) == "no-such-due-date"
    assert t.balance("K1") == "soll 20.00 open 20.00"


# ---------------------------------------------------------------- dunned month by month


def test_each_month_is_dunned_by_itself() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "50.00", "2026-03-02", "2026-05-31")
    t.days(*(f"2026-03-{day:02}" for day in range(3, 32)), *(f"2026-04-{day:02}" for day in range(1, 31)))

    notices = [line for line in t.story("D1") if "notice" in line]
    assert notices == [
        "2026-03-12 notice: K1 50.00; pay by 2026-03-19",
        "2026-04-13 notice: K1 50.00; pay by 2026-04-20",
    ]
    assert [one["items"][0]["due_on"] for one in t.events("enforcement-requested")] == ["2026-03-02"]


def test_a_fee_is_charged_once_for_the_claim() -> None:
    t = opened("2026-03-02", "baumberge", **{"dunning.run": "daily"})
    until(t, "K1", "50.00", "2026-03-02", "2026-04-30")
    t.days("2026-03-05", "2026-04-07")

    assert t.postings("K1", "fee") == ["2026-03-05 fee 6.00 due 2026-03-02"]


def test_each_month_has_its_own_kassenanzeigen() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "50.00", "2026-03-02", "2026-04-30", art="5622")
    t.days("2026-03-11", "2026-03-12", "2026-04-11", "2026-04-12", "2026-05-12")

    told = [(one["issued_on"], one["number"], one["due_on"]) for one in t.events("kassenanzeige-issued")]
    assert told == [
        ("2026-03-12", 1, "2026-03-02"),
        ("2026-04-12", 1, "2026-04-02"),
        ("2026-05-12", 2, "2026-03-02"),
    ]


# ---------------------------------------------------------------- written off


def test_a_write_off_covers_the_months_due_by_then() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "50.00", "2026-01-02", "2026-05-31")
    t.payment("P1", "K1", "20.00")
    t.write_off("K1")

    (order,) = t.events("write-off-ordered")
    assert (order["amount_cents"], order["original_due_on"]) == (13000, "2026-01-02")
    assert t.balance("K1") == "soll 250.00 ist 20.00 written_off 130.00 open 100.00"
    assert t.postings("K1", "write_off") == [
        "2026-03-02 write_off -30.00 due 2026-01-02",
        "2026-03-02 write_off -50.00 due 2026-02-02",
        "2026-03-02 write_off -50.00 due 2026-03-02",
    ]
    assert t.rejected(t.write_off("K1")) == "nothing-open"


def test_money_after_it_covers_what_is_not_written_off_first() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "50.00", "2026-03-02", "2026-04-30")
    t.write_off("K1")
    t.payment("P1", "K1", "60.00")

    assert t.postings("K1", "payment") == [
        "2026-03-02 payment 10.00 due 2026-03-02",
        "2026-03-02 payment 50.00 due 2026-04-02",
    ]
    assert t.balance("K1") == "soll 100.00 ist 60.00 written_off 40.00"


def test_a_later_month_that_bounces_is_not_open_after_a_write_off() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "50.00", "2026-03-02", "2026-04-30")
    t.write_off("K1")
    t.payment("P1", "K1", "50.00")
    t.reversal("P2", "P1", "50.00")

    assert t.events("handover-issued", "K1")[0]["kind"] == "post-write-off"
    assert len(t.events("handover-issued", "K1")) == 1
    assert t.account("K1")["holds"] == []


def test_the_later_months_are_dunned_as_usual() -> None:
    t = opened("2026-03-03")
    until(t, "K1", "50.00", "2026-03-02", "2026-04-30")
    t.write_off("K1")
    t.days("2026-03-12", "2026-04-12", "2026-04-13")

    assert [line for line in t.story("D1") if "notice" in line] == [
        "2026-04-13 notice: K1 50.00; pay by 2026-04-20"
    ]
