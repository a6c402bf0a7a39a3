"""`mahnwerk play`: exit codes, stdout, stderr."""

import json
from pathlib import Path

from mahnwerk.arguments import POLICY_DIR
from tests.cli.run import mahnwerk
from tests.cli.story import claim, day, debtor, payment, write


def test_prints_every_event_as_a_line_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    file = write(
        tmp_path / "f.jsonl", day("2026-01-05"), debtor(), claim(), payment(4_000), day("2026-02-20")
    )
    first, second = mahnwerk("play", file), mahnwerk("play", file)
    assert first == second
    assert (first.code, first.err) == (0, "")
    types = [json.loads(line)["type"] for line in first.out.splitlines()]
    assert "day-marked.v1" not in types
    for type_ in ("claim-registered.v1", "posting-recorded.v1", "dunning-notice-issued.v1", "day-closed.v1"):
        assert type_ in types


def test_rejections_are_no_failure(tmp_path: Path) -> None:
    file = write(tmp_path / "f.jsonl", day("2026-01-05"), [1], debtor(), claim(amount_cents=0))
    ran = mahnwerk("play", file)
    assert ran.code == 0
    rejected = [json.loads(line)["data"] for line in ran.out.splitlines() if "event-rejected" in line]
    assert [data["reason"] for data in rejected] == ["malformed", "schema"]
    assert rejected[0]["offset"] == 2


def test_what_still_waits_is_counted_on_stderr(tmp_path: Path) -> None:
    file = write(tmp_path / "f.jsonl", day("2026-01-05"), claim())
    ran = mahnwerk("play", file)
    assert ran.code == 0
    assert ran.err == "1 events still wait for what they refer to\n"


def test_no_json_lines_is_exit_2_and_says_where(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text('{"type": "x"}\n\nnot json\n')
    ran = mahnwerk("play", file)
    assert ran.code == 2
    assert ran.out == ""
    assert "line 3" in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    ran = mahnwerk("play", tmp_path / "none.jsonl")
    assert (ran.code, ran.out) == (2, "")
    assert "none.jsonl" in ran.err


def test_a_policy_that_stops_the_start_is_exit_3(tmp_path: Path) -> None:
    file = write(tmp_path / "f.jsonl", day("2026-01-05"))
    ran = mahnwerk("play", file, "--policy-dir", tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert str(tmp_path) in ran.err


def test_a_value_unset_on_a_day_is_exit_3_and_named(tmp_path: Path) -> None:
    unset = '[{ value = 10, source = "x" }, { from = 2026-02-01, value = "unset", source = "x" }]'
    lines = [
        f"min_days_overdue = {unset}" if line.startswith("min_days_overdue") else line
        for line in (POLICY_DIR / "wuppertal.toml").read_text().splitlines()
    ]
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "wuppertal.toml").write_text("\n".join(lines))
    file = write(tmp_path / "f.jsonl", day("2026-01-30"), debtor(), claim(), day("2026-02-02"))
    ran = mahnwerk("play", file, "--policy-dir", policies)
    assert ran.code == 3
    assert "dunning.min_days_overdue" in ran.err
    assert "wuppertal.toml" in ran.err
