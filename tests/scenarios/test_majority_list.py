"""The monthly list of debtors who come of age in the month after next (R75, R74)."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline


def lists(t: Timeline) -> list[tuple[str, str, str, list[tuple[str, list[str]]]]]:
    """Day, office, month, and who with which claims."""
    return [
        (
            one["issued_on"],
            one["to"],
            one["payload"]["month"],
            [(e["debtor_ref"], [t.name(kz) for kz in e["kassenzeichen"]]) for e in one["payload"]["entries"]],
        )
        for one in t.events("handover-issued")
        if one["kind"] == "majority-list"
    ]


def with_minor(born_on: str, **facts: Any) -> Timeline:  # noqa: ANN401
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1", **({"born_on": born_on, "legal_representative": True} | facts))
    t.claim("K1", "100.00", due="2026-03-02")
    return t


@pytest.mark.parametrize(
    ("born_on", "month"),
    [("2008-04-30", ""), ("2008-05-01", "2026-05"), ("2008-05-31", "2026-05"), ("2008-06-01", "")],
)
def test_on_the_first_opened_day_who_turns_18_in_the_month_after_next(born_on: str, month: str) -> None:
    t = with_minor(born_on)
    t.days("2026-02-17", "2026-03-02", "2026-03-03")

    assert lists(t) == ([("2026-03-02", "LG", month, [("D1", ["K1"])])] if month else [])


def test_who_was_born_on_29_february_is_on_the_list_of_march() -> None:
    # Majority on 1 March 2026.
    t = Timeline()
    t.debtor("D1", born_on="2008-02-29", legal_representative=True)
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2025-12-01", "2026-01-02")

    assert [line[:3] for line in lists(t)] == [("2026-01-02", "LG", "2026-03")]


def test_the_first_day_of_all_is_the_first_of_its_month() -> None:
    t = Timeline()
    t.debtor("D1", born_on="2008-04-10", legal_representative=True)
    t.claim("K1", "100.00", due="2026-03-02")
    t.day("2026-02-16")

    assert [line[:3] for line in lists(t)] == [("2026-02-16", "LG", "2026-04")]


def test_a_month_without_an_opened_day_is_made_up_with_the_next_list() -> None:
    t = with_minor("2008-05-10")
    t.debtor("D2", born_on="2008-06-10", legal_representative=True)
    t.claim("K2", "50.00", due="2026-03-02", debtor="D2")
    t.days("2026-04-20", "2026-04-21")

    assert [line[:3] for line in lists(t)] == [
        ("2026-04-20", "LG", "2026-05"),
        ("2026-04-20", "LG", "2026-06"),
    ]


def test_one_list_for_all_of_a_mandant_with_what_is_open() -> None:
    t = with_minor("2008-05-10")
    t.claim("K2", "50.00", due="2026-03-02")
    t.claim("K3", "50.00", due="2026-03-02")
    t.payment("P1", "K3", "50.00")
    for ref in ("D3", "D2"):
        t.debtor(ref, born_on="2008-05-20", legal_representative=True)
    t.claim("K4", "50.00", due="2026-03-02", debtor="D2")
    t.claim("K5", "50.00", due="2026-03-02", debtor="D3")
    t.payment("P2", "K5", "50.00")
    t.day("2026-03-02")

    assert lists(t) == [("2026-03-02", "LG", "2026-05", [("D1", ["K1", "K2"]), ("D2", ["K4"])])]


def test_the_list_is_of_payers_who_are_persons() -> None:
    t = with_minor("2008-05-10", kind="institution")
    t.debtor("D2", born_on="2008-05-20", legal_representative=True)
    t.debtor("D3")
    t.claim("K2", "50.00", due="2026-03-02", debtor="D2", payer_ref="D3")
    t.day("2026-03-02")

    assert lists(t) == []


def test_the_birth_date_as_last_registered_counts() -> None:
    t = with_minor("2008-05-10")
    t.debtor("D1", born_on="2008-06-10", legal_representative=True)
    t.days("2026-03-02", "2026-04-01")

    assert [line[:3] for line in lists(t)] == [("2026-04-01", "LG", "2026-06")]
