"""What refers to something not known yet waits, and takes effect in its order when that arrives."""

from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest

from services.claims.store import count_waiting
from shared.contracts import ClaimRegistered, DayMarked, EventAccepted, PaymentCleared
from shared.loop import Loop
from tests.claims.driver import CLAIM, DEBTOR, Driver, booked, reasons, the, told

PARTS: list[tuple[str, dict[str, object]]] = [
    ("debtor-registered.v1", DEBTOR),
    ("claim-created.v1", CLAIM | {"kassenzeichen": "8656210000015"}),
    (
        "payment-received.v1",
        {
            "payment_ref": "P1",
            "amount_cents": 4_000,
            "booked_on": "2026-04-01",
            "kassenzeichen": "8656210000015",
        },
    ),
    ("block-set.v1", {"kassenzeichen": "8656210000015", "reason": "Y", "set_on": "2026-04-01"}),
    (
        "claim-reduced.v1",
        {"kassenzeichen": "8656210000015", "amount_cents": 1_000, "due_on": "2026-03-31"},
    ),
]


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_the_order_within_a_day_changes_nothing(
    new_ledger: Callable[..., Driver], order: tuple[int, ...]
) -> None:
    ledger = new_ledger()
    ledger.open("2026-04-01")
    for n in order:
        kind, data = PARTS[n]
        ledger.send(kind, _id=f"p{n}", **data)
    view = ledger.claim_view()
    assert (view.soll_cents, view.ist_cents, view.open_cents) == (9_000, 4_000, 5_000)
    assert [block.reason for block in view.blocks] == ["Y"]
    assert reasons(ledger.events) == []
    assert len(told(ledger.events, EventAccepted)) == 3
    assert len(told(ledger.open("2026-04-02"), DayMarked)) == 1


def test_each_carries_its_own_cause(ledger: Driver) -> None:
    assert ledger.pay("P1", 4_000, _id="money") == []
    assert ledger.claim(_id="claim") == []
    events = ledger.debtor(_id="debtor")
    assert list(dict.fromkeys(event.cause for event in events)) == ["debtor", "claim", "money"]


def test_what_follows_in_its_topic_waits_behind(owed: Driver) -> None:
    owed.claim(2, amount_cents=100)
    owed.pay("P1", 10_050)  # a credit of 0.50 EUR
    persons = {"requested_by": "a", "approved_by": "b"}
    moved = {"to_kassenzeichen": owed.kz(3), "amount_cents": 50, "on": "2026-04-01"} | persons
    assert owed.about("credit-transferred.v1", 1, **moved) == []
    assert owed.about("claim-reduced.v1", 1, amount_cents=1, due_on="2026-03-31") == []
    # What no waiting can mend does not wait.
    lone = {"amount_cents": 1, "on": "2026-04-01", "requested_by": "A ", "approved_by": "a"}
    assert reasons(owed.about("credit-refunded.v1", 1, **lone)) == ["same-person"]
    # Another topic is not held up.
    assert told(owed.about("block-set.v1", 1, reason="Y", set_on="2026-04-01"), EventAccepted)
    events = owed.claim(3)
    kinds = [kind for kind, _ in booked(events)]
    assert kinds == ["sollzugang", "credit_transferred", "credit_transferred", "sollabgang"]


def test_at_the_next_day_the_unknown_is_rejected(owed: Driver) -> None:
    owed.claim(2, debtor_ref="nobody")
    owed.about("block-set.v1", 2, reason="Y", set_on="2026-04-01")
    owed.about("block-lifted.v1", 2, reason="Y", lifted_on="2026-04-02")
    events = owed.open("2026-04-02")
    assert reasons(events) == ["unknown-debtor", "unknown-kassenzeichen", "unknown-kassenzeichen"]
    assert {event.day for event in events[:3]} == {date(2026, 4, 1)}
    assert owed.dump()["waiting"] == []


def test_those_behind_a_rejected_one_get_their_turn(owed: Driver) -> None:
    owed.claim(2, debtor_ref="nobody")
    owed.claim(2, claim_ref="second")
    owed.about("block-set.v1", 2, reason="Y", set_on="2026-04-01")
    owed.pay("P1", 100, serial=2)
    events = owed.open("2026-04-02")
    assert reasons(events) == ["unknown-debtor"]
    assert the(events, ClaimRegistered).claim_ref == "second"
    assert told(events, PaymentCleared) == []
    assert owed.claim_view(2).open_cents == 9_900


def test_the_last_call_is_made_in_chunks(owed: Driver) -> None:
    owed.claim(2, debtor_ref="nobody")
    for n in range(5):
        owed.pay(f"P{n}", 100, serial=2)
        owed.about("block-set.v1", 3, reason="Y", set_on="2026-04-01")
    mark = owed.mark("2026-04-02")
    steps = []
    for n in range(20):
        with owed.engine.begin() as conn:
            step = owed.ledger.open_day(conn, {0: mark}, {0: n}, 3)
        steps += step.events
        if not step.unfinished:
            break
    assert n == 1
    assert reasons(steps) == ["unknown-debtor", *["unknown-kassenzeichen"] * 5]
    assert len(told(steps, DayMarked)) == 1


def test_waiting_events_are_counted(owed: Driver) -> None:
    owed.pay("P1", 100, serial=2)
    with owed.engine.begin() as conn:
        assert count_waiting(conn) == 1
    assert isinstance(owed.loop, Loop)
