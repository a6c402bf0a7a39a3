"""Which Mahnsperren may be set, for how long, and in which order.

R65, R66, R67, R74, R76, R77, R78; T14, T15, T16.
"""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline

DUE = "2026-12-01"
TODAY = "2026-05-29"


def with_claim(art: str = "5621", **debtor: Any) -> Timeline:  # noqa: ANN401
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1", **debtor)
    t.claim("K1", "100.00", art=art, due=DUE)
    return t


MINOR: dict[str, Any] = {"born_on": "2015-01-01", "legal_representative": True}


@pytest.mark.parametrize(
    ("reason", "ends_by"),
    [
        ("T", "2027-05-24"),
        ("U", "2031-05-03"),
        ("V", "2029-05-13"),
        ("W", "2044-03-15"),
        ("X", "2032-04-27"),
        ("Y", "2027-05-24"),
        ("Z", "2026-08-27"),
    ],
)
def test_t14_without_an_end_the_maximum_is_taken(reason: str, ends_by: str) -> None:
    t = with_claim(born_on=None)
    x = t.block("K1", reason)

    assert t.accepted(x)["ends_by"] == ends_by
    assert t.account("K1")["blocks"] == [{"reason": reason, "set_on": TODAY, "ends_by": ends_by}]


@pytest.mark.parametrize(("ends_by", "reason"), [("2027-05-24", ""), ("2027-05-25", "block-too-long")])
def test_the_maximum_may_be_reached_and_not_be_exceeded(ends_by: str, reason: str) -> None:
    t = with_claim()
    x = t.block("K1", "T", ends_by=ends_by)

    assert t.rejected(x) == reason


def test_a_block_of_one_day() -> None:
    t = with_claim()
    x = t.block("K1", "Y", ends_by=TODAY)

    assert t.accepted(x)["ends_by"] == TODAY


def test_an_end_before_the_beginning_is_unlawful_on_its_face() -> None:
    t = with_claim()
    x = t.block("K1", "Y", ends_by="2026-05-28")

    assert t.rejected(x) == "schema"


def test_the_maximum_is_the_one_in_force_on_the_day_the_block_is_set_on() -> None:
    t = Timeline("wuppertal", {"blocks.max_days.Y": {"": 360, "2026-05-01": 30}})
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.claim("K2", "100.00", due=DUE)
    old = t.block("K1", "Y", set_on="2026-04-30")
    new = t.block("K2", "Y", set_on="2026-05-01")

    assert t.accepted(old)["ends_by"] == "2027-04-25"
    assert t.accepted(new)["ends_by"] == "2026-05-31"


@pytest.mark.parametrize("art", ["5621", "5601", "5612", "5624"])
def test_v_is_not_allowed_on_fines(art: str) -> None:
    t = with_claim(art)
    x = t.block("K1", "V")

    assert t.rejected(x) == ("block-not-allowed" if art == "5624" else "")


@pytest.mark.parametrize("art", ["5621", "5601", "5612", "5624"])
def test_z_is_allowed_on_5621_only(art: str) -> None:
    t = with_claim(art)
    x = t.block("K1", "Z")

    assert t.rejected(x) == ("" if art == "5621" else "block-not-allowed")


@pytest.mark.parametrize(
    ("arose_on", "opened_on", "allowed"),
    [
        ("2026-05-01", "2026-05-01", True),
        ("2026-05-02", "2026-05-01", False),
        (TODAY, None, True),  # opened_on defaults to set_on, arose_on to decided_on
        ("2026-05-30", None, False),
    ],
)
def test_x_is_for_claims_that_arose_before_the_insolvency(
    arose_on: str,
    opened_on: str | None,
    allowed: bool,  # noqa: FBT001
) -> None:
    t = with_claim()
    t.claim("K2", "100.00", due=DUE, arose_on=arose_on)
    x = t.block("K2", "X", insolvency_opened_on=opened_on)

    assert t.rejected(x) == ("" if allowed else "block-not-allowed")


def test_a_claim_arises_when_it_is_decided_if_nothing_else_is_said() -> None:
    t = with_claim()
    t.claim("K2", "100.00", due=DUE, decided_on="2026-05-02")
    x = t.block("K2", "X", insolvency_opened_on="2026-05-01")

    assert t.rejected(x) == "block-not-allowed"


def test_w_is_for_minors() -> None:
    assert not _rejected_w(**MINOR)
    assert _rejected_w() == "block-not-allowed"
    assert _rejected_w(kind="institution", born_on=None) == "block-not-allowed"
    assert not _rejected_w(born_on=None)  # nobody knows the age


@pytest.mark.parametrize(("born_on", "reason"), [("2008-05-30", ""), ("2008-05-29", "block-not-allowed")])
def test_w_until_the_day_before_the_18th_birthday(born_on: str, reason: str) -> None:
    assert _rejected_w(born_on=born_on, legal_representative=True) == reason


def _rejected_w(**debtor: Any) -> str:  # noqa: ANN401
    t = with_claim(**debtor)
    return t.rejected(t.block("K1", "W"))


def test_w_looks_at_the_payer() -> None:
    t = with_claim(**MINOR)
    t.debtor("D2")
    t.claim("K2", "100.00", payer_ref="D2", due=DUE)
    x = t.block("K2", "W")

    assert t.rejected(x) == "block-not-allowed"


