"""Verjährung (R90, R91, d2): computed, warned about, not pursued below the limit, pursued at or above it."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline


def leipzig(amount: str = "119.00", *, today: str = "2009-06-02", **changes: Any) -> Timeline:  # noqa: ANN401
    """T23: paid on 13 July 2006, known in 2006."""
    t = Timeline("leipzig")
    t.day(today)
    t.debtor("D1")
    t.claim(
        "K1", amount, **({"due": "2009-12-01", "arose_on": "2006-07-13", "known_on": "2006-12-31"} | changes)
    )
    return t


def told(t: Timeline) -> list[str]:
    return [line for line in t.story() if "limitation" in line]


def limitation_on(t: Timeline, claim: str = "K1") -> Any:  # noqa: ANN401
    return t.account(claim).get("limitation_on")


def test_t23_three_years_from_the_end_of_the_year_of_knowledge() -> None:
    assert limitation_on(leipzig()) == "2009-12-31"


@pytest.mark.parametrize(
    ("arose", "known", "ends"),
    [
        ("2006-07-13", "2007-01-01", "2010-12-31"),  # knowledge is later
        ("2007-01-01", "2006-12-31", "2010-12-31"),  # it arose later
        ("2006-07-13", "2013-01-01", "2016-07-13"),  # the cap, to the day
        ("2006-07-13", "2012-12-31", "2015-12-31"),  # before the cap
        ("2006-07-13", None, "2016-07-13"),  # the cap alone
        ("2008-02-29", None, "2018-02-28"),  # of a leap year
    ],
)
def test_r91_knowledge_and_the_cap(arose: str, known: str | None, ends: str) -> None:
    assert limitation_on(leipzig(arose_on=arose, known_on=known)) == ends


@pytest.mark.parametrize(
    ("arose", "known", "ends"),
    [
        ("2001-12-31", "2001-12-31", "2004-12-31"),
        ("1985-05-05", None, "2011-12-31"),  # C11: printed as 2012, computed as 2011
        ("1985-05-05", "2005-06-01", "2008-12-31"),
        ("2002-01-01", "2002-01-01", "2005-12-31"),  # C12: new law
        ("2002-01-01", None, "2012-01-01"),
    ],
)
def test_r91_what_arose_before_2002_counts_from_1_january_2002(
    arose: str, known: str | None, ends: str
) -> None:
    assert limitation_on(leipzig(today="2004-06-02", arose_on=arose, known_on=known)) == ends


@pytest.mark.parametrize(
    ("final", "ends"), [("2017-01-01", "2021-12-31"), ("2017-12-31", "2021-12-31"), (None, None)]
)
def test_d2_four_years_from_the_end_of_the_year_of_bestandskraft(final: str | None, ends: str | None) -> None:
    t = Timeline("wuppertal")
    t.day("2018-01-02")
    t.debtor("D1")
    t.claim("K1", "119.00", due="2018-02-01", final_on=final, known_on="2010-01-01", arose_on="2010-01-01")

    assert limitation_on(t) == ends


def test_it_is_computed_anew_when_the_decision_becomes_final() -> None:
    t = Timeline("wuppertal")
    t.day("2018-01-02")
    t.debtor("D1")
    t.claim("K1", "119.00", due="2018-02-01")
    t.about("claim-became-final", "K1", final_on="2018-03-05")

    assert limitation_on(t) == "2022-12-31"
    t.days("2022-07-03", "2022-07-04")
    assert told(t) == ["2022-07-04 limitation-warning: K1 to LG"]


def test_the_office_is_warned_180_days_before_once() -> None:
    t = leipzig()
    t.day("2009-07-03")
    assert told(t) == []

    t.days("2009-07-04", "2009-07-06", "2009-12-30")
    assert told(t) == ["2009-07-04 limitation-warning: K1 to LG"]
    (warning,) = t.events("handover-issued", "K1")
    assert warning["payload"] == {
        "limitation_on": "2009-12-31",
        "barred_from": "2010-01-01",
        "open_cents": 11900,
    }


def test_nobody_is_warned_about_what_is_paid() -> None:
    t = leipzig()
    t.payment("P1", "K1", "119.00")
    t.days("2009-07-06", "2010-01-04")

    assert told(t) == []


def test_a_payment_that_bounces_makes_it_open_again_and_the_office_is_warned() -> None:
    t = leipzig()
    t.payment("P1", "K1", "119.00")
    t.days("2009-07-06", "2009-08-03")
    t.reversal("P2", "P1", "119.00")
    t.day("2009-08-04")

    assert told(t) == ["2009-08-04 limitation-warning: K1 to LG"]


@pytest.mark.parametrize(("amount", "noted"), [("999.99", True), ("1000.00", False)])
def test_r90_below_the_limit_it_is_noted_on_the_day_after(amount: str, *, noted: bool) -> None:
    t = leipzig(amount)
    t.days("2009-07-06", "2009-12-31")
    assert told(t) == ["2009-07-06 limitation-warning: K1 to LG"]

    t.days("2010-01-01", "2010-01-04")
    assert told(t)[1:] == (["2010-01-01 limitation-note: K1 to LG"] if noted else [])
    assert t.account("K1").get("barred") == (["2009-12-01"] if noted else None)


@pytest.mark.parametrize(("amount", "pursued"), [("999.99", False), ("1000.00", True)])
def test_r90_below_the_limit_it_is_not_dunned_at_or_above_it_is(amount: str, *, pursued: bool) -> None:
    t = leipzig(amount, due="2009-12-28")
    t.days("2010-01-04", "2010-01-12", "2010-02-02")

    assert bool(t.events("dunning-notice-issued")) is pursued


def test_a_cycle_and_a_case_end_when_it_is_barred() -> None:
    t = leipzig(due="2009-10-01")
    t.days("2009-10-16", "2009-11-09")
    assert t.events("enforcement-announced")

    t.days("2010-01-04", "2010-02-01")
    assert t.story()[-2:] == ["2010-01-04 limitation-note: K1 to LG", "2010-01-04 case closed: withdrawn"]


def test_each_claim_counts_by_itself() -> None:
    t = leipzig("999.99")
    t.claim("K2", "500.00", due="2009-12-01", arose_on="2006-07-13", known_on="2006-12-31")
    t.days("2010-01-04")

    assert told(t) == ["2010-01-04 limitation-note: K1 to LG", "2010-01-04 limitation-note: K2 to LG"]


def test_a_payment_brings_it_below_the_limit() -> None:
    t = leipzig("1000.00")
    t.days("2010-01-04")
    assert told(t) == []

    t.payment("P1", "K1", "0.01")
    t.day("2010-01-05")
    assert told(t) == ["2010-01-05 limitation-note: K1 to LG"]


def test_a_claim_that_arrives_barred_is_noted_on_the_next_day_and_never_dunned() -> None:
    t = leipzig(today="2016-12-15", due="2016-12-15")
    t.days("2016-12-16", "2017-01-31")

    assert t.story() == ["2016-12-16 limitation-note: K1 to LG"]


def test_t23_decided_though_barred_objected_to_and_granted() -> None:
    t = leipzig(today="2016-12-15", due="2017-01-15", decided_on="2016-12-15")
    t.days("2016-12-16", "2017-01-02")
    t.block("K1", "T")
    t.days("2017-01-31", "2017-02-06")
    t.lift("K1", "T")
    t.reduce("K1", "119.00", "2017-01-15", cause="limitation", decided_on="2017-02-06")
    t.days("2017-02-07", "2017-03-31")

    assert t.story() == ["2016-12-16 limitation-note: K1 to LG"]
    assert t.balance("K1") == ""


def test_no_limit_means_that_it_is_pursued_and_only_warned_about() -> None:
    t = Timeline("wuppertal")
    t.day("2021-06-01")
    t.debtor("D1")
    t.claim("K1", "1.00", due="2021-12-20", final_on="2017-05-05")
    t.days("2021-07-05", "2022-01-03")

    assert told(t) == ["2021-07-05 limitation-warning: K1 to LG"]
    assert len(t.events("dunning-notice-issued")) == 1


def test_of_a_running_claim_each_month_counts_by_itself_and_a_year_is_noted_once() -> None:
    t = Timeline("leipzig")
    t.day("2009-01-05")
    t.debtor("D1")
    t.claim(
        "K1", "100.00", due="2009-11-02", mode="laufend_bis", ends_on="2010-02-02", known_on="2009-01-05",
        arose_on="2009-01-05",
    )  # fmt: skip
    t.block("K1", "Y")
    t.days("2010-01-04")
    assert limitation_on(t) == "2012-12-31"

    t.days("2012-12-31", "2013-01-01", "2013-01-02")
    assert told(t) == ["2012-12-31 limitation-warning: K1 to LG", "2013-01-01 limitation-note: K1 to LG"]
    assert t.account("K1")["barred"] == ["2009-11-02", "2009-12-02"]

    t.days("2013-12-31", "2014-01-01")
    assert told(t)[2:] == ["2013-12-31 limitation-warning: K1 to LG", "2014-01-01 limitation-note: K1 to LG"]


def test_a_policy_that_changes_is_followed() -> None:
    t = Timeline("leipzig", {"limitation.ex_officio_below_cents": {"": 100, "2010-03-01": 100000}})
    t.day("2009-06-02")
    t.debtor("D1")
    t.claim("K1", "119.00", due="2009-12-01", arose_on="2006-07-13", known_on="2006-12-31")
    t.days("2010-01-04", "2010-02-26")
    assert told(t) == []

    t.days("2010-03-01")
    assert told(t) == ["2010-03-01 limitation-note: K1 to LG"]


def test_what_came_before_the_first_day_is_told_of_when_it_is_opened() -> None:
    # given claims that were there before any day was
    t = Timeline("leipzig")
    t.debtor("D1")
    for name, arose_on in (("K1", "2016-01-18"), ("K2", "2016-01-20")):
        t.claim(name, "119.00", due="2026-01-30", decided_on="2026-01-15", arose_on=arose_on)
    # when the first day is opened, a day after K1 is barred
    t.day("2026-01-19")
    # then its opening says so, and not the next
    (note, warning) = told(t)
    assert note.startswith("2026-01-19")
    assert "limitation-note" in note
    assert warning.startswith("2026-01-19")
    assert "limitation-warning" in warning
    t.day("2026-01-20")
    assert told(t) == [note, warning]


@pytest.mark.parametrize(("from_", "rule"), [("known", "R91"), ("final", "§ 50 (4) SGB X")])
def test_a_warning_cites_what_its_period_rests_on(from_: str, rule: str) -> None:
    t = Timeline("leipzig", {"limitation.from": from_})
    t.day("2009-06-02")
    t.debtor("D1")
    t.claim(
        "K1", "119.00", due="2009-12-01", arose_on="2006-07-13", known_on="2006-12-31", final_on="2006-12-31"
    )
    t.day("2009-12-30")

    (warning,) = (one for one in t.events("handover-issued") if one["kind"] == "limitation-warning")
    assert warning["because"]["rules"] == [rule]
