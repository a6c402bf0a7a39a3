"""The names of all metrics as Prometheus sees them, and those that a query names."""

import re
from datetime import date
from typing import Any, Final

from prometheus_client import CollectorRegistry

from services.claims.figures import Figures
from shared.telemetry import Telemetry

_SUFFIXES: Final = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
}
_TARGET: Final = frozenset({"job", "instance", "service"})


def exposed() -> dict[str, frozenset[str]]:
    """Metric -> its labels, of every service together, with those that Prometheus adds to each target."""
    telemetry = Telemetry("any")
    telemetry.open_is(date(2026, 1, 5))  # absent before
    registries = [telemetry.registry, CollectorRegistry()]
    Figures(registries[1])
    collectors: list[Any] = [
        each
        for registry in registries
        for each in registry._collector_to_names  # noqa: SLF001 - it has no other name for it
    ]
    return {
        collector._name + suffix: _TARGET  # noqa: SLF001
        | frozenset(collector._labelnames)  # noqa: SLF001
        | ({"le"} if suffix == "_bucket" else set())
        for collector in collectors
        for suffix in _SUFFIXES[collector._type]  # noqa: SLF001
    }


def named(query: str) -> set[str]:
    """The metrics of ours that a query names."""
    return set(re.findall(r"\bmahnwerk_\w+", query))


def grouped(query: str) -> set[str]:
    """The labels by which a query groups or joins."""
    lists = re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", query)
    return {label.strip() for each in lists for label in each.split(",")} - {""}


def strangers(query: str) -> set[str]:
    """The labels in a query that the metrics of ours in it do not carry: it would find nothing by them."""
    labels = exposed()
    asked = {
        (metric, label)
        for metric, selector in re.findall(r"\b(mahnwerk_\w+)\{([^}]*)\}", query)
        for label in re.findall(r"(\w+)\s*[=!]", re.sub(r'"[^"]*"', "", selector))
    }
    asked |= {(metric, label) for metric in named(query) for label in grouped(query)}
    return {f"{metric}: {label}" for metric, label in asked if label not in labels[metric]}
