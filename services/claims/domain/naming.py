"""The claim that an event names, and how it stands afterwards."""

from datetime import date

from services.claims.domain.allocate import figures
from services.claims.domain.booking import Booked
from services.claims.domain.desk import Turn
from services.claims.domain.model import Claim
from services.claims.domain.outcome import Findings, Outcome, claim_need
from shared import kassenzeichen
from shared.contracts import Because, Result


def named_claim(turn: Turn, found: Findings, number: str, field: str = "kassenzeichen") -> Claim | None:
    """The claim with this Kassenzeichen; what speaks against the number is added to the findings (R41)."""
    if not kassenzeichen.valid(number):
        found.wrong("kassenzeichen-invalid", field)
        return None
    claim = turn.books.claims.get((turn.mandant, number))
    if claim is None:
        found.unknown("unknown-kassenzeichen", field, claim_need(number))
    return claim


def two_persons(found: Findings, requested_by: str, approved_by: str) -> None:
    """Four eyes: the two are not one (R32, R90); staff numbers are compared trimmed and case-folded."""
    same = requested_by.strip().casefold() == approved_by.strip().casefold()
    found.wrong("same-person", "approved_by", when=same)


def judge_new_due_on(found: Findings, claim: Claim, new_due_on: date | None) -> None:
    """What ends a block or a hold may set a due date: of one-off claims, not before the decision (R68)."""
    if new_due_on is not None:
        found.wrong("schema", "new_due_on", when=new_due_on < claim.decided_on)
        found.wrong("mode-not-amendable", "new_due_on", when=claim.mode != "einmalig")


def stand(claim: Claim, *, due_on: date | None = None, ends_by: date | None = None) -> Result:
    """What an accepted event left behind."""
    stands = figures(claim)
    return Result(
        kassenzeichen=claim.kassenzeichen,
        due_on=due_on,
        ends_by=ends_by,
        open_cents=stands.open_cents,
        credit_cents=stands.credit_cents,
    )


def amended(
    turn: Turn, booked: Booked, because: Because, *, due_on: date | None = None, ends_by: date | None = None
) -> Outcome:
    """The claim as it is from now on, what was booked, and the answer."""
    result = stand(booked.claim, due_on=due_on, ends_by=ends_by)
    return Outcome(
        because=because,
        claims=(booked.claim,),
        postings=booked.postings,
        told=(turn.accepted(result, because),),
    )
