"""Watches: what an office is told of by itself, once per occasion (R24, R30, R47, R71, R72)."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline

TODAY = "2026-02-16"
DUE = "2026-03-02"


def with_claim(mandant: str = "wuppertal", amount: str = "100.00", **changes: Any) -> Timeline:  # noqa: ANN401
    t = Timeline(mandant)
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", amount, **({"due": DUE} | changes))
    return t


def told(t: Timeline, kind: str) -> list[tuple[str, list[str], str]]:
    """Day, claims and office of each message of a kind."""
    return [
        (one["issued_on"], [t.name(kz) for kz in one["kassenzeichen"]], one["to"])
        for one in t.events("handover-issued")
        if one["kind"] == kind
    ]


# V without a payment (R71)


def test_a_v_without_a_payment_for_sixty_days_is_told_to_the_office() -> None:
    t = with_claim()
    t.block("K1", "V", set_on="2026-03-02")
    t.day("2026-04-30")
    assert told(t, "offset-without-payment") == []

    t.days("2026-05-01", "2026-05-02")
    assert told(t, "offset-without-payment") == [("2026-05-01", ["K1"], "LG")]
    (message,) = t.events("handover-issued")[-1:]
    assert message["payload"] == {"since": "2026-03-02", "open_cents": 10000}
    assert message["because"]["rules"] == ["R71"]


def test_sixty_days_after_the_last_payment() -> None:
    """T17."""
    t = with_claim()
    t.block("K1", "V")
    t.payment("P1", "K1", "40.00", booked_on="2026-02-28")
    t.payment("P2", "K1", "10.00", booked_on="2026-03-01")
    t.payment("P3", "K1", "10.00", booked_on="2026-02-20")
    t.days("2026-04-29")
    assert told(t, "offset-without-payment") == []

    t.day("2026-04-30")
    assert told(t, "offset-without-payment") == [("2026-04-30", ["K1"], "LG")]


def test_a_payment_arms_it_again() -> None:
    t = with_claim()
    t.block("K1", "V", set_on="2026-03-02")
    t.days("2026-05-01", "2026-07-31")
    t.payment("P1", "K1", "10.00", booked_on="2026-07-31")
    t.days("2026-09-28", "2026-09-29", "2026-12-31")

    assert [day for day, _, _ in told(t, "offset-without-payment")] == ["2026-05-01", "2026-09-29"]


def test_a_transfer_is_no_payment() -> None:
    t = with_claim()
    t.claim("K2", "10.00", due=DUE)
    t.payment("P1", "K2", "50.00")
    t.block("K1", "V", set_on="2026-03-02")
    t.day("2026-04-01")
    t.about(
        "credit-transferred", "K2", to_kassenzeichen=t.kz("K1"), amount_cents=4000, on="2026-04-01",
        requested_by="S1", approved_by="S2",
    )  # fmt: skip
    t.day("2026-05-01")

    assert len(told(t, "offset-without-payment")) == 1


@pytest.mark.parametrize(("ends_by", "messages"), [("2026-05-01", 1), ("2026-04-30", 0)])
def test_only_while_v_is_in_force(ends_by: str, messages: int) -> None:
    t = with_claim()
    t.block("K1", "V", set_on="2026-03-02", ends_by=ends_by)
    t.days("2026-04-30", "2026-05-01", "2026-05-04")

    assert len(told(t, "offset-without-payment")) == messages


def test_not_when_v_was_lifted_or_nothing_is_open_or_another_block_is_there() -> None:
    t = with_claim()
    t.claim("K2", "10.00", due=DUE)
    t.claim("K3", "10.00", due=DUE)
    t.block("K1", "V")
    t.lift("K1", "V", lifted_on="2026-04-01")
    t.block("K2", "V")
    t.payment("P1", "K2", "10.00")
    t.block("K3", "Y")
    t.days("2026-04-17", "2026-06-01")

    assert told(t, "offset-without-payment") == []


def test_days_that_were_not_opened_are_made_up() -> None:
    t = with_claim()
    t.block("K1", "V", set_on="2026-03-02")
    t.day("2026-06-01")

    assert told(t, "offset-without-payment") == [("2026-06-01", ["K1"], "LG")]


# a block that expires (R72)


@pytest.mark.parametrize("reason", ["T", "U", "V", "X", "Y", "Z"])
def test_thirty_days_before_a_block_ends_its_office_is_told_once(reason: str) -> None:
    t = with_claim()
    t.block("K1", reason, ends_by="2026-04-20")
    t.day("2026-03-20")
    assert told(t, "block-expiring") == []

    t.days("2026-03-21", "2026-03-23", "2026-04-20", "2026-04-21")
    assert told(t, "block-expiring") == [("2026-03-21", ["K1"], "LG")]


def test_a_w_that_ends_with_majority_is_told_of_thirty_days_before() -> None:
    """R74, C7: the day before the 18th birthday."""
    t = with_claim()
    t.debtor("D1", born_on="2008-06-15", legal_representative=True)
    w = t.block("K1", "W")
    t.days("2026-05-14", "2026-05-15", "2026-06-14")

    assert t.accepted(w)["ends_by"] == "2026-06-14"
    assert told(t, "block-expiring") == [("2026-05-15", ["K1"], "LG")]


def test_a_newborns_w_runs_out_before_majority_is_told_of_and_nobody_is_dunned() -> None:
    """C5: 6500 days are 74 days less than 18 years; the hold `minor` is still there."""
    t = Timeline()
    t.day("2008-06-02")
    t.debtor("D1", born_on="2008-06-02", legal_representative=True)
    t.claim("K1", "100.00", due="2008-08-01")
    w = t.block("K1", "W")
    t.days("2026-02-17", "2026-02-18", "2026-03-20", "2026-03-23", "2026-06-01")

    assert t.accepted(w)["ends_by"] == "2026-03-20"
    assert told(t, "block-expiring") == [("2026-02-18", ["K1"], "LG")]
    assert [hold["cause"] for hold in t.account("K1")["holds"]] == ["minor"]
    assert t.events("dunning-notice-issued") == []


def test_a_v_that_bestandskraft_cuts_is_told_of_by_its_earlier_end() -> None:
    """R70 with R72: without `final_on` it would last until 31.01.2029."""
    t = with_claim(decided_on="2024-02-01", final_on="2024-03-15")
    v = t.block("K1", "V")
    t.days("2027-03-30", "2027-03-31")

    assert t.accepted(v)["ends_by"] == "2027-04-30"
    assert told(t, "block-expiring") == [("2027-03-31", ["K1"], "LG")]


def test_it_names_what_else_the_debtor_owes() -> None:
    t = with_claim()
    t.claim("K2", "10.00", due=DUE)
    t.claim("K3", "10.00", due=DUE)
    t.payment("P1", "K3", "10.00")
    t.debtor("D2")
    t.claim("K4", "10.00", due=DUE, debtor="D2")
    t.claim("K5", "10.00", due=DUE, debtor="D2", payer_ref="D1")
    t.block("K1", "V", ends_by="2026-04-20")
    t.day("2026-03-21")

    (message,) = (one for one in t.events("handover-issued") if one["kind"] == "block-expiring")
    assert message["payload"] == {
        "reason": "V", "ends_by": "2026-04-20", "other_kassenzeichen": [t.kz("K2"), t.kz("K5")],
    }  # fmt: skip
    assert message["because"]["rules"] == ["R72", "R70"]


def test_a_shorter_block_is_told_of_when_the_next_day_is_opened() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-02-20")
    t.days("2026-02-17", "2026-02-18")

    assert told(t, "block-expiring") == [("2026-02-17", ["K1"], "LG")]


def test_a_block_that_is_replaced_is_told_of_by_its_new_end() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-04-20")
    t.day("2026-03-21")
    t.block("K1", "Y", ends_by="2026-05-20")
    t.days("2026-04-19", "2026-04-20")

    assert [day for day, _, _ in told(t, "block-expiring")] == ["2026-03-21", "2026-04-20"]


def test_not_of_what_is_lifted_or_paid_but_of_what_is_open_again() -> None:
    t = with_claim()
    t.claim("K2", "10.00", due=DUE)
    t.block("K1", "Y", ends_by="2026-04-20")
    t.lift("K1", "Y", lifted_on="2026-03-20")
    t.block("K2", "Y", ends_by="2026-04-20")
    t.payment("P1", "K2", "10.00")
    t.days("2026-03-21", "2026-03-23")
    assert told(t, "block-expiring") == []

    t.reversal("P2", "P1", "10.00")
    t.day("2026-03-24")
    assert told(t, "block-expiring") == [("2026-03-24", ["K2"], "LG")]


@pytest.mark.parametrize("reason", ["T", "Y"])
def test_a_block_that_ended_on_a_day_that_was_not_opened_is_told_of(reason: str) -> None:
    t = with_claim()
    t.block("K1", reason, ends_by="2026-04-20")
    t.days("2026-03-20", "2026-04-21", "2026-04-22")

    assert told(t, "block-expiring") == [("2026-04-21", ["K1"], "LG")]


def test_a_block_that_ended_while_nothing_was_open_is_over() -> None:
    t = with_claim()
    t.payment("P1", "K1", "100.00")
    t.block("K1", "Y", ends_by="2026-04-20")
    t.day("2026-04-21")
    t.reversal("P2", "P1", "100.00")
    t.day("2026-04-22")

    assert told(t, "block-expiring") == []


def test_the_days_are_those_of_the_policy_on_the_day() -> None:
    t = Timeline(policy={"blocks.expiry_notice_days": {"": 30, "2026-03-10": 45}})
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.block("K1", "Y", ends_by="2026-04-20")
    t.days("2026-03-09", "2026-03-10")

    assert told(t, "block-expiring") == [("2026-03-10", ["K1"], "LG")]


# large amounts (R24), joint debtors (R47)


@pytest.mark.parametrize(("amount", "messages"), [("49999.99", 0), ("50000.00", 1)])
def test_a_large_claim_is_told_to_the_kasse_when_it_is_registered(amount: str, messages: int) -> None:
    t = with_claim("erkelenz", amount)

    assert told(t, "large-amount") == [(TODAY, ["K1"], "Kasse")] * messages


def test_where_no_amount_is_large_nobody_is_told() -> None:
    assert told(with_claim("wuppertal", "900000.00"), "large-amount") == []


def test_a_second_debtor_is_told_to_the_kasse_and_the_claim_stays_one() -> None:
    t = with_claim(art="5601", co_debtor_refs=["D7", "D8"])

    (message,) = t.events("handover-issued")
    assert told(t, "second-debtor") == [(TODAY, ["K1"], "Kasse")]
    assert message["payload"] == {"co_debtor_refs": ["D7", "D8"]}
    assert len(t.events("claim-registered")) == 1


def test_without_a_second_debtor_nobody_is_told() -> None:
    assert with_claim(art="5601").events("handover-issued") == []


# R30: what is worth lodging when a debtor is insolvent


@pytest.mark.parametrize(("amount", "messages"), [("899.99", 0), ("900.00", 1)])
def test_an_insolvency_is_told_where_the_account_owes_enough(amount: str, messages: int) -> None:
    t = with_claim("baumberge", "100.00")
    t.claim("K2", amount, due=DUE)
    t.block("K1", "X", insolvency_opened_on=TODAY)

    assert told(t, "insolvency-claim") == [(TODAY, ["K1"], "Kasse")] * messages


def test_it_says_how_much_and_what_else_is_open() -> None:
    t = with_claim("baumberge", "1000.00")
    t.claim("K2", "50.00", due=DUE)
    t.block("K1", "X", insolvency_opened_on="2026-02-16")

    (message,) = t.events("handover-issued")
    assert message["payload"] == {
        "insolvency_opened_on": "2026-02-16", "open_cents": 105000, "other_kassenzeichen": [t.kz("K2")],
    }  # fmt: skip


def test_one_insolvency_is_told_once_and_another_again() -> None:
    t = with_claim()
    t.claim("K2", "50.00", due=DUE)
    t.block("K1", "X", insolvency_opened_on=TODAY)
    t.block("K2", "X", insolvency_opened_on=TODAY)
    t.day("2026-02-17")
    t.debtor("D1", address_complete=False)
    t.block("K1", "X", insolvency_opened_on=TODAY)
    assert len(told(t, "insolvency-claim")) == 1

    t.day("2026-08-17")
    t.block("K2", "X", insolvency_opened_on="2026-08-17")
    assert len(told(t, "insolvency-claim")) == 2


def test_neither_another_block_nor_an_account_without_anything_open() -> None:
    t = with_claim()
    t.block("K1", "Y")
    t.payment("P1", "K1", "100.00")
    t.block("K1", "X")

    assert told(t, "insolvency-claim") == []
