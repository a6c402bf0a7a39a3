"""Both sides of every boundary of what others may write."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import INBOUND, BusinessDayOpened, ClaimCreated, DebtorContact, PaymentReceived
from shared.contracts.codec import SchemaError, decode

Data = dict[str, Any]
CLAIM: Data = {
    "mandant": "wuppertal",
    "claim_ref": "c-1",
    "debtor_ref": "d-1",
    "aktenzeichen": "39110412300815",
    "einnahmeart": "5621",
    "office": "LG",
    "mode": "einmalig",
    "amount_cents": 100,
    "due_on": "2026-03-31",
    "decided_on": "2026-02-17",
}
ITEM: Data = {"kind": "main", "code": "regelbedarf", "amount_cents": 60}
PAYMENT: Data = {
    "mandant": "wuppertal",
    "payment_ref": "p-1",
    "amount_cents": 1,
    "booked_on": "2026-03-31",
}
BLOCK: Data = {"mandant": "w", "kassenzeichen": "k", "reason": "T", "set_on": "2026-03-09"}
REPORT: Data = {
    "mandant": "w",
    "kassenzeichen": "k",
    "reported_on": "2026-06-10",
    "officer": "v-17",
    "outcome": "instalments_agreed",
}
INSTALMENT: Data = {"due_on": "2026-07-01", "amount_cents": 1}


def failing(type_: str, data: Data) -> str | None:
    """The field that is named, or None if the data is lawful."""
    read = decode(type_, data)
    return read.field if isinstance(read, SchemaError) else None


def test_a_lawful_claim_is_read_with_its_days_and_items() -> None:
    read = decode("claim-created.v1", CLAIM | {"items": [ITEM | {"period_from": "2026-01-01"}]})
    assert isinstance(read, ClaimCreated)
    assert read.due_on == date(2026, 3, 31)
    assert read.items[0].period_from == date(2026, 1, 1)
    assert read.payer_ref is None


@pytest.mark.parametrize("name", sorted(CLAIM.keys() - {"due_on"}))
@pytest.mark.parametrize("absence", ["missing", "null"])
def test_null_is_absent(name: str, absence: str) -> None:
    data = {key: value for key, value in CLAIM.items() if key != name}
    if absence == "null":
        data[name] = None
    assert decode("claim-created.v1", data) == SchemaError(name, f"{name} is missing")


def test_null_is_absent_where_there_is_a_default() -> None:
    names = ("mandant", "debtor_ref", "salutation", "name", "street", "house_no", "postcode", "city")
    read = decode("debtor-contact.v1", dict.fromkeys(names, "x") | {"country": None, "language": "tr"})
    assert isinstance(read, DebtorContact)
    assert (read.country, read.language) == ("DE", "tr")
    assert failing("claim-created.v1", CLAIM | {"items": None, "co_debtor_refs": None}) is None
    assert (
        failing("claim-ended.v1", {"mandant": "w", "kassenzeichen": "k", "cancelled": None}) == "last_due_on"
    )


def test_unknown_fields_are_ignored() -> None:
    assert failing("claim-created.v1", CLAIM | {"colour": 3, "items": [ITEM | {"note": {}}]}) is None


@pytest.mark.parametrize("reference", ["a", " ", "ä" * 64, "日本", "a" * 64])
def test_references_are_printable(reference: str) -> None:
    assert failing("claim-created.v1", CLAIM | {"claim_ref": reference}) is None


@pytest.mark.parametrize("reference", ["", "a" * 65, "a\nb", "\u200b", "\x00", "\ud800", 5, True, ["a"], {}])
def test_other_references_are_not_lawful(reference: object) -> None:
    assert failing("claim-created.v1", CLAIM | {"claim_ref": reference}) == "claim_ref"


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31", "2028-02-29"])
def test_days(day: str) -> None:
    assert failing("business-day-opened.v1", {"day": day}) is None


@pytest.mark.parametrize(
    "day",
    [
        *("1899-12-31", "2200-01-01", "2026-02-29", "2026-13-01", "20260101", "2026-W01-1", "2026-001"),
        *("2026-01-01T00:00:00", "2026-01-01\n", " 2026-01-01", "٢٠٢٦-٠١-٠١", "", "0000-00-00"),
        *(20260101, 1.5, True, date(2026, 1, 1), ["2026-01-01"]),
    ],
)
def test_other_days_are_not_lawful(day: object) -> None:
    assert failing("business-day-opened.v1", {"day": day}) == "day"


@pytest.mark.parametrize("amount", [1, 10**13])
def test_amounts(amount: int) -> None:
    assert failing("payment-received.v1", PAYMENT | {"amount_cents": amount}) is None


@pytest.mark.parametrize("amount", [0, -1, 10**13 + 1, 10**30, 1.0, 1e3, "1", True, [1]])
def test_other_amounts_are_not_lawful(amount: object) -> None:
    assert failing("payment-received.v1", PAYMENT | {"amount_cents": amount}) == "amount_cents"


@pytest.mark.parametrize("flag", [0, 1, "true", "yes", []])
def test_flags_are_true_or_false(flag: object) -> None:
    data = {"mandant": "w", "kassenzeichen": "k", "reported_on": "2026-01-01", "officer": "v", "checks": []}
    assert failing("office-report.v1", data | {"exhausted": True}) is None
    assert failing("office-report.v1", data | {"exhausted": flag}) == "exhausted"


@pytest.mark.parametrize("year", [1899, 2200, "2026", 2026.0, True])
def test_years(year: object) -> None:
    assert failing("claim-created.v1", CLAIM | {"fiscal_year": 2026}) is None
    assert failing("claim-created.v1", CLAIM | {"fiscal_year": year}) == "fiscal_year"


@pytest.mark.parametrize("person", ["", "  ", "a\tb", 7])
def test_persons_are_not_blank(person: object) -> None:
    data = {"mandant": "w", "payment_ref": "p", "kassenzeichen": "k", "assigned_by": person}
    assert failing("payment-assigned.v1", data | {"assigned_by": " p-1 "}) is None
    assert failing("payment-assigned.v1", data) == "assigned_by"


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], None),
        ([ITEM, ITEM | {"amount_cents": True}], "items.1.amount_cents"),
        ([ITEM | {"kind": "x"}], "items.0.kind"),
        ([ITEM | {"cost_bearer": "land"}], "items.0.cost_bearer"),
        ([{"kind": "main"}], "items.0.code"),
        ([None], "items.0"),
        ([3], "items.0"),
        ({}, "items"),
        ("ab", "items"),
    ],
)
def test_items(items: object, field: str | None) -> None:
    assert failing("claim-created.v1", CLAIM | {"items": items}) == field


@pytest.mark.parametrize("name", ["kassenzeichen", "aktenzeichen", "einnahmeart"])
def test_what_has_a_reason_of_its_own_is_any_string(name: str) -> None:
    for value in ("", "x" * 100, "a\nb"):
        assert failing("claim-created.v1", CLAIM | {name: value}) is None
    assert failing("claim-created.v1", CLAIM | {name: 5621}) == name


def test_money_is_a_fact_whatever_it_refers_to() -> None:
    free = {"kassenzeichen": "", "remittance": ["", "a\r\n\tb\x00", "x" * 5_000]}
    read = decode("payment-received.v1", PAYMENT | free)
    assert isinstance(read, PaymentReceived)
    assert read.remittance == tuple(free["remittance"])
    assert failing("payment-received.v1", PAYMENT | {"remittance": "text"}) == "remittance"
    assert failing("payment-received.v1", PAYMENT | {"remittance": ["text", 1]}) == "remittance.1"


def test_the_first_unlawful_field_in_the_order_of_the_contract_is_named() -> None:
    assert failing("claim-created.v1", CLAIM | {"office": "", "mandant": 1}) == "mandant"
    assert failing("claim-created.v1", CLAIM | {"fiscal_year": 1, "items": [1], "ends_on": "x"}) == "ends_on"
    late = {"decided_on": "2026-04-01", "ends_on": "x"}
    assert failing("claim-created.v1", CLAIM | late) == "due_on"
    assert failing("claim-created.v1", CLAIM | late | {"amount_cents": 0}) == "amount_cents"


@pytest.mark.parametrize(
    ("type_", "data", "field"),
    [
        ("claim-created.v1", CLAIM | {"due_on": "2026-02-17"}, None),
        ("claim-created.v1", CLAIM | {"due_on": "2026-02-16"}, "due_on"),
        ("claim-created.v1", CLAIM | {"ends_on": "2026-03-31"}, None),
        ("claim-created.v1", CLAIM | {"ends_on": "2026-03-30"}, "ends_on"),
        ("claim-created.v1", CLAIM | {"mode": "laufend_bis"}, "ends_on"),
        ("claim-created.v1", CLAIM | {"mode": "laufend_bis", "ends_on": "2026-03-31"}, None),
        ("claim-created.v1", CLAIM | {"mode": "laufend_offen"}, None),
        ("claim-created.v1", CLAIM | {"mode": "laufend_offen", "amount_cents": 0}, "amount_cents"),
        ("claim-created.v1", CLAIM | {"mode": "monatlich"}, "mode"),
        ("claim-created.v1", CLAIM | {"mode": ["einmalig"]}, "mode"),
        ("block-set.v1", BLOCK | {"ends_by": "2026-03-09"}, None),
        ("block-set.v1", BLOCK | {"ends_by": "2026-03-08"}, "ends_by"),
        ("block-set.v1", BLOCK | {"reason": "t"}, "reason"),
        ("payment-received.v1", PAYMENT | {"reverses": "p-0"}, None),
        ("payment-received.v1", PAYMENT | {"reverses": "p-1"}, None),
        ("field-report.v1", REPORT | {"instalments": [INSTALMENT]}, None),
        ("field-report.v1", REPORT | {"instalments": []}, "instalments"),
        ("field-report.v1", REPORT, "instalments"),
        ("field-report.v1", REPORT | {"outcome": "paid"}, None),
        (
            "field-report.v1",
            REPORT | {"instalments": [INSTALMENT | {"amount_cents": 0}]},
            "instalments.0.amount_cents",
        ),
        ("field-report.v1", REPORT | {"instalments": [{"amount_cents": 1}]}, "instalments.0.due_on"),
    ],
)
def test_fields_that_are_lawful_only_together(type_: str, data: Data, field: str | None) -> None:
    assert failing(type_, data) == field


@pytest.mark.parametrize(
    ("both", "field"),
    [
        ({"last_due_on": "2026-01-01"}, None),
        ({"last_due_on": "2026-01-01", "cancelled": False}, None),
        ({"cancelled": True}, None),
        ({"last_due_on": "2026-01-01", "cancelled": True}, "last_due_on"),
        ({"cancelled": False}, "last_due_on"),
        ({}, "last_due_on"),
        ({"cancelled": "true"}, "cancelled"),
    ],
)
def test_a_claim_ends_on_a_day_or_altogether(both: Data, field: str | None) -> None:
    assert failing("claim-ended.v1", {"mandant": "w", "kassenzeichen": "k"} | both) == field


def test_through_is_an_end_offset_for_every_partition() -> None:
    read = decode(
        "business-day-opened.v1",
        {"day": "2026-03-02", "through": {"block-set": [0, 17], "claim-created": []}},
    )
    assert isinstance(read, BusinessDayOpened)
    assert read.through == {"block-set": (0, 17), "claim-created": ()}
    ends: tuple[object, ...] = (1, [-1], [1.0], {"0": 1}, [True])
    for through in ([], *({"block-set": end} for end in ends)):
        assert failing("business-day-opened.v1", {"day": "2026-03-02", "through": through}) == "through"


@pytest.mark.parametrize("topic", ["blockset", "Block-Set", "block-set ", ""])
def test_a_topic_that_there_is_not_is_no_bound_of_a_day(topic: str) -> None:
    for ends in ([17], [0], []):
        through = {"claim-created": [3], topic: ends}
        assert failing("business-day-opened.v1", {"day": "2026-03-02", "through": through}) == "through"


@pytest.mark.parametrize("topic", ["debtor-contact", "account-changed", "business-day"])
def test_a_topic_that_no_day_waits_for_may_be_named(topic: str) -> None:
    assert failing("business-day-opened.v1", {"day": "2026-03-02", "through": {topic: [17]}}) is None


def test_no_message_repeats_what_came_in() -> None:
    name = "Erika\nBeispiel"
    for type_, model in INBOUND.items():
        for field in model.model_fields:
            read = decode(type_, dict.fromkeys(model.model_fields, name) | {field: [{name: name}]})
            assert isinstance(read, SchemaError)
            assert "Erika" not in repr(read)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(data=st.data())
def test_whatever_comes_in_is_read_or_a_field_of_the_contract_is_named(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(sorted(INBOUND)))
    names = list(INBOUND[type_].model_fields)
    read = decode(type_, data.draw(st.dictionaries(st.sampled_from(names), _JSON)))
    assert not isinstance(read, SchemaError) or read.field.split(".")[0] in names
