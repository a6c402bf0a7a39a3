"""Stundung (R21, R31): granted by two persons until a day or along instalments, and how it ends.

While it runs nothing is dunned or enforced; afterwards the claim starts again with a notice.
"""

from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from services.claims.domain.allocate import figures, shares
from services.claims.domain.booking import Booked
from services.claims.domain.desk import Desk, Turn
from services.claims.domain.model import Claim, Deferral
from services.claims.domain.naming import amended, named_claim, two_persons
from services.claims.domain.outcome import Decision, Findings
from shared.contracts import DeferralEnded, DeferralGranted

RULES: Final = ("R21", "R31")
_DAY: Final = timedelta(days=1)


def grant(turn: Turn, event: DeferralGranted) -> Decision:
    """A new one takes the place of an older one. The instalments sum to what is open."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    claim = named_claim(turn, found, event.kassenzeichen)
    open_cents = figures(claim).open_cents if claim is not None else 0
    if claim is not None:
        found.wrong("nothing-open", when=not open_cents)
        planned = sum(each.amount_cents for each in event.instalments)
        mismatch = bool(event.instalments) and planned != open_cents
        found.wrong("instalments-mismatch", "instalments", when=mismatch)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    deferral = Deferral(
        decided_on=event.decided_on,
        deferred_by=event.deferred_by,
        instalments=tuple(sorted(event.instalments, key=lambda each: each.due_on)),
        open_cents=open_cents,
        through=claim.sollsaetze[-1].due_on if claim.months else date.max,
    )
    because = turn.desk.because(
        *RULES,
        kassenzeichen=claim.kassenzeichen,
        decided_on=event.decided_on,
        deferred_by=event.deferred_by,
        number=len(event.instalments) or None,
        open_cents=open_cents,
    )
    return amended(turn, Booked(replace(claim, deferral=scheduled(turn.desk, deferral))), because)


def end(turn: Turn, event: DeferralEnded) -> Decision:
    """Two persons end it before its time."""
    found = Findings()
    two_persons(found, event.requested_by, event.approved_by)
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is not None:
        found.wrong("no-such-hold", "kassenzeichen", when=claim.deferral is None)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(*RULES, kassenzeichen=claim.kassenzeichen, decided_on=event.decided_on)
    return amended(turn, Booked(replace(claim, deferral=None)), because)


def look(desk: Desk, claim: Claim) -> Claim:
    """See whether the deferral has passed, or an instalment was not covered when its days of grace were over.

    Covered: what it is about has fallen, since it was granted, by at least the instalments due so far.
    """
    deferral = claim.deferral
    if deferral is None or deferral.look_on > desk.day:
        return claim
    grace = timedelta(days=desk.terms.enforcement.instalment_grace_days)
    over = sum(each.due_on + grace < desk.day for each in deferral.instalments)
    fallen = deferral.open_cents - _open_cents(claim, deferral)
    missed = fallen < sum(each.amount_cents for each in deferral.instalments[:over])
    last_day = deferral.deferred_by
    passed = over == len(deferral.instalments) if last_day is None else last_day < desk.day
    if missed or passed:
        return replace(claim, deferral=None)
    return replace(claim, deferral=scheduled(desk, replace(deferral, checked=max(over, deferral.checked))))


def _open_cents(claim: Claim, deferral: Deferral) -> int:
    """What is open of that for which it was granted: months that came later are nothing that was not paid."""
    each = zip(claim.sollsaetze, shares(claim), strict=True)
    return sum(share.open_cents for sollsatz, share in each if sollsatz.due_on <= deferral.through)


def scheduled(desk: Desk, deferral: Deferral) -> Deferral:
    """The same with the next day on which it may end, as the policy is and will be."""
    days = [] if deferral.deferred_by is None else [deferral.deferred_by + _DAY]
    for first, following, terms in desk.policy.states_from(desk.day):
        grace = timedelta(days=terms.enforcement.instalment_grace_days)
        ahead = deferral.instalments[deferral.checked :]
        turns = (max(each.due_on + grace + _DAY, first) for each in ahead)
        days += [turn for turn in turns if turn < following]
    return replace(deferral, look_on=min(days))
