"""A policy line counts on the system's day, however long before something was planned by the old one."""

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
NOTICE = "2026-03-12"


def one_claim(policy: dict[str, object], art: str = "5621", amount: str = "100.00") -> Timeline:
    t = Timeline("wuppertal", policy)
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", amount, art=art, due=DUE)
    return t


def test_a_longer_minimum_holds_back_a_notice() -> None:
    t = one_claim({"dunning.min_days_overdue": {"": 10, "2026-03-10": 20}})
    t.days(NOTICE, "2026-03-20", "2026-03-23")

    assert t.story() == ["2026-03-23 notice: K1 100.00; pay by 2026-03-30"]


def test_a_shorter_minimum_brings_a_notice_forward() -> None:
    t = one_claim({"dunning.min_days_overdue": {"": 60, "2026-03-10": 10}})
    t.days("2026-03-10", "2026-03-11", NOTICE)

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_a_shorter_minimum_catches_up_on_the_day_of_the_change() -> None:
    t = one_claim({"dunning.min_days_overdue": {"": 60, "2026-03-17": 10}})
    t.days(NOTICE, "2026-03-16", "2026-03-17")

    assert t.story() == ["2026-03-17 notice: K1 100.00; pay by 2026-03-24"]


def test_an_einnahmeart_that_becomes_dunnable() -> None:
    t = one_claim({"dunning.treatment.5621": {"": "never", "2026-04-01": "dun"}})
    t.days(NOTICE, "2026-03-31", "2026-04-01")

    assert t.story() == ["2026-04-01 notice: K1 100.00; pay by 2026-04-08"]


def test_an_einnahmeart_that_is_no_longer_dunned() -> None:
    t = one_claim({"dunning.treatment.5621": {"": "dun", "2026-04-01": "never"}})
    t.days(NOTICE, "2026-04-02", "2026-06-01")

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_an_einnahmeart_that_is_reminded_of_instead() -> None:
    t = one_claim({"dunning.treatment.5621": {"": "never", "2026-04-01": "kassenanzeige"}})
    t.days("2026-03-31", "2026-04-01")

    assert t.story() == ["2026-04-01 Kassenanzeige 1: K1 100.00 to LG"]


def test_a_limit_that_falls_away() -> None:
    t = one_claim({"dunning.small_amount_cents": {"": 500, "2026-04-01": 0}}, amount="4.99")
    t.days(NOTICE, "2026-03-31", "2026-04-01")

    assert t.story() == ["2026-04-01 notice: K1 4.99; pay by 2026-04-08"]


def test_another_rhythm_of_runs() -> None:
    t = one_claim({"dunning.run": {"": "monthly:1", "2026-03-16": "daily"}})
    t.days("2026-03-02", NOTICE, "2026-03-13", "2026-03-16")

    assert t.story() == ["2026-03-16 notice: K1 100.00; pay by 2026-03-23"]


def test_a_shorter_way_to_the_hand_over() -> None:
    t = one_claim({"dunning.handover_after_days": {"": 60, "2026-03-20": 14}})
    t.days(NOTICE, "2026-03-25", "2026-03-26")

    assert t.story()[1:] == [
        "2026-03-26 handed over: K1 100.00",
        "2026-03-26 announced: 100.00; pay by 2026-04-02",
    ]


def test_a_longer_way_to_the_hand_over() -> None:
    t = one_claim({"dunning.handover_after_days": {"": 21, "2026-03-20": 30}})
    t.days(NOTICE, "2026-04-02", "2026-04-10")
    assert len(t.story()) == 1

    t.day("2026-04-13")
    assert t.story()[1] == "2026-04-13 handed over: K1 100.00"


def test_another_anchor() -> None:
    t = one_claim({"dunning.handover_anchor": {"": "notice", "2026-03-20": "deadline"}})
    t.days(NOTICE, "2026-04-02", "2026-04-08")
    assert len(t.story()) == 1

    t.day("2026-04-09")  # the deadline was 19 March
    assert t.story()[1] == "2026-04-09 handed over: K1 100.00"


