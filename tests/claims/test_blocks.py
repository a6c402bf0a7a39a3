"""Mahnsperren: how long, on what, one after the other, and what their end brings (R64-R78; T1, T14, T15)."""

# ruff: noqa: ANN401 - the data of events is JSON

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared.contracts import AccountChanged, EventAccepted, PostingRecorded
from shared.events import Event
from tests.claims.driver import Driver, booked, reasons, the, told

NewLedger = Callable[..., Driver]


def put(driver: Driver, reason: str, set_on: str, serial: int = 1, **data: Any) -> list[Event]:
    return driver.about("block-set.v1", serial, reason=reason, set_on=set_on, **data)


def lift(driver: Driver, reason: str, lifted_on: str, **data: Any) -> list[Event]:
    return driver.about("block-lifted.v1", reason=reason, lifted_on=lifted_on, **data)


def blocks(driver: Driver) -> list[tuple[str, str, str]]:
    return [(b.reason, str(b.set_on), str(b.ends_by)) for b in driver.claim_view().blocks]


@pytest.mark.parametrize(
    ("reason", "ends_by"),
    [
        ("T", "2027-05-24"),
        ("Y", "2027-05-24"),
        ("U", "2031-05-03"),
        ("V", "2029-05-13"),
        ("W", "2044-03-15"),
        ("X", "2032-04-27"),
        ("Z", "2026-08-27"),
    ],
)
def test_without_an_end_the_maximum_holds(owed: Driver, reason: str, ends_by: str) -> None:
    the_last_day = date.fromisoformat(ends_by)
    assert the(put(owed, reason, "2026-05-29"), EventAccepted).result.ends_by == the_last_day  # R66, T14
    owed.claim(2)
    one_more = date.fromordinal(the_last_day.toordinal() + 1).isoformat()
    assert reasons(put(owed, reason, "2026-05-29", 2, ends_by=one_more)) == ["block-too-long"]
    assert reasons(put(owed, reason, "2026-05-29", 2, ends_by=ends_by)) == []
    assert blocks(owed) == [(reason, "2026-05-29", ends_by)]


def test_an_end_before_the_beginning_is_unlawful(owed: Driver) -> None:
    assert reasons(put(owed, "Y", "2026-05-29", ends_by="2026-05-28")) == ["schema"]
    assert reasons(put(owed, "Y", "2026-05-29", ends_by="2026-05-29")) == []


def test_another_block_can_be_set_on_the_next_day(owed: Driver) -> None:
    put(owed, "T", "2026-04-01")
    assert reasons(put(owed, "U", "2026-04-01")) == ["block-switch-same-day"]  # T15
    assert reasons(put(owed, "W", "2026-04-01")) == []
    assert reasons(put(owed, "X", "2026-04-01")) == []
    assert reasons(put(owed, "U", "2026-04-02")) == []


def test_a_lifted_block_and_w_and_x_do_not_hinder_another(owed: Driver) -> None:
    put(owed, "W", "2026-04-01")
    put(owed, "X", "2026-04-01")
    assert reasons(put(owed, "T", "2026-04-01")) == []
    lift(owed, "T", "2026-04-01")
    assert reasons(put(owed, "Y", "2026-04-01")) == []


def test_the_same_reason_replaces_its_entry_within_the_first_maximum(owed: Driver) -> None:
    put(owed, "Y", "2026-04-01", ends_by="2026-05-01")  # longest: 2027-03-27
    assert reasons(put(owed, "Y", "2026-04-20", ends_by="2027-03-28")) == ["block-too-long"]
    assert the(put(owed, "Y", "2026-04-20"), EventAccepted).result.ends_by == date(2027, 3, 27)
    assert blocks(owed) == [("Y", "2026-04-20", "2027-03-27")]
    # The maximum counts from the first entry, however often it is replaced.
    assert reasons(put(owed, "Y", "2026-05-20", ends_by="2027-03-28")) == ["block-too-long"]


