"""Stock that is taken over from the old system: a notice is out, and what was written off years ago.

None of it is sent again. What is written off is looked at again: a year later where whereabouts were unknown
(R88), and when somebody looks for the debtor (R92, R93).
"""

from datetime import date, timedelta
from typing import Final

from mahnwerk.year.claims import pay_exactly
from mahnwerk.year.town import Desk

_NOTICED_CENTS: Final = 18_420
_NOTICED: Final = {
    "stage": "noticed",
    "noticed_on": date(2025, 12, 8),
    "pay_by": date(2025, 12, 22),
    "fee_charged": True,
}
_NOT_DUNNED: Final = {"stage": "none", "fee_charged": False}
_PAID_ON: Final = date(2026, 4, 15)  # enforcement has started by then
_WRITTEN_OFF_ON: Final = date(2021, 11, 8)
_LOOKED_FOR_ON: Final = date(2026, 3, 9)
_DECIDED_ON: Final = date(2026, 4, 20)
_SMALL_CENTS: Final = 48_000  # converted after a year where steps are named
_LARGE_CENTS: Final = 260_000  # there left to two persons


def live(desk: Desk) -> None:
    """In every municipality: one noticed, and three written off, unbefristet and befristet."""
    _noticed(desk)
    _unbefristet(desk)
    _befristet(desk, "P-9503", _SMALL_CENTS)
    number = _befristet(desk, "P-9504", _LARGE_CENTS)
    _write_off(desk, _DECIDED_ON, number, "unbefristet")


def _noticed(desk: Desk) -> None:
    """Handed over by the old notice, announced, started; paid in April."""
    number = _claim(desk, "P-9501", _NOTICED_CENTS, date(2025, 11, 17), _NOTICED)
    pay_exactly(desk, _PAID_ON, number, _NOTICED_CENTS)


def _unbefristet(desk: Desk) -> None:
    """Reviewed a year after the take-over, where the Aktenzeichen begins with 3600 then."""
    number = _claim(desk, "P-9502", 12_000, date(2023, 5, 15), _NOT_DUNNED)
    _write_off(desk, None, number, "unbefristet")


def _befristet(desk: Desk, ref: str, cents: int) -> str:
    """Written off years ago; somebody looks for the debtor in March, in vain."""
    number = _claim(desk, ref, cents, date(2021, 6, 15), _NOT_DUNNED)
    _write_off(desk, None, number, "befristet")
    desk.send(
        _LOOKED_FOR_ON, "whereabouts-checked.v1", kassenzeichen=number, checked_on=_LOOKED_FOR_ON, found=False
    )
    return number


def _write_off(desk: Desk, on: date | None, number: str, decision: str) -> None:
    """Decided on a day of the year, or (None) years ago; nobody knows where the debtor is."""
    data = {
        "kassenzeichen": number,
        "decision": decision,
        "decided_on": on or _WRITTEN_OFF_ON,
        "whereabouts_unknown": True,
        **desk.officers(),
    }
    if on is None:
        desk.take_over("write-off-decided.v1", **data)
    else:
        desk.send(on, "write-off-decided.v1", **data)


def _claim(desk: Desk, ref: str, cents: int, due_on: date, before: dict[str, object]) -> str:
    """A debtor and what he owes of old; the Kassenzeichen."""
    number = desk.kassenzeichen("5621")
    desk.take_over(
        "debtor-registered.v1",
        debtor_ref=ref,
        kind="person",
        born_on=date(1980, 3, 15),
        legal_representative=False,
        under_guardianship=False,
        address_complete=True,
        receives_benefits=False,
    )
    desk.take_over(
        "claim-created.v1",
        claim_ref=desk.claim_ref(),
        debtor_ref=ref,
        kassenzeichen=number,
        aktenzeichen=f"8{desk.random.randint(0, 9_999_999_999_999):013}",
        einnahmeart="5621",
        office="LG",
        mode="einmalig",
        amount_cents=cents,
        due_on=due_on,
        decided_on=due_on - timedelta(days=42),
        taken_over=before,
    )
    return number
