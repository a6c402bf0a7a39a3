"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mahnwerk.console import EXIT_FILE, Failure

VAR: Final = Path("var")
POLICY_DIR: Final = Path(__file__).parents[1] / "policies"

PolicyDir = Annotated[
    Path,
    typer.Option(
        "--policy-dir",
        envvar="MAHNWERK_POLICIES",
        help="Folder with one TOML file per Mandant.",
        show_default="policies",
    ),
]
DataDir = Annotated[
    Path, typer.Option("--data", envvar="MAHNWERK_DATA", help="Folder that `mahnwerk up` keeps its data in.")
]
# Beside a system: what is not given is as the environment says, then as `mahnwerk up` noted.
DataOf = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of `mahnwerk up` or `demo`; default: MAHNWERK_DATA, or var."),
]
PolicyDirOf = Annotated[
    Path | None,
    typer.Option(
        "--policy-dir",
        help="Folder with one TOML file per Mandant; default: MAHNWERK_POLICIES, or what `mahnwerk up` used.",
    ),
]
AcceptAssumptions = Annotated[
    bool,
    typer.Option(
        envvar="MAHNWERK_ACCEPT_ASSUMPTIONS",
        help="Start although policy lines are assumed and nobody confirmed them.",
    ),
]


def _kafka(text: str | None) -> str | None:
    if text is not None:
        from shared.settings import SettingsError, brokers  # noqa: PLC0415 - `--help` answers at once

        try:
            brokers(text)
        except SettingsError as error:
            raise Failure(f"--kafka: {error}", EXIT_FILE) from None
    return text


KafkaAt = Annotated[
    str | None,
    typer.Option(
        "--kafka", callback=_kafka, help="host:port; default: MAHNWERK_KAFKA, or what `mahnwerk up` runs."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="For machines.")]
EventFile = Annotated[Path, typer.Argument(help="Inbound events (CloudEvents), one JSON object a line.")]