def test_t15_another_lock_only_the_next_day() -> None:
    t = with_claim()
    t.block("K1", "T")
    same_day = t.block("K1", "U")
    t.day("2026-05-30")
    next_day = t.block("K1", "U")

    assert t.rejected(same_day) == "block-switch-same-day"
    assert t.answers(next_day) == ["event-accepted"]


def test_the_next_day_rule_looks_at_set_on_not_at_the_day_it_was_said() -> None:
    t = with_claim()
    t.block("K1", "T", set_on="2026-05-28")
    x = t.block("K1", "U", set_on=TODAY)
    t.day("2026-06-02")
    y = t.block("K1", "Y", set_on=TODAY)

    assert t.answers(x) == ["event-accepted"]
    assert t.rejected(y) == "block-switch-same-day"


def test_an_entry_that_was_lifted_does_not_count_for_the_next_day_rule() -> None:
    t = with_claim()
    t.block("K1", "T")
    t.lift("K1", "T")
    x = t.block("K1", "U")

    assert t.answers(x) == ["event-accepted"]


def test_an_entry_of_that_day_that_ran_out_was_not_lifted() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by=TODAY)
    t.day("2026-06-02")
    x = t.block("K1", "U", set_on=TODAY)

    assert t.rejected(x) == "block-switch-same-day"


def test_w_and_x_are_exempt_from_the_next_day_rule() -> None:
    t = with_claim(**MINOR)
    t.block("K1", "V")
    x = t.block("K1", "X")
    w = t.block("K1", "W")

    assert t.answers(x) == t.answers(w) == ["event-accepted"]


def test_and_another_may_follow_them_on_the_same_day() -> None:
    t = with_claim(**MINOR)
    t.block("K1", "W")
    t.block("K1", "X")
    x = t.block("K1", "V")

    assert t.answers(x) == ["event-accepted"]


def test_the_next_day_rule_is_a_policy() -> None:
    t = Timeline("wuppertal", {"blocks.next_day_switch": False})
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.block("K1", "T")
    x = t.block("K1", "U")

    assert t.answers(x) == ["event-accepted"]


def test_the_same_reason_on_the_same_day_replaces() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-06-30")
    x = t.block("K1", "Y", ends_by="2026-07-31")

    assert t.accepted(x)["ends_by"] == "2026-07-31"
    assert [block["ends_by"] for block in t.account("K1")["blocks"]] == ["2026-07-31"]


@pytest.mark.parametrize(("ends_by", "reason"), [("2027-05-24", ""), ("2027-05-25", "block-too-long")])
def test_a_replaced_entry_may_not_be_longer_than_the_first_could_have_been(ends_by: str, reason: str) -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-06-30")
    t.day("2026-06-30")
    x = t.block("K1", "Y", ends_by=ends_by)

    assert t.rejected(x) == reason


def test_a_replaced_v_may_reach_as_far_as_what_is_known_now_allows() -> None:
    """R70: the three years count from the last known Bestandskraft; only the maximum is the first entry's."""
    t = with_claim()
    t.about("claim-became-final", "K1", final_on="2025-01-15")
    first = t.block("K1", "V")
    t.about("claim-became-final", "K1", final_on="2025-06-15")
    beyond = t.block("K1", "V", ends_by="2028-08-01")
    second = t.block("K1", "V")

    assert t.accepted(first)["ends_by"] == "2028-02-29"
    assert t.rejected(beyond) == "block-too-long"
    assert t.accepted(second)["ends_by"] == "2028-07-31"


def test_a_replaced_w_ends_with_the_majority_that_is_known_now() -> None:
    """R74: a corrected birth date counts."""
    t = with_claim(**MINOR)
    first = t.block("K1", "W")
    t.debtor("D1", **(MINOR | {"born_on": "2016-01-01"}))
    second = t.block("K1", "W")

    assert t.accepted(first)["ends_by"] == "2032-12-31"
    assert t.accepted(second)["ends_by"] == "2033-12-31"


def test_an_entry_that_has_expired_or_was_lifted_is_not_replaced_but_followed() -> None:
    t = with_claim()
    t.block("K1", "Y", ends_by="2026-06-30")
    t.day("2026-07-01")
    x = t.block("K1", "Y")
    t.lift("K1", "Y")
    y = t.block("K1", "Y")

    assert t.accepted(x)["ends_by"] == "2027-06-26"
    assert t.accepted(y)["ends_by"] == "2027-06-26"


def test_only_what_is_set_can_be_lifted_and_only_once() -> None:
    t = with_claim()
    t.block("K1", "T")
    other = t.lift("K1", "U")
    first = t.lift("K1", "T")
    second = t.lift("K1", "T")

    assert t.rejected(other) == t.rejected(second) == "no-such-block"
    assert t.answers(first) == ["event-accepted"]


def test_t16_several_blocks_are_in_force_at_once() -> None:
    t = with_claim(**MINOR)
    t.block("K1", "W")
    x = t.block("K1", "V", set_on="2026-05-30")
    t.day("2026-05-30")

    assert t.answers(x) == ["event-accepted"]
    assert {block["reason"] for block in t.account("K1")["blocks"]} == {"W", "V"}
