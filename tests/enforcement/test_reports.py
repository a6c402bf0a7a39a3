"""Field and office reports, and write-offs (R8, R10, R11, R18)."""

import pytest

from shared.contracts.answers import EventAccepted, EventRejected, HandoverIssued
from tests.enforcement.driver import World, announced, blocked, claim, said

K1, K2 = claim("K1", 100_00), claim("K2", 50_00, aktenzeichen="32425425167855")


def in_office() -> World:
    """Given the case started in the office on Tuesday 10 March; it is Friday the 13th."""
    world = announced(K1, K2)
    assert world.days("2026-03-03", "2026-03-13") == {"2026-03-10": ["C1 started office 15000"]}
    return world


def test_an_office_that_has_exhausted_its_means_hands_on_to_the_field_on_the_next_working_day() -> None:
    world = in_office()
    assert said(world.office("K1", exhausted=True)) == ["accepted"]
    assert world.days("2026-03-14", "2026-04-30") == {"2026-03-16": ["C1 started field 15000"]}


def test_a_report_that_is_not_exhausted_is_only_noted() -> None:
    world = in_office()
    assert said(world.office("K1", exhausted=False)) == ["accepted"]
    assert world.days("2026-03-14", "2026-04-30") == {}


def test_never_started_before_the_announced_day_has_passed() -> None:
    """Exhausted during the time to pay: the case starts when it would have, but in the field."""
    world = announced(K1, K2)
    assert said(world.office("K1", exhausted=True)) == ["accepted"]
    assert world.days("2026-03-03", "2026-04-30") == {"2026-03-10": ["C1 started field 15000"]}


def test_paid_is_only_noted() -> None:
    world = in_office()
    (answer,) = world.field("K1", "paid")
    assert isinstance(answer, EventAccepted)
    assert (answer.accepted_type, answer.accepted_source) == ("field-report.v1", "upstream")
    assert (answer.day.isoformat(), answer.result.kassenzeichen) == ("2026-03-13", "K1")
    assert answer.because.facts == {"outcome": "paid", "reported_on": "2026-03-02"}
    assert world.days("2026-03-14", "2026-04-30") == {}


@pytest.mark.parametrize("outcome", ["asset_disclosure", "fruitless_attachment", "repeatedly_not_met"])
def test_a_fruitless_end_prepares_the_write_off(outcome: str) -> None:
    world = in_office()
    events = world.field("K2", outcome)
    assert said(events) == [
        "accepted",
        "collectability-check to Kasse: K1 K2",
        "write-off-document to RS: K1 K2",
        "write-off-task to LSB: K1 K2",
    ]
    messages = [event for event in events if isinstance(event, HandoverIssued)]
    assert len({message.handover_id for message in messages}) == 3
    assert messages[0].aktenzeichen == ("32425425167854", "32425425167855")
    assert messages[0].payload == {
        "case_id": "C1",
        "outcome": outcome,
        "reported_on": "2026-03-02",
        "total_cents": 150_00,
    }
    assert world.days("2026-03-14", "2026-04-30") == {}


def test_a_report_needs_an_open_case() -> None:
    world = in_office()
    (answer,) = world.field("K9", "instalments_agreed", ("2026-04-01", 1))
    assert isinstance(answer, EventRejected)
    assert (answer.reason, answer.field, answer.rejected_source) == (
        "no-open-case",
        "kassenzeichen",
        "upstream",
    )
    assert answer.because.rules == ("R8",)
    (answer,) = world.office("K9", exhausted=True)
    assert isinstance(answer, EventRejected)
    assert answer.because.rules == ("R18",)
    assert answer.rejected_id.startswith("report-") if answer.rejected_id else False


def test_a_report_on_what_has_left_its_case_finds_none() -> None:
    world = in_office()
    world.account(claim("K1", 0))
    assert said(world.field("K1", "paid")) == ["rejected no-open-case"]
    assert said(world.field("K2", "paid")) == ["accepted"]
    world.account(claim("K2", 0))
    assert said(world.office("K2", exhausted=True)) == ["rejected no-open-case"]


