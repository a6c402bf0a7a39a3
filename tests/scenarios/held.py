"""A claim that would be dunned, about a debtor who may be held: for the scenarios of holds."""

from typing import Any

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
NOTICE = "2026-03-12"
THE_NOTICE = "2026-03-12 notice: K1 100.00; pay by 2026-03-19"
TODAY = "2026-02-16"


def with_claim(*, claim: dict[str, Any] | None = None, **facts: Any) -> Timeline:  # noqa: ANN401
    """A claim about a debtor with these facts, before the day on which it would be dunned."""
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1", **facts)
    t.claim("K1", "100.00", **({"due": DUE} | (claim or {})))
    return t


def causes(t: Timeline, claim: str = "K1") -> list[str]:
    return [hold["cause"] for hold in t.account(claim)["holds"]]


def asked(t: Timeline) -> list[tuple[str, str, list[str], str]]:
    """What somebody was asked about: day, cause, claims, office."""
    return [
        (one["issued_on"], one["payload"]["cause"], [t.name(kz) for kz in one["kassenzeichen"]], one["to"])
        for one in t.events("handover-issued")
        if one["kind"] == "decision-needed"
    ]
