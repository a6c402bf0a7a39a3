"""A great many open claims in the tables of claims and dunning, each with an account, as sets of SQL.

On each of the first days the calendar does something about `due` of them: a block ends (claims), the time to
remind has come (dunning). About the others there is nothing to do before the year's end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from msgspec.structs import asdict
from sqlalchemy import Connection, Engine, Table, text

from services.claims import rows
from services.claims import tables as claims_tables
from services.claims.domain.model import Account, Block, Claim, Debtor, Journal, Sollsatz
from services.claims.domain.views import view
from services.dunning import tables as dunning_tables
from shared.contracts.codec import to_json
from shared.contracts.fields import Payload
from shared.records import lane_of
from tests.bench.claims import LANES

MANDANTS: Final = ("landkreis", "leipzig", "wuppertal")  # those that may dun every day
NUMBER: Final = "@#@"  # six digits that tell one claim of a mandant from another; the same in lower case
DAYS: Final = tuple(date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13))
BEFORE: Final = date(2026, 2, 27)
LATER: Final = date(2026, 11, 30)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """About how many claims, and how many of them are due on each of the first `days` days."""

    claims: int
    due: int
    days: int

    def due_on(self, day: int) -> int:
        """How many exactly."""
        return len(MANDANTS) * len(range(day, self.claims // len(MANDANTS), self.claims // self.due))

    def numbers(self, day: int | None) -> str:
        """SQL: the numbers (n) of the claims of a mandant that are due on a day; None: on none of them."""
        each, every = self.claims // len(MANDANTS), self.claims // self.due
        chosen = f"n % {every} = {day}" if day is not None else f"n % {every} >= {self.days}"
        return f"SELECT n FROM numbers WHERE n < {each} AND {chosen}"  # noqa: S608 - our own figures


def fill_claims(engine: Engine, portfolio: Portfolio, mandants: Sequence[str] = MANDANTS) -> None:
    """The claims in the books of claims, all lanes on the day before the first."""
    with engine.begin() as conn:
        _count(conn, portfolio)
        for mandant in mandants:
            lane = lane_of(mandant, LANES)
            _insert(conn, claims_tables.lane_day, {"lane": lane, "day": BEFORE, "done": 1})
            _insert(conn, claims_tables.journal, rows.journal_row(Journal(mandant=mandant), lane))
            for day in (*range(portfolio.days), None):
                numbers = portfolio.numbers(day)
                claim = blocked_claim(mandant, LATER if day is None else DAYS[day])
                put(conn, claims_tables.claim, rows.claim_row(claim, lane), numbers)
                put(conn, claims_tables.account, _account(mandant), numbers)
                put(conn, claims_tables.debtor, rows.debtor_row(_debtor(mandant), lane), numbers)
    _analyze(engine)


def fill_dunning(engine: Engine, portfolio: Portfolio) -> None:
    """The claims as dunning has them; nobody was reminded yet."""
    with engine.begin() as conn:
        _count(conn, portfolio)
        for mandant in MANDANTS:
            lane = lane_of(mandant, LANES)
            _insert(conn, dunning_tables.opened_day, {"lane": lane, "day": BEFORE})
            _insert(conn, dunning_tables.mandant_day, {"mandant": mandant, "lane": lane})
            for day in (*range(portfolio.days), None):
                numbers = portfolio.numbers(day)
                row = {
                    "mandant": mandant,
                    "debtor_ref": f"D{NUMBER}",
                    "lane": lane,
                    "credit_cents": 0,
                    "next_action_on": LATER if day is None else DAYS[day],
                }
                put(conn, dunning_tables.account, row, numbers)
                put(conn, dunning_tables.claim, _view_row(mandant, overdue=day is not None), numbers)
    _analyze(engine)


def put(
    conn: Connection, table: Table, row: Mapping[str, Any], numbers: str, counter: tuple[str, int] = ("", 0)
) -> None:
    """One row per number, made by the database; what is there is overwritten.

    `counter`: a column that counts on from a value.
    """
    values, shown = {}, []
    for name, value in row.items():
        if name == counter[0]:
            shown.append(f"{counter[1]} + row_number() OVER (ORDER BY n)")
            continue
        values[name] = value
        is_bytes = isinstance(value, bytes)
        if is_bytes:
            values[name] = value.decode()
        shown.append(_expression(conn, table, name, value, is_bytes=is_bytes))
    keys = [column.name for column in table.primary_key]
    changed = ", ".join(f"{name} = excluded.{name}" for name in row if name not in keys)
    conn.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(row)}) SELECT {', '.join(shown)} "  # noqa: S608 - our names
            f"FROM ({numbers}) AS found WHERE true ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"
        ),
        values,
    )


def _expression(conn: Connection, table: Table, name: str, value: object, *, is_bytes: bool) -> str:
    postgres = conn.dialect.name == "postgresql"
    if not isinstance(value, str | bytes):
        kind = table.c[name].type.compile(conn.dialect)
        return f"CAST(:{name} AS {kind})" if postgres else f":{name}"
    number = "lpad(CAST(n AS text), 6, '0')" if postgres else "printf('%06d', n)"
    shown = f"replace(CAST(:{name} AS text), '{NUMBER}', {number})"
    if is_bytes:
        return f"convert_to({shown}, 'UTF8')" if postgres else f"CAST({shown} AS blob)"
    return shown


def _count(conn: Connection, portfolio: Portfolio) -> None:
    each = portfolio.claims // len(MANDANTS)
    conn.execute(text("CREATE TEMPORARY TABLE IF NOT EXISTS numbers (n integer PRIMARY KEY)"))
    conn.execute(
        text(
            "INSERT INTO numbers WITH RECURSIVE counted(n) AS "  # noqa: S608
            f"(SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < {each}) SELECT n FROM counted"
        )
    )


def _insert(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    conn.execute(table.insert().values(**row))


def _analyze(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")


def blocked_claim(mandant: str, blocked_to: date) -> Claim:
    """A claim with a block that ends the day before its turn."""
    last = date.fromordinal(blocked_to.toordinal() - 1)
    due_on = date(2025, 12, 1)
    return Claim(
        mandant=mandant,
        kassenzeichen=f"865621{NUMBER}0",
        claim_ref=f"C{NUMBER}",
        debtor_ref=f"D{NUMBER}",
        payer_ref=f"D{NUMBER}",
        aktenzeichen="32425425167854",
        einnahmeart="5621",
        office="LG",
        mode="einmalig",
        amount_cents=12_345,
        decided_on=date(2025, 11, 3),
        arose_on=date(2025, 11, 3),
        sollsaetze=(Sollsatz(due_on=due_on, soll_cents=12_345),),
        blocks=(Block(reason="T", set_on=date(2025, 12, 10), ends_by=last, longest_by=last),),
    )


def _debtor(mandant: str) -> Debtor:
    return Debtor(
        mandant=mandant,
        debtor_ref=f"D{NUMBER}",
        kind="person",
        born_on=None,
        deceased_on=None,
        legal_representative=False,
        under_guardianship=False,
        address_complete=True,
        receives_benefits=False,
    )


def _account(mandant: str) -> dict[str, Any]:
    account = Account(mandant=mandant, debtor_ref=f"D{NUMBER}", version=1, open_cents=12_345)
    return asdict(account)


def _view_row(mandant: str, *, overdue: bool) -> dict[str, Any]:
    seen = view(blocked_claim(mandant, date(2026, 1, 2) if overdue else LATER))
    return {
        "mandant": mandant,
        "kassenzeichen": seen.kassenzeichen,
        "debtor_ref": f"D{NUMBER}",
        "open_cents": seen.open_cents,
        "view": to_json(cast(Payload, seen)).decode(),
    }


def templates(
    conn: Connection, tables: Sequence[Table], number: str, where: Mapping[str, str]
) -> list[tuple[Table, dict[str, Any]]]:
    """The rows about one claim, with its number left open: for a rival who writes the same about others."""
    found = []
    for table in tables:
        query = text(f"SELECT * FROM {table.name} WHERE {where[table.name]}").columns(*table.c)  # noqa: S608
        found += [
            (table, {name: _open(value, number) for name, value in row.items()})
            for row in conn.execute(query).mappings()
        ]
    return found


def _open(value: Any, number: str) -> Any:  # noqa: ANN401 - of any column
    if isinstance(value, bytes | memoryview):
        return bytes(value).replace(number.encode(), NUMBER.encode())
    return value.replace(number, NUMBER) if isinstance(value, str) else value
