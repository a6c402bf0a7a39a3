"""Niederschlagung and Erlass (R86, R87): decided by two persons, booked here, taken back here."""

from dataclasses import replace

from services.claims.domain.allocate import figures, shares
from services.claims.domain.booking import AFTER_WRITE_OFF, reorder
from services.claims.domain.desk import Turn
from services.claims.domain.model import Claim
from services.claims.domain.naming import amended, named_claim, stand, two_persons
from services.claims.domain.outcome import Decision, Findings, Outcome
from shared.contracts import Because, WriteOffDecided, WriteOffOrdered, WriteOffRefused, WriteOffRevoked

UNCHECKED_PREFIX = "3800"  # R42: unbefristet, without check
UNKNOWN_WHEREABOUTS_PREFIX = "3600"  # R42: unbefristet, to be checked


def decide_write_off(turn: Turn, event: WriteOffDecided) -> Decision:
    """The whole open amount is written off, or it is not (`refused`, which enforcement wants to know)."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    if event.decision == "befristet":
        allowed = turn.desk.policy.on(event.decided_on).write_off.befristet_allowed
        found.wrong("befristet-abolished", "decision", when=not allowed)
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is not None and event.decision != "refused":
        found.wrong("nothing-open", when=not any(_given_up(turn, claim)))
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R86",
        "R87",
        kassenzeichen=claim.kassenzeichen,
        decision=event.decision,
        decided_on=event.decided_on,
        open_cents=figures(claim).open_cents if event.decision == "refused" else sum(_given_up(turn, claim)),
    )
    if event.decision == "refused":
        return _refused(turn, claim, because)
    given_up = _given_up(turn, claim)
    ordered = [
        sollsatz.ordered_cents + cents for sollsatz, cents in zip(claim.sollsaetze, given_up, strict=True)
    ]
    renamed = _renamed(turn, claim, event)
    booked = reorder(turn.desk, _released(renamed), ordered)
    outcome = amended(turn, booked, because)
    told = (_order(turn, claim, booked.claim, event, because), *outcome.told)
    return replace(outcome, told=told)


def _given_up(turn: Turn, claim: Claim) -> list[int]:
    """What is open of each Sollsatz; of a running claim, of those due by the system's day."""
    return [
        share.open_cents if claim.months is None or sollsatz.due_on <= turn.desk.day else 0
        for sollsatz, share in zip(claim.sollsaetze, shares(claim), strict=True)
    ]


def _refused(turn: Turn, claim: Claim, because: Because) -> Outcome:
    """What is open again after a write-off is dunned again: two persons have decided that it stays."""
    passed_on = WriteOffRefused(
        mandant=claim.mandant,
        debtor_ref=claim.payer_ref,
        kassenzeichen=claim.kassenzeichen,
        because=because,
    )
    released = _released(claim)
    return Outcome(
        because=because,
        claims=() if released == claim else (released,),
        told=(passed_on, turn.accepted(stand(claim), because)),
    )


def _renamed(turn: Turn, claim: Claim, event: WriteOffDecided) -> Claim:
    """An unbefristete write-off changes the first four digits of the Aktenzeichen (R42, T10, T13)."""
    if event.decision != "unbefristet" or not turn.desk.terms.write_off.prefix_aktenzeichen:
        return claim
    prefix = UNKNOWN_WHEREABOUTS_PREFIX if event.whereabouts_unknown else UNCHECKED_PREFIX
    return replace(
        claim,
        aktenzeichen=prefix + claim.aktenzeichen[4:],
        aktenzeichen_before=claim.aktenzeichen_before or claim.aktenzeichen,
    )


def _released(claim: Claim) -> Claim:
    return replace(claim, holds=tuple(hold for hold in claim.holds if hold.cause != AFTER_WRITE_OFF))


def _order(
    turn: Turn, before: Claim, after: Claim, event: WriteOffDecided, because: Because
) -> WriteOffOrdered:
    if event.decision == "refused":
        raise ValueError("nothing is ordered where it was refused")
    given_up = _given_up(turn, before)
    oldest = next(
        sollsatz.due_on for sollsatz, cents in zip(before.sollsaetze, given_up, strict=True) if cents
    )
    return WriteOffOrdered(
        mandant=before.mandant,
        kassenzeichen=before.kassenzeichen,
        debtor_ref=before.payer_ref,
        amount_cents=sum(given_up),
        kind=event.decision,
        ordered_on=turn.desk.day,
        original_due_on=oldest,
        account=turn.desk.terms.write_off.account,
        aktenzeichen=after.aktenzeichen,
        previous_aktenzeichen=before.aktenzeichen,
        requested_by=event.requested_by,
        approved_by=event.approved_by,
        office=before.office,
        follow_up_on=event.follow_up_on,
        because=because,
    )


def revoke_write_off(turn: Turn, event: WriteOffRevoked) -> Decision:
    """What is written off is owed again, under the old Aktenzeichen."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is not None:
        found.wrong("nothing-written-off", when=not figures(claim).written_off_cents)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R87",
        kassenzeichen=claim.kassenzeichen,
        decided_on=event.decided_on,
        written_off_cents=figures(claim).written_off_cents,
    )
    restored = replace(
        _released(claim),
        aktenzeichen=claim.aktenzeichen_before or claim.aktenzeichen,
        aktenzeichen_before=None,
    )
    return amended(turn, reorder(turn.desk, restored, [0] * len(claim.sollsaetze)), because)
