"""What the calendar brings in a lane, looked up by its day: accounts to be opened, and who comes of age."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, select
from sqlalchemy.sql.elements import ColumnElement

from services.claims import rows, tables
from services.claims.domain.books import Books
from services.claims.domain.model import Key
from shared.sql import among, first_in_order


def due(conn: Connection, books: Books, lane: int, day: date, limit: int) -> list[tuple[Key, list[str]]]:
    """Accounts, in order, with the claims on which the calendar does something by the day.

    With all of them where the debtor has new facts. Parked accounts wait.
    """
    claim, debtor = tables.claim, tables.debtor
    reached: ColumnElement[bool] = (claim.c.lane == lane) & (claim.c.next_action_on <= day)
    looked_at: ColumnElement[bool] = (debtor.c.lane == lane) & (debtor.c.look_on <= day)
    some = _first(conn, lane, limit, reached, claim.c.mandant, claim.c.payer_ref)
    whole = _first(conn, lane, limit, looked_at, debtor.c.mandant, debtor.c.debtor_ref)
    accounts = sorted({*some, *whole})[:limit]
    found: dict[Key, list[str]] = {account: [] for account in accounts}
    columns = [claim.c.mandant, claim.c.payer_ref]
    parts = [account for account in accounts if account not in whole]
    wholes = [account for account in accounts if account in whole]
    # One after the other: each has its index.
    for keys, where in (
        (parts, reached & among(conn, columns, parts)),
        (wholes, among(conn, columns, wholes)),
    ):
        for row in conn.execute(select(claim).where(where).order_by(claim.c.kassenzeichen)) if keys else ():
            found[row.mandant, row.payer_ref].append(row.kassenzeichen)
            books.claims.fill((row.mandant, row.kassenzeichen), rows.claim_of(row.doc))
    return list(found.items())


def _first(
    conn: Connection, lane: int, limit: int, where: ColumnElement[bool], *account: Column[Any]
) -> set[Key]:
    """The first accounts, in order, that are not parked."""
    parked = tables.parked
    mandant, debtor_ref = account
    stopped = select(parked).where(
        parked.c.lane == lane, parked.c.mandant == mandant, parked.c.debtor_ref == debtor_ref
    )
    found = select(mandant, debtor_ref).where(where, ~stopped.exists()).distinct()
    query = first_in_order(found, [column.name for column in account], limit)
    return {(row[0], row[1]) for row in conn.execute(query)}


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
