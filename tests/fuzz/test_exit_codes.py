"""`mahnwerk play` ends with 0, with 2 (the file is no JSON Lines) or with 3 (a policy stops the start)."""

import sys
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

from mahnwerk.arguments import POLICY_DIR
from mahnwerk.cli import main
from tests.fuzz.test_decoding import story

PROFILE = (POLICY_DIR / "wuppertal.toml").read_text(encoding="utf-8")


class Ended(NamedTuple):
    code: int
    out: list[bytes]
    err: str


class Command:
    """The command line in this process: quicker than one of its own."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> None:
        self._patch = patch
        self._capture = capture

    def play(self, *arguments: object) -> Ended:
        self._patch.setattr(sys, "argv", ["mahnwerk", "play", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self._capture.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, captured.out.splitlines(), captured.err.decode())


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    monkeypatch.delenv("MAHNWERK_POLICIES", raising=False)
    return Command(monkeypatch, capfdbinary)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A day, a debtor, a claim, and a day two weeks later."""
    path = tmp_path / "file.jsonl"
    last = story().sent[0] | {"id": "last", "data": {"day": "2026-03-02"}}
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in [*story().sent, last]))
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"{} {}\n",
        b'{"a": NaN}\n',
        b'{"a": "\xff"}\n',
        b"{}\n{\n",
        b"\x00\n",
        b"{}\r{}\n",
        b"\xef\xbb\xbf{}\n",
        '{"a": 1}\n'.encode("utf-16"),
        b"\x80\x81" * 5000,
        b"{'a': 1}\n",
        b"[" * 500,
    ],
)
def test_what_is_no_json_lines_ends_with_2_and_prints_nothing(
    command: Command, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b"[]\n" + content)
    ended = command.play(path)

    assert (ended.code, ended.out) == (2, [])
    assert "line 2" in ended.err or "line 3" in ended.err
    assert "Traceback" not in ended.err


def test_what_is_no_file_ends_with_2(command: Command, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl", tmp_path / ("x" * 300), tmp_path / "a" / "b"):
        ended = command.play(path)
        assert (ended.code, ended.out) == (2, [])
        assert ended.err
        assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("content", "answers"),
    [
        (b"", 0),
        (b"\n\n \t\r\n", 0),
        (b"null", 1),
        (b"[]\r\n{}\r\n", 2),
        (b'"\\ud800"\n1e999\n', 2),
        (b"[" * 3000 + b"]" * 3000, 1),
        (b'{"type":"business-day-opened.v1"}\n{"type":"claim-created.v1","id":1,"data":7}', 2),
    ],
)
def test_json_that_is_no_event_is_answered(
    command: Command, tmp_path: Path, content: bytes, answers: int
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    ended = command.play(path)

    assert ended.code == 0
    assert [orjson.loads(line)["type"] for line in ended.out] == ["event-rejected.v1"] * answers


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("min_days_overdue = [{ value = 10,", 'min_days_overdue = [{ value = "unset",', "min_days_overdue"),
        ("min_days_overdue = [{ value = 10,", "min_days_overdue = [{ value = true,", "min_days_overdue"),
        ("min_days_overdue = [{ value = 10,", "min_days_overdue = [{ value = -1,", "min_days_overdue"),
        ("min_days_overdue = [{ value = 10,", "min_days_overdue = [{", "min_days_overdue"),
        ("min_days_overdue", "min_days_overdu", "min_days_overdu"),
        ("min_days_overdue = [{ value = 10,", "# [{", "min_days_overdue"),
        ("min_days_overdue = [", "min_days_overdue = [{ value = 1 }, ", "min_days_overdue"),
        ("[dunning]", "[dunnign]", "dunnign"),
        ('land = "NW"', 'land = "XX"', "land"),
        ('land = "NW"', "", "land"),
        ('land = "NW"', "land = ", "wuppertal.toml"),
        ("[blocks]", "[blocks]\nT = 5\n", "blocks.T"),
    ],
)
def test_a_policy_that_stops_the_start_ends_with_3_and_names_key_and_file(  # noqa: PLR0913, PLR0917
    command: Command, tmp_path: Path, file: Path, before: str, after: str, named: str
) -> None:
    assert before in PROFILE
    (tmp_path / "wuppertal.toml").write_text(PROFILE.replace(before, after, 1), encoding="utf-8")
    ended = command.play(file, "--policy-dir", tmp_path)

    assert (ended.code, ended.out) == (3, [])
    assert named in ended.err
    assert "wuppertal.toml" in ended.err
    assert "Traceback" not in ended.err


def with_lines(*lines: str) -> str:
    """The profile with other lines for one key."""
    series = "".join(f"{{ {line}, source = 'x' }}, " for line in lines)
    changed = PROFILE.replace("min_days_overdue = [", f"min_days_overdue = [{series}]\n# [", 1)
    assert changed != PROFILE
    return changed


def test_two_lines_with_one_date_end_with_3(command: Command, tmp_path: Path, file: Path) -> None:
    twice = with_lines("value = 1", "from = 2026-02-04, value = 2", "from = 2026-02-04, value = 2")
    (tmp_path / "wuppertal.toml").write_text(twice, encoding="utf-8")
    ended = command.play(file, "--policy-dir", tmp_path)

    assert (ended.code, ended.out) == (3, [])
    assert "min_days_overdue: two lines begin on 2026-02-04" in ended.err


def test_a_value_that_is_unset_on_a_later_day_ends_with_3_on_that_day(
    command: Command, tmp_path: Path, file: Path
) -> None:
    later = with_lines("value = 10", "from = 2026-03-01, value = 'unset'")
    (tmp_path / "wuppertal.toml").write_text(later, encoding="utf-8")
    ended = command.play(file, "--policy-dir", tmp_path)

    assert ended.code == 3
    assert "min_days_overdue is unset from 2026-03-01" in ended.err
    assert "wuppertal.toml" in ended.err
    assert any(b"claim-registered" in line for line in ended.out)  # what came before that day


def test_a_folder_without_policies_ends_with_3(command: Command, tmp_path: Path, file: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    for folder in (tmp_path, tmp_path / "none", file, tmp_path / "folder.toml"):
        ended = command.play(file, "--policy-dir", folder)
        assert (ended.code, ended.out) == (3, []), folder
        assert "Traceback" not in ended.err


def test_a_policy_that_is_no_text_ends_with_3(command: Command, tmp_path: Path, file: Path) -> None:
    for content in (b"\xff\xfe", b"\x00", b"", b"= 1", b"a" * 100_000):
        (tmp_path / "wuppertal.toml").write_bytes(content)
        ended = command.play(file, "--policy-dir", tmp_path)
        assert (ended.code, ended.out) == (3, []), content[:10]
        assert "wuppertal.toml" in ended.err
        assert "Traceback" not in ended.err
