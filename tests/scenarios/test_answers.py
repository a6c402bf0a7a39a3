"""Every inbound event gets exactly one answer, at the latest when the next business day is opened."""

import pytest

from shared import kassenzeichen
from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"


def opened() -> Timeline:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    return t


def test_a_debtor_is_accepted() -> None:
    t = opened()
    x = t.debtor("D2")

    assert t.answers(x) == ["event-accepted"]
    (accepted,) = (one for one in t.events("event-accepted") if one["accepted_id"] == x)
    assert accepted["accepted_source"] == "/upstream"
    assert accepted["accepted_type"] == "debtor-registered.v1"
    assert (accepted["mandant"], accepted["day"]) == ("wuppertal", "2026-02-16")


def test_a_contact_has_no_answer() -> None:
    t = opened()
    x = t.send(
        "debtor-contact",
        debtor_ref="D1",
        salutation="Frau",
        name="A. B.",
        street="Weg",
        house_no="1",
        postcode="42103",
        city="Wuppertal",
    )
    t.days("2026-02-17")

    assert t.answers(x) == []


def test_a_business_day_has_no_answer() -> None:
    t = opened()
    x = t.day("2026-02-17")

    assert t.answers(x, "/clock") == []


def test_a_claim_is_registered() -> None:
    t = opened()
    t.debtor("D2")
    x = t.claim("K2", "12.34", art="5612", payer_ref="D2", due=DUE)

    assert t.answers(x) == ["claim-registered"]
    registered = dict(t.events("claim-registered")[-1])
    del registered["because"]
    assert registered == {
        "mandant": "wuppertal",
        "claim_ref": "K2",
        "kassenzeichen": t.kz("K2"),
        "debtor_ref": "D1",
        "payer_ref": "D2",
        "einnahmeart": "5612",
        "amount_cents": 1234,
        "due_on": DUE,
        "decided_on": "2026-02-16",
    }


def test_a_kassenzeichen_is_assigned_if_missing_and_two_are_never_the_same() -> None:
    t = opened()
    for ref in ("C1", "C2"):
        t.claim(ref, "10.00", due=DUE, kassenzeichen=None)
    _, first, second = (one["kassenzeichen"] for one in t.events("claim-registered"))

    assert first != second
    assert first[:6] == second[:6] == "865621"


def test_an_assigned_kassenzeichen_is_never_one_that_is_in_use() -> None:
    t = opened()
    for number in range(6):
        t.claim(f"K{number}", "10.00", due=DUE)
        t.claim(f"C{number}", "10.00", due=DUE, kassenzeichen=None)
    t.day("2026-02-17")

    used = [one["kassenzeichen"] for one in t.events("claim-registered")]
    assert len(set(used)) == len(used)


def next_number(t: Timeline) -> str:
    """The number that the next claim would get if nobody knew it already."""
    x = t.claim("C9", "10.00", due=DUE, kassenzeichen=None)
    (probe,) = (one for one in t.events("claim-registered") if one["claim_ref"] == "C9")
    assert t.answers(x) == ["claim-registered"]
    return kassenzeichen.make("5621", int(probe["kassenzeichen"][6:12]) + 1)


def test_an_assigned_kassenzeichen_is_never_one_that_a_waiting_claim_brings() -> None:
    t = opened()
    number = next_number(t)
    first = t.claim("C1", "10.00", debtor="D2", due=DUE, kassenzeichen=number)
    t.claim("C2", "20.00", due=DUE, kassenzeichen=None)
    t.debtor("D2")

    assert t.answers(first) == ["claim-registered"]
    by_ref = {one["claim_ref"]: one["kassenzeichen"] for one in t.events("claim-registered")}
    assert by_ref["C1"] == number
    assert by_ref["C2"] not in (number, by_ref["C9"])


@pytest.mark.parametrize("listed", [False, True], ids=["waiting", "on the Klärungsliste"])
def test_money_for_a_claim_to_come_does_not_pay_a_claim_that_is_numbered_here(*, listed: bool) -> None:
    t = opened()
    number = next_number(t)
    t.payment("P1", None, "10.00", remittance=[number])
    if listed:
        t.day("2026-02-17")
    t.claim("C2", "20.00", due=DUE, kassenzeichen=None)

    assert t.events("claim-registered")[-1]["kassenzeichen"] != number
    assert "payment" not in [one["kind"] for one in t.events("posting-recorded")]


def test_a_payment_is_answered_by_its_posting_or_by_the_klaerungsliste() -> None:
    t = opened()
    x = t.payment("P1", "K1", "40.00")
    y = t.payment("P2", None, "40.00", remittance=["for the rent"])

    assert t.answers(x) == ["posting-recorded"]
    assert t.answers(y) == ["payment-unclear"]


def test_a_reversal_is_answered_by_its_posting() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00")
    x = t.reversal("P2", "P1", "40.00")

    assert t.answers(x) == ["posting-recorded"]