def test_an_expired_or_lifted_entry_is_not_replaced(owed: Driver) -> None:
    put(owed, "Y", "2026-04-01", ends_by="2026-04-10")
    put(owed, "Y", "2026-04-11", ends_by="2026-04-20")
    assert blocks(owed) == [("Y", "2026-04-01", "2026-04-10"), ("Y", "2026-04-11", "2026-04-20")]
    lift(owed, "Y", "2026-04-15")
    assert the(put(owed, "Y", "2026-04-15"), EventAccepted).result.ends_by == date(2027, 4, 10)
    assert blocks(owed)[1] == ("Y", "2026-04-11", "2026-04-14")


@pytest.mark.parametrize(
    ("art", "office", "reason", "data", "answer"),
    [
        ("5624", "JBC.24", "V", {}, ["block-not-allowed"]),
        ("5624", "JBC.24", "Y", {}, []),
        ("5601", "LG", "Z", {}, ["block-not-allowed"]),
        ("5601", "LG", "X", {"insolvency_opened_on": "2026-02-16"}, ["block-not-allowed"]),
        ("5601", "LG", "X", {"insolvency_opened_on": "2026-02-17"}, []),
        ("5601", "LG", "W", {}, []),  # no birth date
    ],
)
def test_not_every_block_is_allowed_on_every_claim(  # noqa: PLR0913, PLR0917
    ledger: Driver, art: str, office: str, reason: str, data: dict[str, Any], answer: list[str]
) -> None:
    ledger.debtor()
    number = {"kassenzeichen": ledger.kz(1, art)}
    ledger.claim(1, einnahmeart=art, office=office)
    events = ledger.send("block-set.v1", reason=reason, set_on="2026-04-01", **number, **data)
    assert reasons(events) == answer


@pytest.mark.parametrize(
    ("debtor", "answer"),
    [
        ({"born_on": "2008-04-01"}, ["block-not-allowed"]),  # of age on that day
        ({"born_on": "2008-04-02", "legal_representative": True}, []),
        ({"kind": "institution"}, ["block-not-allowed"]),
    ],
)
def test_w_is_for_minors(ledger: Driver, debtor: dict[str, Any], answer: list[str]) -> None:
    ledger.debtor(**debtor)
    ledger.claim()
    events = put(ledger, "W", "2026-04-01")
    assert reasons(events) == answer
    if not answer:
        assert the(events, EventAccepted).result.ends_by == date(2026, 4, 1)  # the day before majority
        assert reasons(put(ledger, "W", "2026-04-01", ends_by="2026-04-02")) == ["block-too-long"]


def test_v_ends_with_the_three_years_of_offsetting(owed: Driver) -> None:
    owed.about("claim-became-final.v1", final_on="2024-03-15")
    assert the(put(owed, "V", "2026-04-01"), EventAccepted).result.ends_by == date(2027, 4, 30)
    assert reasons(put(owed, "V", "2026-04-02", ends_by="2027-05-01")) == ["block-too-long"]
    assert reasons(put(owed, "V", "2027-05-01")) == ["block-not-allowed"]


def test_t_lifted_makes_the_claim_due_six_weeks_later(new_ledger: NewLedger) -> None:
    ledger = new_ledger()  # T1
    ledger.open("2020-10-15")
    ledger.debtor()
    ledger.claim(1, decided_on="2020-10-15", due_on="2020-12-01")
    ledger.open("2020-11-05")
    put(ledger, "T", "2020-11-05")
    ledger.open("2020-12-17")
    events = lift(ledger, "T", "2020-12-17")
    assert the(events, EventAccepted).result.due_on == date(2021, 1, 28)
    assert booked(events) == [("sollabgang", -10_000), ("sollzugang", 10_000)]
    assert blocks(ledger) == [("T", "2020-11-05", "2020-12-16")]


@pytest.mark.parametrize(
    ("reason", "data", "due_on"),
    [
        ("T", {}, "2026-05-22"),
        ("U", {}, "2026-05-22"),
        ("Y", {}, "2026-03-31"),
        ("Y", {"new_due_on": "2026-06-30"}, "2026-06-30"),
        ("T", {"new_due_on": "2026-04-30"}, "2026-04-30"),
    ],
)
def test_which_due_date_a_lifted_block_leaves(
    owed: Driver, reason: str, data: dict[str, Any], due_on: str
) -> None:
    put(owed, reason, "2026-04-01")
    assert str(the(lift(owed, reason, "2026-04-10", **data), EventAccepted).result.due_on) == due_on


