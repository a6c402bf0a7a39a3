"""When a Mahnsperre is in force, and the new due date after a T or U (R64, R68, R69, T1)."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
NOTICE = "2026-03-12"
TODAY = "2026-02-16"


def with_claim(due: str = DUE) -> Timeline:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=due)
    return t


def test_in_force_up_to_its_last_day() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by=NOTICE)
    t.day(NOTICE)
    assert t.story() == []

    t.day("2026-03-13")
    assert len(t.story()) == 1


def test_in_force_from_its_first_day() -> None:
    t = with_claim()
    t.block("K1", "Y", set_on=NOTICE)
    t.days(NOTICE, "2026-03-13")

    assert t.story() == []


@pytest.mark.parametrize(("again", "told"), [(NOTICE, 0), ("2026-03-13", 1)])
def test_set_again_it_is_in_force_from_its_new_first_day(again: str, told: int) -> None:
    t = with_claim()
    t.block("K1", "T", ends_by="2026-03-20")
    t.block("K1", "T", set_on=again, ends_by="2026-03-31")
    t.days(NOTICE)

    assert t.account("K1")["blocks"] == [{"reason": "T", "set_on": again, "ends_by": "2026-03-31"}]
    assert len(t.story()) == told


def test_not_in_force_the_day_before() -> None:
    t = with_claim()
    t.block("K1", "Y", set_on="2026-03-13")
    t.day(NOTICE)

    assert len(t.story()) == 1


def test_on_the_day_it_is_lifted_on_it_is_no_longer_in_force() -> None:
    t = with_claim()
    t.block("K1", "Y")
    t.lift("K1", "Y", lifted_on=NOTICE)
    t.days("2026-03-11", NOTICE)

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_until_the_day_before_it_is() -> None:
    t = with_claim()
    t.block("K1", "Y")
    t.lift("K1", "Y", lifted_on="2026-03-13")
    t.day(NOTICE)

    assert t.story() == []


def test_blocked_as_long_as_one_of_several_is_in_force() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by=NOTICE)
    t.block("K1", "V", set_on="2026-02-17", ends_by="2026-03-13")
    t.days(NOTICE, "2026-03-13")
    assert t.story() == []

    t.day("2026-03-16")
    assert len(t.story()) == 1


def test_a_block_is_on_a_claim_not_on_the_account() -> None:
    t = with_claim()
    t.claim("K2", "50.00", due=DUE)
    t.block("K1", "Y")
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 notice: K2 50.00; pay by 2026-03-19"]


def test_t1_lifting_t_makes_the_claim_due_42_days_later() -> None:
    t = Timeline()
    t.day("2020-10-15")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2020-12-01")
    t.day("2020-11-05")
    t.block("K1", "T")
    t.day("2020-12-17")
    x = t.lift("K1", "T")

    assert t.accepted(x)["due_on"] == "2021-01-28"
    assert t.account("K1")["due_on"] == "2021-01-28"
    assert t.postings("K1")[1:] == [
        "2020-12-17 sollabgang -100.00 due 2020-12-01",
        "2020-12-17 sollzugang 100.00 due 2021-01-28",
    ]


@pytest.mark.parametrize("reason", ["T", "U", "V", "Y"])
def test_only_t_and_u_give_a_new_due_date(reason: str) -> None:
    t = with_claim()
    t.block("K1", reason)
    t.day("2026-02-17")
    t.lift("K1", reason)

    assert t.account("K1")["due_on"] == ("2026-03-31" if reason in "TU" else DUE)


def test_42_days_count_from_the_day_it_is_lifted_on() -> None:
    t = with_claim()
    t.block("K1", "T")
    t.day("2026-02-20")
    x = t.lift("K1", "T", lifted_on="2026-02-18")

    assert t.accepted(x)["due_on"] == "2026-04-01"


def test_the_new_due_date_that_is_reported_counts_instead() -> None:
    t = with_claim()
    t.block("K1", "T")
    t.day("2026-02-20")
    x = t.lift("K1", "T", new_due_on="2026-03-20")

    assert t.accepted(x)["due_on"] == "2026-03-20"


def test_never_earlier_than_it_is() -> None:
    t = with_claim("2026-12-01")
    t.block("K1", "T")
    t.day("2026-02-20")
    t.lift("K1", "T")

    assert t.account("K1")["due_on"] == "2026-12-01"
    assert t.postings("K1") == ["2026-02-16 sollzugang 100.00 due 2026-12-01"]


def test_not_if_nothing_is_open() -> None:
    t = with_claim()
    t.block("K1", "T")
    t.payment("P1", "K1", "100.00")
    t.day("2026-02-20")
    t.lift("K1", "T")

    assert t.account("K1")["due_on"] == DUE


def test_not_while_another_t_or_u_is_in_force() -> None:
    t = with_claim()
    t.block("K1", "T")
    t.day("2026-02-17")
    t.block("K1", "U")
    t.day("2026-02-20")
    t.lift("K1", "T")
    assert t.account("K1")["due_on"] == DUE

    t.day("2026-02-27")
    t.lift("K1", "U")
    assert t.account("K1")["due_on"] == "2026-04-10"


def test_another_block_in_force_does_not_matter() -> None:
    t = with_claim()
    t.block("K1", "T")
    t.day("2026-02-17")
    t.block("K1", "V")
    t.lift("K1", "T")

    assert t.account("K1")["due_on"] == "2026-03-31"


def test_an_expired_t_counts_as_lifted_on_the_day_after() -> None:
    t = with_claim()
    t.block("K1", "T", ends_by="2026-02-18")
    t.day("2026-02-18")
    assert t.account("K1")["due_on"] == DUE

    t.day("2026-02-19")
    assert t.account("K1")["due_on"] == "2026-04-02"
    assert t.postings("K1")[1:] == [
        "2026-02-19 sollabgang -100.00 due 2026-03-02",
        "2026-02-19 sollzugang 100.00 due 2026-04-02",
    ]


def test_expired_on_a_day_that_was_left_out_it_still_counts_from_the_day_after() -> None:
    t = with_claim()
    t.block("K1", "U", ends_by="2026-02-18")
    t.day("2026-02-25")

    assert t.account("K1")["due_on"] == "2026-04-02"
    assert t.postings("K1")[-1] == "2026-02-25 sollzugang 100.00 due 2026-04-02"


def test_the_expiry_comes_before_the_notices_of_its_day() -> None:
    t = with_claim("2026-02-16")
    t.block("K1", "T", ends_by="2026-03-11")
    t.day(NOTICE)

    assert t.story() == []
    assert t.account("K1")["due_on"] == "2026-04-23"


def test_an_expiry_while_a_u_is_in_force_changes_nothing() -> None:
    t = with_claim()
    t.block("K1", "T", ends_by="2026-02-18")
    t.block("K1", "U", set_on="2026-02-17", ends_by="2026-02-20")
    t.day("2026-02-19")
    assert t.account("K1")["due_on"] == DUE

    t.day("2026-02-23")
    assert t.account("K1")["due_on"] == "2026-04-04"


def test_a_block_set_for_days_that_are_already_over_has_expired_too() -> None:
    t = with_claim()
    t.day("2026-02-25")
    t.block("K1", "T", set_on="2026-02-17", ends_by="2026-02-18")
    t.day("2026-02-26")

    assert t.account("K1")["due_on"] == "2026-04-02"


def test_the_calendar_alone_changes_no_account() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-02-18")
    t.day("2026-02-19")

    assert not t.events("account-changed", on="2026-02-19")


def test_a_lifted_block_is_no_longer_shown() -> None:
    t = with_claim()
    t.block("K1", "Y")
    t.lift("K1", "Y")

    assert t.account("K1")["blocks"] == []


def test_kassenanzeigen_run_through_blocks() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", art="5612", due=DUE)
    t.block("K1", "Y")
    t.day(NOTICE)

    assert t.story() == ["2026-03-12 Kassenanzeige 1: K1 100.00 to LG"]


def test_late_word_that_an_expired_t_was_lifted_finds_none() -> None:
    t = with_claim()
    t.block("K1", "T", ends_by="2026-02-18")
    t.day("2026-02-19")
    x = t.lift("K1", "T", lifted_on="2026-02-18")

    assert t.rejected(x) == "no-such-block"


def test_a_t_lifted_before_it_began_was_never_in_force_and_its_due_date_counts_from_that_day() -> None:
    t = with_claim()
    t.block("K1", "T")
    x = t.lift("K1", "T", lifted_on="2026-02-13")

    assert t.accepted(x)["due_on"] == "2026-03-27"
    assert t.account("K1")["blocks"] == []


def test_bestandskraft_reported_later_does_not_shorten_a_v_that_is_there() -> None:
    t = with_claim()
    t.block("K1", "V")
    t.about("claim-became-final", "K1", final_on="2024-03-15")

    assert [block["ends_by"] for block in t.account("K1")["blocks"]] == ["2029-01-31"]
