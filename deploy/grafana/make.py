"""Writes the dashboards. `python deploy/grafana/make.py`; a test checks that the files are what this writes.

A panel is a title, a unit and its queries by legend. What is absent until it first happens ends in
`or vector(0)`: no panel is empty while all is well.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "dashboards"
SOURCE = {"type": "prometheus", "uid": "prometheus"}
SERVICES = ("claims", "dunning", "enforcement", "notifications")
_COLUMNS = 24


@dataclass(frozen=True)
class Panel:
    """One panel; `queries`: legend -> PromQL. `kind` and `unit` in Grafana's words."""

    title: str
    queries: dict[str, str]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8
    red_from: float | None = None
    about: str = ""


@dataclass(frozen=True)
class Dashboard:
    """A dashboard, of panels from left to right."""

    uid: str
    title: str
    panels: tuple[Panel, ...] = field(default_factory=tuple)


def _late(by: str, where: str = "") -> str:
    return (
        f"histogram_quantile(0.99, sum by (le, {by}) (rate(mahnwerk_record_age_seconds_bucket{where}[5m])))"
    )


def night() -> Dashboard:
    """Is everyone getting their answers?"""
    day = "min by (service) (mahnwerk_day_opened_timestamp_seconds) * 1000"
    return Dashboard(
        "mahnwerk-night",
        "Mahnwerk: three in the morning",
        (
            Panel("Alerts that fire", {"alerts": 'count(ALERTS{alertstate="firing"}) or vector(0)'},
                  kind="stat", width=4, red_from=1),
            Panel("Services that are ready", {"{{service}}": "max by (service) (mahnwerk_ready)"}, kind="stat"),
            Panel("Alarms", {"alarms": "sum(mahnwerk_alarm) or vector(0)"}, kind="stat", width=4, red_from=1,
                  about="A lane stands still until a person has looked."),
            Panel("Parked debtors", {"{{service}}": "max by (service) (mahnwerk_parked_debtors)"}, kind="stat",
                  red_from=1),
            Panel("99 of 100 are done within", {"{{service}}": _late("service")}, "s", red_from=120,
                  about="From the arrival until it has taken effect; what waited before intake is in it."),
            Panel("Waiting to be read", {"{{service}} {{topic}}": "sum by (service, topic) (mahnwerk_lag_records)"}),
            Panel("Waiting to be published", {"{{service}}": "max by (service) (mahnwerk_outbox_age_seconds)"}, "s",
                  red_from=120),
            Panel("The day that is open", {"{{service}}": day}, "dateTimeAsIso", "stat", 12),
            Panel("Days announced and not open", {"days": "max(mahnwerk_days_waiting)"}, kind="stat", width=4),
            Panel("Claims the calendar missed", {"claims": "max(mahnwerk_calendar_overdue_claims)"}, kind="stat",
                  red_from=1, width=4, about="A block, a deferral, a hold, limitation, a review: due, and not seen to."),
            Panel("In the waiting room", {"events": "max(mahnwerk_waiting_events)"}, kind="stat", width=4,
                  about="They refer to something that is not known yet, and are judged when the day opens."),
            Panel("Answers a minute", {"{{outcome}}": "sum by (outcome) (rate(mahnwerk_inbound_total[5m])) * 60"},
                  width=12),
            Panel("Rejections a minute",
                  {"{{reason}}": "sum by (reason) (rate(mahnwerk_rejections_total[5m])) * 60 or vector(0)"}, width=12),
        ),
    )  # fmt: skip


