"""A notice of Thursday 12 March 2026 that is found wrong later: for the scenarios of the ways back."""

from tests.scenarios.timeline import Timeline

NOTICE = "2026-03-12"
NEXT = "2026-03-13"
NRW: dict[str, object] = {"dunning.fees": "nrw"}
ALONE = "2026-03-12 notice: K1 100.00 + fee 6.00; pay by 2026-03-19"
WITHDRAWN = "2026-03-13 notice of 2026-03-12 withdrawn: K1 paid-before; fee off K1 6.00"
BLOCKED = "2026-03-13 notice of 2026-03-12 withdrawn: K1 blocked-before; fee off K1 6.00"


def dunned(policy: dict[str, object] = NRW, **more: str) -> Timeline:
    """K1 and the claims in ``more`` (name and amount), due from 2 March on, were in one notice."""
    t = Timeline("wuppertal", policy)
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-02-25")
    for name, amount in more.items():
        t.claim(name, amount, due="2026-03-02")
    t.day(NOTICE)
    return t
