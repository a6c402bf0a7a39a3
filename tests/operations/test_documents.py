"""What the documents tell people to type: commands, options, services and volumes that there are."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from typer.testing import CliRunner

from mahnwerk.cli import app
from tests.operations.commands import commands, first_look

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
#: subcommand of `docker compose` -> its options that the documents use (True: with a value)
OPTIONS: Final = {
    "build": {},
    "create": {},
    "down": {"--volumes": False},
    "exec": {"-T": False, "--index": True},
    "logs": {"--since": True, "--tail": True},
    "ps": {"--all": False},
    "pull": {},
    "restart": {"--timeout": True},
    "run": {"--rm": False, "-T": False},
    "start": {},
    "stop": {},
    "up": {"--detach": False, "--wait": False, "--no-recreate": False, "--scale": True},
}


def ours(arguments: list[str]) -> None:
    """Parse what follows `mahnwerk`, without doing it; that an argument is left out is fine in a sentence."""
    ran = CliRunner().invoke(app, [*arguments, "--help"])
    assert ran.exit_code == 0, ran.output


def composed(arguments: list[str]) -> None:
    """Check what follows `docker compose`."""
    name, *rest = arguments
    options = OPTIONS[name]
    services = []
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            value = rest.pop(0) if options[word] else ""
            services += [value.split("=")[0]] if word == "--scale" else []
            continue
        services.append(word)
        if name in {"exec", "run"}:  # the rest is for what runs there
            break
    assert set(services) <= COMPOSE["services"].keys()
    if services == ["operator"]:
        ours(rest)


def volumes(arguments: list[str]) -> None:
    """Check the volumes and networks of `docker run` and the like."""
    project = COMPOSE["name"]
    for word in arguments:
        if made := re.match(rf"{project}_([\w-]+)", word):
            assert made[1] in {*COMPOSE["volumes"], "default"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_is_one_that_there_is(path: Path) -> None:
    for command in commands(path.read_text(encoding="utf-8")):
        match command:
            case ["docker", "compose", *arguments]:
                composed(arguments)
            case ["docker", *arguments]:
                volumes(arguments)
            case ["mahnwerk", *arguments]:
                ours([word for word in arguments if word != "…"])


@pytest.mark.parametrize(
    "command",
    [
        "docker compose logs operators",
        "docker compose run --rm operator dlq lost",
        "docker compose run --rm operator journal --mandant m --of 2026-01-05",
        "docker compose up --detached",
        "docker run -v mahnwerk_kafkas:/data postgres:17",
        "cd /srv && mahnwerk day --exactly 2026-01-05",
    ],
)
def test_one_that_there_is_not_would_be_found(command: str, tmp_path: Path) -> None:
    written = tmp_path / "wrong.md"
    written.write_text(f"# Wrong\n\n```sh\n{command}  # so\n```\n")
    with pytest.raises((AssertionError, KeyError)):
        test_every_command_is_one_that_there_is(written)


def test_each_first_look_begins_with_a_command_to_copy() -> None:
    for path in (ROOT / "docs" / "runbooks").glob("*.md"):
        assert first_look(path), path.name


def test_every_alert_manager_route_is_by_a_severity_that_rules_have() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    written = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    (route,) = (each["route"] for each in written if "route" in each)
    rules = yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text(encoding="utf-8"))
    severities = {rule["labels"]["severity"] for group in rules["groups"] for rule in group["rules"]}
    assert severities == {"page", "ticket"}
    assert [each["matchers"] for each in route["routes"]] == [['severity="page"']]
