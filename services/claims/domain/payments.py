"""Money that moved is a fact: it is booked where its reference says, or it is on the Klärungsliste (R33)."""

from msgspec.structs import replace

from services.claims.domain.booking import (
    Booked,
    Voucher,
    book_money,
    bounced,
    decision_needed,
    held_after_write_off,
)
from services.claims.domain.desk import Desk, Turn
from services.claims.domain.intake import CANDIDATES
from services.claims.domain.model import Claim, Payment
from services.claims.domain.naming import named_claim, stand
from services.claims.domain.outcome import (
    Decision,
    Findings,
    Outcome,
    Refused,
    Waits,
    claim_need,
    payment_need,
)
from shared import kassenzeichen
from shared.contracts import (
    Because,
    HandoverIssued,
    PaymentAssigned,
    PaymentCleared,
    PaymentReceived,
    PaymentUnclear,
)
from shared.contracts.codes import UnclearCause


def receive_payment(turn: Turn, event: PaymentReceived) -> Decision:
    """Money came in, or went back (`reverses`)."""
    earlier = turn.books.payments.get((turn.mandant, event.payment_ref))
    ours = earlier is not None and earlier.state == "waiting" and earlier.since == turn.record.offset
    if earlier is not None and not ours:
        return Refused("payment-ref-in-use", "payment_ref")
    payment = new_payment(turn, event)
    if payment.reverses is not None:
        return _reverse(turn, payment, payment.reverses)
    if payment.kassenzeichen is None:
        return _unclear(turn, payment, _unreadable(turn, event))
    claim = turn.books.claims.get((turn.mandant, payment.kassenzeichen))
    if claim is not None:
        return _book(turn, claim, payment)
    if turn.last_call:
        return _unclear(turn, payment, "unknown-kassenzeichen")
    return Waits(claim_need(payment.kassenzeichen))


def new_payment(turn: Turn, event: PaymentReceived) -> Payment:
    """The payment as it comes in, with the one Kassenzeichen that it names, if it names one (T29)."""
    named: str | None = None
    if event.reverses is None:
        valid, _ = _candidates(turn, event)
        named = valid[0] if len(valid) == 1 else None
    return Payment(
        mandant=turn.mandant,
        payment_ref=event.payment_ref,
        amount_cents=event.amount_cents,
        booked_on=event.booked_on,
        state="waiting",
        since=turn.record.offset,
        kassenzeichen=named,
        reverses=event.reverses,
    )


def _candidates(turn: Turn, event: PaymentReceived) -> tuple[tuple[str, ...], bool]:
    """The valid Kassenzeichen named, and whether one is none; the field goes before the text."""
    if event.kassenzeichen is not None:
        good = kassenzeichen.valid(event.kassenzeichen)
        return ((event.kassenzeichen,) if good else ()), not good
    read = turn.record.data.get(CANDIDATES)
    if read is None:
        found = kassenzeichen.candidates(event.remittance)
        return found.valid, found.invalid
    return tuple(read["valid"]), read["invalid"]


def _unreadable(turn: Turn, event: PaymentReceived) -> UnclearCause:
    valid, invalid = _candidates(turn, event)
    if len(valid) > 1:
        return "several-kassenzeichen"
    return "check-digit" if invalid else "no-reference"


def book_payment(desk: Desk, claim: Claim, payment: Payment) -> Booked:
    """The money on the claim, on the bank's day; a claim that is open again after a write-off is held."""
    voucher = Voucher(
        kind="payment_reversed" if payment.reverses else "payment",
        booked_on=payment.booked_on,
        payment_ref=payment.payment_ref,
    )
    if not payment.reverses:
        claim = replace(claim, paid_on=max(claim.paid_on or payment.booked_on, payment.booked_on))
    booked = book_money(desk, claim, payment.signed_cents, voucher)
    if bounced(claim, booked.claim):
        return Booked(held_after_write_off(desk, booked.claim), booked.postings)
    return booked


