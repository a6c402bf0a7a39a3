"""Where our own code fails on a record, its account is parked, and nobody else notices."""

import pytest

from services.claims import tables
from services.claims.ledger import Ledger
from shared.contracts import (
    AccountChanged,
    AccountParked,
    AccountReleased,
    ClaimRegistered,
    DayMarked,
    EventAccepted,
)
from shared.events import Event
from shared.loop import Loop
from shared.policy import Policies, load_policies
from tests.claims.conftest import POLICIES
from tests.claims.driver import Driver, booked, reasons, the, told


def work_with(driver: Driver, policies: Policies) -> None:
    """The service is started again, with other policies."""
    driver.loop = Loop(driver.engine, Ledger(policies))
    driver.loop.take([("intake", 0)])


@pytest.fixture
def broken() -> Policies:
    """Policies on which our own code fails: the maximum of a block X is not among the terms."""
    policies = load_policies(POLICIES)
    for terms in policies["wuppertal"].terms:
        assert isinstance(terms.blocks.max_days, dict)
        del terms.blocks.max_days["X"]
    return policies


def insolvency(driver: Driver, serial: int = 1) -> list[Event]:
    return driver.about("block-set.v1", serial, reason="X", set_on="2026-04-01")


def redrive(driver: Driver, debtor_ref: str = "D1") -> list[Event]:
    return driver.send("redrive-requested.v1", debtor_ref=debtor_ref)


def test_the_account_is_parked_and_everyone_else_goes_on(owed: Driver, broken: Policies) -> None:
    work_with(owed, broken)
    owed.debtor("D2")
    owed.claim(2, debtor_ref="D2")
    failing = owed.inbound("block-set.v1", kassenzeichen=owed.kz(1), reason="X", set_on="2026-04-01")
    other = owed.inbound(
        "payment-received.v1",
        payment_ref="P2",
        amount_cents=5,
        booked_on="2026-04-01",
        kassenzeichen=owed.kz(2),
    )
    events = owed.feed([failing, other])
    assert the(events, AccountParked).debtor_ref == "D1"
    assert booked(events) == [("payment", 5)]
    # Its later records are kept in their order: no answer, no effect, no second message.
    assert owed.pay("P1", 100) == []
    assert owed.pay("R1", 100, None, reverses="P1") == []
    assert owed.debtor(address_complete=False) == []
    assert owed.claim(3) == []
    assert owed.about("block-set.v1", 3, reason="Y", set_on="2026-04-01") == []
    assert reasons(owed.pay("P1", 1, serial=2)) == ["payment-ref-in-use"]
    assert told(owed.open("2026-04-02"), DayMarked)
    assert reasons(owed.events) == ["payment-ref-in-use"]


def test_a_redrive_replays_them_in_order(owed: Driver, broken: Policies, policies: Policies) -> None:
    work_with(owed, broken)
    insolvency(owed)
    owed.pay("P1", 100)
    owed.pay("R1", 100, None, reverses="P1")
    owed.about("claim-reduced.v1", amount_cents=1, due_on="2026-03-31")
    owed.claim(3)
    owed.open("2026-04-02")
    work_with(owed, policies)
    events = redrive(owed)
    assert booked(events) == [
        ("payment", 100),
        ("payment_reversed", -100),
        ("sollabgang", -1),
        ("sollzugang", 10_000),
    ]
    assert len(told(events, EventAccepted)) == 2
    assert len(told(events, ClaimRegistered)) == 1
    assert isinstance(events[-1].payload, AccountReleased)
    assert told(owed.pay("P2", 1), AccountChanged)
    assert [type(event.payload) for event in redrive(owed)] == [AccountReleased]  # dunning may have parked it


def test_what_fails_again_stays_parked(owed: Driver, broken: Policies, policies: Policies) -> None:
    work_with(owed, broken)
    insolvency(owed)
    owed.pay("P1", 100)
    events = redrive(owed)
    assert told(events, AccountReleased) == []
    assert len(told(events, AccountParked)) == 1
    work_with(owed, policies)
    assert booked(redrive(owed)) == [("payment", 100)]


def test_an_event_that_fails_when_it_is_released_parks_too(owed: Driver, broken: Policies) -> None:
    work_with(owed, broken)
    assert insolvency(owed, 2) == []
    assert owed.pay("P1", 50, serial=2) == []
    events = owed.claim(2)
    assert told(events, ClaimRegistered)
    assert the(events, AccountParked).debtor_ref == "D1"
    assert owed.dump()["waiting"] == []
    assert len(owed.dump()["parked"]) == 1


def test_the_days_work_passes_a_parked_account_over(
    owed: Driver, broken: Policies, policies: Policies
) -> None:
    owed.about("block-set.v1", reason="T", set_on="2026-04-01", ends_by="2026-04-10")
    work_with(owed, broken)
    insolvency(owed)
    assert told(owed.open("2026-04-11"), AccountChanged) == []
    work_with(owed, policies)
    redrive(owed)
    assert the(owed.open("2026-04-12"), AccountChanged).claims[0].due_on.isoformat() == "2026-05-23"


def test_tables_of_the_sequencer_are_in_the_same_database() -> None:
    assert "remittance" in tables.metadata.tables
