"""Stundung (R21, R31): two persons, until a day or along instalments; afterwards a notice at the next run."""

from typing import Any

import pytest

from tests.scenarios.telling import cents
from tests.scenarios.timeline import Timeline

PERSONS = {"requested_by": "S1", "approved_by": "S2"}


def owed(mandant: str = "landkreis") -> Timeline:
    """Noticed from 16 March on, handed over from 24 March on."""
    t = Timeline(mandant)
    t.day("2026-03-02")
    t.debtor("D1")
    t.claim("K1", "300.00", due="2026-03-02")
    return t


def defer(t: Timeline, **changes: Any) -> str:  # noqa: ANN401
    return t.about("deferral-granted", "K1", **({"decided_on": t.today} | PERSONS | changes))


def rates(*each: tuple[str, str]) -> list[dict[str, object]]:
    return [{"due_on": due_on, "amount_cents": cents(amount)} for due_on, amount in each]


def test_nothing_is_dunned_until_the_day_and_a_notice_comes_after_it() -> None:
    t = owed()
    x = defer(t, deferred_by="2026-04-15")
    t.days("2026-03-17", "2026-04-15")
    assert t.answers(x) == ["event-accepted"]
    assert t.account("K1")["holds"] == [{"cause": "deferred", "held_from": "2026-03-02"}]
    assert t.story() == []

    t.day("2026-04-16")
    assert t.story() == ["2026-04-16 notice: K1 300.00; pay by 2026-04-23"]
    assert t.account("K1")["holds"] == []


def test_a_running_cycle_ends_and_starts_again_with_a_notice() -> None:
    t = owed()
    t.days("2026-03-17", "2026-03-18")
    defer(t, deferred_by="2026-03-31")
    t.days("2026-03-25", "2026-03-31", "2026-04-01")

    assert t.story() == [
        "2026-03-17 notice: K1 300.00; pay by 2026-03-24",
        "2026-04-01 notice: K1 300.00; pay by 2026-04-08",
    ]


def test_a_case_is_closed() -> None:
    t = owed()
    t.days("2026-03-17", "2026-03-25")
    defer(t, deferred_by="2026-06-30")
    t.day("2026-03-26")

    assert t.story()[-1] == "2026-03-26 case closed: withdrawn"


def test_it_is_ended_by_two_persons() -> None:
    t = owed()
    defer(t, deferred_by="2026-12-31")
    t.day("2026-03-17")
    x = t.about("deferral-ended", "K1", decided_on="2026-03-17", requested_by="S1", approved_by="S1 ")
    t.day("2026-03-18")
    assert t.rejected(x) == "same-person"
    assert t.story() == []

    t.about("deferral-ended", "K1", decided_on="2026-03-18", **PERSONS)
    t.day("2026-03-19")
    assert t.story() == ["2026-03-19 notice: K1 300.00; pay by 2026-03-26"]


def test_what_is_not_deferred_cannot_be_ended() -> None:
    t = owed()
    x = t.about("deferral-ended", "K1", decided_on="2026-03-02", **PERSONS)
    defer(t, deferred_by="2026-03-09")
    t.day("2026-03-10")
    y = t.about("deferral-ended", "K1", decided_on="2026-03-10", **PERSONS)

    assert t.rejected(x) == t.rejected(y) == "no-such-hold"


@pytest.mark.parametrize(
    ("second", "reason"),
    [("199.99", "instalments-mismatch"), ("200.00", ""), ("200.01", "instalments-mismatch")],
)
def test_the_instalments_sum_to_what_is_open(second: str, reason: str) -> None:
    t = owed()
    x = defer(t, instalments=rates(("2026-04-01", "100.00"), ("2026-05-01", second)))

    assert t.rejected(x) == reason


def test_what_is_judged() -> None:
    t = owed()
    assert t.rejected(defer(t, deferred_by="2026-04-01", approved_by=" s1")) == "same-person"
    assert t.rejected(defer(t)) == "schema"
    assert t.rejected(defer(t, deferred_by="2026-03-01")) == "schema"
    t.payment("P1", "K1", "300.00")
    assert t.rejected(defer(t, deferred_by="2026-04-01")) == "nothing-open"


@pytest.mark.parametrize(("paid", "missed"), [("100.00", False), ("99.99", True)])
def test_an_instalment_that_is_not_covered_when_its_grace_is_over_ends_it(paid: str, *, missed: bool) -> None:
    """Seven days of grace: covered by the end of 8 April."""
    t = owed()
    defer(t, instalments=rates(("2026-04-01", "100.00"), ("2026-05-04", "200.00")))
    t.day("2026-04-08")
    t.payment("P1", "K1", paid)
    assert t.story() == []

    t.day("2026-04-09")
    rest = "200.01" if missed else ""
    assert t.story() == ([f"2026-04-09 notice: K1 {rest}; pay by 2026-04-16"] if missed else [])


