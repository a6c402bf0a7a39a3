"""What comes back from dunning: fees are booked, requests to enforce take their place among the bookings.

Reports from the field are passed on likewise: enforcement knows the cases and answers them.
"""

from services.claims.domain.booking import (
    Booked,
    Voucher,
    book_soll,
    bounced,
    decision_needed,
    held_after_write_off,
)
from services.claims.domain.desk import Turn
from services.claims.domain.model import Claim, Posting
from services.claims.domain.naming import named_claim
from services.claims.domain.outcome import Decision, Findings, Outcome
from shared.contracts import (
    DunningNoticeIssued,
    EnforcementRequestAdmitted,
    EnforcementRequested,
    FieldReport,
    FieldReportAdmitted,
    NoticeItem,
    OfficeReport,
    Payload,
)


def book_fees(turn: Turn, notice: DunningNoticeIssued) -> Outcome:
    """The fees that a notice charges, on the day of the notice and the due date of the item (d3)."""
    charged = [item for item in notice.items if item.fee_cents]
    because = turn.desk.because(
        "d3",
        notice_id=notice.notice_id,
        issued_on=notice.issued_on,
        fee_cents=sum(item.fee_cents for item in charged),
    )
    claims: dict[str, Claim] = {}
    postings: list[Posting] = []
    told: list[Payload] = []
    for item in charged:
        claim = claims.get(item.kassenzeichen) or turn.books.claims.get((turn.mandant, item.kassenzeichen))
        if claim is None:
            raise LookupError(f"notice {notice.notice_id} names a claim that is not there")
        booked = _book_fee(turn, claim, item, notice)
        postings += booked.postings
        claims[item.kassenzeichen] = booked.claim
        if bounced(claim, booked.claim):
            claims[item.kassenzeichen] = held_after_write_off(turn.desk, booked.claim)
            handover_id = turn.new_id("decision-needed", claim.mandant, claim.kassenzeichen)
            told.append(decision_needed(turn.desk, booked.claim, handover_id, because))
    return Outcome(because=because, claims=tuple(claims.values()), postings=tuple(postings), told=tuple(told))


def _book_fee(turn: Turn, claim: Claim, item: NoticeItem, notice: DunningNoticeIssued) -> Booked:
    named = (n for n, sollsatz in enumerate(claim.sollsaetze) if sollsatz.named(item.due_on))
    voucher = Voucher(kind="fee", booked_on=notice.issued_on, notice_id=notice.notice_id)
    return book_soll(turn.desk, claim, next(named, 0), item.fee_cents, voucher)


def admit_request(turn: Turn, request: EnforcementRequested) -> Outcome:
    """A hand-over to enforcement, after all that was booked before it."""
    because = turn.desk.because(
        "R3", case_id=request.case_id, requested_on=request.requested_on, total_cents=request.total_cents
    )
    admitted = EnforcementRequestAdmitted(
        mandant=request.mandant,
        debtor_ref=request.debtor_ref,
        case_id=request.case_id,
        requested_on=request.requested_on,
        items=request.items,
        credits_cents=request.credits_cents,
        total_cents=request.total_cents,
        because=because,
    )
    return Outcome(because=because, told=(admitted,))


def admit_report(turn: Turn, event: FieldReport | OfficeReport) -> Decision:
    """A report about a Kassenzeichen that is known (R8, R18)."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R8" if isinstance(event, FieldReport) else "R18",
        kassenzeichen=claim.kassenzeichen,
        reported_on=event.reported_on,
    )
    admitted = FieldReportAdmitted(
        mandant=claim.mandant,
        debtor_ref=claim.payer_ref,
        report_id=turn.record.id,
        report_source=turn.record.source,
        report_type=turn.record.type,
        kassenzeichen=claim.kassenzeichen,
        report=turn.record.data,
        because=because,
    )
    return Outcome(because=because, told=(admitted,))
