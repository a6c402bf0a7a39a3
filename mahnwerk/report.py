"""The demo's figures for people."""

from collections.abc import Mapping
from typing import Any

from mahnwerk.console import euros, table


def report(figures: Mapping[str, Any]) -> str:
    """What a run amounts to, as text; the same figures give the same text."""
    parts = [
        f"{figures['claims']:,} claims of {figures['accounts']:,} debtors, as of {figures['day']}",
        _part("Events by topic", _events(figures["events"])),
        _part("Rejected events by reason", table(figures["rejections"].items())),
        _part("Open amounts by stage", _stages(figures["open_by_stage"])),
        _part("Klärungsliste", _clearing_list(figures["clearing_list"])),
        _part(
            "Kassenanzeigen",
            table([f"number {number}", count] for number, count in figures["kassenanzeigen"].items()),
        ),
        _part("Handovers", table(figures["handovers"].items())),
        _part(
            "Write-offs",
            table([kind, f["count"], euros(f["amount_cents"])] for kind, f in figures["write_offs"].items()),
        ),
        _part("Reconciliation", _reconciliation(figures["reconciliation"])),
    ]
    return "\n\n".join(parts)


def _part(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines or ["none"])])


def _events(events: Mapping[str, Any]) -> list[str]:
    rows: list[list[Any]] = []
    for topic, of_topic in events.items():
        rows.append([topic, "", of_topic["total"]])
        if len(of_topic["types"]) > 1 or topic not in next(iter(of_topic["types"])):
            rows += [["", type_, count] for type_, count in of_topic["types"].items()]
    return table(rows)


def _stages(stages: Mapping[str, Mapping[str, int]]) -> list[str]:
    rows = [[stage, f["claims"], euros(f["open_cents"])] for stage, f in stages.items()]
    claims = sum(f["claims"] for f in stages.values())
    cents = sum(f["open_cents"] for f in stages.values())
    return table([*rows, ["together", claims, euros(cents)]], ["", "claims", "EUR"])


def _clearing_list(listed: Mapping[str, Any]) -> list[str]:
    rows = [[cause, count] for cause, count in listed["causes"].items()]
    return [*table(rows), f"together {listed['entries']}, {euros(listed['amount_cents'])} EUR"]


def _reconciliation(sums: Mapping[str, Any]) -> list[str]:
    heads = ["", "Soll", "- Ist", "- written off", "- open", "+ credits", "="]
    rows = [[mandant, *_amounts(of)] for mandant, of in sums["by_mandant"].items()]
    return table([*rows, ["together", *_amounts(sums)]], heads)


def _amounts(sums: Mapping[str, int]) -> list[str]:
    names = ("soll", "ist", "written_off", "open", "credit", "difference")
    return [euros(sums[f"{name}_cents"]) for name in names]
