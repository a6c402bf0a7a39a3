"""What officers report on a case, and a refused write-off (R8, R11, R18)."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline

NOTICE = "2026-03-12"
HANDOVER = "2026-04-02"  # announced with a deadline of 9 April
START = "2026-04-10"
NEXT = "2026-04-13"


def handed_over(*amounts: str) -> Timeline:
    """A case with claims K1, K2 ... of these amounts."""
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    for number, amount in enumerate(amounts or ["100.00"], 1):
        t.claim(f"K{number}", amount, due="2026-03-02")
    t.days(NOTICE, HANDOVER)
    return t


def report(t: Timeline, claim: str, outcome: str, **more: Any) -> str:  # noqa: ANN401
    return t.about("field-report", claim, reported_on=t.today, officer="O1", outcome=outcome, **more)


def office(t: Timeline, claim: str, *, exhausted: bool) -> str:
    what = {"exhausted": exhausted, "checks": ["bank-account"]}
    return t.about("office-report", claim, reported_on=t.today, officer="O1", **what)


@pytest.mark.parametrize("outcome", ["asset_disclosure", "fruitless_attachment", "repeatedly_not_met"])
def test_r11_the_chain_of_three_messages(outcome: str) -> None:
    t = handed_over("100.00", "50.00")
    t.day(START)
    x = report(t, "K1", outcome)

    assert t.answers(x) == ["event-accepted"]
    assert [line.split(": ")[0] for line in t.story()[-3:]] == [
        "2026-04-10 collectability-check",
        "2026-04-10 write-off-document",
        "2026-04-10 write-off-task",
    ]
    assert [one["to"] for one in t.events("handover-issued")] == ["Kasse", "RS", "LSB"]


def test_paid_is_only_noted() -> None:
    t = handed_over()
    t.day(START)
    x = report(t, "K1", "paid")
    t.day(NEXT)

    assert t.answers(x) == ["event-accepted"]
    assert t.story()[-1] == "2026-04-10 office starts: 100.00"
    assert t.balance("K1") == "soll 100.00 open 100.00"


def test_a_report_names_any_kassenzeichen_of_an_open_case_and_no_other() -> None:
    t = handed_over("100.00", "50.00")
    t.claim("K3", "10.00", due="2026-06-01")
    second = report(t, "K2", "paid")
    no_case = report(t, "K3", "paid")
    t.payment("P1", "K1", "100.00")
    left = report(t, "K1", "paid")
    t.payment("P2", "K2", "50.00")
    closed = report(t, "K2", "paid")

    assert t.answers(second) == ["event-accepted"]
    assert t.rejected(no_case) == t.rejected(left) == t.rejected(closed) == "no-open-case"


def test_a_report_on_a_case_that_is_announced_only_is_possible() -> None:
    t = handed_over()
    x = report(t, "K1", "fruitless_attachment")

    assert t.answers(x) == ["event-accepted"]


def test_refused_means_it_starts_again_on_the_next_working_day_on_the_same_track() -> None:
    t = handed_over()
    t.day(START)
    x = t.write_off("K1", "refused")
    t.days("2026-04-11", NEXT, "2026-04-14")

    assert t.answers(x) == ["event-accepted"]
    assert t.story()[-2:] == ["2026-04-10 office starts: 100.00", "2026-04-13 office starts: 100.00"]


def test_refused_in_the_field_stays_in_the_field() -> None:
    t = handed_over()
    t.day(START)
    office(t, "K1", exhausted=True)
    t.day(NEXT)
    t.write_off("K1", "refused")
    t.day("2026-04-14")

    assert t.story()[-1] == "2026-04-14 field starts: 100.00"


def test_refused_without_a_case_starts_nothing() -> None:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.write_off("K1", "refused")
    t.days("2026-02-17", NOTICE)

    assert t.story() == ["2026-03-12 notice: K1 100.00; pay by 2026-03-19"]
