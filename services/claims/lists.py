"""The lists a clerk asks the ledger for: read only, in one statement each, and row by row.

Soll and Ist are summed from the postings, which never change: so every list agrees with the journal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from services.claims import rows, tables
from services.claims.domain.allocate import befristet_cents
from services.claims.domain.model import Claim, WrittenOff
from services.claims.domain.reviews import check_again_on, review_on
from services.claims.statement import State, state_of
from shared.contracts.codes import IST_KINDS, SOLL_KINDS, PostingKind, UnclearCause, WriteOffKind

_CHUNK = 5_000  # rows in memory


@dataclass(frozen=True, slots=True)
class Found:
    """A claim that a search has found (R43)."""

    mandant: str
    kassenzeichen: str
    debtor_ref: str
    payer_ref: str
    aktenzeichen: str
    bg_nummer: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line of the Soll/Ist comparison (R49), in cents; a positive balance is owed."""

    kassenzeichen: str
    payer_ref: str
    soll_cents: int
    ist_cents: int
    written_off_cents: int
    balance_cents: int
    state: State


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal (R48); `recorded_on` is the system's day on which it was posted."""

    posting_no: int
    recorded_on: date
    kassenzeichen: str
    debtor_ref: str
    kind: PostingKind
    amount_cents: int
    booked_on: date
    due_on: date
    payment_ref: str | None
    cost_bearers: str | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """An entry of the Klärungsliste (R33). `text` is personal data, for the clerk's eyes only."""

    payment_ref: str
    amount_cents: int  # negative for a reversal
    booked_on: date
    cause: UnclearCause
    kassenzeichen: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A line of the Niederschlagungsliste (R31): what is written off of a claim, by whom, what comes next.

    What is written off befristet and what is for good are two lines.
    """

    kassenzeichen: str
    payer_ref: str
    aktenzeichen: str
    decision: WriteOffKind
    decided_on: date
    ordered_on: date
    written_off_cents: int
    requested_by: str
    approved_by: str
    reviews: int
    look_again_on: date | None


def find(conn: Connection, fragment: str, mandant: str | None = None) -> Iterator[Found]:
    """Claims with the fragment in debtor, payer, Aktenzeichen, BG-Nummer or Kassenzeichen (R43)."""
    claim = tables.claim
    query = (
        select(claim.c.doc)
        .where(claim.c.search.contains(fragment.casefold(), autoescape=True))
        .order_by(claim.c.mandant, claim.c.kassenzeichen)
    )
    if mandant is not None:
        query = query.where(claim.c.mandant == mandant)
    for row in _streamed(conn, query):
        found = rows.claim_of(row.doc)
        yield Found(
            mandant=found.mandant,
            kassenzeichen=found.kassenzeichen,
            debtor_ref=found.debtor_ref,
            payer_ref=found.payer_ref,
            aktenzeichen=found.aktenzeichen,
            bg_nummer=found.bg_nummer,
        )


def posted() -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    """Soll, Ist and what is written off, as sums of postings."""
    kind = tables.posting.c.kind
    return _sum(kind.in_(SOLL_KINDS)), _sum(kind.in_(IST_KINDS)), -_sum(kind == "write_off")


def comparison(
    conn: Connection, mandant: str, state: State | None = None, largest: int | None = None
) -> Iterator[Comparison]:
    """Soll and Ist of every claim, by Kassenzeichen (R49); or those `largest` by what is owed (R34)."""
    claim, posting = tables.claim, tables.posting
    soll, ist, written_off = posted()
    owed = soll - ist - written_off
    count = func.count(posting.c.posting_no)
    query = (
        select(
            claim.c.kassenzeichen,
            claim.c.payer_ref,
            soll.label("soll"),
            ist.label("ist"),
            written_off.label("written_off"),
            count.label("postings"),
        )
        .outerjoin(
            posting,
            and_(posting.c.mandant == claim.c.mandant, posting.c.kassenzeichen == claim.c.kassenzeichen),
        )
        .where(claim.c.mandant == mandant)
        .group_by(claim.c.kassenzeichen, claim.c.payer_ref)
        .order_by(claim.c.kassenzeichen)
    )
    match state:
        case "keine-buchung":
            query = query.having(count == 0)
        case "ausgeglichen":
            query = query.having(count > 0, owed == 0)
        case "rueckstand":
            query = query.having(owed > 0)
        case "ueberzahlung":
            query = query.having(owed < 0)
        case None:
            pass
    if largest is not None:
        query = query.having(owed > 0).order_by(None).order_by(owed.desc(), claim.c.kassenzeichen)
        query = query.limit(largest)
    for row in _streamed(conn, query):
        balance = row.soll - row.ist - row.written_off
        yield Comparison(
            kassenzeichen=row.kassenzeichen,
            payer_ref=row.payer_ref,
            soll_cents=int(row.soll),
            ist_cents=int(row.ist),
            written_off_cents=int(row.written_off),
            balance_cents=int(balance),
            state=state_of(balance, row.postings),
        )


def journal(
    conn: Connection,
    mandant: str,
    from_day: date | None = None,
    to_day: date | None = None,
    kassenzeichen: str | None = None,
) -> Iterator[Entry]:
    """The postings recorded from the first to the last day, both inclusive, in their order (R48, R63).

    With a Kassenzeichen: its Buchungsliste.
    """
    posting = tables.posting
    query = select(posting).where(posting.c.mandant == mandant).order_by(posting.c.posting_no)
    if from_day is not None:
        query = query.where(posting.c.recorded_on >= from_day)
    if to_day is not None:
        query = query.where(posting.c.recorded_on <= to_day)
    if kassenzeichen is not None:
        query = query.where(posting.c.kassenzeichen == kassenzeichen)
    for row in _streamed(conn, query):
        doc = orjson.loads(row.doc)
        yield Entry(
            posting_no=row.posting_no,
            recorded_on=row.recorded_on,
            kassenzeichen=row.kassenzeichen,
            debtor_ref=row.debtor_ref,
            kind=row.kind,
            amount_cents=row.amount_cents,
            booked_on=row.booked_on,
            due_on=row.due_on,
            payment_ref=doc.get("payment_ref"),
            cost_bearers=_bearers(doc),
        )


def clearing_list(conn: Connection, mandant: str) -> Iterator[Unclear]:
    """The Klärungsliste, in the order of arrival (R33)."""
    payment, text = tables.payment, tables.sequencer.remittance
    texts = (payment.c.mandant == text.c.mandant) & (payment.c.payment_ref == text.c.payment_ref)
    query = (
        select(payment, text.c.text)
        .select_from(payment.outerjoin(text, texts))
        .where(payment.c.mandant == mandant, payment.c.state == "unclear")
        .order_by(payment.c.since)
    )
    for row in _streamed(conn, query):
        yield Unclear(
            payment_ref=row.payment_ref,
            amount_cents=-row.amount_cents if row.reverses else row.amount_cents,
            booked_on=row.booked_on,
            cause=row.cause,
            kassenzeichen=row.kassenzeichen,
            text=row.text,
        )


def write_offs(conn: Connection, mandant: str, decision: WriteOffKind | None = None) -> Iterator[GivenUp]:
    """The Niederschlagungsliste (R31): whatever is written off now, by Kassenzeichen; or of one kind only."""
    claim, posting, days = tables.claim, tables.posting, tables.lane_day
    written_off = -func.sum(posting.c.amount_cents)
    query = (
        select(claim.c.doc, days.c.day, written_off.label("written_off"))
        .join(days, days.c.lane == claim.c.lane)
        .join(
            posting,
            and_(posting.c.mandant == claim.c.mandant, posting.c.kassenzeichen == claim.c.kassenzeichen),
        )
        .where(claim.c.mandant == mandant, posting.c.kind == "write_off")
        .group_by(claim.c.kassenzeichen, claim.c.doc, days.c.day)
        .having(written_off != 0)
        .order_by(claim.c.kassenzeichen)
    )
    for row in _streamed(conn, query):
        found = rows.claim_of(row.doc)
        befristet = befristet_cents(found)
        for order, cents in (
            (found.written_off, int(row.written_off) - befristet),
            (found.befristet, befristet),
        ):
            if cents and order is None:
                raise LookupError(f"{found.kassenzeichen} is written off without an order")
            if cents and order is not None and decision in (None, order.kind):
                yield _given_up(found, order, cents, row.day)


def _given_up(claim: Claim, order: WrittenOff, cents: int, today: date) -> GivenUp:
    """The line of an order; a follow-up that was asked for is still to come after today."""
    if order.kind == "befristet":
        days = [day for day in (order.follow_up_on, check_again_on(claim)) if day and day > today]
    else:
        days = [day for day in (review_on(claim),) if day]
    return GivenUp(
        kassenzeichen=claim.kassenzeichen,
        payer_ref=claim.payer_ref,
        aktenzeichen=claim.aktenzeichen,
        decision=order.kind,
        decided_on=order.decided_on,
        ordered_on=order.ordered_on,
        written_off_cents=cents,
        requested_by=order.requested_by,
        approved_by=order.approved_by,
        reviews=claim.reviews.number if claim.reviews and order.kind != "befristet" else 0,
        look_again_on=min(days, default=None),
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, tables.posting.c.amount_cents), else_=0)), 0)


def _bearers(doc: dict[str, Any]) -> str | None:
    """Who carries it, and how much in cents: `bund 1200, kommune 300`; None if the claim does not say."""
    sums: dict[str, int] = {}
    for part in doc.get("parts") or ():
        if part.get("cost_bearer"):
            sums[part["cost_bearer"]] = sums.get(part["cost_bearer"], 0) + part["amount_cents"]
    return ", ".join(f"{bearer} {cents}" for bearer, cents in sorted(sums.items())) or None


def _streamed(conn: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    yield from conn.execution_options(yield_per=_CHUNK).execute(query)
