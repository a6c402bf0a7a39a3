"""When something is overdue, and which days are working days (§ 193 BGB, § 26 (3) SGB X)."""

import pytest

from tests.scenarios.timeline import Timeline


def claim_due(due: str, mandant: str = "wuppertal", policy: dict[str, object] | None = None) -> Timeline:
    t = Timeline(mandant, policy)
    t.day("2025-09-01")
    t.debtor("D1")
    t.claim("K1", "100.00", due=due)
    return t


@pytest.mark.parametrize(
    ("due", "day_before", "notice"),
    [
        ("2026-03-06", "2026-03-13", "2026-03-16"),  # a Friday: 10 days later
        ("2026-03-07", "2026-03-18", "2026-03-19"),  # a Saturday counts as Monday the 9th
        ("2026-03-08", "2026-03-18", "2026-03-19"),  # so does a Sunday
        ("2026-04-03", "2026-04-16", "2026-04-17"),  # Good Friday counts as Tuesday the 7th
    ],
)
def test_a_due_date_that_is_no_working_day_counts_as_the_next_one(
    due: str, day_before: str, notice: str
) -> None:
    t = claim_due(due)
    t.day(day_before)
    assert t.story() == []

    t.day(notice)
    assert len(t.story()) == 1
    assert t.events("dunning-notice-issued")[0]["items"][0]["due_on"] == due  # the field keeps its value


def test_overdue_is_what_was_due_the_day_before_even_without_a_minimum() -> None:
    t = claim_due("2026-03-02", policy={"dunning.min_days_overdue": 0})
    t.day("2026-03-02")
    assert t.story() == []

    t.day("2026-03-03")
    assert t.story() == ["2026-03-03 notice: K1 100.00; pay by 2026-03-10"]


def test_the_day_after_is_counted_from_the_next_working_day() -> None:
    t = claim_due("2026-03-07", policy={"dunning.min_days_overdue": 0})
    t.day("2026-03-09")
    assert t.story() == []

    t.day("2026-03-10")
    assert len(t.story()) == 1


def test_a_last_day_to_pay_moves_to_a_working_day() -> None:
    # 27 March + 7 days is Good Friday; then Saturday, Easter Sunday, Easter Monday.
    t = claim_due("2026-03-17")
    t.day("2026-03-27")

    assert t.story() == ["2026-03-27 notice: K1 100.00; pay by 2026-04-07"]


def test_a_notice_on_no_working_day_is_made_up_on_the_next_one() -> None:
    t = claim_due("2026-03-04")  # 14 March is a Saturday
    t.days("2026-03-13", "2026-03-14", "2026-03-15")
    assert t.story() == []

    t.day("2026-03-16")
    assert t.story() == ["2026-03-16 notice: K1 100.00; pay by 2026-03-23"]


def test_if_the_next_working_day_is_left_out_it_is_made_up_on_the_next_opened_one() -> None:
    t = claim_due("2026-03-04")
    t.days("2026-03-14", "2026-03-17")

    assert t.story() == ["2026-03-17 notice: K1 100.00; pay by 2026-03-24"]


@pytest.mark.parametrize(("mandant", "works"), [("wuppertal", True), ("leipzig", False)])
def test_holidays_are_those_of_the_land(mandant: str, *, works: bool) -> None:
    # 31 October 2025, a Friday, is Reformationstag in Saxony but not in North Rhine-Westphalia.
    t = claim_due("2025-10-17", mandant, {"dunning.min_days_overdue": 14})
    t.day("2025-10-31")
    assert bool(t.story()) is works

    t.day("2025-11-03")
    assert len(t.story()) == 1


def test_corpus_christi_is_no_working_day_in_wuppertal() -> None:
    t = claim_due("2026-05-22")
    t.day("2026-06-04")
    assert t.story() == []

    t.day("2026-06-05")
    assert t.story() == ["2026-06-05 notice: K1 100.00; pay by 2026-06-12"]


def test_a_hand_over_on_a_saturday_is_made_up_on_monday() -> None:
    t = claim_due("2026-03-06")
    t.days("2026-03-16", "2026-04-04", "2026-04-05", "2026-04-06")
    assert not t.events("enforcement-requested")  # 21 days are over on Easter Monday

    t.day("2026-04-07")
    assert t.story()[1] == "2026-04-07 handed over: K1 100.00"


def test_what_a_day_brings_carries_the_opened_day_not_the_one_it_fell_due_on() -> None:
    t = claim_due("2026-03-02")
    t.day("2026-03-18")

    assert t.story() == ["2026-03-18 notice: K1 100.00; pay by 2026-03-25"]


def test_an_anchor_at_the_deadline_is_the_deadline_that_was_moved() -> None:
    # Landkreis, 27 March + 7 days: Good Friday, so Tuesday after Easter; handed over the day after.
    t = claim_due("2026-03-13", "landkreis")
    t.days("2026-03-27", "2026-04-07", "2026-04-08")

    assert t.story()[:2] == [
        "2026-03-27 notice: K1 100.00; pay by 2026-04-07",
        "2026-04-08 handed over: K1 100.00",
    ]
