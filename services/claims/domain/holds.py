"""Holds: states of the person or the claim in which dunning would be wrong, block or not.

Who receives benefits (R70), is a minor or has just come of age (R74, § 1629a BGB), is a landlord (R78) or has
died is not dunned. Seen at each day's opening, on what is dunned and open; `benefits` and `minor` end with
their fact, the others when somebody has decided.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from msgspec.structs import replace

from services.claims.domain.allocate import figures
from services.claims.domain.blocks import offset_ends_on
from services.claims.domain.booking import Booked, move_due_date
from services.claims.domain.desk import Desk, Turn
from services.claims.domain.model import Claim, Debtor
from services.claims.domain.naming import amended, judge_new_due_on, named_claim
from services.claims.domain.outcome import Decision, Findings
from shared.contracts import HoldReleased, HoldView
from shared.contracts.codes import HoldCause

RULES: Final[dict[HoldCause, tuple[str, ...]]] = {
    "benefits": ("R70",),
    "minor": ("R74",),
    "majority": ("R74", "§ 1629a BGB"),
    "landlord": ("R78",),
    "deceased": ("§ 1967 BGB",),
}
_END_WITH_THEIR_FACT: Final = ("benefits", "minor")
_RELEASED: Final = ("majority", "landlord", "deceased")
_NEVER_SET_OFF: Final = ("5624", "5684")  # R57, R61, R70: benefits do not protect from these


def held(desk: Desk, claim: Claim, payer: Debtor, day: date) -> tuple[HoldView, ...]:
    """The holds on the claim once this day is opened, as things are now."""
    states = dict(_states(claim, payer, day))
    kept = tuple(h for h in claim.holds if h.cause in states or h.cause not in _END_WITH_THEIR_FACT)
    there = {hold.cause for hold in kept}
    begun = tuple(
        HoldView(cause=cause, held_from=since)
        for cause, since in states.items()
        if cause not in there and HoldView(cause=cause, held_from=since) not in claim.released
    )
    if begun and not _could_be_dunned(desk, claim, day):
        return kept
    return (*kept, *begun)


def begun(before: Claim, after: Claim) -> Iterable[HoldCause]:
    """The causes that are new, of those that somebody has to be asked about: `benefits` are no question."""
    there = {hold.cause for hold in before.holds}
    return [h.cause for h in after.holds if h.cause not in there and h.cause != "benefits"]


def look_on(desk: Desk, claim: Claim, payer: Debtor) -> date | None:
    """The next day whose opening puts a hold on the claim, or takes one away; None: none does."""
    if not claim.holds and _never_held(desk, claim, payer):
        return None
    now = {hold.cause for hold in claim.holds}
    days = sorted({desk.day, *(day for day in _turning_points(desk, claim, payer) if day > desk.day)})
    return next((day for day in days if {h.cause for h in held(desk, claim, payer, day)} != now), None)


def _never_held(desk: Desk, claim: Claim, payer: Debtor) -> bool:
    """Whether nothing that is known speaks against dunning from the system's day on, as of most claims."""
    of_age = payer.of_age_on
    return (
        not payer.receives_benefits
        and (of_age is None or of_age <= min(claim.arose_on, desk.day))
        and payer.deceased_on is None
        and not any(block.reason == "Z" for block in claim.blocks)
    )


def _states(claim: Claim, payer: Debtor, day: date) -> Iterator[tuple[HoldCause, date]]:
    """What speaks against dunning on a day, each with the day from which on it does."""
    if payer.receives_benefits and claim.einnahmeart not in _NEVER_SET_OFF:
        last = offset_ends_on(claim)
        if last is None or day <= last:
            yield "benefits", day  # nobody says since when
    of_age = payer.of_age_on
    if of_age is not None:
        if day < of_age:
            yield "minor", min(day, claim.arose_on)
        elif claim.arose_on < of_age:
            yield "majority", of_age
    landlord_since = _landlord_since(claim, day)
    if landlord_since is not None:
        yield "landlord", landlord_since
    if payer.deceased_on is not None and payer.deceased_on <= day:
        yield "deceased", payer.deceased_on


def _landlord_since(claim: Claim, day: date) -> date | None:
    """When a Z last began: a new one after a decision is a new question (R78)."""
    began = [
        block.set_on
        for block in claim.blocks
        if block.reason == "Z" and (block.lifted_on is None or block.lifted_on > block.set_on)
    ]
    return max((set_on for set_on in began if set_on <= day), default=None)


def _could_be_dunned(desk: Desk, claim: Claim, day: date) -> bool:
    dunned = desk.policy.on(day).treatment(claim.einnahmeart) == "dun"
    return dunned and figures(claim).open_cents > 0


def _turning_points(desk: Desk, claim: Claim, payer: Debtor) -> Iterator[date]:
    """The days on which the calendar may change what `held` says."""
    if payer.of_age_on is not None:
        yield payer.of_age_on
    if payer.deceased_on is not None:
        yield payer.deceased_on
    if payer.receives_benefits and (last := offset_ends_on(claim)) is not None:
        yield date.fromordinal(last.toordinal() + 1)
    yield from (block.set_on for block in claim.blocks if block.reason == "Z")
    yield from desk.policy.change_days


def release(turn: Turn, event: HoldReleased) -> Decision:
    """Somebody has decided: the claim is dunned again, from a new due date where one is given."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is None:
        return found.verdict(last_call=turn.last_call)
    new_due_on = event.new_due_on
    judge_new_due_on(found, claim, new_due_on)
    hold = next((h for h in claim.holds if h.cause == event.cause and h.cause in _RELEASED), None)
    found.wrong("no-such-hold", "cause", when=hold is None)
    if hold is None or found:
        return found.verdict(last_call=turn.last_call)
    others = tuple(each for each in claim.holds if each is not hold)
    after = replace(claim, holds=others, released=(*claim.released, hold))
    because = turn.desk.because(
        *RULES[hold.cause],
        kassenzeichen=claim.kassenzeichen,
        cause=hold.cause,
        held_from=hold.held_from,
        decided_on=event.decided_on,
        due_on=new_due_on,
    )
    booked = Booked(after) if new_due_on is None else move_due_date(turn.desk, after, 0, new_due_on)
    return amended(turn, booked, because, due_on=booked.claim.first_due_on)
