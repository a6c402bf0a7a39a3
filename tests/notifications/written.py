"""A service process from its start to its end, and what it leaves in the outbox folder."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from services.notifications.service import Notifications
from shared.loop import Loop
from shared.policy import Policies
from shared.records import Record


def no_alarm(kind: str, message: str) -> None:
    pytest.fail(f"{kind}: {message}")


def deliver(engine: Engine, service: Notifications) -> None:
    delivered = 1
    while delivered:
        with engine.begin() as conn:
            delivered = service.deliver(conn, alarm=no_alarm, limit=2)


def run(engine: Engine, policies: Policies, folder: Path, batch: list[Record]) -> None:
    """What a service process does from its start to its end."""
    service = Notifications(policies, folder)
    deliver(engine, service)
    loop = Loop(engine, service)
    loop.take([(one.topic, one.lane) for one in batch])
    for one in batch:
        loop.run({(one.topic, one.lane): [one]})
    deliver(engine, service)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def manifest(folder: Path, mandant: str) -> list[dict[str, Any]]:
    lines = (folder / mandant / "2026-03-05" / "manifest.jsonl").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]
