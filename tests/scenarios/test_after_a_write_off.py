"""After a write-off: money that comes later, open again after a bounce, taken back."""

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"


def with_claim() -> Timeline:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    return t


def bounced() -> Timeline:
    """40.00 were paid, 60.00 written off, and the 40.00 went back."""
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    t.write_off("K1")
    t.reversal("P2", "P1", "40.00")
    return t


def test_a_later_payment_is_booked_and_gives_back_what_it_covers() -> None:
    t = with_claim()
    t.write_off("K1")
    t.day("2026-02-20")
    t.payment("P1", "K1", "30.00", booked_on="2026-02-18")

    assert t.balance("K1") == "soll 100.00 ist 30.00 written_off 70.00"
    assert t.postings("K1")[-2:] == [
        "2026-02-18 payment 30.00 due 2026-03-02",
        "2026-02-20 write_off 30.00 due 2026-03-02",
    ]


def test_an_overpayment_gives_back_no_more_than_was_written_off() -> None:
    t = with_claim()
    t.write_off("K1")
    t.payment("P1", "K1", "130.00")

    assert t.balance("K1") == "soll 100.00 ist 130.00 credit 30.00"


def test_a_later_reduction_gives_back_too() -> None:
    t = with_claim()
    t.write_off("K1")
    t.reduce("K1", "40.00", DUE)

    assert t.balance("K1") == "soll 60.00 written_off 60.00"
    assert t.postings("K1", "write_off") == [
        "2026-02-16 write_off -100.00 due 2026-03-02",
        "2026-02-16 write_off 40.00 due 2026-03-02",
    ]


def test_a_reversal_of_what_came_after_is_written_off_again() -> None:
    # At all times it is the smaller of what was ordered and what money and reductions leave.
    t = with_claim()
    t.write_off("K1")
    t.payment("P1", "K1", "30.00")
    t.reversal("P2", "P1", "30.00")

    assert t.balance("K1") == "soll 100.00 written_off 100.00"
    assert not [one for one in t.events("handover-issued") if one["kind"] == "decision-needed"]


def test_open_again_after_a_write_off_needs_a_decision_and_is_not_dunned_meanwhile() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    t.write_off("K1")
    t.reversal("P2", "P1", "40.00")

    assert t.balance("K1") == "soll 100.00 written_off 60.00 open 40.00"
    t.days("2026-02-17", "2026-03-12")
    (needed,) = (one for one in t.events("handover-issued") if one["kind"] == "decision-needed")
    assert needed["payload"]["cause"] == "open-after-write-off"
    assert needed["kassenzeichen"] == [t.kz("K1")]
    assert not t.events("dunning-notice-issued")

    t.write_off("K1")
    assert t.balance("K1") == "soll 100.00 written_off 100.00"


def test_a_new_bounce_needs_a_new_decision() -> None:
    t = with_claim()
    for ref in ("P1", "P2"):
        t.payment(ref, "K1", "20.00")
    t.write_off("K1")
    t.reversal("R1", "P1", "20.00")
    t.day("2026-02-17")
    t.write_off("K1")
    t.reversal("R2", "P2", "20.00")
    t.days("2026-02-18", "2026-02-19")

    needed = [one for one in t.events("handover-issued") if one["kind"] == "decision-needed"]
    assert len(needed) == 2


def test_taken_back_it_is_open_again_has_its_old_name_and_starts_with_a_notice() -> None:
    t = with_claim()
    t.write_off("K1")
    t.day("2026-03-16")
    x = t.about("write-off-revoked", "K1", decided_on="2026-03-16", requested_by="S1", approved_by="S2")
    t.day("2026-03-17")

    assert t.accepted(x)["open_cents"] == 10000
    assert t.postings("K1")[-1] == "2026-03-16 write_off 100.00 due 2026-03-02"
    assert t.account("K1")["aktenzeichen"] == "32425425167854"
    assert t.story()[-1] == "2026-03-17 notice: K1 100.00; pay by 2026-03-24"