def test_a_deadline_that_was_written_stays() -> None:
    t = one_claim({"dunning.pay_within_days": {"": 7, "2026-03-13": 30}})
    t.days(NOTICE, "2026-03-13", "2026-04-02")

    assert t.story()[:2] == [
        "2026-03-12 notice: K1 100.00; pay by 2026-03-19",
        "2026-04-02 handed over: K1 100.00",
    ]


def test_an_announced_deadline_stays_too() -> None:
    t = one_claim({"enforcement.announcement_days": {"": 7, "2026-04-07": 60}})
    t.days(NOTICE, "2026-04-02", "2026-04-10")

    assert t.story()[-1] == "2026-04-10 office starts: 100.00"


def test_a_resting_case_starts_when_the_limit_falls() -> None:
    t = one_claim({"enforcement.small_amount_cents": {"": 2000, "2026-05-04": 0}}, amount="19.99")
    t.days(NOTICE, "2026-04-02", "2026-04-10", "2026-04-30")
    assert not t.events("enforcement-started")

    t.day("2026-05-04")
    assert t.story()[-1] == "2026-05-04 office starts: 19.99"


def test_the_track_is_that_of_the_day_it_starts() -> None:
    t = one_claim({"enforcement.office_first": {"": True, "2026-04-07": False}})
    t.days(NOTICE, "2026-04-02", "2026-04-10")

    assert t.story()[-1] == "2026-04-10 field starts: 100.00"


def test_fewer_days_of_grace() -> None:
    t = one_claim({"enforcement.instalment_grace_days": {"": 30, "2026-05-06": 7}})
    t.days(NOTICE, "2026-04-02", "2026-04-10")
    t.about(
        "field-report",
        "K1",
        reported_on="2026-04-10",
        officer="O1",
        outcome="instalments_agreed",
        instalments=[{"due_on": "2026-05-04", "amount_cents": 10000}],
    )
    t.days("2026-05-05", "2026-05-11", "2026-05-12")

    assert t.story()[-2] == "2026-05-12 instalment missed: 2026-05-04"


def test_kassenanzeigen_by_the_schedule_of_the_day() -> None:
    t = one_claim({"kassenanzeige.first_after_days": {"": 60, "2026-03-10": 10}}, art="5612")
    t.days("2026-03-11", NOTICE)

    assert t.story() == ["2026-03-12 Kassenanzeige 1: K1 100.00 to LG"]


def test_fees_by_the_schedule_of_the_notices_day() -> None:
    t = one_claim({"dunning.fees": {"": "none", NOTICE: "ni"}})
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K1 100.00 + fee 6.00; pay by 2026-03-19"]


def test_a_change_on_a_day_left_out_counts_on_the_next_opened_one() -> None:
    t = one_claim({"dunning.min_days_overdue": {"": 60, "2026-03-14": 10}})
    t.days("2026-03-13", "2026-03-17")

    assert t.story() == ["2026-03-17 notice: K1 100.00; pay by 2026-03-24"]


def test_an_event_of_a_day_before_the_first_line_is_refused_and_stops_nobody() -> None:
    """`befristet_allowed` goes by `decided_on`, block maxima by `set_on`; unset is no silent yes (C8)."""
    first = "2026-02-04"
    t = one_claim({"write_off.befristet_allowed": {first: True}, "blocks.max_days.Y": {first: 9}})
    t.day(NOTICE)
    too_early = {
        "set_on": t.block("K1", "Y", set_on="2026-02-03"),
        "decided_on": t.write_off("K1", "befristet", decided_on="2026-02-03"),
    }
    in_time = [t.block("K1", "Y", set_on=first), t.write_off("K1", "befristet", decided_on=first)]

    assert [t.rejected(event) for event in too_early.values()] == ["schema", "schema"]
    assert [one["field"] for one in t.events("event-rejected")] == list(too_early)
    assert [t.answers(event) for event in in_time] == [["event-accepted"], ["event-accepted"]]
