"""What a field may hold: references, days, amounts, persons."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline


def opened() -> Timeline:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    return t


def field_of(t: Timeline, id_: str) -> str:
    (rejected,) = (one for one in t.events("event-rejected") if one.get("rejected_id") == id_)
    assert rejected["reason"] == "schema"
    field: str = rejected["field"]
    return field


@pytest.mark.parametrize("ref", ["R", "R" * 64, "Ä-1/2 x"])
def test_a_reference_is_1_to_64_printable_characters(ref: str) -> None:
    t = opened()
    x = t.debtor(ref)

    assert t.answers(x) == ["event-accepted"]


@pytest.mark.parametrize("ref", ["", "R" * 65, "a\nb", "a\x00b", 7, True, ["R"]])
def test_anything_else_is_no_reference(ref: object) -> None:
    t = opened()
    x = t.send(
        "debtor-registered",
        debtor_ref=ref,
        kind="person",
        legal_representative=False,
        under_guardianship=False,
        address_complete=True,
        receives_benefits=False,
    )

    assert field_of(t, x) == "debtor_ref"


@pytest.mark.parametrize("amount", [1, 10**13])
def test_an_amount_is_1_to_10_to_the_13_cents(amount: int) -> None:
    t = opened()
    x = t.payment("P1", None, "1.00", amount_cents=amount)
    t.day("2026-02-17")

    assert t.answers(x) == ["payment-unclear"]


@pytest.mark.parametrize("amount", [0, -1, 10**13 + 1, 1.0, 1.5, "1", True])
def test_anything_else_is_no_amount(amount: object) -> None:
    t = opened()
    x = t.payment("P1", None, "1.00", amount_cents=amount)

    assert field_of(t, x) == "amount_cents"


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_days_lie_between_1900_and_2199(day: str) -> None:
    t = opened()
    x = t.payment("P1", None, "1.00", booked_on=day)
    t.day("2026-02-17")

    assert t.answers(x) == ["payment-unclear"]


@pytest.mark.parametrize(
    "day", ["1899-12-31", "2200-01-01", "2026-02-29", "2026-2-1", "20260201", "2026-02-01T00:00:00", 20260201]
)
def test_anything_else_is_no_day(day: object) -> None:
    t = opened()
    x = t.payment("P1", None, "1.00", booked_on=day)

    assert field_of(t, x) == "booked_on"


@pytest.mark.parametrize("missing", ["mandant", "kind", "legal_representative", "address_complete"])
def test_a_missing_field_is_named(missing: str) -> None:
    t = opened()
    data: dict[str, Any] = {
        "mandant": "wuppertal",
        "debtor_ref": "D2",
        "kind": "person",
        "legal_representative": False,
        "under_guardianship": False,
        "address_complete": True,
        "receives_benefits": False,
    }
    del data[missing]
    t.line({"specversion": "1.0", "id": "x", "source": "/up", "type": "debtor-registered.v1", "data": data})

    assert field_of(t, "x") == missing


@pytest.mark.parametrize(("flag", "field"), [(1, "address_complete"), ("true", "receives_benefits")])
def test_a_flag_is_true_or_false_and_nothing_else(flag: object, field: str) -> None:
    t = opened()
    x = t.debtor("D2", **{field: flag})

    assert field_of(t, x) == field


@pytest.mark.parametrize("mode", ["monatlich", "einmalig ", ""])
def test_a_mode_is_one_of_three(mode: str) -> None:
    t = opened()
    x = t.claim("K1", "100.00", due="2026-03-02", mode=mode)

    assert field_of(t, x) == "mode"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("S1", "S1", True), (" s1 ", "S1", True), ("STRASSE", "straße", True), ("S1", "S2", False)],
)
def test_persons_are_compared_trimmed_and_case_folded(one: str, other: str, *, same: bool) -> None:
    t = opened()
    t.claim("K1", "100.00", due="2026-03-02")
    x = t.write_off("K1", requested_by=one, approved_by=other)

    assert (t.rejected(x) == "same-person") is same


@pytest.mark.parametrize("mandant", ["solingen", "Wuppertal", "wuppertal "])
def test_a_mandant_is_known_by_its_exact_name(mandant: str) -> None:
    t = opened()
    x = t.debtor("D2", mandant=mandant)

    assert t.rejected(x) == "unknown-mandant"


def test_the_message_of_a_rejection_repeats_no_input() -> None:
    t = opened()
    x = t.payment("P1", None, "1.00", booked_on="SECRET-7")
    y = t.debtor("SECRET-8", kind="SECRET-9")

    assert field_of(t, x) == "booked_on"
    assert field_of(t, y) == "kind"
    assert all("SECRET" not in one["message"] for one in t.events("event-rejected"))