def test_amendments_are_accepted_with_what_they_left_behind() -> None:
    t = opened()
    reduced = t.reduce("K1", "30.00", DUE)
    moved = t.about("due-date-changed", "K1", due_on="2026-03-20")
    final = t.about("claim-became-final", "K1", final_on="2026-02-16")
    renamed = t.about("aktenzeichen-changed", "K1", aktenzeichen="12345678901234")

    assert t.accepted(reduced)["open_cents"] == 7000
    assert t.accepted(moved)["due_on"] == "2026-03-20"
    assert t.answers(final) == ["event-accepted"]
    assert t.answers(renamed) == ["event-accepted"]
    assert t.account("K1")["aktenzeichen"] == "12345678901234"


def test_an_assigned_kassenzeichen_is_in_the_answer() -> None:
    t = opened()
    x = t.block("K1", "Y")

    assert t.accepted(x) | {"kassenzeichen": t.kz("K1")} == t.accepted(x)
    assert t.accepted(x)["ends_by"] == "2027-02-11"


def test_reports_are_answered_by_enforcement_and_all_else_by_claims() -> None:
    t = opened()
    t.days("2026-03-12", "2026-04-02", "2026-04-10")
    known = t.about("field-report", "K1", reported_on="2026-04-10", officer="O1", outcome="paid")
    t.claim("K2", "10.00", due="2026-05-04")
    idle = t.about("field-report", "K2", reported_on="2026-04-10", officer="O1", outcome="paid")
    t.day("2026-04-13")

    assert t.answers(known) == ["event-accepted"]
    assert t.answers(idle) == ["event-rejected"]
    assert t.rejected(idle) == "no-open-case"
    by = {
        event["data"].get("accepted_id", event["data"].get("rejected_id")): event["source"]
        for event in (*t.raw("event-accepted"), *t.raw("event-rejected"))
    }
    assert by[known] == by[idle] == "mahnwerk/enforcement"
    assert {source for id_, source in by.items() if id_ not in (known, idle)} == {"mahnwerk/claims"}


def test_a_report_on_an_unknown_kassenzeichen_is_answered_when_the_next_day_opens() -> None:
    t = opened()
    x = t.about("field-report", "K7", reported_on="2026-02-16", officer="O1", outcome="paid")
    assert t.answers(x) == []

    t.day("2026-02-17")
    assert t.rejected(x) == "unknown-kassenzeichen"


def test_a_refused_write_off_is_accepted_too() -> None:
    t = opened()
    x = t.write_off("K1", "refused")

    assert t.answers(x) == ["event-accepted"]
    assert t.balance("K1") == "soll 100.00 open 100.00"


def test_a_rejection_tells_which_event_and_changes_nothing() -> None:
    t = opened()
    before = t.account("K1")
    x = t.block("K1", "V", ends_by="2099-01-01")

    (rejected,) = t.events("event-rejected")
    assert rejected["rejected_id"] == x
    assert rejected["rejected_source"] == "/upstream"
    assert rejected["rejected_type"] == "block-set.v1"
    assert rejected["mandant"] == "wuppertal"
    assert t.account("K1") == before


def test_a_waiting_event_has_no_answer_until_the_next_day_and_then_one() -> None:
    t = opened()
    x = t.payment("P1", "K7", "40.00")
    y = t.block("K7", "Y")
    z = t.claim("K8", "1.00", debtor="D8", due=DUE)
    assert t.answers(x) + t.answers(y) + t.answers(z) == []

    t.day("2026-02-17")
    assert t.answers(x) == ["payment-unclear"]
    assert t.answers(y) == t.answers(z) == ["event-rejected"]


def test_a_contact_that_is_unlawful_is_rejected_and_no_name_is_ever_passed_on() -> None:
    t = opened()
    names = {"salutation": "Frau", "name": "Mustermann", "street": "Hauptstrasse", "house_no": "1"}
    t.send("debtor-contact", debtor_ref="D1", **names, postcode="42103", city="Wuppertal")
    x = t.send("debtor-contact", debtor_ref="D2", **names, postcode="42103")
    t.days("2026-03-12", "2026-03-13")

    assert t.answers(x) == ["event-rejected"]
    assert t.rejected(x) == "schema"
    assert "Mustermann" not in str(t.raw())


def test_the_key_of_an_event_is_its_mandant_and_debtor() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00")
    t.payment("P2", None, "40.00")
    t.days("2026-03-12", "2026-03-13")

    subjects = {event["type"].removesuffix(".v1"): event["subject"] for event in t.raw()}
    for kind in ("claim-registered", "posting-recorded", "account-changed", "dunning-notice-issued"):
        assert subjects[kind] == "wuppertal/D1"
    for kind in ("payment-unclear", "day-closed"):
        assert subjects[kind] == "wuppertal"
