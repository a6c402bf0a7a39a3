"""Every SQL statement of dunning."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
import orjson
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    update,
)

from services.dunning.arrivals import Arrivals, Doubt, Key
from services.dunning.domain.cycle import end_cycles
from services.dunning.domain.model import NOTHING_DONE, Account, Claim, Notice, Progress
from services.dunning.tables import account, claim, late, mandant_day, notice, opened_day, progress
from shared.contracts.claims import ClaimView, PaymentView
from shared.sql import among, first_in_order, insert_missing, overwrite_among, upsert

_ACCOUNT_KEY = ("mandant", "debtor_ref")
_CLAIM_KEY = ("mandant", "kassenzeichen")
_LATE_KEY = (*_CLAIM_KEY, "payment_ref")
# Rows are put in order here: asked for an order, SQLite goes through all of a mandant's and need not sort.
_CLAIM_ORDER = attrgetter(*_CLAIM_KEY)
_LATE_ORDER = attrgetter(*_LATE_KEY)
_VIEW = msgspec.json.Decoder(ClaimView)
_PAYMENT = msgspec.json.Decoder(PaymentView)


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account as stored, not decoded yet: what is wrong with one must not stop the others."""

    mandant: str
    debtor_ref: str
    lane: int
    credit_cents: int
    parked: bool
    claims: list[Row[Any]]
    notices: list[str]
    late: list[str | None]

    @property
    def key(self) -> Key:
        """What identifies it."""
        return self.mandant, self.debtor_ref

    def decoded(self) -> Account:
        """The account as the domain sees it."""
        claims = {
            row.kassenzeichen: Claim(
                _VIEW.decode(row.view), _progress(row.done) if row.done else NOTHING_DONE
            )
            for row in self.claims
        }
        notices = tuple(_notices().validate_json(body) for body in self.notices)
        payments = tuple(_PAYMENT.decode(payment) for payment in self.late if payment)
        return Account(self.mandant, self.debtor_ref, self.credit_cents, claims, notices, payments)


@cache
def _progresses() -> TypeAdapter[Progress]:
    return TypeAdapter(Progress)


@cache
def _notices() -> TypeAdapter[Notice]:
    return TypeAdapter(Notice)


def _progress(done: str) -> Progress:
    return _progresses().validate_json(done)


def save_arrivals(conn: Connection, arrivals: Arrivals) -> None:
    """Store what a batch brought; the accounts it touches are due at once."""
    rows = [{"mandant": mandant, "lane": lane} for mandant, lane in arrivals.mandants.items()]
    insert_missing(conn, mandant_day, rows, ("mandant",))
    upsert(conn, account, list(arrivals.accounts.values()), _ACCOUNT_KEY)
    upsert(conn, account, list(arrivals.parked.values()), _ACCOUNT_KEY)
    upsert(conn, claim, list(arrivals.claims.values()), _CLAIM_KEY)
    save_progress(conn, arrivals.taken_over)
    _settle(conn, arrivals)
    _doubt(conn, arrivals.doubts)


def _doubt(conn: Connection, doubts: Sequence[Doubt]) -> None:
    """Keep for the next working day what may have been there before a notice."""
    if not doubts:
        return
    owner = (notice.c.mandant, notice.c.debtor_ref)
    owners = {(doubt.row["mandant"], doubt.row["debtor_ref"]) for doubt in doubts}
    issued: dict[Key, list[date]] = {}
    for row in conn.execute(select(*owner, notice.c.issued_on).where(among(conn, owner, owners))):
        issued.setdefault((row.mandant, row.debtor_ref), []).append(row.issued_on)
    rows = []
    for doubt in doubts:
        days = issued.get((doubt.row["mandant"], doubt.row["debtor_ref"]))
        if days and doubt.row["since"] <= max(days) and min(days) <= doubt.last:
            rows.append(doubt.row)
    upsert(conn, late, rows, _LATE_KEY)


