"""Stock taken over: a claim enters its cycle where another system left it, and nothing is sent twice."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-01-05"
GUIDE = Path(__file__).parents[2] / "docs" / "migration.jsonl"
FIRST_DAY = "2026-02-16"  # the municipality's first day: a Monday


def taken(
    stage: str,
    *,
    art: str = "5621",
    mandant: str = "wuppertal",
    claim: dict[str, Any] | None = None,
    **before: Any,  # noqa: ANN401
) -> Timeline:
    t = Timeline(mandant)
    t.day(FIRST_DAY)
    t.debtor("D1")
    taken_over = {"stage": stage, "fee_charged": False} | before
    t.claim("K1", "100.00", art=art, due=DUE, taken_over=taken_over, **(claim or {}))
    return t


def noticed(**before: Any) -> Timeline:  # noqa: ANN401
    return taken("noticed", **({"noticed_on": "2026-02-02", "pay_by": "2026-02-09"} | before))


def test_a_claim_about_which_nothing_was_done_begins_with_a_notice() -> None:
    t = taken("none")
    t.day("2026-02-17")

    assert t.story() == ["2026-02-17 notice: K1 100.00; pay by 2026-02-24"]


def test_a_noticed_claim_gets_no_second_notice_and_is_handed_over_on_its_day() -> None:
    t = noticed()  # Wuppertal: 21 days after the notice
    t.days("2026-02-17", "2026-02-20")
    assert t.story() == []

    t.days("2026-02-23")
    assert t.story() == [
        "2026-02-23 handed over: K1 100.00",
        "2026-02-23 announced: 100.00; pay by 2026-03-02",
    ]


def test_a_noticed_claim_is_not_handed_over_before_its_time_to_pay_has_passed() -> None:
    t = noticed(pay_by="2026-03-05")
    t.days("2026-02-23", "2026-03-05")
    assert t.story() == []

    t.day("2026-03-06")
    assert t.story()[0] == "2026-03-06 handed over: K1 100.00"


def test_a_block_ends_the_cycle_that_was_taken_over() -> None:
    t = noticed()
    t.block("K1", "Y", ends_by="2026-02-24")
    t.days("2026-02-17", "2026-02-24", "2026-02-25")

    assert t.story() == ["2026-02-25 notice: K1 100.00; pay by 2026-03-04"]


@pytest.mark.parametrize(("charged", "notice"), [(True, "K1 100.00"), (False, "K1 100.00 + fee 6.00")])
def test_a_fee_is_charged_once_for_ever_also_by_the_system_before(*, charged: bool, notice: str) -> None:
    t = noticed(mandant="erkelenz", fee_charged=charged)
    t.block("K1", "Y", ends_by="2026-03-01")
    t.days("2026-02-17", "2026-03-12")

    assert [line.removeprefix("2026-03-12 notice: ").split(";")[0] for line in t.story()] == [notice]


def test_a_case_goes_on_silently_and_takes_a_report() -> None:
    t = taken("in_enforcement", noticed_on="2026-01-20", pay_by="2026-01-27", case_id="OLD-1")
    t.day("2026-02-17")
    assert t.story() == []

    x = t.about(
        "office-report", "K1", reported_on="2026-02-17", officer="O1", exhausted=True, checks=["bank-account"]
    )
    t.days("2026-02-18")
    assert t.answers(x) == ["event-accepted"]
    assert t.story() == ["2026-02-18 field starts: 100.00"]
    (started,) = t.events("enforcement-started")
    assert started["case_id"] == "OLD-1"


def test_a_case_without_a_number_or_days_gets_what_it_needs() -> None:
    t = taken("in_enforcement")
    t.days("2026-02-17", "2026-03-20")
    assert t.story() == []

    t.payment("P1", "K1", "100.00")
    (closed,) = t.events("enforcement-closed")
    assert (closed["outcome"], bool(closed["case_id"])) == ("paid", True)


def test_a_blocked_item_leaves_the_case_and_begins_with_a_notice() -> None:
    t = taken("in_enforcement", case_id="OLD-1")
    t.block("K1", "Y", ends_by="2026-02-18")
    t.days("2026-02-17", "2026-02-18", "2026-02-19")

    assert t.story() == [
        "2026-02-17 case closed: withdrawn",
        "2026-02-19 notice: K1 100.00; pay by 2026-02-26",
    ]


def test_two_claims_of_one_case_are_in_one_case() -> None:
    t = taken("in_enforcement", case_id="OLD-1")
    t.claim(
        "K2",
        "50.00",
        due=DUE,
        taken_over={"stage": "in_enforcement", "fee_charged": False, "case_id": "OLD-1"},
    )
    t.day("2026-02-17")
    t.payment("P1", "K1", "100.00")
    assert t.events("enforcement-closed") == []

    t.payment("P2", "K2", "50.00")
    assert [one["case_id"] for one in t.events("enforcement-closed")] == ["OLD-1"]


def test_money_that_waited_for_the_claim_closes_its_case() -> None:
    t = Timeline()
    t.day(FIRST_DAY)
    t.debtor("D1")
    t.payment("P1", "K1", "100.00")
    t.claim("K1", "100.00", due=DUE, taken_over={"stage": "in_enforcement", "fee_charged": False})
    t.days("2026-02-17", "2026-03-20")

    assert t.story() == ["2026-02-16 case closed: paid"]


@pytest.mark.parametrize(
    ("number", "on", "next_on", "told"),
    [
        (0, None, "2026-02-17", "Kassenanzeige 1"),
        (1, "2026-01-20", "2026-03-20", "Kassenanzeige 2"),
        (2, "2026-01-20", "2026-02-20", "Kassenanzeige 3"),
        (3, "2026-02-05", "2026-02-19", "lawsuit"),
    ],
)
def test_kassenanzeigen_go_on_after_the_last_number(
    number: int, on: str | None, next_on: str, told: str
) -> None:
    t = taken("none", art="5622", kassenanzeige_number=number, kassenanzeige_on=on)
    if number:
        t.days("2026-02-17" if next_on > "2026-02-19" else "2026-02-18")
        assert t.story() == []

    t.day(next_on)
    assert [line for line in t.story() if told in line]
    assert len(t.story()) == 1


@pytest.mark.parametrize("number", [None, 1, 3])
def test_a_lawsuit_that_was_handed_over_is_not_handed_over_again(number: int | None) -> None:
    on = "2026-01-05" if number else None
    t = taken("in_enforcement", art="5622", kassenanzeige_number=number, kassenanzeige_on=on)
    t.days("2026-02-17", "2026-06-30")

    assert t.story() == []


def test_of_a_running_claim_the_months_noticed_are_taken_over_and_later_ones_begin_anew() -> None:
    t = noticed(noticed_on="2026-02-02", claim={"mode": "laufend_offen"})
    t.days("2026-02-17", "2026-02-23")

    assert t.story() == [
        "2026-02-17 notice: K1 100.00; pay by 2026-02-24",  # the month that fell due on 2026-02-05
        "2026-02-23 handed over: K1 100.00",  # the month of 2026-01-05
        "2026-02-23 announced: 100.00; pay by 2026-03-02",
    ]


def test_a_month_too_young_for_the_notice_was_not_in_it() -> None:
    """R3: ten days; due on Friday 23 January it can be in a notice of 2 February, a day later it cannot."""
    months = {"mode": "laufend_offen", "due_on": "2025-12-23", "decided_on": "2025-12-01"}
    asked = noticed(claim=months)
    young = noticed(claim=months | {"due_on": "2025-12-24"})
    for t in (asked, young):
        t.days("2026-02-17", "2026-02-23")

    assert [line for line in asked.story() if "notice" in line] == []
    assert [item["due_on"] for one in asked.events("enforcement-requested") for item in one["items"]] == [
        "2025-12-23",
        "2026-01-23",
    ]
    assert [item["due_on"] for one in young.events("dunning-notice-issued") for item in one["items"]] == [
        "2026-01-24"
    ]


def test_a_month_too_young_for_the_kassenanzeige_has_its_own() -> None:
    """R62: ten days; a third one of 5 February was not about a month that fell due on 27 January."""
    t = taken(
        "none",
        art="5622",
        claim={"mode": "laufend_offen", "due_on": "2025-12-27", "decided_on": "2025-12-01"},
        kassenanzeige_number=3,
        kassenanzeige_on="2026-02-05",
    )
    t.days("2026-02-17", "2026-02-19")

    assert [(one["number"], one["due_on"]) for one in t.events("kassenanzeige-issued")] == [(1, "2026-01-27")]
    assert [one["payload"]["due_on"] for one in t.events("handover-issued")] == ["2025-12-27"]


@pytest.mark.parametrize("stage", ["none", "in_enforcement"])
def test_the_kasse_was_told_of_a_large_amount_and_of_joint_debtors_before(stage: str) -> None:
    """R24, R47: on a municipality's first day nothing is sent again."""
    t = taken(stage, mandant="erkelenz", claim={"amount_cents": 5_000_000, "co_debtor_refs": ["D2"]})
    assert t.events("handover-issued") == []

    t.claim("K2", "50000.00", due=DUE, co_debtor_refs=["D2"])
    assert [one["kind"] for one in t.events("handover-issued")] == ["large-amount", "second-debtor"]