def test_money_counts_until_the_last_day_of_grace_and_not_after_it() -> None:
    t = owed()
    defer(
        t,
        instalments=rates(
            ("2026-04-01", "300.00"),
        ),
    )
    t.day("2026-04-09")
    t.payment("P1", "K1", "100.00")

    assert t.story() == ["2026-04-09 notice: K1 300.00; pay by 2026-04-16"]


def test_instalments_are_covered_by_what_came_in_together() -> None:
    t = owed()
    defer(t, instalments=rates(("2026-05-04", "200.00"), ("2026-04-01", "100.00")))
    t.payment("P1", "K1", "150.00")
    t.days("2026-04-09", "2026-05-11")
    assert t.story() == []

    t.day("2026-05-12")
    assert t.story() == ["2026-05-12 notice: K1 150.00; pay by 2026-05-19"]


def test_a_payment_that_bounces_uncovers_the_next_instalment() -> None:
    t = owed()
    defer(t, instalments=rates(("2026-04-01", "100.00"), ("2026-05-04", "200.00")))
    t.payment("P1", "K1", "300.00")
    t.day("2026-04-09")
    t.reversal("P2", "P1", "300.00")
    t.days("2026-05-11", "2026-05-12")

    assert t.story() == ["2026-05-12 notice: K1 300.00; pay by 2026-05-19"]


def test_a_new_one_takes_the_place_of_the_old() -> None:
    t = owed()
    defer(t, deferred_by="2026-03-31")
    defer(t, deferred_by="2026-05-29")
    t.days("2026-04-01", "2026-05-29")

    assert t.story() == []


def test_kassenanzeigen_go_on() -> None:
    """R64: they are internal."""
    t = owed("wuppertal")
    t.claim("K2", "50.00", art="5612", due="2026-03-02")
    t.about("deferral-granted", "K2", decided_on="2026-03-02", deferred_by="2026-06-30", **PERSONS)
    t.day("2026-03-12")

    assert len(t.events("kassenanzeige-issued", "K2")) == 1


def test_days_of_grace_that_become_fewer_are_followed() -> None:
    t = Timeline("landkreis", {"enforcement.instalment_grace_days": {"": 30, "2026-04-20": 2}})
    t.day("2026-03-02")
    t.debtor("D1")
    t.claim("K1", "300.00", due="2026-03-02")
    defer(
        t,
        instalments=rates(
            ("2026-04-01", "300.00"),
        ),
    )
    t.day("2026-04-17")
    assert t.story() == []

    t.day("2026-04-20")
    assert t.story() == ["2026-04-20 notice: K1 300.00; pay by 2026-04-27"]


@pytest.mark.parametrize(
    ("deferred_by", "noticed_on"), [("2026-03-16", "2026-03-17"), ("2026-03-17", "2026-03-18")]
)
def test_one_that_had_passed_before_the_first_day_holds_nothing_up(deferred_by: str, noticed_on: str) -> None:
    t = Timeline("landkreis")
    t.debtor("D1")
    t.claim("K1", "300.00", due="2026-03-02", decided_on="2026-03-02")
    t.about("deferral-granted", "K1", decided_on="2026-03-10", deferred_by=deferred_by, **PERSONS)
    t.days("2026-03-17", "2026-03-18")

    (notice,) = t.story()
    assert notice.startswith(f"{noticed_on} notice: K1 300.00")


def running() -> Timeline:
    """10.00 a month since November 2026, deferred: 10.00 in January, 10.00 in February."""
    t = Timeline("landkreis")
    t.day("2026-11-16")
    t.debtor("D1")
    t.claim("K1", "10.00", due="2026-11-15", mode="laufend_offen")
    defer(t, instalments=rates(("2027-01-15", "10.00"), ("2027-02-15", "10.00")))
    t.day("2027-01-04")
    return t


@pytest.mark.parametrize(("paid", "missed"), [("10.00", False), ("9.99", True)])
def test_the_months_of_a_new_year_are_nothing_that_was_not_paid(paid: str, *, missed: bool) -> None:
    """R83: what is deferred are the months that were there."""
    t = running()
    t.payment("P1", "K1", paid)
    t.day("2027-01-25")

    assert bool(t.account("K1")["holds"]) is not missed
    assert bool(t.events("dunning-notice-issued")) is missed


@pytest.mark.parametrize(("paid", "missed"), [("10.00", True), ("20.00", False)])
def test_nor_is_their_end_anything_that_was_paid(paid: str, *, missed: bool) -> None:
    t = running()
    t.payment("P1", "K1", "10.00")
    t.day("2027-01-25")
    t.about("claim-ended", "K1", last_due_on="2027-01-15")
    if paid == "20.00":
        t.payment("P2", "K1", "10.00")
    t.days("2027-02-22", "2027-02-23")

    noticed = {item["due_on"] for one in t.events("dunning-notice-issued") for item in one["items"]}
    assert noticed == ({"2026-12-15", "2027-01-15"} if missed else {"2027-01-15"})