def test_only_what_is_written_off_can_be_taken_back_and_by_two_persons() -> None:
    t = with_claim()
    two = {"requested_by": "S1", "approved_by": "S2", "decided_on": TODAY}
    never = t.about("write-off-revoked", "K1", **two)
    t.write_off("K1")
    one = t.about("write-off-revoked", "K1", **(two | {"approved_by": "S1"}))

    assert t.rejected(never) == "nothing-written-off"
    assert t.rejected(one) == "same-person"


def test_a_refusal_is_a_decision_too_what_is_open_after_a_bounce_is_dunned() -> None:
    t = bounced()
    t.write_off("K1", "refused")
    t.day("2026-03-12")

    assert t.account("K1")["holds"] == []
    assert t.story()[-1] == "2026-03-12 notice: K1 40.00; pay by 2026-03-19"


def test_taken_back_after_a_bounce_all_of_it_is_dunned() -> None:
    t = bounced()
    t.about("write-off-revoked", "K1", decided_on=TODAY, requested_by="S1", approved_by="S2")
    t.day("2026-03-12")

    assert t.balance("K1") == "soll 100.00 open 100.00"
    assert t.story()[-1] == "2026-03-12 notice: K1 100.00; pay by 2026-03-19"


def test_what_is_written_off_is_no_more_than_is_left_after_a_cancellation() -> None:
    t = with_claim()
    t.write_off("K1")
    t.about("claim-ended", "K1", cancelled=True)

    assert t.balance("K1") == ""
    assert t.postings("K1")[1:] == [
        "2026-02-16 write_off -100.00 due 2026-03-02",
        "2026-02-16 sollabgang -100.00 due 2026-03-02",
        "2026-02-16 write_off 100.00 due 2026-03-02",
    ]


def test_a_second_write_off_after_a_bounce_adds_to_the_first() -> None:
    t = bounced()
    t.write_off("K1")
    t.payment("P3", "K1", "10.00")
    assert t.balance("K1") == "soll 100.00 ist 10.00 written_off 90.00"

    t.about("write-off-revoked", "K1", decided_on=TODAY, requested_by="S1", approved_by="S2")
    assert t.balance("K1") == "soll 100.00 ist 10.00 open 90.00"
    assert t.account("K1")["aktenzeichen"] == "32425425167854"


def test_a_claim_that_bounced_in_a_cycle_is_no_longer_pursued() -> None:
    t = with_claim()
    t.payment("P1", "K1", "40.00")
    t.days("2026-03-12", "2026-04-02", "2026-04-10")
    t.write_off("K1")
    t.reversal("P2", "P1", "40.00")
    t.days("2026-04-13", "2026-06-01")

    kinds = [line.split(" ", 1)[1].split(":")[0] for line in t.story()[4:]]
    assert sorted(kinds) == ["case closed", "decision-needed", "post-write-off", "written off unbefristet"]


@pytest.mark.parametrize("stage", ["noticed", "handed over"])
def test_taken_back_on_the_day_of_the_order_it_starts_again_with_a_notice(stage: str) -> None:
    """R87: the order ended the cycle, whatever comes before the next decisions."""
    t = Timeline("landkreis")
    t.day("2026-03-02")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2026-03-17", *(["2026-03-25"] if stage == "handed over" else []))
    t.write_off("K1")
    t.about("write-off-revoked", "K1", decided_on=t.today, requested_by="S1", approved_by="S2")
    t.day("2026-03-26")

    assert len(t.events("enforcement-requested")) == (stage == "handed over")
    assert t.story()[-1] == "2026-03-26 notice: K1 100.00; pay by 2026-04-02"


def test_a_refusal_and_a_conversion_end_no_cycle() -> None:
    t = Timeline("leipzig")
    t.day("2026-01-05")
    t.debtor("D1")
    t.claim("K1", "10.00", due="2026-01-05", mode="laufend_offen")
    t.write_off("K1", "befristet", decided_on="2025-01-05")  # January only
    t.day("2026-02-20")
    assert t.story()[-1] == "2026-02-20 notice: K1 10.00; pay by 2026-02-27"

    t.write_off("K1", "refused")
    t.about("whereabouts-checked", "K1", checked_on="2026-02-20", found=False)
    t.day("2026-03-13")
    assert t.events("write-off-ordered")[-1]["kind"] == "unbefristet"
    assert [item["due_on"] for item in t.events("enforcement-requested")[0]["items"]] == ["2026-02-05"]