def _settle(conn: Connection, arrivals: Arrivals) -> None:
    """End the cycles of handed-over items that were paid in full, even if they are open again by the mark.

    Enforcement drops an item at once when its money comes: without this, nobody would pursue it after a
    bounce on the same day. A write-off ends all cycles of its claim: whatever was due is given up, and taken
    back it starts again with a notice (R87).
    """
    keys = arrivals.settled.keys() | arrivals.closed | arrivals.given_up
    if not keys:
        return
    rows = conn.execute(
        select(progress).where(
            among(conn, (progress.c.mandant, progress.c.kassenzeichen), keys), progress.c.in_cycle
        )
    )
    changed = {}
    for row in rows:
        key, done = (row.mandant, row.kassenzeichen), _progress(row.done)
        if key in arrivals.given_up:
            dropped = set(done.items)
        else:
            due_ons = done.items.keys() if key in arrivals.closed else arrivals.settled[key]
            dropped = {day for day in due_ons if (cycle := done.item(day).cycle) and cycle.case_id}
        if dropped:
            changed[key] = end_cycles(done, dropped)
    save_progress(conn, changed)


def due(conn: Connection, lane: int, day: date, limit: int) -> list[StoredAccount]:
    """Up to `limit` accounts of the lane on which there may be something to do, in a fixed order."""
    return _accounts(conn, first_due(conn, lane, day, limit))


def first_due(conn: Connection, lane: int, day: date, limit: int) -> Sequence[Row[Any]]:
    """The rows of the accounts that `due` finds."""
    return conn.execute(_first_due(), {"lane": lane, "day": day, "limit": limit}).all()


@cache
def _first_due() -> Select[Any]:
    found = select(*(column for column in account.c if column is not account.c.next_action_on)).where(
        account.c.lane == bindparam("lane"), account.c.next_action_on <= bindparam("day"), ~account.c.parked
    )
    return first_in_order(found, _ACCOUNT_KEY, bindparam("limit"))


def account_of(conn: Connection, mandant: str, kassenzeichen: str) -> StoredAccount | None:
    """The account of a claim; None if the claim is unknown here."""
    owned = (account.c.mandant == claim.c.mandant) & (account.c.debtor_ref == claim.c.debtor_ref)
    query = (
        select(account)
        .join(claim, owned)
        .where(claim.c.mandant == mandant, claim.c.kassenzeichen == kassenzeichen)
    )
    return next(iter(_accounts(conn, conn.execute(query).all())), None)


def _accounts(conn: Connection, found: Sequence[Row[Any]]) -> list[StoredAccount]:
    accounts = {
        (row.mandant, row.debtor_ref): StoredAccount(
            row.mandant, row.debtor_ref, row.lane, row.credit_cents, row.parked, [], [], []
        )
        for row in found
    }
    if accounts:
        named = _look_back(conn, accounts)
        # An institution has thousands of claims: those with nothing open and no cycle to end are left alone.
        same = (progress.c.mandant == claim.c.mandant) & (progress.c.kassenzeichen == claim.c.kassenzeichen)
        rows = conn.execute(
            select(claim, progress.c.done)
            .outerjoin(progress, same)
            .where(
                among(conn, (claim.c.mandant, claim.c.debtor_ref), accounts),
                (claim.c.open_cents > 0) | progress.c.in_cycle | _are(conn, named),
            )
        ).all()
        for row in sorted(rows, key=_CLAIM_ORDER):
            accounts[row.mandant, row.debtor_ref].claims.append(row)
    return list(accounts.values())


def _look_back(conn: Connection, accounts: Mapping[Key, StoredAccount]) -> set[Key]:
    """Load what arrived after notices of the accounts, and these; returns the claims that they are about."""
    named = set()
    doubtful = {}
    query = select(late).where(among(conn, (late.c.mandant, late.c.debtor_ref), accounts))
    for row in sorted(conn.execute(query), key=_LATE_ORDER):
        stored = doubtful[row.mandant, row.debtor_ref] = accounts[row.mandant, row.debtor_ref]
        named.add((row.mandant, row.kassenzeichen))
        stored.late.append(row.payment)
    if doubtful:
        concerned = exists().where(
            late.c.mandant == notice.c.mandant,
            late.c.debtor_ref == notice.c.debtor_ref,
            late.c.since <= notice.c.issued_on,
        )
        query = select(notice).where(
            among(conn, (notice.c.mandant, notice.c.debtor_ref), doubtful), concerned
        )
        for row in conn.execute(query.order_by(notice.c.issued_on, notice.c.mandant, notice.c.notice_id)):
            doubtful[row.mandant, row.debtor_ref].notices.append(row.body)
            named |= {(row.mandant, item["kassenzeichen"]) for item in orjson.loads(row.body)["items"]}
    return named


