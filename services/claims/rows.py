"""Between the nouns of the ledger and the rows of its tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import asdict

from services.claims.domain.books import Entry, Recorded
from services.claims.domain.model import Claim, Debtor, Journal, Payment
from services.claims.domain.opening import next_opening_on
from shared.contracts.codec import to_json
from shared.records import Record

_CLAIM = msgspec.json.Decoder(Claim)
_DEBTOR = msgspec.json.Decoder(Debtor)
_JOURNAL = msgspec.json.Decoder(Journal)
_RECORD = msgspec.json.Decoder(Record)
_RECORDS = msgspec.json.Decoder(tuple[Record, ...])
_ENCODE = msgspec.json.Encoder().encode

Row = dict[str, Any]


def _doc(value: object) -> str:
    return _ENCODE(value).decode()


def debtor_row(debtor: Debtor, lane: int) -> Row:
    """A debtor as stored; with new facts his claims are looked at when the next day is opened."""
    return {
        "mandant": debtor.mandant,
        "debtor_ref": debtor.debtor_ref,
        "lane": lane,
        "look_on": date.min if debtor.unseen else None,
        "of_age_on": debtor.of_age_on,
        "doc": _doc(debtor),
    }


def debtor_of(doc: str) -> Debtor:
    """A debtor as it was stored."""
    return _DEBTOR.decode(doc)


def claim_row(claim: Claim, lane: int) -> Row:
    """A claim as stored."""
    return claim_content(claim) | {
        "lane": lane,
        "claim_ref": claim.claim_ref,
        "payer_ref": claim.payer_ref,
        "search": _references(claim),
    }


def claim_content(claim: Claim) -> Row:
    """What changes of it, with the day on which the calendar does something about it."""
    return {
        "mandant": claim.mandant,
        "kassenzeichen": claim.kassenzeichen,
        "next_action_on": next_opening_on(claim),
        "doc": _doc(claim),
    }


def found_by(claim: Claim) -> tuple[str | None, ...]:
    """What it is looked up by; of this, the Aktenzeichen may change."""
    return claim.aktenzeichen, claim.bg_nummer, claim.claim_ref, claim.debtor_ref, claim.payer_ref


def _references(claim: Claim) -> str:
    """What a search goes through (R43), one reference a line."""
    each = (claim.kassenzeichen, claim.aktenzeichen, claim.bg_nummer or "", claim.debtor_ref, claim.payer_ref)
    return "\n".join(each).casefold()


def claim_of(doc: str) -> Claim:
    """A claim as it was stored."""
    return _CLAIM.decode(doc)


def payment_row(payment: Payment) -> Row:
    """A payment as stored."""
    return asdict(payment)


def journal_row(journal: Journal, lane: int) -> Row:
    """A journal's counters and balances as stored."""
    return {"mandant": journal.mandant, "lane": lane, "doc": _doc(journal)}


def journal_of(doc: str) -> Journal:
    """A journal as it was stored."""
    return _JOURNAL.decode(doc)


def posting_row(recorded: Recorded) -> Row:
    """A posting as stored."""
    posting = recorded.posting
    return {
        "mandant": posting.mandant,
        "posting_no": posting.posting_no,
        "kassenzeichen": posting.kassenzeichen,
        "debtor_ref": posting.debtor_ref,
        "einnahmeart": posting.einnahmeart,
        "kind": posting.kind,
        "amount_cents": posting.amount_cents,
        "booked_on": posting.booked_on,
        "due_on": posting.due_on,
        "recorded_on": recorded.day,
        "doc": to_json(posting).decode(),
    }


def entry_row(entry: Entry) -> Row:
    """An event that waits, as stored."""
    return {
        "lane": entry.record.lane,
        "seq": entry.record.offset,
        "mandant": entry.mandant,
        "need": entry.need,
        "topic": entry.topic,
        "kassenzeichen": entry.kassenzeichen,
        "record": record_doc(entry.record),
    }


def entry_of(row: Any) -> Entry:  # noqa: ANN401 - a row of the database
    """An event that waits, as it was stored."""
    return Entry(row.mandant, row.need, row.topic, row.kassenzeichen, record_of(row.record))


def record_doc(records: Record | Sequence[Record]) -> str:
    """A record, or several, as stored."""
    return _doc(records)


def record_of(doc: str) -> Record:
    """A record as it was stored."""
    return _RECORD.decode(doc)


def records_of(doc: str) -> tuple[Record, ...]:
    """Several records as they were stored."""
    return _RECORDS.decode(doc)
