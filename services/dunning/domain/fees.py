"""Mahngebühren (domain d3): § 9 and § 17 (3) VO VwVG NRW, § 2 VwVKostVO Niedersachsen.

The 52 EUR cap of NRW holds only beside Säumniszuschläge, which the claims of this system do not bear.
"""

from typing import Literal

_EURO = 100
_NRW_FLAT_EUROS = 6
_NRW_FLAT_UP_TO_EUROS = 50
_NI_STEPS = ((50_00, 4_00), (100_00, 6_00), (500_00, 9_00), (1_000_00, 14_00))
_NI_ABOVE_CENTS = 20_00


def dunning_fee_cents(schedule: Literal["none", "nrw", "ni"], base_cents: int) -> int:
    """The fee of a notice on `base_cents`: the sum of what is asked for the claims that bear it."""
    if base_cents <= 0 or schedule == "none":
        return 0
    return _nrw_cents(base_cents) if schedule == "nrw" else _ni_cents(base_cents)


def _nrw_cents(base_cents: int) -> int:
    # § 17 (3) VO VwVG NRW: base and fee are rounded down to full euros.
    excess_euros = max(0, base_cents // _EURO - _NRW_FLAT_UP_TO_EUROS)
    return (_NRW_FLAT_EUROS + excess_euros // 100) * _EURO


def _ni_cents(base_cents: int) -> int:
    return next((fee for limit, fee in _NI_STEPS if base_cents <= limit), _NI_ABOVE_CENTS)
