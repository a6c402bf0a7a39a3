"""What the opening of a day does to the claims of an account, before anything else of that day."""

from collections.abc import Iterable
from datetime import date

from services.claims.domain.blocks import expire, expires_on
from services.claims.domain.booking import Booked
from services.claims.domain.desk import Desk
from services.claims.domain.model import Claim
from services.claims.domain.outcome import Outcome
from services.claims.domain.running import grow, grows_on


def next_opening_on(claim: Claim) -> date | None:
    """The next day whose opening does something to the claim; None: none does."""
    return min((day for day in (grows_on(claim), expires_on(claim)) if day is not None), default=None)


def open_account(desk: Desk, claims: Iterable[Claim]) -> Outcome:
    """The year's new Sollsätze (R83), then blocks that have run out (R68, R69): one change of the account."""
    opened = list(claims)
    grown = [grow(desk, claim) for claim in opened]
    expired = [expire(desk, each.claim) for each in grown]
    added = _numbers(opened, grown)
    moved = _numbers([each.claim for each in grown], expired)
    because = desk.because(
        *(("R83",) if added else ()),
        *(("R68", "R69") if moved or not added else ()),
        opened_on=desk.day,
        new_sollsaetze=added or None,
        expired=moved or None,
    )
    return Outcome(
        because=because,
        claims=tuple(each.claim for each in expired),
        postings=tuple(posting for each in (*grown, *expired) for posting in each.postings),
    )


def _numbers(before: Iterable[Claim], after: Iterable[Booked]) -> list[str]:
    """The Kassenzeichen of those whose Sollsätze are others now."""
    return [
        each.claim.kassenzeichen
        for claim, each in zip(before, after, strict=True)
        if each.claim.sollsaetze != claim.sollsaetze
    ]
