"""The dashboards: what Grafana gets is what make.py writes, and a running system fills every panel."""

import contextlib
import json
import math
import re
import runpy
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from mahnwerk.arguments import POLICY_DIR
from mahnwerk.brokers import GIVEN, Broker
from mahnwerk.stack import Process, Stack
from services.claims.figures import Figures
from shared.database import engine_for
from tests.cli.run import mahnwerk
from tests.cli.running import until
from tests.cli.story import claim, day, write
from tests.operations.metrics import exposed, grouped, named, strangers
from tests.operations.prometheus import Prometheus

ROOT = Path(__file__).parents[2]
GRAFANA = ROOT / "deploy" / "grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))


def dashboard(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def queries(path: Path) -> Iterator[tuple[str, str]]:
    for panel in dashboard(path)["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def test_the_files_are_what_is_written() -> None:
    written = runpy.run_path(str(GRAFANA / "make.py"))["files"]()
    assert {path: path.read_text(encoding="utf-8") for path in FILES} == written


def test_there_is_one_for_the_night_one_for_finance_and_one_a_service() -> None:
    assert [path.stem.removeprefix("mahnwerk-") for path in FILES] == [
        "claims", "dunning", "enforcement", "finance", "night", "notifications",
    ]  # fmt: skip
    assert len({dashboard(path)["uid"] for path in FILES}) == len(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_panels_lie_beside_each_other_and_ask_the_provisioned_source(path: Path) -> None:
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    taken: set[tuple[int, int]] = set()
    for panel in dashboard(path)["panels"]:
        assert panel["datasource"]["uid"] == sources[0]["uid"]
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_metric_of_a_panel_exists_and_has_the_labels_that_are_asked_for(path: Path) -> None:
    for title, query in queries(path):
        assert named(query) <= exposed().keys(), title
        assert named(query) or "up{" in query or "ALERTS" in query, title
        assert not strangers(query), title
    for panel in dashboard(path)["panels"]:
        for target in panel["targets"]:
            told = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            assert told <= grouped(target["expr"]), panel["title"]


@pytest.fixture
def running(clean_kafka: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setenv("MAHNWERK_KAFKA", clean_kafka.bootstrap)
    monkeypatch.delenv("MAHNWERK_KAFKA_RUNG", raising=False)
    with Stack(tmp_path / "data", POLICY_DIR, Broker(rung=GIVEN)) as stack:
        yield stack


def test_a_running_system_fills_every_panel_and_no_alert_fires(running: Stack, tmp_path: Path) -> None:
    ports = {process.service: process.port for process in running.processes}
    with Prometheus(tmp_path, ports) as prometheus:
        started = time.time()
        kafka = ("--kafka", running.broker.bootstrap)
        assert mahnwerk("publish", ROOT / "docs" / "first-look.jsonl", *kafka).code == 0
        for ago in (3, 2, 1, 0):  # after the file's last day: rates are made of work that is still done
            time.sleep(3)
            on = time.strftime("%Y-%m-%d", time.gmtime(started - ago * 86_400))
            file = write(tmp_path / "day.jsonl", claim(amount_cents=-ago), day(on))
            assert mahnwerk("publish", file, *kafka).code == 0

        def empty() -> list[tuple[str, str]]:
            ended = time.time()
            return [
                (path.stem, title)
                for path in FILES
                for title, query in queries(path)
                if all(math.isnan(value) for value in prometheus.values(_filled(query), started, ended))
            ]

        deadline = time.monotonic() + 120  # sums are looked at every ten seconds
        while left := empty():
            assert time.monotonic() < deadline, f"no data: {left}"
            time.sleep(1)

        rules = prometheus.get("rules")["groups"][0]["rules"]
        assert {rule["health"] for rule in rules} == {"ok"}
        assert {rule["name"]: rule["state"] for rule in rules if rule["state"] != "inactive"} == {}

        now = time.time()
        (soll,) = prometheus.values("max(mahnwerk_balance_cents{kind='soll'})", now, now)
        assert soll > 0

        days = prometheus.values("mahnwerk_day_opened_timestamp_seconds", now, now)
        assert days == [now // 86_400 * 86_400] * 4
        for process in running.processes[:3]:  # notifications keeps no day
            process.server.stop()
            process.server.start()
            until(partial(_opened, process, days[0]))

    sums = CollectorRegistry()
    with engine_for(running.databases["claims"], read_only=True).begin() as conn:
        Figures(sums).look(conn)
    off = [
        sample.value
        for metric in sums.collect()
        for sample in metric.samples
        if metric.name == "mahnwerk_journal_difference_cents"
    ]
    assert off == [0] * 3


def _opened(process: Process, day: float) -> bool:
    """Whether a service says that this day is open."""
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(process.url("/metrics"), timeout=5) as response,  # noqa: S310 - ours
    ):
        for family in text_string_to_metric_families(response.read().decode()):
            if family.name == "mahnwerk_day_opened_timestamp_seconds":
                return bool(family.samples[0].value == day)
    return False


def _filled(query: str) -> str:
    """What of a query must have data: rejections there are."""
    return query.removesuffix(" or vector(0)") if "rejections" in query else query
