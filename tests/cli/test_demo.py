"""`mahnwerk demo`: the first days of the year on real Kafka, through four processes."""

import json
from pathlib import Path

import pytest

from mahnwerk.brokers import Broker
from mahnwerk.play import Play
from mahnwerk.summary import Emitted, Summary
from mahnwerk.year import year
from shared.contracts import OUTBOUND
from shared.policy import load_policies
from tests.cli.run import mahnwerk

DAYS = 8


def played(day: str) -> Summary:
    """What `play` makes of the same days, up to the last of them."""
    lines = [event for _, events in list(year())[:DAYS] for event in events]
    summary = Summary(day=day)
    run = Play(load_policies(Path(__file__).parents[2] / "policies"))
    for n, line in enumerate(run.run(list(enumerate(lines, 1)))):
        event = json.loads(line)
        type_ = event["type"]
        summary.add(Emitted(OUTBOUND[type_].TOPIC, n, type_, event.get("time", "")[:10], event["data"]))
    return summary


@pytest.mark.kafka
def test_figures_for_machines_and_a_second_run_needs_an_empty_broker(
    clean_kafka: Broker, tmp_path: Path
) -> None:
    env = {"MAHNWERK_KAFKA": clean_kafka.bootstrap}
    arguments = ("demo", "--json", "--days", DAYS, "--data", tmp_path / "demo")
    ran = mahnwerk(*arguments, env=env, timeout_s=120)
    assert ran.code == 0, ran.err
    figures = json.loads(ran.out)
    assert figures["reconciliation"]["difference_cents"] == 0
    assert figures["claims"] > 200
    assert figures == played(figures["day"]).figures()

    again = mahnwerk(*arguments, env=env)
    assert again.code == 1
    assert "begins with nothing" in again.err


def test_without_a_real_kafka_it_says_what_it_is_and_keeps_nothing(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    ran = mahnwerk("demo", "--days", 3, "--data", data, env={"MAHNWERK_KAFKA_RUNG": "built-in"})
    assert ran.code == 0, ran.err
    assert "WARNING: it is for a first look only" in ran.err
    assert "Reconciliation" in ran.out
    assert "Nothing is kept" in ran.out
    assert list(data.iterdir()) == []


def test_it_empties_only_what_an_earlier_demo_left(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    ran = mahnwerk("demo", "--data", tmp_path)
    assert ran.code == 1
    assert "is not empty" in ran.err
    assert (tmp_path / "precious").read_text() == "mine"
