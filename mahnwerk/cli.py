"""The command line. Each command's work is in a module of its own; this file is the list of them.

What a command needs is imported in it: `--help` answers at once.
"""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from mahnwerk import SERVICES
from mahnwerk.arguments import (
    POLICY_DIR,
    VAR,
    AcceptAssumptions,
    DataDir,
    DataOf,
    EventFile,
    Json,
    KafkaAt,
    PolicyDir,
    PolicyDirOf,
)
from mahnwerk.console import EXIT_FILE, Failure, as_text, say
from mahnwerk.dlq_commands import dlq
from mahnwerk.list_commands import lists

app = typer.Typer(
    name="mahnwerk",
    help="Collects what Jobcenters and municipalities are owed.",
    epilog="Exit codes: 0 done · 1 failed · 2 wrong usage or unreadable file · 3 a policy stops the start.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(dlq)
app.add_typer(lists)


def _version(asked: bool) -> None:
    if asked:
        print(f"mahnwerk {version('mahnwerk')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
def demo(
    as_json: Json = False,
    days: Annotated[int | None, typer.Option(min=1, help="Only the first so many days of the year.")] = None,
    data: Annotated[
        Path, typer.Option("--data", help="Folder for databases and messages; emptied first.")
    ] = VAR / "demo",
    policy_dir: PolicyDir = POLICY_DIR,
) -> None:
    """A year at five municipalities through the real services, and what it amounts to.

    Takes the best Kafka this machine has: MAHNWERK_KAFKA, Docker, Java with Maven, else a built-in one.
    Exit 1 if something fails or the reconciliation's difference is not 0.
    """
    from mahnwerk.demo import demo as run

    raise typer.Exit(run(data, policy_dir, days, as_json=as_json))


@app.command()
def play(file: EventFile, policy_dir: PolicyDir = POLICY_DIR) -> None:
    """What would happen if: run a file through the services, in one process, and print every event.

    Exit 0 also where events were rejected; 2 if the file is no JSON Lines; 3 if a policy stops the start.
    """
    from mahnwerk.play import NotJsonLinesError, Play, read_lines
    from shared.policy import load_policies

    try:
        lines = read_lines(file)
    except (OSError, NotJsonLinesError) as error:
        raise Failure(str(error), EXIT_FILE) from None
    run = Play(load_policies(policy_dir))
    for line in run.run(lines):
        sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()
    if waiting := run.waiting():
        say(f"{waiting} events still wait for what they refer to")


@app.command()
def up(
    accept_assumptions: AcceptAssumptions = False,
    data: DataDir = VAR,
    policy_dir: PolicyDir = POLICY_DIR,
) -> None:
    """Start everything (broker, databases, the four services) and run until Ctrl-C.

    Brokers as for `demo`; PostgreSQL if MAHNWERK_DB names a server, else SQLite files.
    Exit 1 if a service ends by itself, 3 if policy lines are assumed and not confirmed.
    """
    from mahnwerk.up import up as run

    run(data, policy_dir, accept_assumptions=accept_assumptions)


@app.command()
def publish(
    file: EventFile,
    kafka: KafkaAt = None,
    data: DataOf = None,
) -> None:
    """Publish a file of events to the inbound topics, day by day and exactly.

    Each `business-day-opened` waits for what stands before it and holds back what stands behind it.
    Exit 2, with nothing published, if the file is no JSON Lines.
    """
    from mahnwerk.installation import broker_of
    from mahnwerk.publishing import publish_file

    publish_file(file, broker_of(data, kafka))


@app.command()
def day(
    day: Annotated[str, typer.Argument(help="The business day to open, like 2026-11-21.")],
    exact: Annotated[
        bool, typer.Option(help="Hold back what comes in from now on until the day is opened.")
    ] = False,
    kafka: KafkaAt = None,
    data: DataOf = None,
) -> None:
    """Open a business day: the only clock the system has. The same day twice has one effect."""
    from mahnwerk.installation import broker_of
    from mahnwerk.publishing import open_day

    open_day(day, broker_of(data, kafka), exact=exact)


@app.command()
def statement(
    kassenzeichen: Annotated[str, typer.Argument(help="13 digits.")],
    mandant: Annotated[str | None, typer.Option(help="Where several have that Kassenzeichen.")] = None,
    as_json: Json = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """The Kontoblatt of a claim: Soll, Ist, blocks, balance, journal, and its next step, when and why.

    Reads the services' databases, whether they run or not. Exit 1 if there is no such claim.
    """
    from mahnwerk.installation import installation
    from mahnwerk.statement import statement as read
    from mahnwerk.statement_text import statement_text

    sheet = read(installation(data, policy_dir), kassenzeichen, mandant)
    print(as_text(sheet) if as_json else statement_text(sheet))


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help=", ".join(SERVICES))],
    accept_assumptions: AcceptAssumptions = False,
) -> None:
    """Run one service, as `up` and production do; settings come from MAHNWERK_… in the environment.

    Exit 3 if a policy stops the start, or if lines of it are assumed and not confirmed.
    """
    from mahnwerk.serve import serve as run

    run(_known(service), accept_assumptions=accept_assumptions)


@app.command()
def health(service: Annotated[str, typer.Argument(help=", ".join(SERVICES))]) -> None:
    """Whether a service of this machine or container is ready, and what it waits for; exit 1 if it is not."""
    from mahnwerk.health import health as run

    raise typer.Exit(run(_known(service)))


@app.command()
def topics(
    kafka: KafkaAt = None,
    lanes: Annotated[int, typer.Option(min=1, help="Partitions of what services write; for ever.")] = 12,
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of what others write.")] = 3,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
    data: DataOf = None,
) -> None:
    """Create the topics that are missing; exit 1 if one has other partitions than asked for."""
    import asyncio

    from mahnwerk.installation import broker_of
    from shared.topic_setup import create_topics

    broker = broker_of(data, kafka)
    found = asyncio.run(create_topics(broker, lanes, inbound_partitions=partitions, replication=replication))
    print(f"all topics are there, {found} lanes")


@app.command()
def migrate(
    service: Annotated[str | None, typer.Argument(help=f"{', '.join(SERVICES)}; default: all")] = None,
    write: Annotated[
        str | None, typer.Option(metavar="NAME", help="For developers: write the next migration instead.")
    ] = None,
    data: DataOf = None,
) -> None:
    """Bring the services' databases to the tables that their code needs: a step before `serve`."""
    from mahnwerk.installation import installation
    from mahnwerk.migrate import migrate as run
    from mahnwerk.migrate import write_revision

    for name in [_known(service)] if service else SERVICES:
        if write:
            print(write_revision(name, write))
        else:
            print(f"{name}: {run(name, installation(data).databases[name])}")


@app.command()
def describe(
    check: Annotated[bool, typer.Option(help="Write nothing; exit 1 if something is out of date.")] = False,
) -> None:
    """Write what is generated in docs/: events.md, asyncapi.yaml, schemas, rules.md."""
    from mahnwerk.describe import main as run

    raise typer.Exit(run(check=check))


def _known(service: str) -> str:
    if service not in SERVICES:
        raise Failure(f"there is no service {service}; one of {', '.join(SERVICES)}", EXIT_FILE)
    return service


def main() -> None:
    """Run the command line; what was to be expected ends with a message and an exit code."""
    try:
        app()
    except Exception as error:
        from mahnwerk.failures import explained

        failure = explained(error)
        if failure is None:
            raise
        say(f"mahnwerk: {failure}")
        sys.exit(failure.code)
