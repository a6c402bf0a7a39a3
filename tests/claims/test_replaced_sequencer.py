"""The ledger and the sequencer's repetitions: what stands in intake twice, or by one that was replaced."""

from typing import Any

from shared.records import Record
from tests.claims.driver import DEBTOR, Driver


def debtor(ledger: Driver, at: int, term: int) -> Record:
    """Debtor D<at>, whose registration stood at that offset, appended in that term."""
    headers: dict[str, Any] = {"mw-from": f"debtor-registered/0/{at}", "mw-term": str(term)}
    data = DEBTOR | {"mandant": ledger.mandant, "debtor_ref": f"D{at}"}
    return ledger.record("debtor-registered.v1", data, id=f"registration-{at}", **headers)


def accepted(ledger: Driver) -> list[str]:
    return [e.payload.accepted_id for e in ledger.events if e.type == "event-accepted.v1"]  # type: ignore[attr-defined]


def test_what_is_appended_again_counts_once(ledger: Driver) -> None:
    ledger.feed([debtor(ledger, at, term) for at, term in ((1, 5), (2, 5), (1, 6), (2, 6), (3, 6))])

    assert accepted(ledger) == ["registration-1", "registration-2", "registration-3"]


def test_what_a_replaced_sequencer_appends_ahead_of_its_successor_does_not_count(ledger: Driver) -> None:
    ledger.feed([debtor(ledger, at, term) for at, term in ((1, 5), (1, 6), (4, 5), (2, 6), (3, 6), (4, 6))])

    assert accepted(ledger) == [f"registration-{at}" for at in (1, 2, 3, 4)]
