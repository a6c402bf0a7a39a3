"""Enforcement: announcement, office and field, and how items leave a case (R5, R6, R7, R8, R16, R18, R76)."""

from tests.scenarios.timeline import Timeline

NOTICE = "2026-03-12"
HANDOVER = "2026-04-02"  # announced with a deadline of 9 April
START = "2026-04-10"
NEXT = "2026-04-13"


def handed_over(*amounts: str) -> Timeline:
    """A case with claims K1, K2 ... of these amounts."""
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    for number, amount in enumerate(amounts or ["100.00"], 1):
        t.claim(f"K{number}", amount, due="2026-03-02")
    t.days(NOTICE, HANDOVER)
    return t


def office(t: Timeline, claim: str, *, exhausted: bool) -> str:
    what = {"exhausted": exhausted, "checks": ["bank-account"]}
    return t.about("office-report", claim, reported_on=t.today, officer="O1", **what)


def test_it_starts_on_the_first_working_day_after_the_announced_deadline() -> None:
    t = handed_over()
    t.day("2026-04-09")
    assert t.story(on="2026-04-09") == []

    t.day(START)
    assert t.story(on=START) == ["2026-04-10 office starts: 100.00"]


def test_the_announcement_belongs_to_the_case_of_the_request() -> None:
    t = handed_over()
    t.day(START)

    (request,), (announced,), (started,) = (
        t.events(kind) for kind in ("enforcement-requested", "enforcement-announced", "enforcement-started")
    )
    assert request["case_id"] == announced["case_id"] == started["case_id"]
    assert announced["total_cents"] == request["total_cents"] == 10000


def test_the_announced_deadline_moves_to_a_working_day() -> None:
    # Handed over on Friday, 24 April: a week later is the first of May, a Friday too.
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days(NOTICE, "2026-04-24", "2026-05-04")
    assert t.story()[-1] == "2026-04-24 announced: 100.00; pay by 2026-05-04"

    t.day("2026-05-05")
    assert t.story()[-1] == "2026-05-05 office starts: 100.00"


def test_landkreis_starts_in_the_field() -> None:
    t = Timeline("landkreis")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2026-03-16", "2026-03-24", "2026-04-14", "2026-04-15")

    assert t.story()[2:] == [
        "2026-03-24 announced: 100.00; pay by 2026-04-14",
        "2026-04-15 field starts: 100.00",
    ]


def test_it_starts_only_once() -> None:
    t = handed_over()
    t.days(START, NEXT, "2026-04-14", "2026-06-01")

    assert len(t.events("enforcement-started")) == 1


def test_office_exhausted_means_field_on_the_next_working_day() -> None:
    t = handed_over()
    t.day(START)  # a Friday
    x = office(t, "K1", exhausted=True)
    assert t.answers(x) == ["event-accepted"]
    t.day("2026-04-11")
    assert t.story(on="2026-04-11") == []

    t.day(NEXT)
    assert t.story(on=NEXT) == ["2026-04-13 field starts: 100.00"]


def test_office_not_exhausted_changes_nothing() -> None:
    t = handed_over()
    t.day(START)
    x = office(t, "K1", exhausted=False)
    t.day(NEXT)

    assert t.answers(x) == ["event-accepted"]
    assert t.story(on=NEXT) == []


def test_exhausted_before_the_announced_deadline_waits_for_it() -> None:
    t = handed_over()
    office(t, "K1", exhausted=True)
    t.days("2026-04-07", "2026-04-09")
    assert not t.events("enforcement-started")

    t.day(START)
    assert t.story(on=START) == ["2026-04-10 field starts: 100.00"]


def test_full_payment_closes_the_case_at_once() -> None:
    t = handed_over()
    t.payment("P1", "K1", "100.00")

    assert t.story()[-1] == "2026-04-02 case closed: paid"


def test_part_payment_does_not_and_the_rest_is_enforced() -> None:
    t = handed_over()
    t.payment("P1", "K1", "60.00")
    t.day(START)

    assert t.story()[-1] == "2026-04-10 office starts: 40.00"


def test_the_case_goes_on_with_the_items_that_are_left() -> None:
    t = handed_over("100.00", "50.00")
    t.payment("P1", "K1", "100.00")
    t.day(START)

    assert t.story()[-1] == "2026-04-10 office starts: 50.00"


def test_a_write_off_takes_an_item_out_at_once() -> None:
    t = handed_over()
    t.write_off("K1")

    assert "2026-04-02 case closed: written-off" in t.story()


def test_a_cancelled_claim_leaves_at_once() -> None:
    t = handed_over()
    t.about("claim-ended", "K1", cancelled=True)

    assert t.story()[-1] == "2026-04-02 case closed: withdrawn"


def test_the_outcome_is_how_the_last_item_left() -> None:
    t = handed_over("100.00", "50.00")
    t.write_off("K1")
    t.payment("P1", "K2", "50.00")
    assert t.story()[-1] == "2026-04-02 case closed: paid"

    t = handed_over("100.00", "50.00")
    t.payment("P1", "K2", "50.00")
    t.about("claim-ended", "K1", cancelled=True)
    assert t.story()[-1] == "2026-04-02 case closed: withdrawn"


def test_a_blocked_item_leaves_at_the_next_working_days_decisions_and_starts_again_with_a_notice() -> None:
    t = handed_over()
    t.block("K1", "Y", set_on="2026-04-07", ends_by="2026-04-09")
    assert not t.events("enforcement-closed")

    t.days("2026-04-04", "2026-04-07")
    assert t.story(on="2026-04-07") == ["2026-04-07 case closed: withdrawn"]

    t.days("2026-04-09", START)
    assert t.story(on=START) == ["2026-04-10 notice: K1 100.00; pay by 2026-04-17"]


def test_a_block_set_and_lifted_between_two_decisions_leaves_the_case_alone() -> None:
    t = handed_over()
    t.block("K1", "Y")
    t.lift("K1", "Y")
    t.day(START)

    assert t.story()[-1] == "2026-04-10 office starts: 100.00"


def test_a_new_due_date_takes_the_item_out() -> None:
    t = handed_over()
    t.about("due-date-changed", "K1", due_on="2026-05-04")
    assert not t.events("enforcement-closed")

    t.days("2026-04-07", "2026-05-14", "2026-05-15")
    assert t.story()[-2:] == [
        "2026-04-07 case closed: withdrawn",
        "2026-05-15 notice: K1 100.00; pay by 2026-05-22",
    ]


def test_nothing_is_blocked_out_of_the_rest_of_the_case() -> None:
    t = handed_over("100.00", "50.00")
    t.block("K1", "X")
    t.day(START)

    assert t.story()[-1] == "2026-04-10 office starts: 50.00"


def test_what_left_by_money_comes_back_with_a_notice() -> None:
    t = handed_over()
    t.payment("P1", "K1", "100.00")
    t.reversal("P2", "P1", "100.00")
    t.day("2026-04-07")

    assert t.story()[-2:] == [
        "2026-04-02 case closed: paid",
        "2026-04-07 notice: K1 100.00; pay by 2026-04-14",
    ]


def test_days_left_out_count_from_what_was_opened() -> None:
    t = handed_over()
    t.day("2026-06-01")

    assert t.story()[-1] == "2026-06-01 office starts: 100.00"
