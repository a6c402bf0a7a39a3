"""The payer owes: his account, his address; legal representation is asked of both (R37, R45, R46, T27)."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-05-04"
TODAY = "2026-02-16"


def opened(today: str = TODAY) -> Timeline:
    t = Timeline()
    t.day(today)
    t.debtor("D1")
    return t


def test_the_account_is_the_payers() -> None:
    t = opened()
    t.debtor("D2")
    t.claim("K1", "100.00", payer_ref="D2", due="2026-03-02")
    t.payment("P1", "K1", "10.00")
    t.days("2026-03-12")

    named = {
        (kind, one["debtor_ref"])
        for kind in ("account-changed", "posting-recorded")
        for one in t.events(kind)
    }
    assert named == {("account-changed", "D2"), ("posting-recorded", "D2")}
    assert t.events("dunning-notice-issued")[0]["debtor_ref"] == "D2"
    registered = t.events("claim-registered")[0]
    assert (registered["debtor_ref"], registered["payer_ref"]) == ("D1", "D2")


def test_without_a_payer_the_debtor_pays() -> None:
    t = opened()
    t.claim("K1", "100.00", due=DUE)

    registered = t.events("claim-registered")[0]
    assert (registered["debtor_ref"], registered["payer_ref"]) == ("D1", "D1")


def test_claims_against_two_debtors_with_one_payer_are_one_account_and_one_notice() -> None:
    t = opened()
    t.debtor("D2")
    t.debtor("D3")
    t.claim("K1", "100.00", payer_ref="D3", due="2026-03-02")
    t.claim("K2", "50.00", debtor="D2", payer_ref="D3", due="2026-03-02")
    t.day("2026-03-12")

    assert t.story() == ["2026-03-12 notice: K1 100.00, K2 50.00; pay by 2026-03-19"]
    assert t.events("account-changed")[-1]["open_cents"] == 15000


def test_the_address_is_asked_of_the_payer() -> None:
    t = opened()
    t.debtor("D2", address_complete=False)
    by_d2 = t.claim("K1", "100.00", payer_ref="D2", due=DUE)
    for_d2 = t.claim("K2", "100.00", debtor="D2", payer_ref="D1", due=DUE)
    of_d2 = t.claim("K3", "100.00", debtor="D2", due=DUE)

    assert t.rejected(by_d2) == "address-incomplete"
    assert t.answers(for_d2) == ["claim-registered"]
    assert t.rejected(of_d2) == "address-incomplete"


@pytest.mark.parametrize("who", ["debtor", "payer"])
def test_t27_a_minor_needs_a_legal_representative_as_debtor_and_as_payer(who: str) -> None:
    t = opened()
    t.debtor("D2", born_on="2015-01-01")
    roles = {"debtor": "D2", "payer_ref": "D1"} if who == "debtor" else {"debtor": "D1", "payer_ref": "D2"}
    without = t.claim("K1", "100.00", due=DUE, **roles)
    t.debtor("D2", born_on="2015-01-01", legal_representative=True)
    with_one = t.claim("K1", "100.00", due=DUE, **roles)

    assert t.rejected(without) == "legal-representative-missing"
    assert t.answers(with_one) == ["claim-registered"]


def test_a_person_under_guardianship_needs_one_too() -> None:
    t = opened()
    t.debtor("D2", under_guardianship=True)
    x = t.claim("K1", "100.00", debtor="D2", due=DUE)

    assert t.rejected(x) == "legal-representative-missing"


@pytest.mark.parametrize(("born_on", "minor"), [("2008-02-17", True), ("2008-02-16", False)])
def test_majority_begins_on_the_18th_birthday(born_on: str, *, minor: bool) -> None:
    t = opened()  # on 16 February 2026
    t.debtor("D2", born_on=born_on)
    x = t.claim("K1", "100.00", debtor="D2", due=DUE)

    assert (t.rejected(x) == "legal-representative-missing") is minor


@pytest.mark.parametrize(("today", "minor"), [("2026-02-28", True), ("2026-03-01", False)])
def test_who_was_born_on_29_february_is_of_age_on_1_march(today: str, *, minor: bool) -> None:
    t = opened(today)
    t.debtor("D2", born_on="2008-02-29")
    x = t.claim("K1", "100.00", debtor="D2", due=DUE)

    assert (t.rejected(x) == "legal-representative-missing") is minor


def test_age_counts_on_the_systems_day_not_on_the_day_of_the_decision() -> None:
    t = opened()
    t.debtor("D2", born_on="2008-02-16")
    x = t.claim("K1", "100.00", debtor="D2", due=DUE, decided_on="2026-02-10", arose_on="2020-01-01")

    assert t.answers(x) == ["claim-registered"]


def test_a_person_without_a_birth_date_is_of_age() -> None:
    t = opened()
    t.debtor("D2", born_on=None)
    x = t.claim("K1", "100.00", debtor="D2", due=DUE)

    assert t.answers(x) == ["claim-registered"]


def test_an_institution_has_no_age() -> None:
    t = opened()
    t.debtor("D2", kind="institution", born_on=None)
    x = t.claim("K1", "100.00", art="5612", payer_ref="D2", due=DUE)

    assert t.answers(x) == ["claim-registered"]


def test_the_latest_registration_counts_for_what_comes_after_it() -> None:
    t = opened()
    t.claim("K1", "100.00", due="2026-03-02")
    t.debtor("D1", address_complete=False)
    x = t.claim("K2", "100.00", due=DUE)
    t.day("2026-03-12")

    assert t.rejected(x) == "address-incomplete"
    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]


def test_the_address_comes_before_the_representative() -> None:
    t = opened()
    t.debtor("D2", address_complete=False, born_on="2015-01-01")
    x = t.claim("K1", "100.00", debtor="D2", due=DUE)

    assert t.rejected(x) == "address-incomplete"


def test_one_bad_debtor_among_two_is_judged_when_the_other_is_known() -> None:
    # Whether the payer will ever be known does not change that the debtor lacks a representative.
    t = opened()
    t.debtor("D2", born_on="2015-01-01")
    x = t.claim("K1", "100.00", debtor="D2", payer_ref="D8", due=DUE)
    t.day("2026-02-17")

    assert t.answers(x) == ["event-rejected"]
