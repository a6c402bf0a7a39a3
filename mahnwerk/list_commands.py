"""The lists for clerks on the command line: find, soll-ist, top, journal, clearing-list, write-offs.

Each reads the database of claims, whether the service runs or not. What comes out is one shape three times:
columns for people, `--csv` for a spreadsheet, `--json` with entries and totals; amounts are in cents there.
A Mandant that nobody knows is wrong usage; one that has nothing yet has an empty list.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import orjson
import typer

from mahnwerk.arguments import DataOf, Json, PolicyDirOf
from mahnwerk.console import EXIT_FILE, Failure, euros, printable, say

if TYPE_CHECKING:  # `--help` answers at once
    from sqlalchemy import Connection

State: TypeAlias = Literal["ausgeglichen", "rueckstand", "ueberzahlung", "keine-buchung"]
WriteOff: TypeAlias = Literal["befristet", "unbefristet", "erlass"]
Mandant = Annotated[str, typer.Option("--mandant", help="Whose books.")]
Csv = Annotated[bool, typer.Option("--csv", help="For a spreadsheet; amounts in cents.")]
_CENTS: Final = "_cents"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS: Final = {
    "kassenzeichen": 13, "mandant": 14, "debtor_ref": 20, "payer_ref": 20, "aktenzeichen": 14, "state": 13,
    "bg_nummer": 13, "kind": 18, "posting_no": 10, "payment_ref": 16, "cause": 22, "cost_bearers": 24,
}  # fmt: skip

lists = typer.Typer()


@lists.command()
def find(
    fragment: Annotated[str, typer.Argument(help="A part of a reference, in any case.")],
    mandant: Annotated[str | None, typer.Option(help="Only this Mandant's.")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """Claims by a part of their debtor, payer, Aktenzeichen, BG-Nummer or Kassenzeichen.

    Exit 1 if there is none.
    """
    from services.claims.lists import Found
    from services.claims.lists import find as read

    if not fragment.strip():
        raise Failure("give a part of a reference", EXIT_FILE)
    asked = _Asked(mandant, as_json, as_csv, data, policy_dir)
    count = _print(asked, Found, lambda conn: read(conn, fragment.strip(), mandant))
    if not count:
        raise Failure(f"no claim has {fragment.strip()} in a reference")


@lists.command("soll-ist")
def soll_ist(
    mandant: Mandant,
    state: Annotated[State | None, typer.Option(help="Only claims in this state.")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """Soll and Ist of every claim: balanced, in arrears, overpaid, or without any posting."""
    from services.claims.lists import Comparison, comparison

    asked = _Asked(mandant, as_json, as_csv, data, policy_dir)
    _print(asked, Comparison, lambda conn: comparison(conn, mandant, state))


@lists.command()
def top(
    mandant: Mandant,
    count: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    as_json: Json = False,
    as_csv: Csv = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """The claims on which most is owed, the largest first."""
    from services.claims.lists import Comparison, comparison

    asked = _Asked(mandant, as_json, as_csv, data, policy_dir)
    _print(asked, Comparison, lambda conn: comparison(conn, mandant, largest=count))


@lists.command()
def journal(
    mandant: Mandant,
    from_day: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (of the system).")
    ] = None,
    to_day: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, inclusive.")
    ] = None,
    kassenzeichen: Annotated[str | None, typer.Option(help="Only this claim's: its Buchungsliste.")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """The postings in their order, as finance gets them, with sums by kind."""
    from services.claims.lists import Entry
    from services.claims.lists import journal as read

    first, last = (_day(at) for at in (from_day, to_day))
    if first and last and last < first:
        raise Failure("--to is before --from", EXIT_FILE)
    asked = _Asked(mandant, as_json, as_csv, data, policy_dir)
    _print(asked, Entry, lambda conn: read(conn, mandant, first, last, kassenzeichen))


@lists.command("clearing-list")
def clearing_list(
    mandant: Mandant,
    as_json: Json = False,
    as_csv: Csv = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """The Klärungsliste: payments whose reference does not say where they belong, with their texts."""
    from services.claims.lists import Unclear
    from services.claims.lists import clearing_list as read

    asked = _Asked(mandant, as_json, as_csv, data, policy_dir)
    _print(asked, Unclear, lambda conn: read(conn, mandant))


@lists.command("write-offs")
def write_offs(
    mandant: Mandant,
    decision: Annotated[WriteOff | None, typer.Option(help="Only these.")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    data: DataOf = None,
    policy_dir: PolicyDirOf = None,
) -> None:
    """The Niederschlagungsliste: what is written off now, who decided it, when it is looked at again."""
    from services.claims.lists import GivenUp
    from services.claims.lists import write_offs as read

    asked = _Asked(mandant, as_json, as_csv, data, policy_dir)
    _print(asked, GivenUp, lambda conn: read(conn, mandant, decision))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


class _Asked(NamedTuple):
    """Whose list, in which shape, and where the books and the policies are."""

    mandant: str | None
    as_json: bool
    as_csv: bool
    data: Path | None
    policies: Path | None


def _print(asked: _Asked, shape: type[Any], read: "Callable[[Connection], Iterable[Any]]") -> int:
    """Print what is read, row by row, in the shape asked for; returns how many rows."""
    from mahnwerk.installation import installation

    if asked.as_json and asked.as_csv:
        raise Failure("--json or --csv, not both", EXIT_FILE)
    totals = _Totals()
    of = installation(asked.data, asked.policies)
    engine = of.engine("claims")
    with engine.begin() as conn:
        found = iter(read(conn))
        first = next(found, None)
        if first is None:
            _must_be_known(asked.mandant, Path(of.policies))
        rows = found if first is None else chain((first,), found)
        entries = totals.counted(asdict(entry) for entry in rows)
        names = [field.name for field in fields(shape)]
        if asked.as_json:
            _json(entries, totals)
        elif asked.as_csv:
            writer = csv.DictWriter(sys.stdout, names)
            writer.writeheader()
            writer.writerows({name: _cell(value) for name, value in entry.items()} for entry in entries)
        else:
            _columns(entries, names, totals)
    engine.dispose()
    return totals.count


def _must_be_known(mandant: str | None, policies: Path) -> None:
    """Nothing was found: because there is nothing yet, or because there is no such Mandant (Failure)."""
    known = sorted(path.stem for path in policies.glob("*.toml"))
    if mandant is not None and mandant not in known:
        raise Failure(
            f"no Mandant {mandant}: in {policies} there are {', '.join(known) or 'none'}", EXIT_FILE
        )


class _Totals:
    """Counts and sums what goes by; a journal's amounts by their kind."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: Counter[str] = Counter()

    def counted(self, entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for entry in entries:
            self.count += 1
            for name, value in entry.items():
                if name.endswith(_CENTS):
                    self.sums[entry["kind"] + _CENTS if "kind" in entry else name] += value
            yield entry


def _json(entries: Iterable[dict[str, Any]], totals: _Totals) -> None:
    out = sys.stdout.buffer
    out.write(b'{"entries": [')
    for entry in entries:
        out.write(b",\n" if totals.count > 1 else b"\n")
        out.write(orjson.dumps(entry))
    out.write(b'\n], "totals": ' + orjson.dumps({"count": totals.count, **totals.sums}) + b"}\n")
    out.flush()


def _cell(value: object) -> object:
    """What a spreadsheet reads: a text that would be a formula is marked as text; amounts stay numbers."""
    if not isinstance(value, str):
        return value
    return ("'" if value.startswith(_FORMULA) else "") + printable(value)


def _columns(entries: Iterable[dict[str, Any]], names: list[str], totals: _Totals) -> None:
    heads = (name.removesuffix(_CENTS).replace("_", " ") for name in names)
    print(_line(names, heads))
    for entry in entries:
        print(_line(names, (_shown(name, entry[name]) for name in names)))
    sums = ", ".join(f"{name.removesuffix(_CENTS)} {euros(cents)}" for name, cents in totals.sums.items())
    say(f"{totals.count} entries" + (f": {sums}" if sums else ""))


def _line(names: list[str], cells: Iterable[str]) -> str:
    return "  ".join(
        cell.rjust(14) if name.endswith(_CENTS) else cell.ljust(_WIDTHS.get(name, 11))
        for name, cell in zip(names, cells, strict=True)
    ).rstrip()


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    return euros(value) if name.endswith(_CENTS) and isinstance(value, int) else printable(str(value))
