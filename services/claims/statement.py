"""What a clerk asks the ledger about one Kassenzeichen: the Kontoblatt (R48)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import orjson
from sqlalchemy import Connection, select

from services.claims import rows, tables
from services.claims.domain.allocate import figures, shares
from services.claims.domain.model import Block, Claim
from services.claims.domain.views import holds
from shared.contracts import HoldView
from shared.contracts.codes import IST_KINDS, BlockReason, PostingKind

State = Literal["ausgeglichen", "rueckstand", "ueberzahlung", "keine-buchung"]


@dataclass(frozen=True, slots=True)
class SollsatzLine:
    """A due date on the Kontoblatt; amounts in cents."""

    due_on: date
    soll_cents: int
    fee_cents: int
    paid_cents: int
    written_off_cents: int
    open_cents: int


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A Mahnsperre on the Kontoblatt; `in_force` on the system's day."""

    reason: BlockReason
    set_on: date
    ends_by: date
    lifted_on: date | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A posting on the Kontoblatt; `balance_cents` after it: positive is owed."""

    posting_no: int
    kind: PostingKind
    amount_cents: int
    balance_cents: int
    recorded_on: date
    booked_on: date
    due_on: date
    payment_ref: str | None
    notice_id: str | None
    other_kassenzeichen: str | None
    account: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The Kontoblatt: a claim's figures in cents, its due dates, blocks, holds and every posting (R48)."""

    mandant: str
    kassenzeichen: str
    as_of: date | None  # the system's day
    aktenzeichen: str
    einnahmeart: str
    office: str
    claim_ref: str
    debtor_ref: str
    payer_ref: str
    decided_on: date
    final_on: date | None
    limitation_on: date | None  # the last day before anything open is barred (R91)
    cancelled: bool
    soll_cents: int
    ist_cents: int
    written_off_cents: int
    open_cents: int
    credit_cents: int
    state: State
    sollsaetze: tuple[SollsatzLine, ...]
    blocks: tuple[BlockLine, ...]
    holds: tuple[HoldView, ...]
    postings: tuple[PostingLine, ...]


def statements(conn: Connection, kassenzeichen: str, mandant: str | None = None) -> list[Statement]:
    """The Kontoblatt of every claim with this Kassenzeichen: at most one of each mandant, in their order."""
    claim, days = tables.claim, tables.lane_day
    query = (
        select(claim.c.doc, days.c.day)
        .outerjoin(days, days.c.lane == claim.c.lane)
        .where(claim.c.kassenzeichen == kassenzeichen)
        .order_by(claim.c.mandant)
    )
    if mandant is not None:
        query = query.where(claim.c.mandant == mandant)
    return [_statement(conn, rows.claim_of(row.doc), row.day) for row in conn.execute(query).all()]


def state_of(balance_cents: int, postings: int) -> State:
    """How Soll and Ist compare (R49): what is left after write-offs, or that nothing was posted yet."""
    if not postings:
        return "keine-buchung"
    if balance_cents == 0:
        return "ausgeglichen"
    return "rueckstand" if balance_cents > 0 else "ueberzahlung"


def _statement(conn: Connection, claim: Claim, day: date | None) -> Statement:
    each = shares(claim)
    stands = figures(claim, each)
    postings = tuple(_postings(conn, claim))
    return Statement(
        mandant=claim.mandant,
        kassenzeichen=claim.kassenzeichen,
        as_of=day,
        aktenzeichen=claim.aktenzeichen,
        einnahmeart=claim.einnahmeart,
        office=claim.office,
        claim_ref=claim.claim_ref,
        debtor_ref=claim.debtor_ref,
        payer_ref=claim.payer_ref,
        decided_on=claim.decided_on,
        final_on=claim.final_on,
        limitation_on=claim.limitation.ends_on,
        cancelled=claim.cancelled,
        soll_cents=stands.soll_cents,
        ist_cents=stands.ist_cents,
        written_off_cents=stands.written_off_cents,
        open_cents=stands.open_cents,
        credit_cents=stands.credit_cents,
        state=state_of(stands.balance_cents, len(postings)),
        sollsaetze=tuple(
            SollsatzLine(
                due_on=sollsatz.due_on,
                soll_cents=sollsatz.soll_cents,
                fee_cents=sollsatz.fee_cents,
                paid_cents=share.paid_cents,
                written_off_cents=share.written_off_cents,
                open_cents=share.open_cents,
            )
            for sollsatz, share in zip(claim.sollsaetze, each, strict=True)
        ),
        blocks=tuple(
            BlockLine(block.reason, block.set_on, block.ends_by, block.lifted_on, _in_force(block, day))
            for block in sorted(claim.blocks, key=lambda block: (block.set_on, block.reason))
        ),
        holds=holds(claim),
        postings=postings,
    )


def _in_force(block: Block, day: date | None) -> bool:
    if day is None or not block.set_on <= day <= block.ends_by:
        return False
    return block.lifted_on is None or day < block.lifted_on


def _postings(conn: Connection, claim: Claim) -> Iterator[PostingLine]:
    posting = tables.posting
    query = (
        select(posting)
        .where(posting.c.mandant == claim.mandant, posting.c.kassenzeichen == claim.kassenzeichen)
        .order_by(posting.c.posting_no)
    )
    balance = 0
    for row in conn.execute(query):
        balance += -row.amount_cents if row.kind in IST_KINDS else row.amount_cents
        doc = orjson.loads(row.doc)
        yield PostingLine(
            posting_no=row.posting_no,
            kind=row.kind,
            amount_cents=row.amount_cents,
            balance_cents=balance,
            recorded_on=row.recorded_on,
            booked_on=row.booked_on,
            due_on=row.due_on,
            payment_ref=doc.get("payment_ref"),
            notice_id=doc.get("notice_id"),
            other_kassenzeichen=doc.get("other_kassenzeichen"),
            account=doc.get("account"),
        )
