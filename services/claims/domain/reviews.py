"""What is written off is looked at again: yearly under 3600 (R88), befristete ones when asked to (R93)."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from msgspec.structs import replace

from services.claims.domain.allocate import befristet_cents, figures
from services.claims.domain.desk import Desk
from services.claims.domain.handover import handover
from services.claims.domain.model import Claim
from shared.contracts import Because, HandoverIssued, WriteOffReviewed
from shared.contracts.codes import WriteOffKind
from shared.deadlines import add_months

UNKNOWN_WHEREABOUTS_PREFIX: Final = "3600"  # R42: unbefristet, to be checked
REVIEWED_PREFIX: Final = "3700"  # R42: unbefristet, check finished
_LAST: Final = 5  # R88: three years Vollstreckung, two years Jobcenter
_BY_ENFORCEMENT: Final = 3
_YEAR: Final = 12


def next_look_on(claim: Claim) -> date | None:
    """The next day on which what is written off is to be looked at; None: no more."""
    return min((day for day in (review_on(claim), check_again_on(claim)) if day), default=None)


def look_again(
    desk: Desk, claim: Claim, new_id: Callable[..., str]
) -> tuple[Claim, list[HandoverIssued | WriteOffReviewed]]:
    """The reviews and the follow-up that have come, and the claim after them."""
    told: list[HandoverIssued | WriteOffReviewed] = []
    while (due_on := review_on(claim)) and due_on <= desk.day:
        claim, reviewed = _review(desk, claim, new_id)
        told += reviewed
    if (due_on := check_again_on(claim)) and due_on <= desk.day and (order := claim.befristet):
        because = desk.because("R93", decided_on=order.decided_on, follow_up_on=due_on)
        message = _FollowUp(claim.office, order.kind, befristet_cents(claim))
        told.append(_follow_up(desk, claim, message, new_id("follow-up", *claim.key), because))
        claim = replace(claim, befristet=replace(order, check_again_on=None))
    return claim, told


def review_on(claim: Claim) -> date | None:
    """The day of the first `ordered_on` in the next year, while it is written off under 3600 (R88)."""
    reviews = claim.reviews
    if reviews is None or reviews.number >= _LAST or not _for_good_cents(claim):
        return None
    if not claim.aktenzeichen.startswith(UNKNOWN_WHEREABOUTS_PREFIX):
        return None
    return add_months(reviews.since, _YEAR * (reviews.number + 1))


def check_again_on(claim: Claim) -> date | None:
    """When whereabouts are to be checked again that were checked too early (R93)."""
    order = claim.befristet
    return order.check_again_on if order is not None and befristet_cents(claim) else None


def _for_good_cents(claim: Claim) -> int:
    return figures(claim).written_off_cents - befristet_cents(claim)


def _review(
    desk: Desk, claim: Claim, new_id: Callable[..., str]
) -> tuple[Claim, list[HandoverIssued | WriteOffReviewed]]:
    """One more review: by enforcement, later by the claim's office; with the fifth it is finished (T26)."""
    reviews = claim.reviews
    if reviews is None:
        raise ValueError(f"{claim.kassenzeichen} is not reviewed")
    number = reviews.number + 1
    finished = number == _LAST
    prefix = REVIEWED_PREFIX if finished else UNKNOWN_WHEREABOUTS_PREFIX
    after = replace(
        claim, aktenzeichen=prefix + claim.aktenzeichen[4:], reviews=replace(reviews, number=number)
    )
    because = desk.because("R42", "R88", ordered_on=reviews.since, number=number)
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
    message = _FollowUp(to, "unbefristet", _for_good_cents(claim))
    handover_id = new_id("review", *claim.key, str(number))
    return after, [reviewed, _follow_up(desk, after, message, handover_id, because)]


class _FollowUp(NamedTuple):
    """Who is to look again at how much, and how it is written off."""

    to: str
    kind: WriteOffKind
    amount_cents: int


def _follow_up(
    desk: Desk, claim: Claim, message: _FollowUp, handover_id: str, because: Because
) -> HandoverIssued:
    return handover(
        desk,
        claim,
        because,
        kind="follow-up",
        handover_id=handover_id,
        to=message.to,
        payload={"kind": message.kind, **because.facts, "amount_cents": message.amount_cents},
    )
