"""Holds: who receives benefits, is a minor, has just come of age, is a landlord or has died is not dunned.

R70, R74 (§ 1629a BGB), R78. K1 is due on 2 March, so that its notice is on 12 March.
"""

import pytest

from tests.scenarios.held import DUE, NOTICE, THE_NOTICE, TODAY, asked, causes, with_claim
from tests.scenarios.timeline import Timeline

# benefits


def test_who_receives_benefits_is_not_dunned_and_nobody_is_asked() -> None:
    t = with_claim(receives_benefits=True)
    t.day(NOTICE)

    assert t.account("K1")["holds"] == [{"cause": "benefits", "held_from": NOTICE}]
    assert t.story() == []


def test_benefits_end_with_their_fact_at_the_next_opening() -> None:
    t = with_claim(receives_benefits=True)
    t.day(NOTICE)
    t.debtor("D1")
    t.day("2026-03-13")

    assert causes(t) == []
    assert t.story() == ["2026-03-13 notice: K1 100.00; pay by 2026-03-20"]


def test_benefits_are_seen_when_the_next_day_is_opened_not_at_once() -> None:
    t = with_claim()
    t.day(NOTICE)
    t.debtor("D1", receives_benefits=True)
    assert causes(t) == []

    t.day("2026-03-13")
    assert causes(t) == ["benefits"]


@pytest.mark.parametrize(
    ("art", "held"), [("5621", ["benefits"]), ("5623", ["benefits"]), ("5624", []), ("5684", [])]
)
def test_benefits_do_not_protect_from_fines_and_penalties(art: str, held: list[str]) -> None:
    t = with_claim(claim={"art": art}, receives_benefits=True)
    t.day(NOTICE)

    assert causes(t) == held
    assert len(t.story()) == (0 if held else 1)


def test_benefits_hold_no_longer_than_offsetting_is_allowed() -> None:
    # Final on 10 February 2023: three years after the month that follows, on 31 March 2026.
    t = with_claim(claim={"final_on": "2023-02-10"}, receives_benefits=True)
    t.day("2026-03-31")
    assert causes(t) == ["benefits"]
    assert t.story() == []

    t.day("2026-04-01")
    assert causes(t) == []
    assert len(t.story()) == 1


def test_loans_may_be_offset_for_longer() -> None:
    t = with_claim(claim={"art": "5601", "final_on": "2023-02-10"}, receives_benefits=True)
    t.days("2026-03-31", "2026-04-01")

    assert causes(t) == ["benefits"]


def test_a_claim_that_turns_out_to_be_final_long_ago_is_held_no_longer() -> None:
    t = with_claim(receives_benefits=True)
    t.day("2026-03-11")
    t.about("claim-became-final", "K1", final_on="2023-01-10")
    t.day(NOTICE)

    assert t.story() == [THE_NOTICE]


def test_it_is_the_payer_who_counts() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1", receives_benefits=True)
    t.debtor("D2")
    t.claim("K1", "100.00", due=DUE, payer_ref="D2")
    t.claim("K2", "50.00", due=DUE, debtor="D2", payer_ref="D1")
    t.day(NOTICE)

    assert t.story() == [THE_NOTICE]


# minors, and who has come of age


def test_a_minor_is_not_dunned_and_the_office_is_asked_once() -> None:
    t = with_claim(born_on="2012-05-01", legal_representative=True)
    t.days("2026-02-17", "2026-02-18", NOTICE)

    assert causes(t) == ["minor"]
    assert asked(t) == [("2026-02-17", "minor", ["K1"], "LG")]
    assert len(t.story()) == 1


def test_majority_begins_on_the_birthday_and_holds_the_claim_for_another_reason() -> None:
    t = with_claim(born_on="2008-03-12", legal_representative=True)
    t.day("2026-03-11")
    assert causes(t) == ["minor"]

    t.day(NOTICE)
    assert t.account("K1")["holds"] == [{"cause": "majority", "held_from": NOTICE}]
    assert asked(t)[1:] == [(NOTICE, "majority", ["K1"], "LG")]
    assert not t.events("dunning-notice-issued")


