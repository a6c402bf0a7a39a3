"""Every SQL statement of enforcement."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeAlias

import orjson
from msgspec.structs import asdict
from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, select

from services.enforcement.domain.model import Account, Case, FollowUp
from services.enforcement.tables import account, claim, kept_record, lane_day, tally
from shared.contracts.claims import ClaimView
from shared.records import Record
from shared.sql import among, first_in_order, insert_missing, insert_rows, upsert

Key: TypeAlias = tuple[str, str]  # (mandant, debtor_ref) or (mandant, Kassenzeichen)
_ACCOUNT_KEY = ("mandant", "debtor_ref")


@dataclass(frozen=True, slots=True)
class _Doc:
    """The part of an account that is one JSON text."""

    cases: tuple[Case, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """An account, and the lane it is in."""

    lane: int
    account: Account


@cache
def _docs() -> TypeAdapter[_Doc]:
    return TypeAdapter(_Doc)


@cache
def _views() -> TypeAdapter[ClaimView]:
    return TypeAdapter(ClaimView)


def load(
    conn: Connection, keys: Collection[Key], asked: Collection[Key], named: Collection[Key]
) -> dict[Key, Stored]:
    """The accounts of `keys` that are known.

    Those with a case or a follow-up, and those in `asked`, come with their claims: the ones with something
    open or written off, and of `asked` also those in `named` (mandant, Kassenzeichen).
    """
    if not keys:
        return {}
    rows = conn.execute(select(account).where(among(conn, (account.c.mandant, account.c.debtor_ref), keys)))
    return _with_claims(conn, rows, asked, named)


def due(conn: Connection, lane: int, day: date, limit: int) -> dict[Key, Stored]:
    """Up to `limit` accounts of the lane on which there may be something to do, in a fixed order."""
    found = select(account).where(account.c.lane == lane, ~account.c.parked, account.c.next_action_on <= day)
    rows = conn.execute(first_in_order(found, _ACCOUNT_KEY, limit))
    return _with_claims(conn, rows, (), ())


def account_of(conn: Connection, mandant: str, kassenzeichen: str) -> Stored | None:
    """The account that a claim belongs to."""
    debtor_ref = conn.execute(
        select(claim.c.debtor_ref).where(claim.c.mandant == mandant, claim.c.kassenzeichen == kassenzeichen)
    ).scalar_one_or_none()
    if debtor_ref is None:
        return None
    return load(conn, [(mandant, debtor_ref)], (), ()).get((mandant, debtor_ref))


def _with_claims(
    conn: Connection, rows: Iterable[Row[Any]], asked: Collection[Key], named: Collection[Key]
) -> dict[Key, Stored]:
    found = {(row.mandant, row.debtor_ref): (row, _docs().validate_json(row.doc)) for row in rows}
    wanted = {key for key, (_, doc) in found.items() if doc.cases or doc.follow_ups} | set(asked)
    claims: dict[Key, dict[str, ClaimView]] = {}
    if wanted:
        owner = among(conn, (claim.c.mandant, claim.c.debtor_ref), wanted)
        also = among(conn, (claim.c.mandant, claim.c.kassenzeichen), named)
        for row in conn.execute(select(claim).where(owner, claim.c.live | also if named else claim.c.live)):
            views = claims.setdefault((row.mandant, row.debtor_ref), {})
            views[row.kassenzeichen] = _views().validate_json(row.doc)
    return {
        key: Stored(
            row.lane,
            Account(
                mandant=row.mandant,
                debtor_ref=row.debtor_ref,
                credit_cents=row.credit_cents,
                claims=claims.get(key, {}),
                cases=doc.cases,
                follow_ups=doc.follow_ups,
                next_action_on=row.next_action_on,
                parked=row.parked,
            ),
        )
        for key, (row, doc) in found.items()
    }


def save(conn: Connection, accounts: Iterable[Stored]) -> None:
    """Store accounts, without their claims."""
    rows = [
        {
            "mandant": stored.account.mandant,
            "debtor_ref": stored.account.debtor_ref,
            "lane": stored.lane,
            "credit_cents": stored.account.credit_cents,
            "next_action_on": stored.account.next_action_on,
            "parked": stored.account.parked,
            "doc": orjson.dumps(_Doc(stored.account.cases, stored.account.follow_ups)).decode(),
        }
        for stored in accounts
    ]
    upsert(conn, account, rows, _ACCOUNT_KEY)


def save_claims(conn: Connection, claims: Mapping[Key, tuple[str, Mapping[str, Any]]]) -> None:
    """Store claims as published: by (mandant, Kassenzeichen) the debtor and the claim."""
    rows = [
        {
            "mandant": mandant,
            "kassenzeichen": kassenzeichen,
            "debtor_ref": debtor_ref,
            "live": view["open_cents"] > 0 or view["written_off_cents"] > 0,
            "doc": orjson.dumps(view).decode(),
        }
        for (mandant, kassenzeichen), (debtor_ref, view) in claims.items()
    ]
    upsert(conn, claim, rows, ("mandant", "kassenzeichen"))


def keep(conn: Connection, records: Mapping[Key, list[Record]]) -> None:
    """Keep the records of parked accounts, for their release."""
    rows = [
        {
            "mandant": mandant,
            "debtor_ref": debtor_ref,
            "offset": record.offset,
            "doc": orjson.dumps(asdict(record)).decode(),
        }
        for (mandant, debtor_ref), kept in records.items()
        for record in kept
    ]
    insert_rows(conn, kept_record, rows)


def take_kept(conn: Connection, keys: Collection[Key]) -> dict[Key, list[Record]]:
    """Take the kept records of accounts that are to be released, in order."""
    if not keys:
        return {}
    theirs = among(conn, (kept_record.c.mandant, kept_record.c.debtor_ref), keys)
    kept: dict[Key, list[Record]] = {}
    for row in conn.execute(select(kept_record).where(theirs).order_by(kept_record.c.offset)):
        kept.setdefault((row.mandant, row.debtor_ref), []).append(Record(**orjson.loads(row.doc)))
    conn.execute(delete(kept_record).where(theirs))
    return kept


def last_opened(conn: Connection, lanes: Collection[int]) -> dict[int, date]:
    """The last day that was opened in each lane."""
    rows = conn.execute(select(lane_day).where(lane_day.c.lane.in_(lanes)))
    return {row.lane: row.day for row in rows}


def note_day(conn: Connection, lane: int, day: date) -> None:
    """Note that the day is open in the lane."""
    upsert(conn, lane_day, [{"lane": lane, "day": day}], ("lane",))


def see(conn: Connection, mandants: Mapping[str, int]) -> None:
    """Note the mandants (and their lanes) that were ever seen: each has its days closed."""
    rows = [{"mandant": mandant, "lane": lane, "doc": "{}"} for mandant, lane in mandants.items()]
    insert_missing(conn, tally, rows, ("mandant",))


def count(conn: Connection, events: Iterable[tuple[str, date, str]]) -> None:
    """Count events (mandant, day, type) of mandants that were seen."""
    news: dict[str, Counter[tuple[str, str]]] = {}
    for mandant, day, type_ in events:
        news.setdefault(mandant, Counter())[day.isoformat(), type_] += 1
    if not news:
        return
    rows = []
    for row in conn.execute(select(tally).where(tally.c.mandant.in_(news))).all():
        days = orjson.loads(row.doc)
        for (on, type_), number in news[row.mandant].items():
            of_day = days.setdefault(on, {})
            of_day[type_] = of_day.get(type_, 0) + number
        rows.append({"mandant": row.mandant, "lane": row.lane, "doc": orjson.dumps(days).decode()})
    upsert(conn, tally, rows, ("mandant",))


def take_counts(conn: Connection, lane: int, day: date) -> dict[str, dict[str, int]]:
    """The numbers of events by type up to the day, by mandant; what is already of a later day stays."""
    counts: dict[str, dict[str, int]] = {}
    rows = []
    for row in conn.execute(select(tally).where(tally.c.lane == lane).order_by(tally.c.mandant)).all():
        days = orjson.loads(row.doc)
        closed = {key: days.pop(key) for key in sorted(days) if key <= day.isoformat()}
        total: Counter[str] = Counter()
        for of_day in closed.values():
            total.update(of_day)
        counts[row.mandant] = dict(sorted(total.items()))
        if closed:
            rows.append({"mandant": row.mandant, "lane": lane, "doc": orjson.dumps(days).decode()})
    upsert(conn, tally, rows, ("mandant",))
    return counts
