"""The names of all metrics as Prometheus sees them, and those that a query names."""

import re
from typing import Any, Final

from prometheus_client import CollectorRegistry

from services.claims.figures import Figures
from shared.telemetry import Telemetry

_SUFFIXES: Final = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
}


def exposed() -> dict[str, frozenset[str]]:
    """Metric -> its labels, of every service together."""
    registries = [Telemetry("any").registry, CollectorRegistry()]
    Figures(registries[1])
    collectors: list[Any] = [
        each
        for registry in registries
        for each in registry._collector_to_names  # noqa: SLF001 - it has no other name for it
    ]
    return {
        collector._name + suffix: frozenset(collector._labelnames)  # noqa: SLF001
        for collector in collectors
        for suffix in _SUFFIXES[collector._type]  # noqa: SLF001
    }


def named(query: str) -> set[str]:
    """The metrics of ours that a query names."""
    return set(re.findall(r"\bmahnwerk_\w+", query))