def _are(conn: Connection, claims: Collection[Key]) -> ColumnElement[bool]:
    return among(conn, (claim.c.mandant, claim.c.kassenzeichen), claims) if claims else false()


def save_notices(conn: Connection, changed: Mapping[Key, Sequence[Notice]]) -> None:
    """Store notices by account; what stands for nothing any more is forgotten."""
    rows = [
        {
            "mandant": mandant,
            "notice_id": each.notice_id,
            "debtor_ref": debtor_ref,
            "issued_on": each.issued_on,
            "body": _notices().dump_json(each, exclude_defaults=True).decode(),
        }
        for (mandant, debtor_ref), notices in changed.items()
        for each in notices
    ]
    upsert(conn, notice, rows, ("mandant", "notice_id"))
    gone = [
        (mandant, each.notice_id)
        for (mandant, _), some in changed.items()
        for each in some
        if not each.stands
    ]
    if gone:
        conn.execute(delete(notice).where(among(conn, (notice.c.mandant, notice.c.notice_id), gone)))


def settle_doubts(conn: Connection, accounts: Collection[StoredAccount]) -> None:
    """What arrived for these accounts was judged."""
    judged = [each.key for each in accounts if each.late]
    if judged:
        conn.execute(delete(late).where(among(conn, (late.c.mandant, late.c.debtor_ref), judged)))


def save_progress(conn: Connection, changed: Mapping[Key, Progress]) -> None:
    """Store what dunning did about some claims, by (mandant, Kassenzeichen)."""
    rows = [
        {
            "mandant": mandant,
            "kassenzeichen": kassenzeichen,
            "in_cycle": done.in_cycle,
            "done": _progresses().dump_json(done, exclude_none=True).decode(),
        }
        for (mandant, kassenzeichen), done in changed.items()
    ]
    upsert(conn, progress, rows, _CLAIM_KEY)


def save_next_actions(conn: Connection, accounts: Mapping[Key, date | None]) -> None:
    """Store when the accounts are to be looked at next: a statement for each day, of which there are few."""
    by_day: dict[date | None, list[Key]] = {}
    for key, on in accounts.items():
        by_day.setdefault(on, []).append(key)
    for on, keys in by_day.items():
        overwrite_among(conn, account, {"next_action_on": on}, _ACCOUNT_KEY, keys)


def park(conn: Connection, accounts: Collection[Key]) -> None:
    """Leave accounts alone until they are released."""
    overwrite_among(conn, account, {"parked": True}, _ACCOUNT_KEY, accounts)


def last_opened(conn: Connection, lane: int) -> date | None:
    """The last day that was opened in the lane."""
    query = select(func.max(opened_day.c.day)).where(opened_day.c.lane == lane)
    last: date | None = conn.execute(query).scalar_one()
    return last


def opened_before(conn: Connection, lane: int, day: date) -> Sequence[date]:
    """The days opened before `day` in the lane, latest first."""
    query = (
        select(opened_day.c.day)
        .where(opened_day.c.lane == lane, opened_day.c.day < day)
        .order_by(opened_day.c.day.desc())
    )
    return conn.execute(query).scalars().all()


def open_day(conn: Connection, lane: int, day: date) -> None:
    """Note that the day was opened in the lane."""
    conn.execute(insert(opened_day).values(lane=lane, day=day))


def add_counts(conn: Connection, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Add to the numbers of events, by mandant and type, of the day that is open."""
    if not counts:
        return
    rows = conn.execute(select(mandant_day).where(mandant_day.c.mandant.in_(list(counts)))).all()
    upsert(
        conn,
        mandant_day,
        [
            {
                "mandant": row.mandant,
                "lane": row.lane,
                "counts": orjson.dumps(
                    Counter(orjson.loads(row.counts)) + Counter(counts[row.mandant])
                ).decode(),
            }
            for row in rows
        ],
        ("mandant",),
    )


def take_counts(conn: Connection, lane: int) -> dict[str, dict[str, int]]:
    """The numbers of events of the day by mandant (all ever seen in the lane); starts again at zero."""
    query = select(mandant_day).where(mandant_day.c.lane == lane).order_by(mandant_day.c.mandant)
    counts = {row.mandant: orjson.loads(row.counts) for row in conn.execute(query)}
    conn.execute(update(mandant_day).where(mandant_day.c.lane == lane).values(counts="{}"))
    return counts