@pytest.mark.parametrize(
    ("before", "lawful"),
    [
        ({"stage": "noticed", "noticed_on": "2026-02-02", "pay_by": "2026-02-02"}, True),
        ({"stage": "noticed", "noticed_on": "2026-02-02", "pay_by": "2026-02-01"}, False),
        ({"stage": "noticed", "noticed_on": "2026-02-02"}, False),
        ({"stage": "noticed", "pay_by": "2026-02-02"}, False),
        ({"stage": "in_enforcement"}, True),
        ({"stage": "sold"}, False),
        ({"stage": "none", "kassenanzeige_number": 1}, False),
        ({"stage": "none", "kassenanzeige_number": 0}, True),
        ({"stage": "none", "kassenanzeige_number": 4, "kassenanzeige_on": "2026-02-02"}, False),
        ({"stage": "none", "kassenanzeige_number": True, "kassenanzeige_on": "2026-02-02"}, False),
        ({"stage": "none", "fee_charged": None}, False),
    ],
)
def test_what_was_sent_has_its_days(before: dict[str, Any], *, lawful: bool) -> None:
    t = taken(**before)
    (answer,) = t.raw("claim-registered") + t.raw("event-rejected")

    assert answer["type"] == ("claim-registered.v1" if lawful else "event-rejected.v1")
    assert lawful or (answer["data"]["reason"], answer["data"]["field"][:10]) == ("schema", "taken_over")


def test_the_guides_example_is_answered_and_only_what_comes_next_is_sent() -> None:
    t = Timeline()
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        event = orjson.loads(line)
        if event["type"] == "business-day-opened.v1":
            t.day(event["data"]["day"])
        else:
            data = {name: value for name, value in event["data"].items() if name != "mandant"}
            t.send(event["type"].removesuffix(".v1"), **data)

    assert t.events("event-rejected") == []
    assert [(one["number"], one["issued_on"]) for one in t.events("kassenanzeige-issued")] == [
        (2, "2026-03-03")
    ]
    assert t.events("dunning-notice-issued") == []
    assert [one["requested_on"] for one in t.events("enforcement-requested")] == ["2026-03-09"]
    assert [one["items"][0]["kassenzeichen"] for one in t.events("enforcement-requested")] == [
        "8656217000026"
    ]
