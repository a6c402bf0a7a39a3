"""Niederschlagung and Erlass (R86, R87): decided by two persons, booked here, taken back here."""

from msgspec.structs import replace

from services.claims.domain.allocate import befristet_cents, figures, shares
from services.claims.domain.booking import AFTER_WRITE_OFF, reorder
from services.claims.domain.desk import Turn
from services.claims.domain.model import Claim, Reviews, Sollsatz, WrittenOff
from services.claims.domain.naming import amended, named_claim, stand, two_persons
from services.claims.domain.outcome import Decision, Findings, Outcome
from services.claims.domain.reviews import UNKNOWN_WHEREABOUTS_PREFIX
from shared.contracts import Because, WriteOffDecided, WriteOffOrdered, WriteOffRefused, WriteOffRevoked

UNCHECKED_PREFIX = "3800"  # R42: unbefristet, without check


def decide_write_off(turn: Turn, event: WriteOffDecided) -> Decision:
    """The whole open amount is written off, or it is not (`refused`, which enforcement wants to know)."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    if event.decision == "befristet":
        allowed = turn.desk.policy.on(event.decided_on).write_off.befristet_allowed
        found.wrong("befristet-abolished", "decision", when=not allowed)
    claim = named_claim(turn, found, event.kassenzeichen)
    given_up = _given_up(turn, claim) if claim is not None else []
    if claim is not None and event.decision != "refused":
        nothing = not any(given_up) and not _converts(claim, event)
        found.wrong("nothing-open", when=nothing)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R86",
        "R87",
        kassenzeichen=claim.kassenzeichen,
        decision=event.decision,
        decided_on=event.decided_on,
        open_cents=figures(claim).open_cents if event.decision == "refused" else sum(given_up),
    )
    if event.decision == "refused":
        return _refused(turn, claim, because)
    order = WrittenOff(
        kind=event.decision,
        ordered_on=turn.desk.day,
        decided_on=event.decided_on,
        requested_by=event.requested_by,
        approved_by=event.approved_by,
        whereabouts_unknown=event.whereabouts_unknown,
        follow_up_on=event.follow_up_on,
    )
    return _written_off(turn, _released(claim), order, given_up, because)


def converted(turn: Turn, claim: Claim, order: WrittenOff, because: Because) -> Outcome:
    """A befristete write-off becomes unbefristet; what it covers stays (R93)."""
    unbefristet = replace(
        order, kind="unbefristet", ordered_on=turn.desk.day, follow_up_on=None, check_again_on=None
    )
    return _written_off(turn, claim, unbefristet, [0] * len(claim.sollsaetze), because)


def _converts(claim: Claim, event: WriteOffDecided) -> bool:
    """Whether two persons make a befristete write-off unbefristet, where nothing more may be open."""
    return event.decision == "unbefristet" and befristet_cents(claim) > 0


def _written_off(
    turn: Turn, claim: Claim, order: WrittenOff, given_up: list[int], because: Because
) -> Outcome:
    """What is given up of each Sollsatz is added to what was; the claim is told under its new prefix."""
    pairs = list(zip(claim.sollsaetze, given_up, strict=True))
    ordered = [_ordered(sollsatz, cents, order) for sollsatz, cents in pairs]
    booked = reorder(turn.desk, _renamed(turn, _under(claim, order), order), ordered)
    outcome = amended(turn, booked, because)
    converts = not any(given_up)
    oldest = next(one.due_on for one, cents in pairs if (one.befristet_cents if converts else cents))
    told = WriteOffOrdered(
        mandant=claim.mandant,
        kassenzeichen=claim.kassenzeichen,
        debtor_ref=claim.payer_ref,
        amount_cents=sum(given_up),
        kind=order.kind,
        ordered_on=order.ordered_on,
        original_due_on=oldest,
        account=turn.desk.terms.write_off.account,
        aktenzeichen=booked.claim.aktenzeichen,
        previous_aktenzeichen=claim.aktenzeichen,
        requested_by=order.requested_by,
        approved_by=order.approved_by,
        office=claim.office,
        follow_up_on=order.follow_up_on,
        because=because,
    )
    return replace(outcome, told=(told, *outcome.told))


def _ordered(sollsatz: Sollsatz, cents: int, order: WrittenOff) -> Sollsatz:
    """So much more is written off; an unbefristete order makes what was befristet unbefristet, too."""
    befristet = {"befristet": sollsatz.befristet_cents + cents, "unbefristet": 0}
    return replace(
        sollsatz,
        ordered_cents=sollsatz.ordered_cents + cents,
        befristet_cents=befristet.get(order.kind, sollsatz.befristet_cents),
    )


def _under(claim: Claim, order: WrittenOff) -> Claim:
    """The claim with its last order of this kind: what is befristet and what is for good stay apart."""
    if order.kind == "befristet":
        return replace(claim, befristet=order)
    return replace(
        claim, written_off=order, befristet=None if order.kind == "unbefristet" else claim.befristet
    )


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


def _renamed(turn: Turn, claim: Claim, order: WrittenOff) -> Claim:
    """An unbefristete write-off changes the first four digits of the Aktenzeichen (R42, T10, T13)."""
    if order.kind != "unbefristet" or not turn.desk.terms.write_off.prefix_aktenzeichen:
        return claim
    prefix = UNKNOWN_WHEREABOUTS_PREFIX if order.whereabouts_unknown else UNCHECKED_PREFIX
    return replace(
        claim,
        aktenzeichen=prefix + claim.aktenzeichen[4:],
        aktenzeichen_before=claim.aktenzeichen_before or claim.aktenzeichen,
        reviews=_reviews(claim, order),
    )


def _reviews(claim: Claim, order: WrittenOff) -> Reviews | None:
    """Yearly under 3600 (R88); those that run go on when more is written off like that."""
    if not order.whereabouts_unknown:
        return None
    if claim.reviews is not None and claim.aktenzeichen.startswith(UNKNOWN_WHEREABOUTS_PREFIX):
        return claim.reviews
    return Reviews(since=order.ordered_on)


def _released(claim: Claim) -> Claim:
    return replace(claim, holds=tuple(hold for hold in claim.holds if hold.cause != AFTER_WRITE_OFF))


def revoke_write_off(turn: Turn, event: WriteOffRevoked) -> Decision:
    """What is written off is owed again, under the old Aktenzeichen; dunning starts again with a notice."""
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
        written_off=None,
        befristet=None,
        reviews=None,
    )
    owed = (replace(sollsatz, ordered_cents=0, befristet_cents=0) for sollsatz in claim.sollsaetze)
    return amended(turn, reorder(turn.desk, restored, owed), because)


def found_again(turn: Turn, claim: Claim, because: Because) -> Outcome:
    """What is written off befristet is owed again (R92); what was given up for good stays so."""
    owed = (
        replace(each, ordered_cents=each.ordered_cents - each.befristet_cents, befristet_cents=0)
        for each in claim.sollsaetze
    )
    return amended(turn, reorder(turn.desk, replace(_released(claim), befristet=None), owed), because)
