"""The command line. Each command's work is in a module of its own; this file is the list of them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from shared.policy import PolicyError, load_policies

EXIT_FILE = 2
EXIT_POLICY = 3

app = typer.Typer(
    name="mahnwerk",
    help="Collects what Jobcenters and municipalities are owed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

POLICY_DIR = Path(__file__).parents[1] / "policies"
PolicyDir = Annotated[
    Path,
    typer.Option("--policy-dir", envvar="MAHNWERK_POLICIES", help="Folder with one TOML file per Mandant."),
]


def _fail(message: str, code: int) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


@app.command()
def play(
    file: Annotated[Path, typer.Argument(help="Inbound events (CloudEvents), one JSON object a line.")],
    policy_dir: PolicyDir = POLICY_DIR,
) -> None:
    """What would happen if: run a file through the services, in one process, and print every event.

    Exit 0 also where events were rejected; 2 if the file is no JSON Lines; 3 if a policy stops the start.
    """
    from mahnwerk.play import NotJsonLinesError, Play, read_lines

    try:
        lines = read_lines(file)
    except (OSError, NotJsonLinesError) as error:
        raise _fail(f"mahnwerk play: {error}", EXIT_FILE) from None
    try:
        run = Play(load_policies(policy_dir))
        for line in run.run(lines):
            sys.stdout.buffer.write(line + b"\n")
    except PolicyError as error:
        raise _fail(f"mahnwerk play: {error}", EXIT_POLICY) from None
    sys.stdout.flush()
    if waiting := run.waiting():
        typer.echo(f"{waiting} events still wait for what they refer to", err=True)


def main() -> None:
    """Run the command line."""
    app()
