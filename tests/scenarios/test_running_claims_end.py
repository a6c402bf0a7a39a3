"""Running claims: a new year adds its months, an end moves earlier and later (R83, R84)."""

import pytest

from tests.scenarios.running import end, opened, sollsaetze, until, until_ended

# ---------------------------------------------------------------- the year changes


def test_the_first_day_of_a_year_adds_the_year() -> None:
    t = opened("2026-11-20")
    until_ended(t, "K1", "10.00", "2026-11-15")
    t.days("2026-12-31")
    assert len(t.account("K1")["sollsaetze"]) == 2

    t.day("2027-01-04")
    assert len(t.account("K1")["sollsaetze"]) == 14
    new = [one for one in t.postings("K1") if one.startswith("2027-01-04")]
    assert new[0] == "2027-01-04 sollzugang 10.00 due 2027-01-15"
    assert new[-1] == "2027-01-04 sollzugang 10.00 due 2027-12-15"

    t.day("2027-01-05")
    assert len(t.account("K1")["sollsaetze"]) == 14


def test_a_year_that_was_skipped_is_added_too() -> None:
    t = opened("2026-11-20")
    until(t, "K1", "10.00", "2026-11-15", "2028-02-10")
    t.day("2028-06-01")

    due = [one["due_on"] for one in t.account("K1")["sollsaetze"]]
    assert len(due) == 2 + 12 + 2
    assert (due[0], due[-1]) == ("2026-11-15", "2028-02-15")


def test_an_account_changes_once_at_a_days_opening() -> None:
    t = opened("2026-11-20")
    until_ended(t, "K1", "10.00", "2026-12-15")
    until_ended(t, "K2", "20.00", "2026-12-16")
    t.claim("K3", "30.00", due="2026-12-01")
    t.block("K3", "T", ends_by="2026-12-31")
    t.day("2027-01-04")

    (change,) = t.events("account-changed", on="2027-01-04")
    assert len(change["claims"]) == 3
    assert change["because"]["rules"] == ["R83", "R68", "R69", "R72"]


def test_a_claim_of_next_year_has_no_sollsatz_yet() -> None:
    t = opened("2026-12-01")
    x = until_ended(t, "K1", "10.00", "2027-02-15")
    assert t.answers(x) == ["claim-registered"]
    assert (sollsaetze(t, "K1"), t.account("K1")["due_on"]) == ([], "2027-02-15")
    assert t.rejected(t.reduce("K1", "1.00", "2027-02-15")) == "no-such-due-date"
    assert t.rejected(t.write_off("K1")) == "nothing-open"

    t.payment("P1", "K1", "15.00")
    assert t.balance("K1") == "ist 15.00 credit 15.00"
    assert t.postings("K1") == ["2026-12-01 payment 15.00 due 2027-02-15"]
    t.day("2027-01-04")
    assert sollsaetze(t, "K1")[:2] == ["2027-02-15 10.00/0.00", "2027-03-15 10.00/5.00"]


# ---------------------------------------------------------------- letztmalige Fälligkeit


def test_earlier_takes_off_what_is_due_later() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "10.00", "2026-03-15", "2026-08-31")
    t.reduce("K1", "4.00", "2026-07-15")
    end(t, "K1", "2026-06-15")

    assert t.postings("K1", "sollabgang") == [
        "2026-03-02 sollabgang -4.00 due 2026-07-15",
        "2026-03-02 sollabgang -6.00 due 2026-07-15",
        "2026-03-02 sollabgang -10.00 due 2026-08-15",
    ]
    assert t.balance("K1") == "soll 40.00 open 40.00"


@pytest.mark.parametrize(("last", "left"), [("2026-06-14", 3), ("2026-06-15", 4)])
def test_a_last_due_date_counts_by_the_day(last: str, left: int) -> None:
    t = opened("2026-03-02")
    until_ended(t, "K1", "10.00", "2026-03-15")
    end(t, "K1", last)

    assert t.account("K1")["soll_cents"] == left * 1000


