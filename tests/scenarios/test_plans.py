"""Instalment plans in enforcement (R8, R10)."""

from tests.scenarios.timeline import Timeline

START = "2026-04-10"
NEXT = "2026-04-13"


def started(*, days: tuple[str, ...] = (START,)) -> Timeline:
    """A case of 100.00; announced on 2 April with a deadline of 9 April."""
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2026-03-12", "2026-04-02", *days)
    return t


def agree(t: Timeline, *rates: tuple[str, str]) -> str:
    instalments = [{"due_on": due, "amount_cents": int(amount.replace(".", ""))} for due, amount in rates]
    return t.about(
        "field-report",
        "K1",
        reported_on=t.today,
        officer="O1",
        outcome="instalments_agreed",
        instalments=instalments,
    )


HALVES = (("2026-05-04", "50.00"), ("2026-06-01", "50.00"))


def test_a_plan_starts_at_once() -> None:
    t = started()
    x = agree(t, *HALVES)

    assert t.answers(x) == ["event-accepted"]
    assert t.story()[-1] == "2026-04-10 plan: 50.00 by 2026-05-04, 50.00 by 2026-06-01"


def test_the_instalments_sum_to_what_is_asked_at_least() -> None:
    t = started()
    x = agree(t, ("2026-05-04", "50.00"), ("2026-06-01", "49.99"))

    assert t.rejected(x) == "instalments-mismatch"
    assert not t.events("instalment-plan-started")


def test_a_surplus_is_cut_from_the_last() -> None:
    t = started()
    agree(t, ("2026-05-04", "60.00"), ("2026-06-01", "60.00"))

    assert t.story()[-1] == "2026-04-10 plan: 60.00 by 2026-05-04, 40.00 by 2026-06-01"


def test_a_plan_without_instalments_is_unlawful_on_its_face() -> None:
    t = started()
    x = agree(t)

    assert t.rejected(x) == "schema"


def test_what_is_asked_is_less_the_credits() -> None:
    t = started()
    t.claim("K9", "1.00", due="2026-04-10")
    t.payment("P1", "K9", "31.00")
    x = agree(t, ("2026-05-04", "70.00"))

    assert t.answers(x) == ["event-accepted"]


def test_during_a_plan_nothing_else_happens() -> None:
    t = started(days=())
    agree(t, *HALVES)
    t.days(START, NEXT, "2026-05-04", "2026-05-11")

    assert not t.events("enforcement-started")


def test_paid_on_the_last_day_of_grace_is_in_time() -> None:
    t = started()
    agree(t, *HALVES)
    t.day("2026-05-11")
    t.payment("P1", "K1", "50.00")
    t.days("2026-05-12", "2026-05-13")

    assert not t.events("instalment-missed")


def test_paid_a_day_later_is_not() -> None:
    t = started()
    agree(t, *HALVES)
    t.days("2026-05-11", "2026-05-12")
    t.payment("P1", "K1", "50.00")

    assert t.story()[-2:] == ["2026-05-12 instalment missed: 2026-05-04", "2026-05-12 office starts: 100.00"]


def test_it_is_missed_on_the_next_working_day() -> None:
    # 1 + 7 May is a Friday: missed at its end, told on Monday.
    t = started()
    agree(t, ("2026-05-01", "50.00"), ("2026-06-01", "50.00"))
    t.days("2026-05-08", "2026-05-09")
    assert not t.events("instalment-missed")

    t.day("2026-05-11")
    assert t.story()[-2:] == ["2026-05-11 instalment missed: 2026-05-01", "2026-05-11 office starts: 100.00"]


def test_a_cent_too_little_is_missed() -> None:
    t = started()
    agree(t, *HALVES)
    t.payment("P1", "K1", "49.99")
    t.day("2026-05-12")

    assert t.story()[-2:] == ["2026-05-12 instalment missed: 2026-05-04", "2026-05-12 office starts: 50.01"]


def test_payments_count_cumulated() -> None:
    t = started()
    agree(t, ("2026-05-04", "30.00"), ("2026-06-01", "30.00"), ("2026-07-01", "40.00"))
    t.payment("P1", "K1", "20.00")
    t.payment("P2", "K1", "40.00")
    t.days("2026-05-12", "2026-06-09")

    assert not t.events("instalment-missed")


def test_only_what_was_paid_since_the_plan_began_counts() -> None:
    t = started()
    t.payment("P1", "K1", "40.00")
    agree(t, ("2026-05-04", "30.00"), ("2026-06-01", "30.00"))
    t.day("2026-05-12")

    assert len(t.events("instalment-missed")) == 1


def test_a_credit_elsewhere_lowers_what_is_asked_and_covers_an_instalment() -> None:
    t = started()
    agree(t, *HALVES)
    t.claim("K9", "1.00", due="2026-04-10")
    t.payment("P1", "K9", "51.00")
    t.day("2026-05-12")

    assert not t.events("instalment-missed")


