"""What the opening of a day does to the claims of an account, before anything else of that day."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from services.claims.domain import deferral, holds, limitation, reviews, watches
from services.claims.domain.blocks import expire, expires_on
from services.claims.domain.booking import Booked
from services.claims.domain.books import Books
from services.claims.domain.desk import Desk, NewId
from services.claims.domain.model import Claim, Debtor
from services.claims.domain.outcome import Outcome
from services.claims.domain.running import grow, grows_on
from shared.contracts import Because, HandoverIssued, WriteOffReviewed
from shared.contracts.codes import HoldCause


def next_opening_on(claim: Claim) -> date | None:
    """The next day whose opening does something to the claim; None: none does."""
    days = (
        grows_on(claim),
        expires_on(claim),
        claim.look_on,
        claim.deferral.look_on if claim.deferral else None,
        claim.limitation.look_on,
        reviews.next_look_on(claim),
    )
    return min((day for day in days if day is not None), default=None)


def look_on(desk: Desk, claim: Claim, payer: Debtor) -> date | None:
    """The next day whose opening has to look at the claim for what payer and policy make of it."""
    days = (holds.look_on(desk, claim, payer), watches.look_on(desk, claim))
    return min((day for day in days if day is not None), default=None)


def open_account(desk: Desk, claims: Iterable[Claim], payer: Debtor, books: Books, new_id: NewId) -> Outcome:
    """New Sollsätze (R83), blocks that ran out (R68, R69), holds, watches: one change of the account."""
    opened = list(claims)
    grown = [grow(desk, claim) for claim in opened]
    expired = [expire(desk, each.claim) for each in grown]
    after = [
        replace(deferral.look(desk, each.claim), holds=holds.held(desk, each.claim, payer, desk.day))
        for each in expired
    ]
    watched, told = _watched(desk, after, books, new_id)
    because = _because(desk, opened, grown, expired, after)
    rules = [rule for each in told for rule in each.because.rules]
    if rules or not because.rules:  # barred without a word: the year was noted before
        named = tuple(dict.fromkeys((*because.rules, *(rules or ("R90",)))))
        because = dataclasses.replace(because, rules=named)
    return Outcome(
        because=because,
        debtor=replace(payer, unseen=False) if payer.unseen else None,
        claims=tuple(watched),
        postings=tuple(posting for each in (*grown, *expired) for posting in each.postings),
        told=(*_questions(desk, opened, after, new_id), *told),
    )


def _watched(
    desk: Desk, claims: list[Claim], books: Books, new_id: NewId
) -> tuple[list[Claim], list[HandoverIssued | WriteOffReviewed]]:
    """Blocks (R71, R72), limitation (R91), what is written off (R88, R93): the claims, and what is told."""
    newer = {claim.kassenzeichen: claim for claim in claims}
    watched = []
    told: list[HandoverIssued | WriteOffReviewed] = []
    for claim in claims:
        seen = watches.watch(desk, claim, new_id, lambda one: watches.others_open(books, one, newer))
        limited, notes = limitation.messages(desk, seen.claim, new_id)
        reviewed, reviewed_told = reviews.look_again(desk, limited, new_id)
        watched.append(reviewed)
        told += [*seen.messages, *notes, *reviewed_told]
    return watched, told


def _because(
    desk: Desk, opened: list[Claim], grown: list[Booked], expired: list[Booked], after: list[Claim]
) -> Because:
    added = _numbers(opened, grown)
    moved = _numbers([each.claim for each in grown], expired)
    ran_out = any(new.blocks != old.blocks for old, new in zip(opened, after, strict=True))
    begun = _causes(after, opened)
    ended = _causes(opened, after)
    rules = [rule for cause in (*begun, *ended) for rule in holds.RULES[cause]]
    deferred = [n.kassenzeichen for o, n in zip(opened, after, strict=True) if o.deferral and not n.deferral]
    return desk.because(
        *(("R83",) if added else ()),
        *(("R68", "R69") if ran_out else ()),
        *dict.fromkeys(rules),
        *(deferral.RULES if deferred else ()),
        opened_on=desk.day,
        new_sollsaetze=added or None,
        expired=moved or None,
        deferrals_ended=deferred or None,
        holds_begun=[str(cause) for cause in begun] or None,
        holds_ended=[str(cause) for cause in ended] or None,
    )


def _numbers(before: Iterable[Claim], after: Iterable[Booked]) -> list[str]:
    """The Kassenzeichen of those whose Sollsätze are others now."""
    return [
        each.claim.kassenzeichen
        for claim, each in zip(before, after, strict=True)
        if each.claim.sollsaetze != claim.sollsaetze
    ]


def _causes(some: Iterable[Claim], others: Iterable[Claim]) -> list[HoldCause]:
    """The causes of holds that are on some of the claims and not on the same claim among the others."""
    found = (
        hold.cause
        for one, other in zip(some, others, strict=True)
        for hold in one.holds
        if hold.cause not in {each.cause for each in other.holds}
    )
    return list(dict.fromkeys(found))


def _questions(
    desk: Desk, before: list[Claim], after: list[Claim], new_id: NewId
) -> tuple[HandoverIssued, ...]:
    """Each office is asked once about each cause that begins on claims of its own."""
    asked: dict[tuple[HoldCause, str], list[Claim]] = {}
    for old, new in zip(before, after, strict=True):
        for cause in holds.begun(old, new):
            asked.setdefault((cause, new.office), []).append(new)
    return tuple(
        HandoverIssued(
            mandant=claims[0].mandant,
            handover_id=new_id("decision-needed", claims[0].mandant, claims[0].payer_ref, cause, office),
            kind="decision-needed",
            debtor_ref=claims[0].payer_ref,
            to=office,
            issued_on=desk.day,
            kassenzeichen=tuple(claim.kassenzeichen for claim in claims),
            aktenzeichen=tuple(claim.aktenzeichen for claim in claims),
            payload={"cause": cause},
            because=desk.because(
                *holds.RULES[cause],
                cause=cause,
                held_from=min(h.held_from for claim in claims for h in claim.holds if h.cause == cause),
            ),
        )
        for (cause, office), claims in asked.items()
    )
