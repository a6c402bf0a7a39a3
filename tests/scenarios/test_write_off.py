"""Niederschlagung and Erlass by two persons, and what comes after (R11, R12, R42, R86, R87)."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"


def with_claim(mandant: str = "wuppertal", amount: str = "100.00") -> Timeline:
    t = Timeline(mandant)
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", amount, due=DUE)
    return t


def test_t10_the_whole_open_amount_with_the_original_due_date() -> None:
    t = Timeline()
    t.day("2013-02-01")
    t.debtor("D1")
    t.claim("K1", "308.90", due="2013-03-06")
    t.day("2013-06-04")
    t.write_off("K1")

    assert t.balance("K1") == "soll 308.90 written_off 308.90"
    assert t.postings("K1")[-1] == "2013-06-04 write_off -308.90 due 2013-03-06"
    (ordered,) = t.events("write-off-ordered")
    assert ordered["original_due_on"] == "2013-03-06"
    assert ordered["aktenzeichen"] == "38005425167854"
    assert ordered["previous_aktenzeichen"] == "32425425167854"
    assert t.account("K1")["aktenzeichen"] == "38005425167854"


def test_it_is_ordered_and_booked_on_the_systems_day_whatever_day_it_was_decided_on() -> None:
    t = with_claim()
    t.day("2026-02-20")
    t.write_off("K1", decided_on="2026-02-17")

    assert t.story()[0] == "2026-02-20 written off unbefristet: K1 100.00"
    assert t.postings("K1")[-1] == "2026-02-20 write_off -100.00 due 2026-03-02"


@pytest.mark.parametrize(
    ("mandant", "unknown", "prefix"),
    [("wuppertal", False, "3800"), ("wuppertal", True, "3600"), ("landkreis", False, "3242")],
)
def test_r42_the_prefix(mandant: str, unknown: bool, prefix: str) -> None:  # noqa: FBT001
    t = with_claim(mandant)
    t.write_off("K1", whereabouts_unknown=unknown)

    assert t.events("write-off-ordered")[0]["aktenzeichen"] == f"{prefix}5425167854"


@pytest.mark.parametrize("decision", ["erlass", "befristet"])
def test_only_an_unbefristete_changes_the_prefix(decision: str) -> None:
    t = with_claim()
    t.write_off("K1", decision, decided_on="2026-02-03")

    assert t.events("write-off-ordered")[0]["aktenzeichen"] == "32425425167854"


@pytest.mark.parametrize(("decided_on", "allowed"), [("2026-02-03", True), ("2026-02-04", False)])
def test_r86_befristet_is_abolished_by_the_day_of_the_decision(decided_on: str, *, allowed: bool) -> None:
    t = with_claim()
    x = t.write_off("K1", "befristet", decided_on=decided_on)

    assert t.rejected(x) == ("" if allowed else "befristet-abolished")


def test_in_leipzig_it_is_still_possible() -> None:
    t = with_claim("leipzig")
    x = t.write_off("K1", "befristet")

    assert t.answers(x) == ["event-accepted"]


def test_r12_landkreis_books_it_on_its_account() -> None:
    t = with_claim("landkreis")
    t.write_off("K1")

    assert t.events("posting-recorded")[-1]["account"] == "4721100"
    assert t.events("write-off-ordered")[0]["account"] == "4721100"


def test_two_persons_decide() -> None:
    t = with_claim()
    x = t.write_off("K1", requested_by="S1", approved_by=" s1")
    y = t.write_off("K1", "refused", requested_by="S1", approved_by="S1")

    assert t.rejected(x) == t.rejected(y) == "same-person"


def test_something_must_be_open() -> None:
    t = with_claim()
    t.payment("P1", "K1", "100.00")
    paid = t.write_off("K1")
    t.claim("K2", "50.00", due=DUE)
    t.write_off("K2")
    twice = t.write_off("K2")

    assert t.rejected(paid) == t.rejected(twice) == "nothing-open"


def test_what_is_open_is_written_off_not_what_is_asked() -> None:
    t = with_claim()
    t.claim("K2", "10.00", due=DUE)
    t.payment("P1", "K2", "40.00")  # a credit of 30.00 on the account
    t.payment("P2", "K1", "20.00")
    t.write_off("K1")

    assert t.balance("K1") == "soll 100.00 ist 20.00 written_off 80.00"


def test_fees_are_written_off_too() -> None:
    t = Timeline("erkelenz")
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.days("2026-03-12")
    t.write_off("K1")

    assert t.balance("K1") == "soll 106.00 written_off 106.00"


@pytest.mark.parametrize(
    ("reduced", "booked"),
    [
        ("99.99", ["sollabgang -99.99", "write_off 99.99"]),
        ("100.00", ["sollabgang -100.00", "fee_cancelled -6.00", "write_off 106.00"]),
    ],
)
def test_the_soll_and_the_fee_that_falls_with_it_are_given_back_in_one_posting(
    reduced: str, booked: list[str]
) -> None:
    t = Timeline("erkelenz")
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.days("2026-03-12")
    t.write_off("K1")
    t.reduce("K1", reduced, DUE)

    assert t.postings("K1")[3:] == [f"2026-03-12 {posting} due {DUE}" for posting in booked]


def test_a_blocked_claim_and_one_that_is_not_due_can_be_written_off() -> None:
    t = with_claim()
    t.claim("K2", "50.00", due="2027-01-04")
    t.block("K1", "X")
    x = t.write_off("K1")
    y = t.write_off("K2")

    assert t.answers(x) == t.answers(y) == ["event-accepted"]


def test_nothing_is_dunned_afterwards() -> None:
    t = with_claim()
    t.write_off("K1")
    t.days("2026-03-12", "2026-04-02")

    assert not t.events("dunning-notice-issued")


def test_nor_reminded_of() -> None:
    t = with_claim()
    t.claim("K2", "50.00", art="5612", due=DUE)
    t.write_off("K2")
    t.days("2026-03-12")

    assert not t.events("kassenanzeige-issued")


def test_the_post_is_ordered_at_once() -> None:
    t = with_claim()
    t.write_off("K1")
    t.days("2026-02-17", "2026-03-02")

    assert t.story() == [
        "2026-02-16 written off unbefristet: K1 100.00",
        "2026-02-16 post-write-off: K1 to RS",
    ]


def test_a_befristete_one_is_followed_up_on_its_day_though_it_is_a_saturday() -> None:
    t = with_claim("leipzig")
    t.write_off("K1", "befristet", follow_up_on="2026-02-21")
    t.day("2026-02-20")
    assert len(t.events("handover-issued")) == 1

    t.days("2026-02-21", "2026-02-23")
    assert t.story()[2:] == ["2026-02-21 follow-up: K1 to LG"]


def test_a_follow_up_on_a_day_left_out_comes_on_the_next_opened_one() -> None:
    t = with_claim("leipzig")
    t.write_off("K1", "befristet", follow_up_on="2026-02-21")
    t.day("2026-02-25")

    assert t.story()[2:] == ["2026-02-25 follow-up: K1 to LG"]


@pytest.mark.parametrize(("paid", "balanced"), [("100.00", True), ("99.99", False), ("100.01", False)])
def test_t13_the_archive_is_for_balanced_claims(paid: str, *, balanced: bool) -> None:
    t = with_claim()
    t.payment("P1", "K1", paid)
    x = t.about("aktenzeichen-changed", "K1", aktenzeichen="39005425167854")

    assert t.rejected(x) == ("" if balanced else "not-balanced")
    assert t.account("K1")["aktenzeichen"] == ("39005425167854" if balanced else "32425425167854")


def test_t10_a_claim_that_is_written_off_is_balanced() -> None:
    t = with_claim()
    t.write_off("K1")
    x = t.about("aktenzeichen-changed", "K1", aktenzeichen="39005425167854")

    assert t.answers(x) == ["event-accepted"]
