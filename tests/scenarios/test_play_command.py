"""`mahnwerk play FILE.jsonl`: what it prints and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.municipality import PROFILES
from tests.scenarios.timeline import Timeline


def play(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mahnwerk", "play", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROFILES.parent)


def written(folder: Path, lines: list[object]) -> Path:
    path = folder / "file.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def story() -> Timeline:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.block("K1", "V", ends_by="2099-01-01")  # rejected
    t.day("2026-03-12")
    t.payment("P1", "K7", "40.00")  # still waiting at the end
    return t


def test_it_prints_every_event_one_a_line_and_counts_what_waits(tmp_path: Path, story: Timeline) -> None:
    done = play(written(tmp_path, [*story.sent]))

    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == story.raw()
    assert "1" in done.stderr
    assert "day-marked" not in done.stdout


def test_a_line_that_is_json_but_no_event_is_answered_with_its_number(
    tmp_path: Path, story: Timeline
) -> None:
    done = play(written(tmp_path, [story.sent[0], {"id": "x"}, 7]))

    assert done.returncode == 0
    rejected = [json.loads(line)["data"] for line in done.stdout.splitlines()]
    assert [(one["reason"], one["offset"]) for one in rejected if "reason" in one] == [
        ("malformed", 2),
        ("malformed", 3),
    ]


def test_blank_lines_count_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text("\n\n[]\n", encoding="utf-8")

    assert json.loads(play(path).stdout)["data"]["offset"] == 3


@pytest.mark.parametrize("text", ['{"id": ', "no json\n", '{"a": 1}\n{"b": \n', "\ufeff{}\n"])
def test_a_file_that_is_no_json_lines_ends_with_2(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(text, encoding="utf-8")
    done = play(path)

    assert done.returncode == 2
    assert done.stderr.strip()


def test_no_file_ends_with_2(tmp_path: Path) -> None:
    assert play(tmp_path / "missing.jsonl").returncode == 2


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    done = play(written(tmp_path, []))

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (
            "min_days_overdue = [{ value = 10,",
            'min_days_overdue = [{ value = "unset",',
            "dunning.min_days_overdue",
        ),
        ("min_days_overdue", "min_days_overdu", "dunning.min_days_overdu"),
        (
            "small_amount_cents = [{ value = 0,",
            'small_amount_cents = [{ value = "0",',
            "dunning.small_amount_cents",
        ),
    ],
)
def test_a_policy_that_stops_the_start_ends_with_3_and_names_key_and_file(
    tmp_path: Path, story: Timeline, before: str, after: str, named: str
) -> None:
    text = (PROFILES / "wuppertal.toml").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "wuppertal.toml").write_text(text.replace(before, after), encoding="utf-8")
    done = play(written(tmp_path, [*story.sent]), "--policy-dir", tmp_path)

    assert done.returncode == 3
    assert named in done.stderr
    assert "wuppertal.toml" in done.stderr


def test_another_policy_folder(tmp_path: Path, story: Timeline) -> None:
    text = (PROFILES / "wuppertal.toml").read_text(encoding="utf-8")
    text = text.replace("min_days_overdue = [{ value = 10,", "min_days_overdue = [{ value = 11,")
    (tmp_path / "wuppertal.toml").write_text(text, encoding="utf-8")

    assert "dunning-notice-issued" in play(written(tmp_path, [*story.sent])).stdout
    assert "dunning-notice-issued" not in play(tmp_path / "file.jsonl", "--policy-dir", tmp_path).stdout
