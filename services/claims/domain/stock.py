"""Claims taken over from another system enter their cycle where they stand: nothing is sent twice."""

from datetime import date, timedelta

from services.claims.domain.desk import Desk, Turn
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
        due_ons=_due_ons(turn.desk, claim, done) if done else (),
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


def _due_ons(desk: Desk, claim: Claim, last: CycleView | ReminderView) -> tuple[date, ...]:
    """What the letter can have asked for; of a running claim not what was too young for it (R3, R62, R83).

    Such a month begins anew: rather one letter too many than none before a hand-over.
    """
    due_ons = (sollsatz.due_on for sollsatz in claim.sollsaetze)
    return tuple(
        due_on for due_on in due_ons if claim.months is None or _from(desk, due_on, last) <= last.issued_on
    )


def _from(desk: Desk, due_on: date, last: CycleView | ReminderView) -> date:
    """The first day on which such a letter asks for a month."""
    if isinstance(last, CycleView):
        return desk.policy.working_day(due_on) + timedelta(days=desk.terms.dunning.min_days_overdue)
    return due_on + timedelta(days=desk.terms.kassenanzeige.first_after_days)
