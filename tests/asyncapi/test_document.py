"""docs/asyncapi.yaml: lawful by AsyncAPI's own command line, and complete."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from shared.topics import all_topics
from tests.asyncapi.document import PATH, document, key, messages, operations
from tests.tools import tool

HERE = Path(__file__).parent
Validate = Callable[[Path], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def validate() -> Validate:
    """`asyncapi validate` in the version that the lock file names; fetched once."""
    npm, node = tool("npm"), tool("node")
    installed, wanted = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
        subprocess.run([npm, "ci", *quiet], cwd=HERE, check=True, capture_output=True, timeout=600)
    cli: list[str | Path] = [
        node,
        HERE / "node_modules" / "@asyncapi" / "cli" / "bin" / "run_bin",
        "validate",
    ]

    def run(document: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*cli, "--fail-severity=warn", document],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | {"CI": "true"},  # it reports to nobody that it was used
        )

    return run


def test_asyncapis_own_command_line_finds_nothing(
    validate: Validate,
) -> None:
    checked = validate(PATH)
    assert (checked.returncode, "is valid" in checked.stdout) == (0, True), checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("action: receive", "action: take"),
        ("#/channels/block-set/messages/block-set.v1", "#/channels/block-set/messages/block-sat.v1"),
        ("- compact", "- keep"),
    ],
)
def test_it_would_find_something(validate: Validate, tmp_path: Path, right: str, wrong: str) -> None:
    (tmp_path / "schemas").symlink_to(PATH.parent / "schemas")
    broken = tmp_path / "broken.yaml"
    text = PATH.read_text(encoding="utf-8")
    assert right in text
    broken.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    checked = validate(broken)
    assert checked.returncode == 1
    assert "Errors" in checked.stdout + checked.stderr


def test_every_topic_says_how_it_is_kept_as_it_is_created() -> None:
    settings = {topic.name: topic.settings for topic in all_topics()}
    for name, channel in document()["channels"].items():
        said = channel["bindings"]["kafka"]["topicConfiguration"]
        assert {key: _text(value) for key, value in said.items()} == settings[name]


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("action", ["send", "receive"])
def test_every_message_has_headers_key_and_an_example_that_fits_them(action: str) -> None:
    assert operations(action)
    for type_, message in messages(action).items():
        (example,) = message["examples"]
        Draft202012Validator(message["headers"]).validate(example["headers"])
        assert example["headers"]["ce_type"] == type_
        assert example["headers"].get("ce_subject") == key(type_, example["payload"]), type_
        assert ("bindings" in message) == (type_ not in {"business-day-opened.v1", "day-marked.v1"})
