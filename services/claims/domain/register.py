"""Debtors and claims are put into the books (R36-R46, R51-R61, R79-R82)."""

import re
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from services.claims.domain.booking import Booked, Voucher, book_soll
from services.claims.domain.desk import Desk, Turn
from services.claims.domain.model import Claim, Debtor, Months, Payment, Posting, Sollsatz
from services.claims.domain.outcome import Decision, Findings, Outcome, debtor_need
from services.claims.domain.payments import book_payment, cleared
from services.claims.domain.routing import queues_about
from services.claims.domain.running import grow, planned
from services.claims.domain.stock import stock
from services.claims.domain.watches import told_of_claim
from shared import kassenzeichen
from shared.contracts import (
    EINNAHMEARTEN,
    Because,
    ClaimCreated,
    ClaimRegistered,
    DebtorRegistered,
    Payload,
    PostingPart,
    Result,
)

AKTENZEICHEN: Final = re.compile(r"[0-9]{14}")  # R39


def register_debtor(turn: Turn, event: DebtorRegistered) -> Outcome:
    """A debtor is known from now on; the latest registration counts (R37, R45)."""
    before = turn.books.debtors.get((turn.mandant, event.debtor_ref))
    debtor = Debtor(
        mandant=turn.mandant,
        debtor_ref=event.debtor_ref,
        kind=event.kind,
        born_on=event.born_on,
        legal_representative=event.legal_representative,
        under_guardianship=event.under_guardianship,
        address_complete=event.address_complete,
        receives_benefits=event.receives_benefits,
        deceased_on=event.deceased_on,
    )
    if before is not None:
        debtor = replace(debtor, insolvent_on=before.insolvent_on)
        debtor = replace(debtor, unseen=before.unseen or debtor != before)
    because = turn.desk.because("R37", debtor_ref=event.debtor_ref)
    return Outcome(because=because, debtor=debtor, told=(turn.accepted(Result(), because),))


def register_claim(turn: Turn, event: ClaimCreated) -> Decision:
    """A claim is booked, its Kassenzeichen given out if it has none; money that came before finds it."""
    due_on = _due_on(turn.desk, event)
    found = Findings()
    _judge_claim(found, event, due_on)
    _judge_names(turn, found, event)
    _judge_persons(turn, found, event)
    if due_on is None or found:
        return found.verdict(last_call=turn.last_call)
    serial = None
    number = event.kassenzeichen
    if number is None:
        serial, number = _free_kassenzeichen(turn, event.einnahmeart)
    because = turn.desk.because(
        "R79",
        "R82" if event.mode == "einmalig" else "R83",
        kassenzeichen=number,
        amount_cents=event.amount_cents,
        decided_on=event.decided_on,
        due_on=due_on,
        ends_on=None if event.mode == "einmalig" else event.ends_on,
        taken_over=event.taken_over.stage if event.taken_over else None,
    )
    booked = _book(turn.desk, _claim(turn, event, number, due_on))
    told = (_registered(booked.claim, because),)
    claim, payments, postings, found_money = _earlier_payments(turn, booked, because)
    return Outcome(
        because=because,
        claims=(claim,),
        payments=payments,
        postings=postings,
        told=(*told, *found_money, *told_of_claim(turn, claim, event)),
        serial=(event.einnahmeart, serial) if serial is not None else None,
        stock=stock(turn, claim, event.taken_over) if event.taken_over else None,
    )


def _due_on(desk: Desk, event: ClaimCreated) -> date | None:
    """As given, else so many days after the decision (R79, T2), or None where the policy has no default."""
    days = desk.terms.claims.default_due_days
    if event.due_on is not None or days is None:
        return event.due_on
    return event.decided_on + timedelta(days=days)


def _judge_claim(found: Findings, event: ClaimCreated, due_on: date | None) -> None:
    """What the claim says of itself."""
    number, art = event.kassenzeichen, event.einnahmeart
    named = number is None or (kassenzeichen.valid(number) and kassenzeichen.einnahmeart(number) == art)
    found.wrong("kassenzeichen-invalid", "kassenzeichen", when=not named)
    found.wrong("aktenzeichen-invalid", "aktenzeichen", when=not AKTENZEICHEN.fullmatch(event.aktenzeichen))
    found.wrong("einnahmeart-unknown", "einnahmeart", when=art not in EINNAHMEARTEN)
    allowed = art not in EINNAHMEARTEN or event.office in EINNAHMEARTEN[art]
    found.wrong("office-not-allowed", "office", when=not allowed)
    found.wrong("due-date-missing", "due_on", when=due_on is None)
    ended_before = due_on is not None and event.ends_on is not None and event.ends_on < due_on
    found.wrong("schema", "ends_on", when=ended_before)
    # T3: the due date lies in the next year, and never becomes 31 December of this one.
    other_year = due_on is not None and event.fiscal_year not in (None, due_on.year)
    found.wrong("fiscal-year-mismatch", "fiscal_year", when=other_year)
    split = sum(item.amount_cents for item in event.items)
    found.wrong("items-exceed-total", "items", when=split > event.amount_cents)


