"""The alert rules: tested by promtool, each with a runbook, on metrics that exist."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.operations.metrics import exposed, grouped, named, strangers
from tests.tools import tool

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RUNBOOKS = ROOT / "docs" / "runbooks"
SECTIONS = ["What it means to a citizen", "First look", "What to do", "When to wake whom"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def cases() -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = yaml.safe_load((PROMETHEUS / "tests.yml").read_text(encoding="utf-8"))[
        "tests"
    ]
    return tests


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("promtool"), *arguments],
        cwd=PROMETHEUS,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "arguments", [("check", "rules", "rules.yml"), ("check", "config", "prometheus.yml")]
)
def test_prometheus_can_read_them(arguments: tuple[str, ...]) -> None:
    done = promtool(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_fires_in_its_case_and_is_quiet_in_others() -> None:
    done = promtool("test", "rules", "tests.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_is_tested_firing_and_quiet() -> None:
    alerts = [rule["alert"] for rule in rules()]
    quiet = [one["alertname"] for one in cases()[0]["alert_rule_test"] if not one["exp_alerts"]]
    assert (cases()[0]["name"], quiet) == ("quiet", alerts)
    for alert in alerts:
        (case,) = (case for case in cases() if case["name"] == alert)
        early, *_, late = case["alert_rule_test"]
        assert (early["alertname"], late["alertname"]) == (alert, alert)
        assert not early["exp_alerts"]
        assert late["exp_alerts"]


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert {rule["alert"] for rule in rules()} == {path.stem for path in RUNBOOKS.glob("*.md")}
    for rule in rules():
        runbook = ROOT / rule["annotations"]["runbook"]
        assert runbook == RUNBOOKS / f"{rule['alert']}.md"
        lines = runbook.read_text(encoding="utf-8").splitlines()
        assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS


def test_runbooks_link_to_runbooks() -> None:
    for path in RUNBOOKS.glob("*.md"):
        for part in path.read_text(encoding="utf-8").split("](")[1:]:
            assert (RUNBOOKS / part.split(")")[0]).exists(), path.name


def test_every_metric_of_a_rule_exists_and_has_the_labels_that_are_asked_for() -> None:
    for rule in rules():
        assert named(rule["expr"]) <= exposed().keys(), rule["alert"]
        assert named(rule["expr"]) or "up{" in rule["expr"]
        assert not strangers(rule["expr"]), rule["alert"]
        told = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert told <= grouped(rule["expr"]), rule["alert"]


def test_a_label_that_no_metric_has_would_be_found() -> None:
    assert strangers('sum by (service, kind) (mahnwerk_lag_records{topik!~"a=b|c"})') == {
        "mahnwerk_lag_records: kind",
        "mahnwerk_lag_records: topik",
    }