def test_later_in_the_same_year_adds_the_missing_months_at_once() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "10.00", "2026-03-15", "2026-04-30")
    end(t, "K1", "2026-06-20")

    assert t.balance("K1") == "soll 40.00 open 40.00"
    assert t.postings("K1")[-1] == "2026-03-02 sollzugang 10.00 due 2026-06-15"


def test_later_in_another_year_adds_the_rest_of_this_one_then_the_other() -> None:
    t = opened("2026-10-05")
    until(t, "K1", "10.00", "2026-10-15", "2026-10-31")
    end(t, "K1", "2027-02-15")
    assert len(t.account("K1")["sollsaetze"]) == 3

    t.day("2027-01-04")
    assert sollsaetze(t, "K1")[-2:] == ["2027-01-15 10.00/10.00", "2027-02-15 10.00/10.00"]
    t.day("2028-01-03")
    assert len(t.account("K1")["sollsaetze"]) == 5


def test_earlier_and_then_later_again_books_what_had_been_taken_off() -> None:
    t = opened("2026-03-02")
    until_ended(t, "K1", "10.00", "2026-03-15")
    end(t, "K1", "2026-04-15")
    end(t, "K1", "2026-06-15")

    assert t.balance("K1") == "soll 40.00 open 40.00"
    assert [one for one in t.postings("K1") if "2026-05-15" in one] == [
        "2026-03-02 sollzugang 10.00 due 2026-05-15",
        "2026-03-02 sollabgang -10.00 due 2026-05-15",
        "2026-03-02 sollzugang 10.00 due 2026-05-15",
    ]


def test_a_claim_whose_end_passed_goes_on_in_the_year_it_is_told_to() -> None:
    t = opened("2026-10-05")
    until(t, "K1", "10.00", "2026-10-15", "2026-10-31")
    t.days("2027-01-04", "2027-03-01")
    end(t, "K1", "2027-03-31")

    assert [one["due_on"] for one in t.account("K1")["sollsaetze"]] == [
        "2026-10-15", "2027-01-15", "2027-02-15", "2027-03-15",
    ]  # fmt: skip


def test_the_end_that_was_planned_changes_nothing() -> None:
    t = opened("2026-03-02")
    until(t, "K1", "10.00", "2026-03-15", "2026-04-30")
    end(t, "K1", "2026-04-15")

    assert len(t.postings("K1")) == 2


@pytest.mark.parametrize(("last", "reason"), [("2026-02-28", "end-before-current-month"), ("2026-03-01", "")])
def test_no_end_before_the_current_month(last: str, reason: str) -> None:
    t = opened("2026-03-20")
    until_ended(t, "K1", "10.00", "2026-01-15")
    x = end(t, "K1", last)

    assert t.rejected(x) == reason


def test_what_was_deleted_altogether_grows_no_more() -> None:
    t = opened("2026-11-02")
    until_ended(t, "K1", "10.00", "2026-11-15")
    t.payment("P1", "K1", "10.00")
    t.about("claim-ended", "K1", cancelled=True)
    assert t.balance("K1") == "ist 10.00 credit 10.00"
    assert t.rejected(end(t, "K1", "2026-12-15")) == "claim-ended"

    t.day("2027-01-04")
    assert t.account("K1")["soll_cents"] == 0


def test_a_due_date_moves_on_one_off_claims_only() -> None:
    t = opened("2026-03-02")
    until_ended(t, "K1", "10.00", "2026-03-15")

    assert t.rejected(t.about("due-date-changed", "K1", due_on="2026-05-15")) == "mode-not-amendable"
    t.block("K1", "T")
    assert t.rejected(t.lift("K1", "T", new_due_on="2026-05-15")) == "mode-not-amendable"
    t.lift("K1", "T", lifted_on="2026-03-03")
    assert sollsaetze(t, "K1")[0] == "2026-03-15 10.00/10.00"
