"""A hold ends when somebody has decided: `hold-released` (R70, R74, § 1629a BGB, R78)."""

from typing import Any

import pytest

from tests.scenarios.held import DUE, NOTICE, THE_NOTICE, TODAY, asked, causes, with_claim
from tests.scenarios.timeline import Timeline


def released(t: Timeline, cause: str = "deceased", **more: Any) -> str:  # noqa: ANN401
    return t.about(
        "hold-released", "K1", **({"cause": cause, "decided_on": t.today, "decided_by": "S1"} | more)
    )


def test_released_it_is_dunned() -> None:
    t = with_claim(deceased_on="2026-02-10")
    t.day("2026-03-11")
    x = released(t)
    t.day(NOTICE)

    assert t.accepted(x) == {
        "kassenzeichen": t.kz("K1"),
        "due_on": DUE,
        "open_cents": 10000,
        "credit_cents": 0,
    }
    assert t.story()[1:] == [THE_NOTICE]


def test_released_with_a_new_due_date_it_is_dunned_after_that() -> None:
    t = with_claim(deceased_on="2026-02-10")
    t.day("2026-03-11")
    x = released(t, new_due_on="2026-03-16")
    t.days(NOTICE, "2026-03-25", "2026-03-26")

    assert t.accepted(x)["due_on"] == "2026-03-16"
    assert t.story()[1:] == ["2026-03-26 notice: K1 100.00; pay by 2026-04-02"]


def test_what_was_decided_is_not_asked_again_but_another_day_of_death_is() -> None:
    t = with_claim(deceased_on="2026-02-10")
    t.day("2026-02-17")
    released(t)
    t.day("2026-02-18")
    t.debtor("D1", deceased_on="2026-02-10", address_complete=False)
    t.day("2026-02-19")
    assert (causes(t), len(asked(t))) == ([], 1)

    t.debtor("D1", deceased_on="2026-02-18")
    t.day("2026-02-20")
    assert asked(t)[1:] == [("2026-02-20", "deceased", ["K1"], "LG")]


def test_a_new_z_after_the_decision_is_a_new_question() -> None:
    t = with_claim()
    t.block("K1", "Z", ends_by=TODAY)
    t.day("2026-02-17")
    released(t, "landlord")
    t.day("2026-02-18")
    assert causes(t) == []

    t.block("K1", "Z", ends_by="2026-02-18")
    t.day("2026-02-19")
    assert [line[:2] for line in asked(t)] == [("2026-02-17", "landlord"), ("2026-02-19", "landlord")]


def test_only_the_hold_that_is_named_is_released() -> None:
    t = with_claim(deceased_on="2026-02-10", receives_benefits=True)
    t.day("2026-02-17")
    released(t)

    assert causes(t) == ["benefits"]


@pytest.mark.parametrize("cause", ["benefits", "minor", "majority", "landlord", "open-after-write-off"])
def test_what_is_not_there_or_ends_by_itself_cannot_be_released(cause: str) -> None:
    facts: dict[str, Any] = {"born_on": "2012-05-01", "legal_representative": True, "receives_benefits": True}
    t = with_claim(deceased_on="2026-02-10", **facts)
    t.day("2026-02-17")
    x = released(t, cause)

    assert t.rejected(x) == "no-such-hold"


def test_a_hold_is_there_once_a_day_was_opened_and_is_released_once() -> None:
    t = with_claim(deceased_on="2026-02-10")
    early = released(t)
    t.day("2026-02-17")
    good, again = released(t), released(t)

    assert t.rejected(early) == "no-such-hold"
    assert t.accepted(good)
    assert t.rejected(again) == "no-such-hold"


def test_a_new_due_date_not_before_the_decision_and_of_one_off_claims_only() -> None:
    t = with_claim(claim={"decided_on": TODAY}, deceased_on="2026-02-10")
    t.claim("K2", "10.00", due=DUE, mode="laufend_offen")
    t.day("2026-02-17")
    before = released(t, new_due_on="2026-02-15")
    running = t.about(
        "hold-released", "K2", cause="deceased", decided_on=t.today, decided_by="S1", new_due_on=DUE
    )

    assert t.rejected(before) == "schema"
    assert t.rejected(running) == "mode-not-amendable"
    assert t.accepted(released(t, new_due_on=TODAY))["due_on"] == TODAY


def test_a_release_for_a_claim_that_is_not_there_yet_waits_for_it() -> None:
    t = Timeline()
    t.day(TODAY)
    x = released(t)
    assert t.answers(x) == []

    t.day("2026-02-17")
    assert t.rejected(x) == "unknown-kassenzeichen"
