"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Final

import typer

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
AcceptAssumptions = Annotated[
    bool,
    typer.Option(
        envvar="MAHNWERK_ACCEPT_ASSUMPTIONS",
        help="Start although policy lines are assumed and nobody confirmed them.",
    ),
]
KafkaAt = Annotated[
    str | None,
    typer.Option("--kafka", help="host:port; default: MAHNWERK_KAFKA, or what `mahnwerk up` runs."),
]
Json = Annotated[bool, typer.Option("--json", help="For machines.")]
EventFile = Annotated[Path, typer.Argument(help="Inbound events (CloudEvents), one JSON object a line.")]
