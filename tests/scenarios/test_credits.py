"""Credits are set against the overdue items, oldest due date first, whatever their stage."""

from tests.scenarios.timeline import Timeline

NOTICE = "2026-03-12"


def with_credit(amount: str) -> Timeline:
    """An account with a credit from an overpaid claim, K9."""
    t = Timeline("wuppertal")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K9", "1.00", due="2026-02-16")
    t.payment("P9", "K9", f"{int(amount[:-3]) + 1}{amount[-3:]}")
    return t


def test_a_credit_lowers_what_is_asked() -> None:
    t = with_credit("30.00")
    t.claim("K1", "100.00", due="2026-03-02")
    t.day(NOTICE)

    (notice,) = t.events("dunning-notice-issued")
    assert notice["items"][0]["open_cents"] == 10000
    assert (notice["credits_cents"], notice["total_cents"]) == (3000, 7000)


def test_the_oldest_due_date_is_served_first() -> None:
    t = with_credit("30.00")
    t.claim("K1", "100.00", due="2026-03-02")
    t.claim("K2", "20.00", due="2026-02-27")
    t.day(NOTICE)

    # Nothing is asked for K2, so it is in no notice; the share of K1 is what is left: 10.00.
    assert t.story() == ["2026-03-12 notice: K1 100.00 - credits 10.00; pay by 2026-03-19"]


def test_of_one_due_date_the_lowest_kassenzeichen_is_served_first() -> None:
    t = with_credit("30.00")
    t.claim("K3", "30.00", due="2026-03-02")
    t.claim("K2", "30.00", due="2026-03-02")
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K3 30.00; pay by 2026-03-19"]


def test_an_item_in_a_cycle_takes_its_share_first_and_a_younger_one_is_asked_in_full() -> None:
    t = with_credit("30.00")
    t.claim("K1", "100.00", due="2026-03-02")
    t.claim("K2", "50.00", due="2026-03-03")
    t.days(NOTICE, "2026-03-13")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00 - credits 30.00; pay by 2026-03-19",
        "2026-03-13 notice: K2 50.00; pay by 2026-03-20",
    ]


def test_an_overdue_item_too_young_for_a_notice_still_takes_only_what_the_older_leave() -> None:
    t = with_credit("30.00")
    t.claim("K1", "20.00", due="2026-02-27")
    t.claim("K2", "50.00", due="2026-03-03")
    t.days("2026-03-09", "2026-03-13")

    assert t.story() == ["2026-03-13 notice: K2 50.00 - credits 10.00; pay by 2026-03-20"]


def test_an_item_not_yet_overdue_takes_no_share() -> None:
    t = with_credit("30.00")
    t.claim("K1", "100.00", due="2026-03-02")
    t.claim("K2", "20.00", due="2026-03-12")  # due, not overdue
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K1 100.00 - credits 30.00; pay by 2026-03-19"]


def test_a_blocked_item_takes_no_share() -> None:
    t = with_credit("30.00")
    t.claim("K1", "30.00", due="2026-02-27")
    t.block("K1", "Y")
    t.claim("K2", "50.00", due="2026-03-02")
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K2 50.00 - credits 30.00; pay by 2026-03-19"]


def test_an_item_of_which_nothing_is_asked_starts_with_a_notice_once_the_credit_is_gone() -> None:
    t = with_credit("30.00")
    t.claim("K1", "30.00", due="2026-02-27")
    t.claim("K2", "50.00", due="2026-03-02")
    t.day(NOTICE)
    t.about("credit-refunded", "K9", amount_cents=3000, on=NOTICE, requested_by="S1", approved_by="S2")
    t.day("2026-03-13")

    assert t.story() == [
        "2026-03-12 notice: K2 50.00; pay by 2026-03-19",
        "2026-03-13 notice: K1 30.00; pay by 2026-03-20",
    ]


def test_the_share_counts_in_the_hand_over_and_an_item_fully_covered_is_not_handed_over() -> None:
    t = with_credit("0.00")
    t.claim("K1", "30.00", due="2026-02-27")
    t.claim("K2", "50.00", due="2026-03-02")
    t.day(NOTICE)
    t.payment("P2", "K9", "45.00", booked_on="2026-03-13")
    t.day("2026-04-02")

    (request,) = t.events("enforcement-requested")
    assert t.story()[1] == "2026-04-02 handed over: K2 50.00 - credits 15.00"
    assert (request["credits_cents"], request["total_cents"]) == (1500, 3500)


def test_a_credit_is_no_payment_the_covered_item_goes_on_with_its_cycle() -> None:
    t = with_credit("0.00")
    t.claim("K1", "30.00", due="2026-03-02")
    t.day(NOTICE)
    t.payment("P2", "K9", "30.00", booked_on="2026-03-13")
    t.day("2026-04-02")
    assert not t.events("enforcement-requested")

    t.about("credit-refunded", "K9", amount_cents=1000, on="2026-04-02", requested_by="S1", approved_by="S2")
    t.day("2026-04-07")
    assert t.story()[1] == "2026-04-07 handed over: K1 30.00 - credits 20.00"


def test_the_credit_of_a_claim_that_is_never_dunned_counts_too() -> None:
    t = Timeline("wuppertal")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K9", "1.00", art="5612", due="2026-02-16")
    t.payment("P9", "K9", "31.00")
    t.claim("K1", "100.00", due="2026-03-02")
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K1 100.00 - credits 30.00; pay by 2026-03-19"]


def test_the_credit_of_another_debtor_does_not_count() -> None:
    t = with_credit("30.00")
    t.debtor("D2")
    t.claim("K1", "100.00", debtor="D2", due="2026-03-02")
    t.day(NOTICE)

    assert t.story("D2") == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_enforcement_takes_its_share_of_the_credits_off() -> None:
    t = with_credit("0.00")
    t.claim("K1", "30.00", due="2026-03-02")
    t.days(NOTICE, "2026-04-02")
    t.payment("P2", "K9", "20.00")
    t.day("2026-04-10")

    assert t.story()[-1] == "2026-04-10 office starts: 10.00"


def test_a_case_fully_covered_by_credits_rests() -> None:
    t = with_credit("0.00")
    t.claim("K1", "30.00", due="2026-03-02")
    t.days(NOTICE, "2026-04-02")
    t.payment("P2", "K9", "30.00")
    t.days("2026-04-10", "2026-04-13")

    assert not t.events("enforcement-started")
    assert not t.events("enforcement-closed")


def test_a_share_moves_when_a_block_ends_though_nothing_was_booked() -> None:
    # K1's case rests, covered by the credit; then K2, which is older, is unblocked and takes the credit.
    t = with_credit("0.00")
    t.claim("K1", "30.00", due="2026-03-02")
    t.claim("K2", "30.00", due="2026-02-27")
    t.block("K2", "Y", ends_by="2026-04-14")
    t.days(NOTICE, "2026-04-02")
    t.payment("P2", "K9", "30.00")
    t.days("2026-04-10", "2026-04-14")
    assert not t.events("enforcement-started")

    t.day("2026-04-15")
    assert t.story(on="2026-04-15") == ["2026-04-15 office starts: 30.00"]