def test_a_blocked_item_is_in_its_case_until_the_next_working_day() -> None:
    world = in_office()
    world.account(blocked(K1, "2026-03-13", "2026-12-31"))
    assert said(world.office("K1", exhausted=True)) == ["accepted"]
    assert world.open("2026-03-16") == ["C1 started field 5000"]
    assert said(world.office("K1", exhausted=True)) == ["rejected no-open-case"]


def test_a_refused_write_off_starts_again_on_the_next_working_day_on_the_same_track() -> None:
    world = in_office()
    assert world.refused("K1") == []
    assert world.days("2026-03-14", "2026-04-30") == {"2026-03-16": ["C1 started office 15000"]}
    world.office("K1", exhausted=True)
    assert world.open("2026-05-04") == ["C1 started field 15000"]
    world.refused("K2")
    assert world.open("2026-05-05") == ["C1 started field 15000"]


def test_a_refused_write_off_changes_nothing_before_the_start_or_without_a_case() -> None:
    world = announced(K1, K2)
    assert world.refused("K1") == []
    assert world.refused("K9", debtor="D9") == []
    assert world.days("2026-03-03", "2026-04-30") == {"2026-03-10": ["C1 started office 15000"]}


def test_a_restart_below_the_small_amount_rests() -> None:
    """R6 holds for every start: 15 EUR that are left are not enforced again."""
    world = World()
    world.open("2026-03-02")
    world.account(K1)
    world.request(K1)
    world.open("2026-03-24")
    world.refused("K1")
    world.account(claim("K1", 15_00))
    assert world.days("2026-03-25", "2026-04-30") == {}
    world.account(claim("K1", 25_00))
    assert world.open("2026-05-04") == ["C1 started field 2500"]


def test_every_write_off_is_told_to_the_rechenstelle() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 0, written_off_cents=100_00))
    (message,) = world.write_off("K1", "unbefristet")
    assert isinstance(message, HandoverIssued)
    assert said([message]) == ["post-write-off to RS: K1"]
    assert message.aktenzeichen == ("38005425167854",)
    assert message.because.rules == ("R11",)  # R12 is about an account, and there is none
    assert message.payload == {
        "kind": "unbefristet",
        "amount_cents": 100_00,
        "ordered_on": "2026-03-02",
        "original_due_on": "2026-01-05",
    }
    assert world.days("2026-03-03", "2026-04-30") == {}


def test_a_befristete_write_off_is_followed_up_on_its_day() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 0, written_off_cents=100_00))
    assert said(world.write_off("K1", "befristet", "2026-03-14")) == ["post-write-off to RS: K1"]
    assert world.days("2026-03-03", "2026-04-30") == {"2026-03-14": ["follow-up to LG: K1"]}  # a Saturday


def test_a_follow_up_on_a_day_left_out_is_made_up_on_any_opened_day() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 0, written_off_cents=100_00))
    world.write_off("K1", "befristet", "2026-03-10")
    assert world.open("2026-03-09") == []
    assert world.open("2026-03-15") == ["follow-up to LG: K1"]
    assert world.open("2026-03-16") == []


def test_nothing_is_followed_up_that_is_not_written_off_any_more() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 0, written_off_cents=100_00))
    world.write_off("K1", "befristet", "2026-03-14")
    world.account(claim("K1", 0))
    assert world.days("2026-03-03", "2026-04-30") == {}


def test_a_later_order_takes_the_place_of_the_follow_up() -> None:
    world = World()
    world.open("2026-03-02")
    world.account(claim("K1", 0, written_off_cents=100_00))
    world.write_off("K1", "befristet", "2026-03-14")
    world.write_off("K1", "unbefristet")
    assert world.days("2026-03-03", "2026-04-30") == {}
