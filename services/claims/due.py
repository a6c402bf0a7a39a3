"""What the calendar brings in a lane, looked up by its day: accounts to be opened, and who comes of age."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam, select

from services.claims import rows, tables
from services.claims.domain.books import Books
from services.claims.domain.model import Key
from shared.sql import first_in_order, rows_among

_OWNER = (tables.claim.c.mandant, tables.claim.c.payer_ref)
_REACHED = (tables.claim.c.lane == bindparam("lane")) & (tables.claim.c.next_action_on <= bindparam("day"))


def due(conn: Connection, books: Books, lane: int, day: date, limit: int) -> list[tuple[Key, list[str]]]:
    """Accounts, in order, with the claims on which the calendar does something by the day.

    With all of them where the debtor has new facts. Parked accounts wait.
    """
    asked = {"lane": lane, "day": day}
    some, whole = (
        {(row[0], row[1]) for row in conn.execute(query, asked | {"limit": limit}).all()}
        for query in (
            _first(tables.claim.c.next_action_on, *_OWNER),
            _first(tables.debtor.c.look_on, tables.debtor.c.mandant, tables.debtor.c.debtor_ref),
        )
    )
    accounts = sorted(some | whole)[:limit]
    found: dict[Key, list[str]] = {account: [] for account in accounts}
    # One after the other: each has its index.
    parts = [account for account in accounts if account not in whole]
    wholes = [account for account in accounts if account in whole]
    for row in (
        *(rows_among(conn, _OWNER, parts, _REACHED, asked) if parts else ()),
        *(rows_among(conn, _OWNER, wholes) if wholes else ()),
    ):
        found[row.mandant, row.payer_ref].append(row.kassenzeichen)
        books.claims.fill((row.mandant, row.kassenzeichen), rows.claim_of(row.doc))
    return [(account, sorted(numbers)) for account, numbers in found.items()]


@cache
def _first(due_on: Column[date], *account: Column[Any]) -> Select[Any]:
    """The first accounts, in order, that are not parked."""
    parked = tables.parked
    mandant, debtor_ref = account
    stopped = select(parked).where(
        parked.c.lane == bindparam("lane"), parked.c.mandant == mandant, parked.c.debtor_ref == debtor_ref
    )
    reached = (due_on.table.c.lane == bindparam("lane"), due_on <= bindparam("day"))
    found = select(*account).where(*reached, ~stopped.exists()).distinct()
    return first_in_order(found, [column.name for column in account], bindparam("limit"))


def coming_of_age(conn: Connection, mandant: str, first: date, last: date) -> list[Key]:
    """Who comes of age in this time and owes something, in order; looked up by the day."""
    debtor, account = tables.debtor, tables.account
    owes = (account.c.mandant == debtor.c.mandant) & (account.c.debtor_ref == debtor.c.debtor_ref)
    query = (
        select(debtor.c.mandant, debtor.c.debtor_ref)
        .join(account, owes)
        .where(debtor.c.mandant == mandant, debtor.c.of_age_on.between(first, last), account.c.open_cents > 0)
        .order_by(debtor.c.debtor_ref)
    )
    return [(row.mandant, row.debtor_ref) for row in conn.execute(query)]
