"""Whereabouts are checked (R92, R93): not found, a befristete write-off becomes unbefristet in time."""

from datetime import date
from typing import Final

from msgspec.structs import replace

from services.claims.domain.allocate import befristet_cents, figures
from services.claims.domain.booking import Booked
from services.claims.domain.desk import Turn
from services.claims.domain.handover import handover
from services.claims.domain.model import Claim, WrittenOff
from services.claims.domain.naming import amended, named_claim
from services.claims.domain.outcome import Decision, Findings, Outcome
from services.claims.domain.write_off import converted, found_again
from shared.contracts import Because, HandoverIssued, WhereaboutsChecked
from shared.deadlines import add_months
from shared.policy import ConversionStep

_YEAR: Final = 12


def check_whereabouts(turn: Turn, event: WhereaboutsChecked) -> Decision:
    """Found: dunned again. Not found: converted, left to a clerk, or looked at again a year later (R93).

    Only what is written off befristet is concerned; the rest stays so until two persons revoke it.
    """
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is not None:
        found.wrong("nothing-written-off", when=not figures(claim).written_off_cents)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    order, amount = claim.befristet, befristet_cents(claim)
    because = turn.desk.because(
        "R92",
        "R93",
        kassenzeichen=claim.kassenzeichen,
        checked_on=event.checked_on,
        found=event.found,
        decided_on=order.decided_on if order else None,
        written_off_cents=amount,
    )
    if order is None or not amount:
        return amended(turn, Booked(claim), because)
    if event.found:
        return found_again(turn, claim, because)
    return _not_found(turn, claim, order, event.checked_on, because)


def _not_found(turn: Turn, claim: Claim, order: WrittenOff, checked_on: date, because: Because) -> Outcome:
    step = _step(turn, befristet_cents(claim))
    if step is None:
        return amended(turn, Booked(claim), because)
    if add_months(order.decided_on, _YEAR * step.after_years) > checked_on:
        again = replace(order, check_again_on=add_months(checked_on, _YEAR))
        return amended(turn, Booked(replace(claim, befristet=again)), because)
    if step.up_to_cents is None:
        outcome = amended(turn, Booked(claim), because)
        return replace(outcome, told=(_left_to_a_clerk(turn, claim, order, because), *outcome.told))
    return converted(turn, claim, replace(order, whereabouts_unknown=True), because)


def _step(turn: Turn, amount_cents: int) -> ConversionStep | None:
    """The first step whose amount reaches so far; the last may have no limit."""
    steps = turn.desk.terms.write_off.conversion
    return next(
        (each for each in steps if each.up_to_cents is None or amount_cents <= each.up_to_cents), None
    )


def _left_to_a_clerk(turn: Turn, claim: Claim, order: WrittenOff, because: Because) -> HandoverIssued:
    return handover(
        turn.desk,
        claim,
        because,
        kind="write-off-manual-decision",
        handover_id=turn.new_id("write-off-manual-decision", *claim.key),
        payload={
            "decided_on": order.decided_on.isoformat(),
            "amount_cents": befristet_cents(claim),
        },
    )
