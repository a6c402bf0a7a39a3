"""What a clerk asks the ledger: the Kontoblatt of a Kassenzeichen (R48, R49) and the Klärungsliste (R33)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from services.claims import rows, tables
from services.claims.domain.allocate import figures
from services.claims.domain.views import view
from shared.contracts import BlockView, HoldView
from shared.contracts.codes import PostingKind, UnclearCause

State = Literal["ausgeglichen", "Rückstand", "Überzahlung", "keine Buchung"]


@dataclass(frozen=True, slots=True)
class Line:
    """A posting on the Kontoblatt."""

    posting_no: int
    recorded_on: date
    booked_on: date
    due_on: date
    kind: PostingKind
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """The Kontoblatt: a claim's figures, its blocks and every posting (R48)."""

    kassenzeichen: str
    aktenzeichen: str
    debtor_ref: str
    payer_ref: str
    einnahmeart: str
    soll_cents: int
    ist_cents: int
    written_off_cents: int
    balance_cents: int  # positive is owed, negative is overpaid
    state: State
    blocks: tuple[BlockView, ...]
    holds: tuple[HoldView, ...]
    postings: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """An entry of the Klärungsliste. `text` is personal data, for the clerk's eyes only."""

    payment_ref: str
    amount_cents: int  # negative for a reversal
    booked_on: date
    cause: UnclearCause
    kassenzeichen: str | None
    text: str | None


def statement(conn: Connection, mandant: str, kassenzeichen: str) -> Statement | None:
    """The Kontoblatt of a Kassenzeichen, or None if there is no such claim."""
    claim_table, posting = tables.claim, tables.posting
    doc = conn.execute(
        select(claim_table.c.doc).where(
            claim_table.c.mandant == mandant, claim_table.c.kassenzeichen == kassenzeichen
        )
    ).scalar_one_or_none()
    if doc is None:
        return None
    claim = rows.claim_of(doc)
    found = conn.execute(
        select(posting)
        .where(posting.c.mandant == mandant, posting.c.kassenzeichen == kassenzeichen)
        .order_by(posting.c.posting_no)
    )
    lines = tuple(
        Line(row.posting_no, row.recorded_on, row.booked_on, row.due_on, row.kind, row.amount_cents)
        for row in found
    )
    stands, seen = figures(claim), view(claim)
    return Statement(
        kassenzeichen=kassenzeichen,
        aktenzeichen=claim.aktenzeichen,
        debtor_ref=claim.debtor_ref,
        payer_ref=claim.payer_ref,
        einnahmeart=claim.einnahmeart,
        soll_cents=stands.soll_cents,
        ist_cents=stands.ist_cents,
        written_off_cents=stands.written_off_cents,
        balance_cents=stands.balance_cents,
        state=_state(stands.balance_cents, lines),
        blocks=seen.blocks,
        holds=seen.holds,
        postings=lines,
    )


def _state(balance_cents: int, lines: tuple[Line, ...]) -> State:
    if not lines:
        return "keine Buchung"
    if balance_cents == 0:
        return "ausgeglichen"
    return "Rückstand" if balance_cents > 0 else "Überzahlung"


def clearing_list(conn: Connection, mandant: str) -> list[Unclear]:
    """The Klärungsliste, in the order of arrival."""
    payment, text = tables.payment, tables.sequencer.remittance
    texts = (payment.c.mandant == text.c.mandant) & (payment.c.payment_ref == text.c.payment_ref)
    found = conn.execute(
        select(payment, text.c.text)
        .select_from(payment.outerjoin(text, texts))
        .where(payment.c.mandant == mandant, payment.c.state == "unclear")
        .order_by(payment.c.since)
    )
    return [
        Unclear(
            payment_ref=row.payment_ref,
            amount_cents=-row.amount_cents if row.reverses else row.amount_cents,
            booked_on=row.booked_on,
            cause=row.cause,
            kassenzeichen=row.kassenzeichen,
            text=row.text,
        )
        for row in found
    ]
