"""Claims taken over from another system enter their cycle where they stand: nothing is sent twice."""

from datetime import date

from services.claims.domain.desk import Turn
from services.claims.domain.model import Claim
from shared.contracts import CycleView, ReminderView, StockView, TakenOver
from shared.contracts.fields import LAST_KASSENANZEIGE


def stock(turn: Turn, claim: Claim, before: TakenOver) -> StockView:
    """Where the claim stands, for dunning and enforcement.

    What is not dunned has no cycle: handed over by the other system, it was handed over for a lawsuit (R62).
    """
    treatment = turn.desk.terms.treatment(claim.einnahmeart)
    cycle = _cycle(turn, claim, before) if treatment == "dun" else None
    reminder = _reminder(turn, before) if treatment == "kassenanzeige" else None
    done = cycle or reminder
    return StockView(
        kassenzeichen=claim.kassenzeichen,
        due_ons=_due_ons(claim, done.issued_on) if done else (),
        charged=before.fee_charged,
        cycle=cycle,
        reminder=reminder,
    )


def _cycle(turn: Turn, claim: Claim, before: TakenOver) -> CycleView | None:
    """The notice and the case; of a case whose notice nobody knows any more, as of today."""
    if before.stage == "none":
        return None
    today, handed_over = turn.desk.day, before.stage == "in_enforcement"
    return CycleView(
        notice_id=turn.new_id("notice", claim.mandant, claim.kassenzeichen),
        issued_on=before.noticed_on or today,
        pay_by=before.pay_by or today,
        case_id=(before.case_id or turn.new_id("case", claim.mandant, claim.kassenzeichen))
        if handed_over
        else None,
    )


def _reminder(turn: Turn, before: TakenOver) -> ReminderView | None:
    """The last Kassenanzeige; once the lawsuit was handed over, whatever its number, none follows."""
    issued_on = before.kassenanzeige_on or turn.desk.day
    if before.stage == "in_enforcement":
        return ReminderView(number=LAST_KASSENANZEIGE, issued_on=issued_on, lawsuit=True)
    if not before.kassenanzeige_number:
        return None
    return ReminderView(number=before.kassenanzeige_number, issued_on=issued_on)


def _due_ons(claim: Claim, issued_on: date) -> tuple[date, ...]:
    """What was due when the letter went out; the later months of a running claim begin anew (R83)."""
    due_ons = (sollsatz.due_on for sollsatz in claim.sollsaetze)
    return tuple(due_on for due_on in due_ons if claim.mode == "einmalig" or due_on < issued_on)