def test_who_was_born_on_29_february_comes_of_age_on_1_march() -> None:
    t = with_claim(born_on="2008-02-29", legal_representative=True)
    t.day("2026-02-28")
    assert causes(t) == ["minor"]

    t.day("2026-03-01")
    assert causes(t) == ["majority"]


@pytest.mark.parametrize(("arose_on", "held"), [("2026-02-09", ["majority"]), ("2026-02-10", [])])
def test_majority_holds_only_what_arose_before_it(arose_on: str, held: list[str]) -> None:
    t = with_claim(claim={"arose_on": arose_on}, born_on="2008-02-10")
    t.day(NOTICE)

    assert causes(t) == held


def test_an_institution_is_no_minor() -> None:
    t = with_claim(kind="institution", born_on="2020-01-01")
    t.day(NOTICE)

    assert t.story() == [THE_NOTICE]


def test_a_minor_whose_birth_date_was_wrong_is_dunned() -> None:
    t = with_claim(born_on="2012-05-01", legal_representative=True)
    t.day("2026-03-11")
    t.debtor("D1", born_on="1982-05-01")
    t.day(NOTICE)

    assert t.story()[1:] == [THE_NOTICE]


# landlords


def test_after_a_z_the_claim_is_held_until_somebody_decides() -> None:
    t = with_claim()
    t.block("K1", "Z", ends_by="2026-02-18")
    t.days("2026-02-19", NOTICE)

    assert t.account("K1")["holds"] == [{"cause": "landlord", "held_from": TODAY}]
    assert asked(t) == [("2026-02-19", "landlord", ["K1"], "LG")]
    assert len(t.story()) == 1


@pytest.mark.parametrize(("lifted_on", "held"), [(TODAY, []), ("2026-02-17", ["landlord"])])
def test_a_z_that_was_lifted_before_it_was_in_force_never_was(lifted_on: str, held: list[str]) -> None:
    t = with_claim()
    t.block("K1", "Z")
    t.lift("K1", "Z", lifted_on=lifted_on)
    t.day(NOTICE)

    assert causes(t) == held


@pytest.mark.parametrize(("set_on", "held"), [(NOTICE, ["landlord"]), ("2026-03-13", [])])
def test_a_z_holds_from_its_first_day(set_on: str, held: list[str]) -> None:
    t = with_claim()
    t.block("K1", "Z", set_on=set_on)
    t.days("2026-02-17", NOTICE)

    assert causes(t) == held


def test_other_blocks_leave_no_hold() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-02-18")
    t.day(NOTICE)

    assert t.story() == [THE_NOTICE]


# the deceased


@pytest.mark.parametrize(("deceased_on", "notices"), [(NOTICE, 0), ("2026-03-13", 1)])
def test_who_has_died_is_not_dunned(deceased_on: str, notices: int) -> None:
    t = with_claim(deceased_on=deceased_on)
    t.day(NOTICE)

    assert len(t.events("dunning-notice-issued")) == notices


def test_a_death_that_is_no_longer_registered_still_needs_a_decision() -> None:
    t = with_claim(deceased_on="2026-02-10")
    t.day("2026-02-17")
    t.debtor("D1")
    t.day(NOTICE)

    assert t.account("K1")["holds"] == [{"cause": "deceased", "held_from": "2026-02-10"}]


# who is asked, and about what


def test_one_question_for_each_office_and_cause() -> None:
    t = with_claim()
    t.claim("K2", "50.00", due=DUE)
    t.claim("K3", "70.00", due=DUE, art="5623", office="JBC.31")
    t.debtor("D2")
    t.claim("K4", "70.00", due=DUE, debtor="D2")
    t.day("2026-02-17")
    t.debtor("D1", born_on="2012-05-01", legal_representative=True, deceased_on="2026-02-15")
    t.day("2026-02-18")

    assert asked(t) == [
        ("2026-02-18", "minor", ["K1", "K2"], "LG"),
        ("2026-02-18", "deceased", ["K1", "K2"], "LG"),
        ("2026-02-18", "minor", ["K3"], "JBC.31"),
        ("2026-02-18", "deceased", ["K3"], "JBC.31"),
    ]


