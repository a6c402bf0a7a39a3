"""Policies for scenarios: the shipped profiles, or one of them with single values changed."""

import tempfile
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from shared.policy import Policies, load_policies

PROFILES = Path(__file__).parents[2] / "policies"


@cache
def shipped() -> Policies:
    return load_policies(PROFILES)


def changed(mandant: str, changes: Mapping[str, object]) -> Policies:
    """All profiles, one of them with changes: dotted key -> value, or {first day: value}, "" = since ever."""
    written = tomllib.loads((PROFILES / f"{mandant}.toml").read_text(encoding="utf-8"))
    for key, value in changes.items():
        *tables, name = key.split(".")
        table = written
        for inner in tables:
            table = table[inner]
        table[name] = _lines(value)
    with tempfile.TemporaryDirectory() as folder:
        for profile in PROFILES.glob("*.toml"):
            text = _toml(written) if profile.stem == mandant else profile.read_text(encoding="utf-8")
            Path(folder, profile.name).write_text(text, encoding="utf-8")
        return load_policies(folder)


def _lines(value: object) -> list[dict[str, object]]:
    dated = value if isinstance(value, dict) else {"": value}
    return [
        {**({"from": date.fromisoformat(day)} if day else {}), "value": one, "source": "scenario"}
        for day, one in dated.items()
    ]


def _toml(table: Mapping[str, Any], name: str = "") -> str:
    plain = [f"{key} = {_value(value)}" for key, value in table.items() if not isinstance(value, dict)]
    inner = [
        _toml(value, f"{name}.{key}" if name else key)
        for key, value in table.items()
        if isinstance(value, dict)
    ]
    return "\n".join([*([f"[{name}]"] if name else []), *plain, *inner])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + "}"
    return str(value)
