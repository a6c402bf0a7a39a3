"""What comes back from dunning: fees are booked and cancelled, requests to enforce take their place.

Reports from the field are passed on likewise: enforcement knows the cases and answers them.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from services.claims.domain.booking import (
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
    Because,
    DunningNoticeIssued,
    DunningNoticeWithdrawn,
    EnforcementRequestAdmitted,
    EnforcementRequested,
    FieldReport,
    FieldReportAdmitted,
    NoticeFee,
    NoticeWithdrawalAdmitted,
    OfficeReport,
    Payload,
)
from shared.contracts.codes import PostingKind


def book_fees(turn: Turn, notice: DunningNoticeIssued) -> Outcome:
    """The fees that a notice charges, on the day of the notice and the due date of the item (d3)."""
    fees = [fee for item in notice.items if (fee := item.fee)]
    because = turn.desk.because(
        "d3",
        notice_id=notice.notice_id,
        issued_on=notice.issued_on,
        fee_cents=sum(fee.fee_cents for fee in fees),
    )
    voucher = Voucher(kind="fee", booked_on=notice.issued_on, notice_id=notice.notice_id)
    return _with_fees(turn, because, [(fee, voucher) for fee in fees])


def withdraw_notice(turn: Turn, event: DunningNoticeWithdrawn) -> Outcome:
    """A notice does not stand for some items: its fee is cancelled and charged anew, on its day (d3).

    Items that were handed over lose their place in their cases: enforcement is told.
    """
    cancelled, charged = event.fee_cancelled, event.fee_charged
    because = turn.desk.because(
        *event.because.rules,
        notice_id=event.notice_id,
        issued_on=event.issued_on,
        cause=event.cause,
        fee_cents=charged.fee_cents if charged else None,
        fee_cancelled_cents=cancelled.fee_cents if cancelled else None,
    )
    kinds: tuple[tuple[NoticeFee | None, PostingKind], ...] = ((cancelled, "fee_cancelled"), (charged, "fee"))
    fees = [
        (fee, Voucher(kind=kind, booked_on=event.on, notice_id=event.notice_id)) for fee, kind in kinds if fee
    ]
    outcome = _with_fees(turn, because, fees)
    in_cases = tuple(item for item in event.items if item.case_id)
    if not in_cases:
        return outcome
    admitted = NoticeWithdrawalAdmitted(
        mandant=event.mandant,
        debtor_ref=event.debtor_ref,
        notice_id=event.notice_id,
        on=event.on,
        items=in_cases,
        because=because,
    )
    return replace(outcome, told=(admitted, *outcome.told))


def _with_fees(turn: Turn, because: Because, fees: Iterable[tuple[NoticeFee, Voucher]]) -> Outcome:
    claims: dict[str, Claim] = {}
    postings: list[Posting] = []
    told: list[Payload] = []
    for fee, voucher in fees:
        number = fee.kassenzeichen
        claim = claims.get(number) or turn.books.claims.get((turn.mandant, number))
        if claim is None:
            raise LookupError(f"notice {voucher.notice_id} names a claim that is not there")
        named = (n for n, sollsatz in enumerate(claim.sollsaetze) if sollsatz.named(fee.due_on))
        place = next(named, 0)
        cents = fee.fee_cents
        if voucher.kind == "fee_cancelled":  # it may be gone already, with the last of the claim's Soll
            cents = -min(cents, claim.sollsaetze[place].fee_cents)
        booked = book_soll(turn.desk, claim, place, cents, voucher)
        postings += booked.postings
        claims[number] = booked.claim
        if bounced(claim, booked.claim):
            claims[number] = held_after_write_off(turn.desk, booked.claim)
            handover_id = turn.new_id("decision-needed", claim.mandant, claim.kassenzeichen)
            told.append(decision_needed(turn.desk, booked.claim, handover_id, because))
    return Outcome(because=because, claims=tuple(claims.values()), postings=tuple(postings), told=tuple(told))


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
