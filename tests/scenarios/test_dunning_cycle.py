"""The dunning cycle, exactly: notice, hand-over, and what ends a cycle."""

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"  # a Monday
NOTICE = "2026-03-12"  # Wuppertal: 10 days later, a Thursday
HANDOVER = "2026-04-02"  # 21 days after the notice


def one_claim(mandant: str = "wuppertal", policy: dict[str, object] | None = None) -> Timeline:
    t = Timeline(mandant, policy)
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    return t


def noticed() -> Timeline:
    t = one_claim()
    t.day(NOTICE)
    return t


def test_from_the_due_date_to_the_field() -> None:
    t = noticed()
    t.days("2026-04-01", HANDOVER, "2026-04-09", "2026-04-10")
    t.about(
        "office-report", "K1", reported_on="2026-04-20", officer="O1", exhausted=True, checks=["bank-account"]
    )
    t.days("2026-04-21")

    assert t.story("D1") == [
        "2026-03-12 notice: K1 100.00; pay by 2026-03-19",
        "2026-04-02 handed over: K1 100.00",
        "2026-04-02 announced: 100.00; pay by 2026-04-09",
        "2026-04-10 office starts: 100.00",
        "2026-04-21 field starts: 100.00",
    ]


def test_a_notice_comes_on_the_day_on_which_the_minimum_is_reached_and_not_before() -> None:
    t = one_claim()
    t.day("2026-03-11")
    assert t.story() == []

    t.day(NOTICE)
    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_all_items_that_are_old_enough_are_in_one_notice_and_a_younger_one_gets_its_own() -> None:
    t = one_claim()
    t.claim("K2", "50.00", due="2026-02-27")
    t.claim("K3", "30.00", due="2026-03-03")
    t.days(NOTICE, "2026-03-13")

    assert t.story() == [
        "2026-03-12 notice: K2 50.00, K1 100.00; pay by 2026-03-19",
        "2026-03-13 notice: K3 30.00; pay by 2026-03-20",
    ]


def test_an_item_in_a_cycle_is_not_dunned_again() -> None:
    t = noticed()
    t.days("2026-03-13", "2026-03-30", "2026-04-01")

    assert len(t.story()) == 1


def test_two_debtors_two_notices() -> None:
    t = one_claim()
    t.debtor("D2")
    t.claim("K2", "50.00", debtor="D2", due=DUE)
    t.day(NOTICE)

    assert t.story("D1") == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]
    assert t.story("D2") == ["2026-03-12 notice: K2 50.00; pay by 2026-03-19"]


def test_the_hand_over_is_on_the_first_working_day_that_is_far_enough_from_the_notice() -> None:
    t = noticed()
    t.day("2026-04-01")
    assert t.story(on="2026-04-01") == []

    t.day(HANDOVER)
    assert t.story(on=HANDOVER)[0] == "2026-04-02 handed over: K1 100.00"


def test_the_hand_over_waits_for_the_deadline_even_if_its_days_are_over() -> None:
    # 5 days after the notice are over on 17 March, its deadline on 19 March.
    t = one_claim(policy={"dunning.handover_after_days": 5})
    t.days(NOTICE, "2026-03-17", "2026-03-19")
    assert len(t.story()) == 1

    t.day("2026-03-20")
    assert t.story()[1] == "2026-03-20 handed over: K1 100.00"


def test_counted_from_the_deadline_zero_days_are_the_working_day_after_it() -> None:
    # Landkreis: notice 14 days after the due date, a week to pay, then at once.
    t = one_claim("landkreis")
    t.days("2026-03-13", "2026-03-16", "2026-03-23")
    assert t.story() == ["2026-03-16 notice: K1 100.00; pay by 2026-03-23"]

    t.day("2026-03-24")
    assert t.story()[1:] == [
        "2026-03-24 handed over: K1 100.00",
        "2026-03-24 announced: 100.00; pay by 2026-04-14",
    ]


def test_a_day_has_one_request_for_all_items_of_a_debtor() -> None:
    t = one_claim()
    t.claim("K2", "50.00", due="2026-03-03")  # noticed a day later, on 13 March
    t.days(NOTICE, "2026-03-13", "2026-04-07")  # over Easter both fall due

    (request,) = t.events("enforcement-requested")
    assert [t.name(item["kassenzeichen"]) for item in request["items"]] == ["K1", "K2"]
    assert request["total_cents"] == 15000


def test_items_handed_over_on_two_days_are_two_cases() -> None:
    t = one_claim()
    t.claim("K2", "50.00", due="2026-02-26")
    t.days("2026-03-09", NOTICE, "2026-03-30", HANDOVER)

    first, second = t.events("enforcement-requested")
    assert first["case_id"] != second["case_id"]


