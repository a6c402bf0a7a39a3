"""Reads ``policies/<mandant>.toml``, strictly: what is not exactly right stops the start (C8).

All problems of all files are reported at once, each naming file and key.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from shared.policy.build import build
from shared.policy.calendars import LANDS
from shared.policy.errors import PolicyError
from shared.policy.keys import KEYS
from shared.policy.policy import UNSET, Line, Policies, Policy

_LINE_KEYS = ("from", "value", "source", "assumed", "confirmed")
_PLAIN_KEYS = ("name", "land")  # not dated
_LINES_EXPECTED = 'a list of dated lines is expected: [{ value = …, source = "…" }]'


def load_policies(folder: Path | str) -> Policies:
    """Every policy in ``folder``; PolicyError if one of them is not lawful in form.

    What is unset only on some days is found by ``Policies.check`` when such a day is opened.
    """
    files = sorted(Path(folder).glob("*.toml"))
    if not files:
        raise PolicyError(f"{folder}: there is no policy file (<mandant>.toml)")
    problems: list[str] = []
    policies = {path.stem: policy for path in files if (policy := _load(path, problems))}
    if problems:
        raise PolicyError("\n".join(problems))
    return Policies(policies)


def _load(path: Path, problems: list[str]) -> Policy | None:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        problems.append(f"{path}: cannot be read as TOML: {wrong}")
        return None
    found = list(_plain_problems(written))
    entries = dict(_entries(written))
    found += _name_problems(entries, (*KEYS, *_PLAIN_KEYS))
    lines = {key: _lines(key, entries[key], found) for key in KEYS if key in entries}
    problems += [f"{path}: {problem}" for problem in found]
    return None if found else build(path.stem, written["name"], written["land"], str(path), lines)


def _entries(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The entries of a table and of those inside it, under their dotted names."""
    for name, value in table.items():
        key = prefix + (f'"{name}"' if "." in name else name)
        if isinstance(value, dict) and (value or any(known.startswith(f"{key}.") for known in KEYS)):
            yield from _entries(value, f"{key}.")
        else:
            yield key, value


def _name_problems(entries: Collection[str], known: Collection[str]) -> Iterator[str]:
    for key in entries:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            yield f"{key}: there is no such key" + (f"; is {near[0]} meant?" if near else "")
    for key in known:
        if key not in entries:
            yield f"{key}: the key is absent"


def _plain_problems(written: Mapping[str, Any]) -> Iterator[str]:
    name, land = written.get("name"), written.get("land")
    if name is not None and (not isinstance(name, str) or not name.strip()):
        yield "name: the municipality's name is expected"
    if land is not None and (not isinstance(land, str) or land not in LANDS):
        yield f"land: {land!r} is no German Land; one of {', '.join(sorted(LANDS))} is expected"


def _lines(key: str, written: object, problems: list[str]) -> tuple[Line, ...]:
    if not isinstance(written, list) or not written:
        problems.append(f"{key}: {_LINES_EXPECTED}")
        return ()
    lines: list[Line] = []
    for number, entry in enumerate(written, start=1):
        wrong = list(_line_problems(entry, first=number == 1))
        problems += [f"{key}, line {number}: {problem}" for problem in wrong]
        if wrong:
            continue
        value = entry["value"]
        try:
            read = UNSET if value == "unset" else KEYS[key](value)
        except ValueError as expected:
            problems.append(f"{key}, line {number}: {value!r} is no lawful value; expected: {expected}")
            continue
        lines.append(
            Line(
                from_=entry.get("from"),
                value=read,
                written=str(value),
                source=entry["source"],
                assumed=entry.get("assumed", False),
                confirmed=entry.get("confirmed"),
            )
        )
    problems += [f"{key}: {problem}" for problem in _series_problems(lines)]
    return tuple(sorted(lines, key=lambda line: line.from_ or date.min))


def _line_problems(entry: object, *, first: bool) -> Iterator[str]:
    """What is wrong with a line, its value left aside."""
    if not isinstance(entry, dict):
        yield _LINES_EXPECTED
        return
    for key in entry:
        if key not in _LINE_KEYS:
            yield f"there is no such key: {key}"
    if "value" not in entry:
        yield "value is absent"
    if "from" not in entry and not first:
        yield "from is absent; only the first line may leave it out"
    if "from" in entry and type(entry["from"]) is not date:  # a TOML date-time is a date in Python
        yield f"from = {entry['from']!s}: a day is expected, like 2026-02-04 without quotation marks"
    if not _is_text(entry.get("source")):
        yield "source is absent; the rule number, § or document is expected"
    if not isinstance(entry.get("assumed", False), bool):
        yield "assumed: true or false is expected"
    if "confirmed" in entry and not _is_text(entry["confirmed"]):
        yield 'confirmed: "who, when" is expected'


def _series_problems(lines: list[Line]) -> Iterator[str]:
    days = [line.from_ for line in lines]
    for day in sorted({day for day in days if day and days.count(day) > 1}):
        yield f"two lines begin on {day}"
    if lines and all(line.value is UNSET for line in lines):
        yield "unset: the municipality must set it"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
