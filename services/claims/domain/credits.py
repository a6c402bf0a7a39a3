"""What becomes of an overpayment: moved to another Kassenzeichen, or paid back, by two persons (R32)."""

from services.claims.domain.allocate import figures
from services.claims.domain.booking import Voucher, book_money
from services.claims.domain.desk import Turn
from services.claims.domain.model import Claim
from services.claims.domain.naming import amended, named_claim, stand, two_persons
from services.claims.domain.outcome import Decision, Findings, Outcome
from shared.contracts import CreditRefunded, CreditTransferred


def transfer_credit(turn: Turn, event: CreditTransferred) -> Decision:
    """A pair of postings that sums to 0."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    claim = named_claim(turn, found, event.kassenzeichen)
    other = named_claim(turn, found, event.to_kassenzeichen, "to_kassenzeichen")
    _covered(found, claim, event.amount_cents)
    if claim is None or other is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R32",
        kassenzeichen=claim.kassenzeichen,
        to_kassenzeichen=other.kassenzeichen,
        amount_cents=event.amount_cents,
        credit_cents=figures(claim).credit_cents,
    )
    taken = book_money(
        turn.desk,
        claim,
        -event.amount_cents,
        Voucher(kind="credit_transferred", booked_on=event.on, other_kassenzeichen=other.kassenzeichen),
    )
    given = book_money(
        turn.desk,
        other,
        event.amount_cents,
        Voucher(kind="credit_transferred", booked_on=event.on, other_kassenzeichen=claim.kassenzeichen),
    )
    return Outcome(
        because=because,
        claims=(taken.claim, given.claim),
        postings=(*taken.postings, *given.postings),
        told=(turn.accepted(stand(taken.claim), because),),
    )


def refund_credit(turn: Turn, event: CreditRefunded) -> Decision:
    """The credit leaves the books."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    claim = named_claim(turn, found, event.kassenzeichen)
    _covered(found, claim, event.amount_cents)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R32",
        kassenzeichen=claim.kassenzeichen,
        amount_cents=event.amount_cents,
        credit_cents=figures(claim).credit_cents,
    )
    voucher = Voucher(kind="credit_refunded", booked_on=event.on)
    return amended(turn, book_money(turn.desk, claim, -event.amount_cents, voucher), because)


def _covered(found: Findings, claim: Claim | None, amount_cents: int) -> None:
    if claim is not None:
        exceeds = amount_cents > figures(claim).credit_cents
        found.wrong("exceeds-credit", "amount_cents", when=exceeds)