def test_a_reversed_payment_no_longer_covers() -> None:
    t = started()
    agree(t, *HALVES)
    t.payment("P1", "K1", "50.00")
    t.reversal("P2", "P1", "50.00")
    t.day("2026-05-12")

    assert len(t.events("instalment-missed")) == 1


def test_an_item_that_leaves_counts_as_fallen_to_zero() -> None:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "60.00", due="2026-03-02")
    t.claim("K2", "40.00", due="2026-03-02")
    t.days("2026-03-12", "2026-04-02", START)
    agree(t, ("2026-05-04", "40.00"), ("2026-06-01", "60.00"))
    t.block("K2", "X")
    t.days(NEXT, "2026-05-12")
    assert not t.events("instalment-missed")

    t.day("2026-06-09")
    assert t.story()[-2:] == ["2026-06-09 instalment missed: 2026-06-01", "2026-06-09 office starts: 60.00"]


def test_a_kept_plan_ends_with_the_money() -> None:
    t = started()
    agree(t, *HALVES)
    t.payment("P1", "K1", "50.00")
    t.day("2026-05-12")
    t.payment("P2", "K1", "50.00")

    assert t.story()[-1] == "2026-05-12 case closed: paid"


def test_a_new_plan_replaces_the_old_one() -> None:
    t = started()
    agree(t, *HALVES)
    t.day("2026-05-11")
    agree(t, ("2026-07-01", "100.00"))
    t.days("2026-05-12", "2026-06-09", "2026-07-08")
    assert not t.events("instalment-missed")

    t.day("2026-07-09")
    assert t.events("instalment-missed")[0]["due_on"] == "2026-07-01"


def test_other_reports_leave_the_plan() -> None:
    t = started()
    agree(t, *HALVES)
    t.about("field-report", "K1", reported_on=START, officer="O1", outcome="fruitless_attachment")
    t.about("office-report", "K1", reported_on=START, officer="O1", exhausted=True, checks=[])
    t.days(NEXT, "2026-05-11")

    assert len(t.events("enforcement-started")) == 1


def test_a_plan_missed_before_the_announced_deadline_starts_only_after_it() -> None:
    t = Timeline("wuppertal", {"enforcement.announcement_days": 60})
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2026-03-12", "2026-04-02")  # a deadline of 1 June
    agree(t, ("2026-04-09", "100.00"))
    t.day("2026-04-17")
    assert t.story(on="2026-04-17") == ["2026-04-17 instalment missed: 2026-04-09"]

    t.day("2026-06-01")
    assert not t.events("enforcement-started")
    t.day("2026-06-02")
    assert t.story()[-1] == "2026-06-02 office starts: 100.00"


def test_a_plan_missed_in_the_field_goes_on_in_the_field() -> None:
    t = started()
    t.about("office-report", "K1", reported_on=START, officer="O1", exhausted=True, checks=[])
    t.day(NEXT)
    agree(t, *HALVES)
    t.day("2026-05-12")

    assert t.story()[-1] == "2026-05-12 field starts: 100.00"


def test_a_surplus_larger_than_the_last_instalment_leaves_it_out() -> None:
    t = started()
    agree(t, ("2026-05-04", "60.00"), ("2026-06-01", "60.00"), ("2026-07-01", "60.00"))

    assert t.story()[-1] == "2026-04-10 plan: 60.00 by 2026-05-04, 40.00 by 2026-06-01"


def test_what_is_still_open_after_a_kept_plan_is_enforced_as_soon_as_it_is_asked_for() -> None:
    # 30.00 of the claim were covered by a credit, so the plan was about 70.00.
    t = started(days=())
    t.claim("K9", "1.00", due="2026-04-02")
    t.payment("P1", "K9", "31.00")
    t.day(START)
    agree(t, ("2026-05-04", "70.00"))
    t.payment("P2", "K1", "70.00")
    t.days("2026-05-12", "2026-05-13")
    t.about("credit-refunded", "K9", amount_cents=3000, on="2026-05-13", requested_by="S1", approved_by="S2")
    t.day("2026-05-15")

    assert not t.events("instalment-missed")
    assert t.story()[-1] == "2026-05-15 office starts: 30.00"


def test_exhausted_during_a_plan_counts_once_the_plan_is_missed() -> None:
    t = started()
    agree(t, *HALVES)
    t.about("office-report", "K1", reported_on=START, officer="O1", exhausted=True, checks=[])
    t.days(NEXT, "2026-05-12")

    assert t.story()[-2:] == ["2026-05-12 instalment missed: 2026-05-04", "2026-05-12 field starts: 100.00"]


def test_a_refused_write_off_does_not_disturb_a_plan() -> None:
    t = started()
    agree(t, *HALVES)
    t.write_off("K1", "refused")
    t.days(NEXT, "2026-05-11")

    assert t.story()[-1].startswith("2026-04-10 plan")