def test_a_due_date_never_becomes_earlier(ledger: Driver) -> None:
    ledger.debtor()
    ledger.claim(1, due_on="2026-05-23")
    put(ledger, "T", "2026-04-01")
    assert booked(lift(ledger, "T", "2026-04-10")) == []
    assert ledger.claim_view().due_on == date(2026, 5, 23)


def test_nothing_is_due_anew_while_another_objection_stands_or_nothing_is_open(owed: Driver) -> None:
    put(owed, "T", "2026-04-01")
    put(owed, "U", "2026-04-02")
    assert booked(lift(owed, "T", "2026-04-10")) == []
    assert the(lift(owed, "U", "2026-04-12"), EventAccepted).result.due_on == date(2026, 5, 24)
    put(owed, "T", "2026-04-13")
    owed.pay("P1", 10_000)
    assert booked(lift(owed, "T", "2026-06-01")) == []


def test_only_what_is_in_force_can_be_lifted(owed: Driver) -> None:
    assert reasons(lift(owed, "T", "2026-04-01")) == ["no-such-block"]
    put(owed, "T", "2026-04-01", ends_by="2026-04-10")
    assert reasons(lift(owed, "U", "2026-04-05")) == ["no-such-block"]
    assert reasons(lift(owed, "T", "2026-04-11")) == ["no-such-block"]
    assert reasons(lift(owed, "T", "2026-04-05", new_due_on="2026-02-16")) == ["schema"]
    assert reasons(lift(owed, "T", "2026-04-10")) == []
    assert reasons(lift(owed, "T", "2026-04-10")) == ["no-such-block"]


def test_a_block_lifted_before_it_began_never_was(owed: Driver) -> None:
    put(owed, "Y", "2026-05-01")
    assert blocks(owed) == [("Y", "2026-05-01", "2027-04-26")]
    lift(owed, "Y", "2026-04-15")
    assert blocks(owed) == []


@pytest.mark.parametrize("opened", ["2026-04-11", "2026-04-20"])
def test_an_objection_that_expires_counts_as_lifted_on_the_day_after(owed: Driver, opened: str) -> None:
    put(owed, "T", "2026-04-01", ends_by="2026-04-10")
    assert booked(owed.open("2026-04-10")) == []
    events = owed.open(opened)
    changed = the(events, AccountChanged)
    assert changed.claims[0].due_on == date(2026, 5, 23)  # 2026-04-11 and 42 days
    assert {posting.booked_on for posting in told(events, PostingRecorded)} == {date.fromisoformat(opened)}
    assert {e.cause for e in events} == {f"day-{opened}"}
    assert told(owed.open("2026-04-21"), AccountChanged) == []
    assert reasons(lift(owed, "T", "2026-04-10")) == ["no-such-block"]


def test_other_blocks_expire_silently(owed: Driver) -> None:
    put(owed, "Y", "2026-04-01", ends_by="2026-04-10")
    assert told(owed.open("2026-04-11"), AccountChanged) == []


def test_of_two_objections_the_last_end_counts(owed: Driver) -> None:
    put(owed, "T", "2026-04-01", ends_by="2026-04-10")
    put(owed, "U", "2026-04-02", ends_by="2026-04-15")
    assert told(owed.open("2026-04-11"), AccountChanged) == []
    assert the(owed.open("2026-04-16"), AccountChanged).claims[0].due_on == date(2026, 5, 28)


def test_one_account_changed_for_all_that_expires(owed: Driver) -> None:
    owed.claim(2)
    owed.debtor("A0")
    owed.claim(3, debtor_ref="A0")
    for serial in (1, 2, 3):
        put(owed, "T", "2026-04-01", serial, ends_by="2026-04-10")
    changed = told(owed.open("2026-04-11"), AccountChanged)
    assert [(each.debtor_ref, len(each.claims)) for each in changed] == [("A0", 1), ("D1", 2)]


def test_a_block_that_ran_out_was_not_lifted(owed: Driver) -> None:
    put(owed, "T", "2026-04-01", ends_by="2026-04-10")
    owed.open("2026-04-11")
    assert reasons(put(owed, "U", "2026-04-01")) == ["block-switch-same-day"]
