"""Due dates: the default of six weeks, the fiscal year, what is unlawful (R79, R82, T2, T3, T8)."""

import pytest

from tests.scenarios.timeline import Timeline


def opened(today: str, mandant: str = "wuppertal") -> Timeline:
    t = Timeline(mandant)
    t.day(today)
    t.debtor("D1")
    return t


def test_t2_six_weeks_after_the_decision() -> None:
    t = opened("2020-11-04")
    t.claim("K1", "100.00", decided_on="2020-11-04", fiscal_year=2020)

    assert t.events("claim-registered")[0]["due_on"] == "2020-12-16"


def test_t8_a_loan_of_1000() -> None:
    t = opened("2020-11-04")
    t.claim("K1", "1000.00", art="5601", decided_on="2020-11-04")

    assert t.events("claim-registered")[0]["due_on"] == "2020-12-16"
    assert t.postings("K1") == ["2020-11-04 sollzugang 1000.00 due 2020-12-16"]


def test_six_weeks_count_from_the_decision_not_from_today() -> None:
    t = opened("2020-11-20")
    t.claim("K1", "100.00", decided_on="2020-11-04")

    assert t.events("claim-registered")[0]["due_on"] == "2020-12-16"


def test_t3_a_due_date_in_the_next_year_is_not_bent_to_this_one() -> None:
    t = opened("2020-12-03")
    wrong = t.claim("K1", "100.00", decided_on="2020-12-03", fiscal_year=2020)
    right = t.claim("K1", "100.00", decided_on="2020-12-03", fiscal_year=2021)

    assert t.rejected(wrong) == "fiscal-year-mismatch"
    assert t.answers(right) == ["claim-registered"]
    assert t.events("posting-recorded")[0]["due_on"] == "2021-01-14"
    assert t.events("posting-recorded")[0]["fiscal_year"] == 2021


@pytest.mark.parametrize(("year", "fits"), [(2025, False), (2026, True), (2027, False)])
def test_the_fiscal_year_is_that_of_the_due_date(year: int, *, fits: bool) -> None:
    t = opened("2026-02-16")
    x = t.claim("K1", "100.00", due="2026-12-31", fiscal_year=year)

    assert t.rejected(x) == ("" if fits else "fiscal-year-mismatch")


@pytest.mark.parametrize("mandant", ["landkreis", "erkelenz", "baumberge", "leipzig"])
def test_without_a_default_the_due_date_is_mandatory(mandant: str) -> None:
    t = opened("2026-02-16", mandant)
    x = t.claim("K1", "100.00", decided_on="2026-02-16")
    y = t.claim("K1", "100.00", due="2026-03-30")

    assert t.rejected(x) == "due-date-missing"
    assert t.answers(y) == ["claim-registered"]


@pytest.mark.parametrize(("due", "lawful"), [("2026-02-15", False), ("2026-02-16", True)])
def test_nothing_is_due_before_it_is_decided(due: str, *, lawful: bool) -> None:
    t = opened("2026-02-20")
    x = t.claim("K1", "100.00", due=due, decided_on="2026-02-16")

    assert t.rejected(x) == ("" if lawful else "schema")
    if not lawful:
        assert t.events("event-rejected")[0]["field"] == "due_on"


def test_a_due_date_in_the_past_is_lawful() -> None:
    t = opened("2026-02-20")
    x = t.claim("K1", "100.00", due="2020-02-16")

    assert t.answers(x) == ["claim-registered"]


def test_an_end_before_the_due_date_is_unlawful() -> None:
    t = opened("2026-02-16")
    x = t.claim("K1", "100.00", due="2026-03-02", ends_on="2026-03-01")

    assert t.rejected(x) == "schema"
    assert t.events("event-rejected")[0]["field"] == "ends_on"


def test_a_due_date_is_changed_with_an_answer_that_says_so() -> None:
    t = opened("2026-02-16")
    t.claim("K1", "100.00", due="2026-03-02")
    x = t.about("due-date-changed", "K1", due_on="2026-04-01")

    assert t.accepted(x)["due_on"] == "2026-04-01"


def test_a_default_that_changes_holds_from_the_systems_day_on() -> None:
    t = Timeline("wuppertal", {"claims.default_due_days": {"": 42, "2026-03-01": 30}})
    t.day("2026-02-27")
    t.debtor("D1")
    t.claim("K1", "100.00", decided_on="2026-02-27")
    t.day("2026-03-02")
    t.claim("K2", "100.00", decided_on="2026-02-27")

    assert [one["due_on"] for one in t.events("claim-registered")] == ["2026-04-10", "2026-03-29"]
