"""When a dunning run is owed: daily, on a day of the month, every fortnight (R14, R28)."""

from tests.scenarios.timeline import Timeline


def claim_due(due: str, run: str, today: str = "2026-02-16") -> Timeline:
    t = Timeline("wuppertal", {"dunning.run": run})
    t.day(today)
    t.debtor("D1")
    t.claim("K1", "100.00", due=due)
    return t


def test_between_two_runs_nothing_is_dunned() -> None:
    t = claim_due("2026-03-03", "monthly:12")  # old enough on the 13th
    t.days("2026-03-12", "2026-03-13", "2026-03-31", "2026-04-10")
    assert t.story() == []

    t.days("2026-04-12", "2026-04-13")
    assert t.story() == ["2026-04-13 notice: K1 100.00; pay by 2026-04-20"]


def test_the_run_of_the_month_dunns_what_is_old_enough_that_day() -> None:
    t = claim_due("2026-03-02", "monthly:12")
    t.days("2026-03-11", "2026-03-12")

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_a_run_on_a_sunday_is_made_up_on_monday_and_takes_what_is_old_enough_on_monday() -> None:
    t = claim_due("2026-03-06", "monthly:15")  # old enough on Monday, 16 March
    t.claim("K2", "50.00", due="2026-03-05")
    t.days("2026-03-13", "2026-03-15", "2026-03-16")

    assert t.story() == ["2026-03-16 notice: K2 50.00, K1 100.00; pay by 2026-03-23"]


def test_a_run_that_was_made_up_is_not_owed_again() -> None:
    t = claim_due("2026-04-07", "monthly:12")  # old enough on the 17th
    t.days("2026-04-13", "2026-04-14", "2026-04-17", "2026-05-11")

    assert t.story() == []


def test_a_run_whose_day_was_not_opened_is_made_up_on_the_next_opened_working_day() -> None:
    t = claim_due("2026-03-02", "monthly:12")
    t.days("2026-03-11", "2026-03-14", "2026-03-17")

    assert t.story() == ["2026-03-17 notice: K1 100.00; pay by 2026-03-24"]


def test_several_missed_runs_are_one() -> None:
    t = claim_due("2026-03-02", "monthly:12")
    t.days("2026-03-11", "2026-06-15", "2026-06-16")

    assert t.story() == ["2026-06-15 notice: K1 100.00; pay by 2026-06-22"]


def test_hand_overs_do_not_wait_for_a_run() -> None:
    t = claim_due("2026-03-02", "monthly:12")
    t.days("2026-03-12", "2026-04-02")

    assert t.story()[1] == "2026-04-02 handed over: K1 100.00"


def test_runs_are_owed_from_the_first_opened_day_on() -> None:
    t = Timeline("wuppertal", {"dunning.run": "monthly:12"})
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-02-27")
    t.day("2026-03-12")

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_a_claim_that_comes_after_the_run_waits_for_the_next() -> None:
    t = claim_due("2026-02-16", "monthly:12", "2026-03-12")
    t.days("2026-03-13", "2026-04-10")
    assert t.story() == []

    t.day("2026-04-13")
    assert len(t.story()) == 1


def test_a_run_day_before_the_first_opened_day_is_not_made_up() -> None:
    t = Timeline("wuppertal", {"dunning.run": "monthly:12"})
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-02-27")
    t.days("2026-03-13", "2026-03-16")

    assert t.story() == []


def test_a_first_opened_day_that_is_a_run_day_but_no_working_day_is_made_up() -> None:
    t = Timeline("wuppertal", {"dunning.run": "monthly:12"})
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2026-04-12", "2026-04-13")

    assert t.story() == ["2026-04-13 notice: K1 100.00; pay by 2026-04-20"]


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    t = claim_due("2026-03-27", "monthly:31")
    t.days("2026-03-31", "2026-04-29")
    assert t.story() == []

    t.day("2026-04-30")
    assert t.story() == ["2026-04-30 notice: K1 100.00; pay by 2026-05-07"]


def test_every_fortnight_from_an_anchor() -> None:
    # 5 January 2015 is a Monday; 16 and 30 March 2026 are 14-day steps from it.
    t = claim_due("2026-03-09", "fortnightly:2015-01-05")
    t.days("2026-03-16", "2026-03-19", "2026-03-23", "2026-03-27")
    assert t.story() == []

    t.day("2026-03-30")
    assert t.story() == ["2026-03-30 notice: K1 100.00; pay by 2026-04-07"]