def _judge_names(turn: Turn, found: Findings, event: ClaimCreated) -> None:
    """References are given out once."""
    books, mandant = turn.books, turn.mandant
    found.wrong("claim-ref-in-use", "claim_ref", when=books.refs.get((mandant, event.claim_ref)) is not None)
    if event.kassenzeichen is not None and kassenzeichen.valid(event.kassenzeichen):
        taken = books.claims.get((mandant, event.kassenzeichen)) is not None
        found.wrong("kassenzeichen-in-use", "kassenzeichen", when=taken)


def _judge_persons(turn: Turn, found: Findings, event: ClaimCreated) -> None:
    """The payer needs a complete address (R37); a representative, who needs one (R45, T27)."""
    payer_ref = event.payer_ref or event.debtor_ref
    for debtor_ref in dict.fromkeys((event.debtor_ref, payer_ref)):
        debtor = turn.books.debtors.get((turn.mandant, debtor_ref))
        name = "debtor_ref" if debtor_ref == event.debtor_ref else "payer_ref"
        if debtor is None:
            found.unknown("unknown-debtor", name, debtor_need(debtor_ref))
            continue
        incomplete = debtor_ref == payer_ref and not debtor.address_complete
        found.wrong("address-incomplete", name, when=incomplete)
        lacking = debtor.lacks_representative(turn.desk.day)
        found.wrong("legal-representative-missing", name, when=lacking)


def _free_kassenzeichen(turn: Turn, einnahmeart: str) -> tuple[int, str]:
    """The next serial number that no claim has and nobody has named (R41)."""
    serial = turn.books.journal(turn.mandant).serials.get(einnahmeart, 0) + 1
    while _named_before(turn, kassenzeichen.make(einnahmeart, serial)):
        serial += 1
    return serial, kassenzeichen.make(einnahmeart, serial)


def _named_before(turn: Turn, number: str) -> bool:
    """Whether a claim has the number, or something waits that knows it from elsewhere.

    What waits is about another claim, numbered upstream: a payment would pay a stranger's debt.
    """
    books, key = turn.books, (turn.mandant, number)
    waits = any(books.queues.get(queue) for queue in queues_about(turn.mandant, number))
    return waits or bool(books.unclear_for.get(key)) or books.claims.get(key) is not None


def _claim(turn: Turn, event: ClaimCreated, number: str, due_on: date) -> Claim:
    return Claim(
        mandant=turn.mandant,
        kassenzeichen=number,
        claim_ref=event.claim_ref,
        debtor_ref=event.debtor_ref,
        payer_ref=event.payer_ref or event.debtor_ref,  # R46: never exchanged
        aktenzeichen=event.aktenzeichen,
        einnahmeart=event.einnahmeart,
        office=event.office,
        mode=event.mode,
        amount_cents=event.amount_cents,
        decided_on=event.decided_on,
        arose_on=event.arose_on or event.decided_on,
        known_on=event.known_on,
        final_on=event.final_on,
        legal_basis=event.legal_basis,
        bg_nummer=event.bg_nummer,
        parts=tuple(
            PostingPart(
                kind=item.kind, code=item.code, cost_bearer=item.cost_bearer, amount_cents=item.amount_cents
            )
            for item in event.items
        ),
        sollsaetze=(Sollsatz(due_on=due_on, soll_cents=0),) if event.mode == "einmalig" else (),
        months=_months(event, due_on),
    )


def _months(event: ClaimCreated, due_on: date) -> Months | None:
    if event.mode == "einmalig":
        return None
    return planned(due_on, event.ends_on if event.mode == "laufend_bis" else None)


def _book(desk: Desk, claim: Claim) -> Booked:
    """What is owed now: the one Sollsatz (R82), or those of the months up to the end of the year (R83)."""
    if claim.months is not None:
        return grow(desk, claim)
    return book_soll(desk, claim, 0, claim.amount_cents, Voucher(kind="sollzugang", booked_on=desk.day))


def _registered(claim: Claim, because: Because) -> ClaimRegistered:
    return ClaimRegistered(
        mandant=claim.mandant,
        claim_ref=claim.claim_ref,
        kassenzeichen=claim.kassenzeichen,
        debtor_ref=claim.debtor_ref,
        payer_ref=claim.payer_ref,
        einnahmeart=claim.einnahmeart,
        amount_cents=claim.amount_cents,
        due_on=claim.first_due_on,
        decided_on=claim.decided_on,
        because=because,
    )


def _earlier_payments(
    turn: Turn, booked: Booked, because: Because
) -> tuple[Claim, tuple[Payment, ...], tuple[Posting, ...], tuple[Payload, ...]]:
    """Money on the Klärungsliste that named this Kassenzeichen before the claim was there."""
    claim, postings = booked.claim, booked.postings
    payments: list[Payment] = []
    told: list[Payload] = []
    for _, payment_ref in turn.books.unclear_for.get(claim.key) or ():
        payment = turn.books.payments.get((turn.mandant, payment_ref))
        if payment is None:
            continue
        entry = book_payment(turn.desk, claim, payment)
        claim, postings = entry.claim, (*postings, *entry.postings)
        payments.append(replace(payment, state="booked", kassenzeichen=claim.kassenzeichen))
        told.append(cleared(payment, because, kassenzeichen=claim.kassenzeichen))
    return claim, tuple(payments), postings, tuple(told)