def _book(turn: Turn, claim: Claim, payment: Payment, *others: Payment) -> Outcome:
    because = turn.desk.because(
        "R33",
        "R41",
        kassenzeichen=claim.kassenzeichen,
        payment_ref=payment.payment_ref,
        amount_cents=payment.signed_cents,
        reverses=payment.reverses,
    )
    booked = book_payment(turn.desk, claim, payment)
    told: tuple[HandoverIssued, ...] = ()
    if bounced(claim, booked.claim):
        handover_id = turn.new_id("decision-needed", claim.mandant, claim.kassenzeichen)
        told = (decision_needed(turn.desk, booked.claim, handover_id, because),)
    return Outcome(
        because=because,
        claims=(booked.claim,),
        payments=(replace(payment, state="booked", kassenzeichen=claim.kassenzeichen), *others),
        postings=booked.postings,
        told=told,
    )


def _reverse(turn: Turn, payment: Payment, reverses: str) -> Decision:
    """A Rücklastschrift takes back one payment of the same amount, once."""
    if reverses == payment.payment_ref:
        return _unclear(turn, payment, "reversal-unmatched")
    original = turn.books.payments.get((turn.mandant, reverses))
    if original is None or original.state == "waiting":
        # One that is there but waits for its claim: where it goes, this one goes. At the last call only one
        # that stands with a parked account still does.
        unmatched = turn.last_call
        return _unclear(turn, payment, "reversal-unmatched") if unmatched else Waits(payment_need(reverses))
    if original.reverses or original.reversed_by or original.amount_cents != payment.amount_cents:
        return _unclear(turn, payment, "reversal-unmatched")
    reversed_ = replace(original, reversed_by=payment.payment_ref)
    if original.state == "unclear":
        return _take_off(turn, reversed_, payment)
    claim = turn.books.claims.get((turn.mandant, original.kassenzeichen or ""))
    if claim is None:
        raise LookupError(f"payment {reverses} is booked on a claim that is not there")
    return _book(turn, claim, payment, reversed_)


def _take_off(turn: Turn, original: Payment, reversal: Payment) -> Outcome:
    """Both leave the Klärungsliste, or never come to stand on it."""
    because = turn.desk.because("R33", payment_ref=original.payment_ref, reversed_by=reversal.payment_ref)
    return Outcome(
        because=because,
        payments=(replace(original, state="settled"), replace(reversal, state="settled")),
        told=(cleared(original, because, reversed_by=reversal.payment_ref),),
    )


def _unclear(turn: Turn, payment: Payment, cause: UnclearCause) -> Outcome:
    because = turn.desk.because(
        "R33", payment_ref=payment.payment_ref, amount_cents=payment.signed_cents, cause=cause
    )
    told = PaymentUnclear(
        mandant=turn.mandant,
        payment_ref=payment.payment_ref,
        amount_cents=payment.amount_cents,
        booked_on=payment.booked_on,
        cause=cause,
        because=because,
    )
    return Outcome(because=because, payments=(replace(payment, state="unclear", cause=cause),), told=(told,))


def cleared(
    payment: Payment, because: Because, *, kassenzeichen: str | None = None, reversed_by: str | None = None
) -> PaymentCleared:
    """An entry leaves the Klärungsliste."""
    if payment.cause is None:
        raise LookupError(f"payment {payment.payment_ref} is not on the Klärungsliste")
    return PaymentCleared(
        mandant=payment.mandant,
        payment_ref=payment.payment_ref,
        amount_cents=payment.amount_cents,
        booked_on=payment.booked_on,
        cause=payment.cause,
        kassenzeichen=kassenzeichen,
        reversed_by=reversed_by,
        because=because,
    )


def assign_payment(turn: Turn, event: PaymentAssigned) -> Decision:
    """A clerk says where an entry of the Klärungsliste belongs."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    payment = turn.books.payments.get((turn.mandant, event.payment_ref))
    if payment is None:
        found.unknown("unknown-payment", "payment_ref", payment_need(event.payment_ref))
    found.wrong("not-unclear", "payment_ref", when=payment is not None and payment.state != "unclear")
    if claim is None or payment is None or found:
        return found.verdict(last_call=turn.last_call)
    outcome = _book(turn, claim, payment)
    clearing = cleared(payment, outcome.because, kassenzeichen=claim.kassenzeichen)
    told = (*outcome.told, clearing, turn.accepted(stand(outcome.claims[0]), outcome.because))
    return replace(outcome, told=told)