def test_a_part_payment_does_not_end_the_cycle() -> None:
    t = noticed()
    t.payment("P1", "K1", "60.00")
    t.days("2026-03-13", HANDOVER)

    assert t.story()[1] == "2026-04-02 handed over: K1 40.00"


def test_full_payment_ends_the_cycle_and_a_reversal_starts_it_again_with_a_notice() -> None:
    t = noticed()
    t.payment("P1", "K1", "100.00", booked_on="2026-03-13")
    t.day("2026-03-16")
    t.reversal("P2", "P1", "100.00")
    t.days("2026-03-17", HANDOVER, "2026-04-07")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00; pay by 2026-03-19",
        "2026-03-17 notice: K1 100.00; pay by 2026-03-24",
        "2026-04-07 handed over: K1 100.00",
        "2026-04-07 announced: 100.00; pay by 2026-04-14",
    ]


def test_a_block_ends_the_cycle_and_afterwards_it_starts_with_a_notice() -> None:
    t = noticed()
    t.block("K1", "Y", set_on="2026-03-13", ends_by="2026-03-17")
    t.days("2026-03-13", "2026-03-17", "2026-03-18")

    assert t.story()[1:] == ["2026-03-18 notice: K1 100.00; pay by 2026-03-25"]


def test_a_block_set_and_lifted_between_two_decisions_leaves_no_trace() -> None:
    t = noticed()
    t.day("2026-03-13")
    t.block("K1", "Y")
    t.lift("K1", "Y")
    t.days("2026-03-16", HANDOVER)

    assert t.story()[1] == "2026-04-02 handed over: K1 100.00"


def test_a_block_that_no_decision_saw_does_not_end_the_cycle() -> None:
    t = noticed()
    t.block("K1", "Y", set_on="2026-03-16", ends_by="2026-03-17")
    t.days("2026-03-13", "2026-03-18", HANDOVER)  # 16 and 17 March were not opened

    assert t.story()[1] == "2026-04-02 handed over: K1 100.00"


def test_a_block_over_an_opened_weekend_does_not_end_the_cycle() -> None:
    # Decisions are taken on working days; on Saturday and Sunday there are none.
    t = noticed()
    t.block("K1", "Y", set_on="2026-03-14", ends_by="2026-03-15")
    t.days("2026-03-13", "2026-03-14", "2026-03-15", "2026-03-16", HANDOVER)

    assert t.story()[1] == "2026-04-02 handed over: K1 100.00"


def test_a_block_on_the_day_of_the_hand_over_stops_it() -> None:
    t = noticed()
    t.day("2026-04-01")
    t.block("K1", "Y", set_on=HANDOVER, ends_by=HANDOVER)
    t.days(HANDOVER, "2026-04-07")

    assert t.story()[1:] == ["2026-04-07 notice: K1 100.00; pay by 2026-04-14"]


def test_a_new_due_date_ends_the_cycle() -> None:
    t = noticed()
    t.about("due-date-changed", "K1", due_on="2026-03-20")
    t.days("2026-03-13", "2026-03-27", "2026-03-30", HANDOVER)

    assert t.story()[1:] == ["2026-03-30 notice: K1 100.00; pay by 2026-04-07"]


def test_a_new_due_date_in_the_past_starts_the_cycle_again_too() -> None:
    t = noticed()
    t.about("due-date-changed", "K1", due_on="2026-02-27")
    t.day("2026-03-13")

    assert t.story()[1:] == ["2026-03-13 notice: K1 100.00; pay by 2026-03-20"]


def test_never_a_level_skipped_and_never_two_in_one_day() -> None:
    # Nothing was opened for months: still a notice first, and only that.
    t = one_claim()
    t.day("2026-09-01")
    assert t.story() == ["2026-09-01 notice: K1 100.00; pay by 2026-09-08"]

    t.day("2026-12-01")
    assert t.story(on="2026-12-01") == [
        "2026-12-01 handed over: K1 100.00",
        "2026-12-01 announced: 100.00; pay by 2026-12-08",
    ]


def test_einnahmearten_that_are_never_dunned_get_nothing() -> None:
    t = one_claim(policy={"dunning.treatment.5601": "never"})
    t.claim("K2", "50.00", art="5601", due=DUE)
    t.days(NOTICE, "2026-07-01", "2026-09-01")

    assert not t.events("dunning-notice-issued", "K2")
    assert not t.events("kassenanzeige-issued")
