"""From the dated lines of a policy file to what holds between two changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from shared.policy.policy import UNSET, Line, Policy
from shared.policy.terms import (
    Blocks,
    Claims,
    Dunning,
    Enforcement,
    Kassenanzeige,
    Limitation,
    Table,
    Terms,
    WriteOff,
)


def build(mandant: str, name: str, land: str, file: str, lines: Mapping[str, tuple[Line, ...]]) -> Policy:
    """The policy of a mandant; ``lines`` are sorted by day and cover every key."""
    changes = _change_days(lines)
    periods = zip_longest((None, *changes), changes)
    return Policy(
        mandant=mandant,
        name=name,
        land=land,
        file=file,
        lines=lines,
        change_days=changes,
        terms=tuple(_Period(mandant, file, lines, begin, following).terms() for begin, following in periods),
    )


def _change_days(lines: Mapping[str, tuple[Line, ...]]) -> tuple[date, ...]:
    """The days from which a value differs; a line that only repeats the value changes nothing."""
    days: set[date] = set()
    for series in lines.values():
        before: object = UNSET
        for line in series:
            if line.from_ is not None and line.value != before:
                days.add(line.from_)
            before = line.value
    return tuple(sorted(days))


@dataclass(frozen=True, slots=True)
class _Period:
    """The days between two changes; no ``begin``: since ever, no ``following``: for ever."""

    mandant: str
    file: str
    lines: Mapping[str, tuple[Line, ...]]
    begin: date | None
    following: date | None

    def terms(self) -> Terms:
        values = {key: self._in_force(series) for key, series in self.lines.items()}
        unset = {key: self._message(key) for key, value in values.items() if value is UNSET}
        known = {key: value for key, value in values.items() if value is not UNSET}
        return Terms(
            version=f"{self.mandant}@{self.begin or 'ever'}",
            claims=Claims.of(_table(known, "claims"), _table(unset, "claims")),
            dunning=Dunning.of(_table(known, "dunning"), _table(unset, "dunning")),
            treatments=Table(_table(known, "dunning.treatment"), _table(unset, "dunning.treatment")),
            kassenanzeige=Kassenanzeige.of(_table(known, "kassenanzeige"), _table(unset, "kassenanzeige")),
            blocks=Blocks.of(
                _table(known, "blocks")
                | {"max_days": Table(_table(known, "blocks.max_days"), _table(unset, "blocks.max_days"))},
                _table(unset, "blocks"),
            ),
            enforcement=Enforcement.of(_table(known, "enforcement"), _table(unset, "enforcement")),
            write_off=WriteOff.of(_table(known, "write_off"), _table(unset, "write_off")),
            limitation=Limitation.of(_table(known, "limitation"), _table(unset, "limitation")),
            unset=tuple(unset.values()),
        )

    def _in_force(self, series: tuple[Line, ...]) -> object:
        value: object = UNSET
        for line in series:
            if line.from_ is None or (self.begin is not None and line.from_ <= self.begin):
                value = line.value
        return value

    def _message(self, key: str) -> str:
        since = f" from {self.begin}" if self.begin else ""
        before = f" before {self.following}" if self.following else ""
        return f"{self.file}: {key} is unset{since}{before}: the municipality must set it"


def _table(values: Mapping[str, Any], table: str) -> dict[str, Any]:
    """The entries directly in a table (checked by ``keys``); ``from`` is ``from_`` in Python."""
    split = {key.rpartition("."): value for key, value in values.items()}
    return {
        "from_" if name == "from" else name: value
        for (prefix, _, name), value in split.items()
        if prefix == table
    }
