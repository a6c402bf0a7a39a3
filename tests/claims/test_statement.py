"""The Kontoblatt (R48, R49, T9) and the Klärungsliste with its texts, which go when a payment is settled."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import insert

from services.claims import tables
from services.claims.lists import Unclear, clearing_list, comparison
from services.claims.statement import Statement, statements
from shared.deadlines import add_months
from tests.claims.driver import Driver


def sheet(driver: Driver, serial: int = 1) -> Statement:
    with driver.engine.begin() as conn:
        (found,) = statements(conn, driver.kz(serial), driver.mandant)
    return found


def listed(driver: Driver) -> list[Unclear]:
    with driver.engine.begin() as conn:
        return list(clearing_list(conn, driver.mandant))


def texts(driver: Driver) -> set[str]:
    return {str(row[1]) for row in driver.dump()["remittance"]}


def keep_text(driver: Driver, payment_ref: str) -> None:
    """As the sequencer does before it appends the payment."""
    row = {"mandant": driver.mandant, "payment_ref": payment_ref, "text": "Danke, Ihr Nachbar"}
    with driver.engine.begin() as conn:
        conn.execute(insert(tables.sequencer.remittance).values(row))


def test_soll_ist_and_balance(ledger: Driver) -> None:
    ledger.debtor()
    ledger.claim(1, amount_cents=12_345, due_on="2026-05-01")
    ledger.pay("P1", 7_280)
    found = sheet(ledger)
    assert (found.soll_cents, found.ist_cents, found.open_cents) == (12_345, 7_280, 5_065)  # T9
    assert found.state == "rueckstand"
    assert [(line.posting_no, line.kind, line.amount_cents) for line in found.postings] == [
        (1, "sollzugang", 12_345),
        (2, "payment", 7_280),
    ]
    assert found.postings[1].recorded_on == date(2026, 4, 1)
    ledger.pay("P2", 5_065)
    assert sheet(ledger).state == "ausgeglichen"
    ledger.pay("P3", 1)
    assert (sheet(ledger).state, sheet(ledger).credit_cents) == ("ueberzahlung", 1)


def test_an_offset_by_the_month_and_its_rest(new_ledger: Callable[..., Driver]) -> None:
    """T11: 17 times 42.40 under V, then 12.97, by the number in the text."""
    ledger = new_ledger()
    ledger.open("2019-08-15")
    ledger.debtor()
    ledger.claim(147_381, amount_cents=73_377, decided_on="2019-07-01", due_on="2019-08-12")
    ledger.about("block-set.v1", 147_381, reason="V", set_on="2019-08-15")
    for number in range(18):
        day = add_months(date(2019, 9, 1), number).isoformat()
        ledger.open(day)
        if number == 17:
            assert (sheet(ledger, 147_381).ist_cents, sheet(ledger, 147_381).open_cents) == (72_080, 1_297)
        cents = 4_240 if number < 17 else 1_297
        ledger.pay(f"P{number}", cents, None, booked_on=day, remittance=["8656211473815"])
    found = sheet(ledger, 147_381)
    assert (found.kassenzeichen, found.ist_cents, found.open_cents) == ("8656211473815", 73_377, 0)
    assert [line.booked_on.isoformat() for line in found.postings[1:][-2:]] == ["2021-01-01", "2021-02-01"]
    with ledger.engine.begin() as conn:
        (line,) = comparison(conn, "wuppertal")
    assert (line.soll_cents, line.ist_cents, line.balance_cents) == (73_377, 73_377, 0)
    assert line.state == "ausgeglichen"


def test_an_unknown_kassenzeichen_has_no_sheet(owed: Driver) -> None:
    with owed.engine.begin() as conn:
        assert statements(conn, owed.kz(9)) == []
        assert statements(conn, owed.kz(1), "landkreis") == []


def test_the_list_has_its_texts_until_payments_are_settled(owed: Driver) -> None:
    for ref in ("P1", "P2", "P3", "P4", "P5"):
        keep_text(owed, ref)
    owed.pay("P1", 100, None)
    owed.pay("P2", 200, None)
    owed.pay("P3", 300)
    owed.pay("P4", 0)  # unlawful
    owed.pay("P5", 500, serial=2)  # waits
    assert texts(owed) == {"P1", "P2", "P5"}
    assert [(entry.payment_ref, entry.cause, entry.text) for entry in listed(owed)] == [
        ("P1", "no-reference", "Danke, Ihr Nachbar"),
        ("P2", "no-reference", "Danke, Ihr Nachbar"),
    ]
    owed.about("payment-assigned.v1", payment_ref="P1", assigned_by="4711")
    owed.pay("R2", 200, None, reverses="P2")
    owed.open("2026-04-02")
    assert texts(owed) == {"P5"}
    owed.claim(2)
    assert texts(owed) == set()
    assert listed(owed) == []


def test_a_text_that_comes_again_is_not_kept(owed: Driver) -> None:
    owed.pay("P1", 100, _id="p")
    keep_text(owed, "P1")
    owed.pay("P1", 100, _id="p")
    assert texts(owed) == set()
    keep_text(owed, "P1")
    owed.pay("P1", 200)
    assert texts(owed) == set()


def test_before_the_first_day_a_text_that_comes_again_is_still_somebodys(
    new_ledger: Callable[..., Driver],
) -> None:
    # given a payment that nobody can assign, one that names its claim, and one that is refused, all of them
    # before the first day
    ledger = new_ledger()
    ledger.debtor()
    ledger.claim()
    for ref in ("P1", "P2", "P3"):
        keep_text(ledger, ref)
    for _ in range(2):  # when all of them come again
        ledger.pay("P1", 100, None, _id="p1")
        ledger.pay("P2", 100, _id="p2")
        ledger.pay("P3", -100, None, _id="p3")
    # then none is lost as long as nobody knows whose it is
    assert texts(ledger) == {"P1", "P2", "P3"}
    # and on the first day the one stays that a clerk has to read
    ledger.open("2026-04-01")
    assert texts(ledger) == {"P1"}
    assert [(each.payment_ref, each.text) for each in listed(ledger)] == [("P1", "Danke, Ihr Nachbar")]


def test_a_text_that_the_sequencer_kept_again_goes_with_the_copy_of_a_settled_payment(owed: Driver) -> None:
    # given a payment on its claim, and one that nobody can assign
    places: dict[str, Any] = {
        ref: {"_id": ref, "_mw-from": f"payment-received/0/{n}"} for n, ref in enumerate(("P1", "P2"))
    }
    owed.pay("P1", 100, **places["P1"])
    owed.pay("P2", 100, None, **places["P2"])
    # when a sequencer whose database was restored appends both again, and keeps their texts again
    for ref in places:
        keep_text(owed, ref)
    owed.pay("P1", 100, **places["P1"])
    owed.pay("P2", 100, None, **places["P2"])
    # then only the one stays that a clerk has to read
    assert texts(owed) == {"P2"}


def test_a_text_that_the_sequencer_kept_again_goes_with_the_copy_of_what_was_refused(owed: Driver) -> None:
    # given a payment on its claim, and its id used again for another amount, which is refused
    first: dict[str, Any] = {"_id": "p", "_mw-from": "payment-received/0/0"}
    again: dict[str, Any] = {"_id": "p", "_mw-from": "payment-received/0/1"}
    owed.pay("P1", 100, **first)
    owed.pay("P1", 101, **again)
    # when a sequencer whose database was restored appends both again, one after the other
    for cents, place in ((100, first), (101, again)):
        keep_text(owed, "P1")
        owed.pay("P1", cents, **place)
        # then neither leaves its text behind
        assert texts(owed) == set()


def test_a_copy_ahead_of_its_successor_leaves_the_text(owed: Driver) -> None:
    # given that the new sequencer has appended something, and kept the text of what it appends next
    first: dict[str, Any] = {"_mw-from": "payment-received/0/0", "_mw-term": "2"}
    owed.pay("P1", 100, **first)
    keep_text(owed, "P2")
    # when the one that it replaced appends that, late
    place: dict[str, Any] = {"_id": "p2", "_mw-from": "payment-received/0/1"}
    owed.pay("P2", 100, None, **place | {"_mw-term": "1"})
    # then the text is there when the payment comes
    owed.pay("P2", 100, None, **place | {"_mw-term": "2"})
    assert texts(owed) == {"P2"}
