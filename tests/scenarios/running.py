"""Running claims, told in a line: for the scenarios of R81, R83 and R84."""

from typing import Any

from tests.scenarios.timeline import Timeline


def opened(today: str, mandant: str = "wuppertal", **policy: object) -> Timeline:
    t = Timeline(mandant, policy or None)
    t.day(today)
    t.debtor("D1")
    return t


def until_ended(t: Timeline, name: str, month: str, due: str, **changes: Any) -> str:  # noqa: ANN401 - any field
    return t.claim(name, month, due=due, mode="laufend_offen", **changes)


def until(t: Timeline, name: str, month: str, due: str, ends_on: str, **changes: Any) -> str:  # noqa: ANN401 - any field
    return t.claim(name, month, due=due, mode="laufend_bis", ends_on=ends_on, **changes)


def sollsaetze(t: Timeline, name: str) -> list[str]:
    """``2026-03-31 50.00/20.00``: due date, amount, what is open of it."""
    return [
        f"{one['due_on']} {one['amount_cents'] / 100:.2f}/{one['open_cents'] / 100:.2f}"
        for one in t.account(name)["sollsaetze"]
    ]


def end(t: Timeline, name: str, last_due_on: str) -> str:
    return t.about("claim-ended", name, last_due_on=last_due_on)
