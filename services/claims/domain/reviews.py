"""What is written off is looked at again: yearly under 3600 (R88), befristete ones when asked to (R93)."""

from collections.abc import Callable
from datetime import date
from typing import Final

from msgspec.structs import replace

from services.claims.domain.allocate import figures
from services.claims.domain.desk import Desk
from services.claims.domain.handover import handover
from services.claims.domain.model import Claim
from shared.contracts import Because, HandoverIssued, WriteOffReviewed
from shared.deadlines import add_months

UNKNOWN_WHEREABOUTS_PREFIX: Final = "3600"  # R42: unbefristet, to be checked
REVIEWED_PREFIX: Final = "3700"  # R42: unbefristet, check finished
_LAST: Final = 5  # R88: three years Vollstreckung, two years Jobcenter
_BY_ENFORCEMENT: Final = 3
_YEAR: Final = 12


def next_look_on(claim: Claim) -> date | None:
    """The next day on which what is written off is to be looked at; None: no more."""
    return min((day for day in (_review_on(claim), _follow_up_on(claim)) if day), default=None)


def look_again(
    desk: Desk, claim: Claim, new_id: Callable[..., str]
) -> tuple[Claim, list[HandoverIssued | WriteOffReviewed]]:
    """The reviews and the follow-up that have come, and the claim after them."""
    told: list[HandoverIssued | WriteOffReviewed] = []
    while (due_on := _review_on(claim)) and due_on <= desk.day:
        claim, reviewed = _review(desk, claim, new_id)
        told += reviewed
    if (due_on := _follow_up_on(claim)) and due_on <= desk.day and (order := claim.written_off):
        because = desk.because("R93", decided_on=order.decided_on, follow_up_on=due_on)
        told.append(_follow_up(desk, claim, claim.office, new_id("follow-up", *claim.key), because))
        claim = replace(claim, written_off=replace(order, follow_up_on=None))
    return claim, told


def _review_on(claim: Claim) -> date | None:
    """The day of `ordered_on` in the next year, while it is written off under 3600."""
    order = claim.written_off
    if order is None or not order.reviewed or order.reviews >= _LAST:
        return None
    if not claim.aktenzeichen.startswith(UNKNOWN_WHEREABOUTS_PREFIX) or not figures(claim).written_off_cents:
        return None
    return add_months(order.ordered_on, _YEAR * (order.reviews + 1))


def _follow_up_on(claim: Claim) -> date | None:
    order = claim.written_off
    if order is None or order.follow_up_on is None or not figures(claim).written_off_cents:
        return None
    return order.follow_up_on


def _review(
    desk: Desk, claim: Claim, new_id: Callable[..., str]
) -> tuple[Claim, list[HandoverIssued | WriteOffReviewed]]:
    """One more review: by enforcement, later by the claim's office; with the fifth it is finished (T26)."""
    order = claim.written_off
    if order is None:
        raise ValueError(f"{claim.kassenzeichen} is not written off")
    number = order.reviews + 1
    finished = number == _LAST
    prefix = REVIEWED_PREFIX if finished else UNKNOWN_WHEREABOUTS_PREFIX
    after = replace(
        claim, aktenzeichen=prefix + claim.aktenzeichen[4:], written_off=replace(order, reviews=number)
    )
    because = desk.because("R42", "R88", ordered_on=order.ordered_on, number=number)
    reviewed = WriteOffReviewed(
        mandant=claim.mandant,
        kassenzeichen=claim.kassenzeichen,
        debtor_ref=claim.payer_ref,
        on=desk.day,
        number=number,
        finished=finished,
        aktenzeichen=after.aktenzeichen,
        because=because,
    )
    to = "Vollstreckung" if number <= _BY_ENFORCEMENT else claim.office
    handover_id = new_id("review", *claim.key, str(number))
    return after, [reviewed, _follow_up(desk, after, to, handover_id, because)]


def _follow_up(desk: Desk, claim: Claim, to: str, handover_id: str, because: Because) -> HandoverIssued:
    kind = {"kind": claim.written_off.kind} if claim.written_off else {}
    return handover(
        desk,
        claim,
        because,
        kind="follow-up",
        handover_id=handover_id,
        to=to,
        payload={**kind, **because.facts, "amount_cents": figures(claim).written_off_cents},
    )