def test_a_claim_that_comes_later_is_asked_about_by_itself() -> None:
    t = with_claim(deceased_on="2026-02-10")
    t.day("2026-02-17")
    t.claim("K2", "50.00", due=DUE)
    t.day("2026-02-18")

    assert asked(t)[1:] == [("2026-02-18", "deceased", ["K2"], "LG")]


def test_nothing_is_asked_about_what_is_paid_until_it_is_open_again() -> None:
    t = with_claim(deceased_on="2026-02-10")
    t.payment("P1", "K1", "100.00")
    t.day("2026-02-17")
    assert (causes(t), asked(t)) == ([], [])

    t.reversal("P2", "P1", "100.00")
    t.day("2026-02-18")
    assert asked(t) == [("2026-02-18", "deceased", ["K1"], "LG")]


def test_what_is_not_dunned_anyway_needs_no_hold_and_kassenanzeigen_go_on() -> None:
    t = with_claim(claim={"art": "5622"}, deceased_on="2026-02-10")
    t.day(NOTICE)

    assert causes(t) == []
    assert t.story() == ["2026-03-12 Kassenanzeige 1: K1 100.00 to LG"]


def test_a_treatment_that_changes_to_dunning_brings_the_hold_with_it() -> None:
    treatment = {"dunning.treatment.5622": {"": "never", NOTICE: "dun"}}
    t = Timeline(policy=treatment)
    t.day(TODAY)
    t.debtor("D1", deceased_on="2026-02-10")
    t.claim("K1", "100.00", due=DUE, art="5622")
    t.day("2026-03-11")
    assert causes(t) == []

    t.day(NOTICE)
    assert causes(t) == ["deceased"]


def test_what_came_before_the_first_day_is_seen_on_it() -> None:
    t = Timeline()
    t.debtor("D1", deceased_on="2026-02-10")
    t.claim("K1", "100.00", due=DUE)
    t.day(NOTICE)

    assert asked(t) == [(NOTICE, "deceased", ["K1"], "LG")]
    assert not t.events("dunning-notice-issued")


def test_the_change_of_the_account_says_why() -> None:
    t = with_claim(deceased_on="2026-02-10", receives_benefits=True)
    t.day("2026-02-17")

    because = t.events("account-changed")[-1]["because"]
    assert because["rules"] == ["R70", "§ 1967 BGB"]
    assert because["facts"] == {"opened_on": "2026-02-17", "holds_begun": ["benefits", "deceased"]}


# a hold ends a cycle like a block


def test_a_hold_ends_the_cycle_and_after_it_there_is_a_notice_again() -> None:
    t = with_claim()
    t.days(NOTICE, "2026-03-20")
    t.debtor("D1", deceased_on="2026-03-18")
    t.days("2026-03-23", "2026-04-02", "2026-04-07")
    t.about("hold-released", "K1", cause="deceased", decided_on="2026-04-07", decided_by="S1")
    t.day("2026-04-08")

    assert t.story() == [
        THE_NOTICE,
        "2026-03-23 decision-needed: K1 to LG",
        "2026-04-08 notice: K1 100.00; pay by 2026-04-15",
    ]


def test_a_held_claim_leaves_its_case() -> None:
    t = with_claim()
    t.days(NOTICE, "2026-04-02")
    t.debtor("D1", receives_benefits=True)
    t.days("2026-04-07", "2026-04-13")

    assert t.story() == [
        THE_NOTICE,
        "2026-04-02 handed over: K1 100.00",
        "2026-04-02 announced: 100.00; pay by 2026-04-09",
        "2026-04-07 case closed: withdrawn",
    ]


def test_a_hold_that_came_and_went_between_two_working_days_left_no_trace() -> None:
    t = with_claim()
    t.day(NOTICE)
    t.day("2026-03-20")
    t.debtor("D1", receives_benefits=True)
    t.day("2026-03-21")
    t.debtor("D1")
    t.days("2026-03-22", "2026-03-23", "2026-04-02")

    assert t.story()[:2] == [THE_NOTICE, "2026-04-02 handed over: K1 100.00"]
