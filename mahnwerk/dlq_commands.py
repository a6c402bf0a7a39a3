"""`mahnwerk dlq …` on the command line."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from mahnwerk.arguments import DataOf, Json, KafkaAt
from mahnwerk.console import Failure, as_text, say, table

dlq = typer.Typer(
    name="dlq", help="Debtors on whom our own code failed: list, show, redrive.", no_args_is_help=True
)
Mandant = Annotated[str, typer.Argument(help="The Mandant.")]
DebtorRef = Annotated[str, typer.Argument(help="The debtor's pseudonym.")]


@dlq.command("list")
def list_(as_json: Json = False, data: DataOf = None) -> None:
    """All parked debtors: which service parked them, and how many records are kept for them."""
    from mahnwerk.dlq import parked
    from mahnwerk.installation import installation

    found = parked(installation(data))
    if as_json:
        print(as_text(found))
        return
    rows = [[one.mandant, one.debtor_ref, ", ".join(one.services), len(one.records)] for one in found]
    print(
        "\n".join(table(rows, ["mandant", "debtor", "parked by", "records"])) if rows else "nobody is parked"
    )


@dlq.command()
def show(mandant: Mandant, debtor_ref: DebtorRef, as_json: Json = False, data: DataOf = None) -> None:
    """The records kept for a parked debtor, in their order; of their data references, days, amounts."""
    from mahnwerk.dlq import parked_one
    from mahnwerk.installation import installation

    found = parked_one(installation(data), mandant, debtor_ref)
    if as_json:
        print(as_text(asdict(found)))
        return
    print(f"{debtor_ref} of {mandant}, parked by {', '.join(found.services)}")
    for record in found.records:
        print(f"\n{record['at']}  {record['type']}  {record['id']} of {record['source']}")
        print("\n".join(f"  {line}" for line in table(record["data"].items())))


@dlq.command()
def redrive(
    mandant: Annotated[str | None, typer.Argument(help="The Mandant.")] = None,
    debtor_ref: Annotated[str | None, typer.Argument(help="The debtor's pseudonym.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Everyone who is parked.")] = False,
    kafka: KafkaAt = None,
    data: DataOf = None,
) -> None:
    """Take a parked debtor up again, after a correction was installed.

    The kept records take effect in their order, as of the system's day. Where the code fails again, the
    debtor is parked again. Exit 1 if the debtor is not parked.
    """
    from mahnwerk.dlq import parked, parked_one
    from mahnwerk.dlq import redrive as run
    from mahnwerk.installation import broker_of, installation

    of = installation(data)
    if everyone:
        found = parked(of)
    elif mandant and debtor_ref is not None:  # an account may have no debtor: ""
        found = [parked_one(of, mandant, debtor_ref)]
    else:
        raise Failure("name a Mandant and a debtor, or --all", 2)
    count = asyncio.run(run(broker_of(data, kafka), [(one.mandant, one.debtor_ref) for one in found]))
    say(f"{count} requests published; `mahnwerk dlq list` shows who is still parked")
