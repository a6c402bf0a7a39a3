"""What is written off befristet is looked at again: whether the debtor was found (R92, R93)."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline


def befristet(
    amount: str = "499.99", *, decided_on: str = "2020-02-29", today: str = "2020-03-02"
) -> Timeline:
    t = Timeline("leipzig")
    t.day(today)
    t.debtor("D1")
    t.claim("K1", amount, due=today)
    t.write_off("K1", "befristet", decided_on=decided_on)
    return t


def checked(t: Timeline, on: str, *, found: bool = False) -> str:
    t.day(on)
    return t.about("whereabouts-checked", "K1", checked_on=on, found=found)


@pytest.mark.parametrize(
    ("amount", "checked_on", "then"),
    [
        ("499.99", "2021-02-27", "nothing"),
        ("499.99", "2021-02-28", "unbefristet"),  # one year after 29 February
        ("500.00", "2021-02-28", "nothing"),
        ("500.00", "2023-02-27", "nothing"),
        ("500.00", "2023-02-28", "unbefristet"),
        ("2499.99", "2023-02-28", "unbefristet"),
        ("2500.00", "2023-02-27", "nothing"),
        ("2500.00", "2023-02-28", "a clerk decides"),
    ],
)
def test_r93_not_found_and_old_enough(amount: str, checked_on: str, then: str) -> None:
    t = befristet(amount)
    x = checked(t, checked_on)

    assert t.answers(x) == ["event-accepted"]
    assert (
        t.story()[2:]
        == {
            "nothing": [],
            "unbefristet": [f"{checked_on} written off unbefristet: K1 0.00"],
            "a clerk decides": [f"{checked_on} write-off-manual-decision: K1 to LG"],
        }[then]
    )
    assert t.balance("K1") == f"soll {amount} written_off {amount}"


def test_r93_the_amount_is_what_is_written_off() -> None:
    t = befristet("500.00")
    t.payment("P1", "K1", "0.01")
    checked(t, "2021-02-28")

    assert t.story()[-1] == "2021-02-28 written off unbefristet: K1 0.00"


def test_a_conversion_has_the_persons_of_the_decision_and_the_original_due_date() -> None:
    t = befristet()
    checked(t, "2021-02-28")
    ordered = t.events("write-off-ordered")[-1]

    assert (ordered["requested_by"], ordered["approved_by"]) == ("S1", "S2")
    assert (ordered["original_due_on"], ordered["ordered_on"]) == ("2020-03-02", "2021-02-28")
    assert ordered["because"]["rules"] == ["R92", "R93"]


def test_too_young_is_looked_at_again_a_year_later() -> None:
    t = befristet()
    checked(t, "2021-02-27")
    t.days("2022-02-26", "2022-02-27", "2022-02-28")

    assert t.story()[2:] == ["2022-02-27 follow-up: K1 to LG"]


def test_what_has_been_paid_meanwhile_is_not_looked_at_again() -> None:
    t = befristet()
    checked(t, "2021-02-27")
    t.payment("P1", "K1", "499.99")
    t.day("2022-02-28")

    assert t.story()[2:] == []


def test_r92_found_is_dunned_again_with_a_notice() -> None:
    t = befristet()
    checked(t, "2021-03-01", found=True)
    assert t.balance("K1") == "soll 499.99 open 499.99"

    t.day("2021-03-02")
    assert t.story()[2:] == ["2021-03-02 notice: K1 499.99; pay by 2021-03-09"]


def test_a_converted_one_is_not_converted_again_nor_taken_back() -> None:
    t = befristet()
    checked(t, "2021-03-01")
    x = checked(t, "2022-03-01")
    y = checked(t, "2022-03-02", found=True)

    assert t.answers(x) == t.answers(y) == ["event-accepted"]
    assert t.balance("K1") == "soll 499.99 written_off 499.99"
    assert len(t.events("write-off-ordered")) == 2


def test_where_no_steps_are_named_a_failed_check_changes_nothing() -> None:
    t = Timeline("landkreis")
    t.day("2020-03-02")
    t.debtor("D1")
    t.claim("K1", "10.00", due="2020-03-02")
    t.write_off("K1", "befristet")
    checked(t, "2029-03-01")
    t.day("2030-03-01")

    assert len(t.story()) == 2


def test_nothing_written_off() -> None:
    t = Timeline("leipzig")
    t.day("2020-03-02")
    t.debtor("D1")
    t.claim("K1", "10.00", due="2020-03-02")

    assert t.rejected(checked(t, "2020-03-03")) == "nothing-written-off"


@pytest.mark.parametrize(("unknown", "prefix"), [(True, "3600"), (False, "3800")])
def test_two_persons_convert_a_befristete_one(unknown: bool, prefix: str) -> None:  # noqa: FBT001
    """R42, R86, R87: though befristete ones are abolished, those that are there can be converted."""
    t = Timeline()
    t.day("2026-02-03")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-02-03")
    t.write_off("K1", "befristet", follow_up_on="2026-06-01")
    t.day("2026-02-05")
    x = t.write_off("K1", whereabouts_unknown=unknown)
    t.days("2026-06-01", "2027-02-05")

    assert t.answers(x) == ["event-accepted"]
    assert t.story()[:3] == [
        "2026-02-03 written off befristet: K1 100.00",
        "2026-02-03 post-write-off: K1 to RS",
        "2026-02-05 written off unbefristet: K1 0.00",
    ]
    assert len(t.story()) == (5 if unknown else 3)  # reviewed from then on, not followed up
    assert t.account("K1")["aktenzeichen"] == f"{prefix}5425167854"
    assert t.balance("K1") == "soll 100.00 written_off 100.00"


def written_off_in_both_ways(amount: str = "100.00", rest: str = "30.00", **befristet_: Any) -> Timeline:  # noqa: ANN401
    """What was open of K1 was given up for good; the rest bounced, and was written off befristet."""
    t = Timeline("leipzig")
    t.day("2020-03-02")
    t.debtor("D1")
    t.claim("K1", amount, due="2020-03-02")
    t.payment("P1", "K1", rest)
    t.write_off("K1")
    t.reversal("P2", "P1", rest)
    t.write_off("K1", "befristet", **befristet_)
    return t


def test_r92_found_takes_back_only_what_is_befristet() -> None:
    t = written_off_in_both_ways(follow_up_on="2020-04-01")
    t.about("whereabouts-checked", "K1", checked_on="2020-03-02", found=True)
    assert t.balance("K1") == "soll 100.00 written_off 70.00 open 30.00"
    assert t.account("K1")["holds"] == []

    t.days("2020-03-17", "2020-04-01")
    assert t.story()[5:] == ["2020-03-17 notice: K1 30.00; pay by 2020-03-24"]  # nothing to follow up


def test_money_covers_what_is_befristet_first() -> None:
    t = written_off_in_both_ways()
    t.payment("P3", "K1", "10.00")
    t.about("whereabouts-checked", "K1", checked_on="2020-03-02", found=True)

    assert t.balance("K1") == "soll 100.00 ist 10.00 written_off 70.00 open 20.00"


def test_once_it_is_paid_a_check_changes_nothing() -> None:
    t = written_off_in_both_ways()
    t.payment("P3", "K1", "30.00")
    t.about("whereabouts-checked", "K1", checked_on="2020-03-02", found=True)

    assert t.balance("K1") == "soll 100.00 ist 30.00 written_off 70.00"


@pytest.mark.parametrize(("rest", "then"), [("499.99", "2021-03-02"), ("500.00", "2023-03-02")])
def test_r93_the_step_is_that_of_what_is_befristet(rest: str, then: str) -> None:
    t = written_off_in_both_ways("3000.00", rest, decided_on="2020-03-02")
    for on in ("2021-03-02", "2023-03-02"):
        checked(t, on)

    assert [(one["kind"], one["ordered_on"]) for one in t.events("write-off-ordered")[2:]] == [
        ("unbefristet", then)
    ]


def befristet_and_open_again(**befristet_: Any) -> Timeline:  # noqa: ANN401
    """What was open of K1 is written off befristet; the rest bounced."""
    t = Timeline("leipzig")
    t.day("2020-03-02")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2020-03-02")
    t.payment("P1", "K1", "30.00")
    t.write_off("K1", "befristet", **befristet_)
    t.reversal("P2", "P1", "30.00")
    return t


def test_an_unbefristete_one_after_a_befristete_makes_all_of_it_unbefristet() -> None:
    t = befristet_and_open_again()
    t.write_off("K1")
    t.about("whereabouts-checked", "K1", checked_on="2020-03-02", found=True)

    assert t.balance("K1") == "soll 100.00 written_off 100.00"


def test_an_erlass_of_the_rest_leaves_what_is_befristet() -> None:
    t = befristet_and_open_again(follow_up_on="2020-04-01")
    t.write_off("K1", "erlass")
    t.day("2020-04-01")
    assert t.story()[-1] == "2020-04-01 follow-up: K1 to LG"

    t.about("whereabouts-checked", "K1", checked_on="2020-04-01", found=True)
    assert t.balance("K1") == "soll 100.00 written_off 30.00 open 70.00"