def of_service(service: str) -> Dashboard:
    """Everything about one service."""
    where = f'{{service="{service}"}}'
    panels = [
        Panel("Instances", {"up": f"sum(up{where})", "ready": f"sum(mahnwerk_ready{where})"}, kind="stat", width=6),
        Panel("Lanes", {"lanes": f"sum(mahnwerk_lanes_owned{where})"}, kind="stat", width=6),
        Panel("Day", {"day": f"min(mahnwerk_day_opened_timestamp_seconds{where}) * 1000"}, "dateTimeAsIso", "stat", 6),
        Panel("Parked debtors", {"parked": f"max(mahnwerk_parked_debtors{where})"}, kind="stat", width=6, red_from=1),
        Panel("Records handled a second",
              {"{{topic}}": f"sum by (topic) (rate(mahnwerk_records_handled_total{where}[5m]))"}),
        Panel("Waiting to be read", {"{{topic}}": f"sum by (topic) (mahnwerk_lag_records{where})"}),
        Panel("99 of 100 are done within", {"{{topic}}": _late("topic", where)}, "s", red_from=120),
        Panel("Seconds of a batch", {
            "half": f"histogram_quantile(0.5, sum by (le) (rate(mahnwerk_batch_seconds_bucket{where}[5m])))",
            "99 of 100": f"histogram_quantile(0.99, sum by (le) (rate(mahnwerk_batch_seconds_bucket{where}[5m])))",
        }, "s"),
        Panel("Records in a batch", {
            "mean": f"sum(rate(mahnwerk_batch_records_sum{where}[5m])) / sum(rate(mahnwerk_batch_records_count{where}[5m]))",
        }),
        Panel("Letters and messages written a second",
              {"messages": f"sum(rate(mahnwerk_messages_written_total{where}[5m]))"})
        if service == "notifications" else
        Panel("Events emitted a second", {"{{type}}": f"sum by (type) (rate(mahnwerk_events_total{where}[5m]))"}),
        Panel("Waiting to be published", {"events": f"sum(mahnwerk_outbox_depth{where})"}),
        Panel("Nothing published for", {"seconds": f"max(mahnwerk_outbox_age_seconds{where})"}, "s", red_from=120),
        Panel("Waits for Kafka or the database",
              {"{{part}}": f"sum by (part) (increase(mahnwerk_retries_total{where}[5m])) or vector(0)"}),
        Panel("Alarms", {"{{kind}}": f"sum by (kind) (mahnwerk_alarm{where}) or vector(0)"}, red_from=1),
    ]  # fmt: skip
    if service == "claims":
        panels += [
            Panel("Inbound a second",
                  {"{{type}} {{outcome}}": f"sum by (type, outcome) (rate(mahnwerk_inbound_total{where}[5m]))"}),
            Panel("Rejections a second",
                  {"{{reason}}": f"sum by (reason) (rate(mahnwerk_rejections_total{where}[5m])) or vector(0)"}),
            Panel("In the waiting room", {"events": f"max(mahnwerk_waiting_events{where})"}),
            Panel("Days announced and not open", {"days": f"max(mahnwerk_days_waiting{where})"}),
        ]  # fmt: skip
    return Dashboard(f"mahnwerk-{service}", f"Mahnwerk: {service}", tuple(panels))


def finance() -> Dashboard:
    """The sums of each municipality, as the ledger has them now."""

    def euros(kind: str) -> dict[str, str]:
        return {"{{mandant}}": f'max by (mandant) (mahnwerk_balance_cents{{kind="{kind}"}}) / 100'}

    off = "max by (mandant, kind) (mahnwerk_journal_difference_cents) / 100"
    return Dashboard(
        "mahnwerk-finance",
        "Mahnwerk: finance",
        (
            Panel("Soll", euros("soll"), "currencyEUR"),
            Panel("Ist", euros("ist"), "currencyEUR"),
            Panel("Open", euros("open"), "currencyEUR"),
            Panel("Written off", euros("written_off"), "currencyEUR"),
            Panel("Credits", euros("credit"), "currencyEUR"),
            Panel("Klärungsliste", euros("unclear"), "currencyEUR", about="Payments that fit no claim yet."),
            Panel("Sums less their postings", {"{{mandant}} {{kind}}": off}, "currencyEUR", "stat", 24, 0.01,
                  "Anything but 0.00 is an error: see the runbook BooksDoNotReconcile."),
        ),
    )  # fmt: skip


def rendered(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana reads it."""
    panels, x, y = [], 0, 0
    for number, panel in enumerate(dashboard.panels, 1):
        if x + panel.width > _COLUMNS:
            x, y = 0, y + 8
        panels.append(_panel(panel, number) | {"gridPos": {"x": x, "y": y, "w": panel.width, "h": 8}})
        x += panel.width
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["mahnwerk"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panels,
    }


def _panel(panel: Panel, number: int) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red_from is not None:
        steps.append({"color": "red", "value": panel.red_from})
    defaults = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            {"refId": chr(65 + n), "datasource": SOURCE, "expr": query, "legendFormat": legend}
            for n, (legend, query) in enumerate(panel.queries.items())
        ],
    }


def files() -> dict[Path, str]:
    """The text of each file."""
    dashboards = [night(), *map(of_service, SERVICES), finance()]
    return {
        FOLDER / f"{dashboard.uid}.json": json.dumps(rendered(dashboard), indent=1, ensure_ascii=False) + "\n"
        for dashboard in dashboards
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
