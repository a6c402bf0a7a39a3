"""What a debtor's account (Personenkonto) owes on a day: the reading that dunning and enforcement share.

The account's total due and the distribution of its credits decide on notices, hand-overs and enforcement
alike (R4, R6); both services must come to the same figures. Pure: no IO, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.contracts.claims import ClaimView
from shared.policy import Policy

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An overdue item (a claim's open amount for one due date) and its share of the account's credits."""

    claim: ClaimView
    due_on: date
    open_cents: int
    credit_share_cents: int

    @property
    def asked_cents(self) -> int:
        """What is asked for the item: its open amount less its share of the credits; 0 = nothing is asked."""
        return self.open_cents - self.credit_share_cents

    @property
    def key(self) -> tuple[str, date]:
        """(Kassenzeichen, due date): what identifies an item within its mandant."""
        return self.claim.kassenzeichen, self.due_on


def counted_due_on(due_on: date, policy: Policy) -> date:
    """The due date that counts: one that is no working day counts as the next one (§ 193 BGB)."""
    return policy.working_day(due_on)


def overdue_from(due_on: date, policy: Policy) -> date:
    """First day on which an item is overdue: the day after the due date that counts."""
    return counted_due_on(due_on, policy) + DAY


def is_blocked(claim: ClaimView, day: date) -> bool:
    """Whether a Mahnsperre is in force on the day; both ends are inclusive (R64, R65)."""
    return any(block.set_on <= day <= block.ends_by for block in claim.blocks)


def is_held(claim: ClaimView) -> bool:
    """Whether a hold is on the claim: a state in which dunning would be wrong, block or not."""
    return bool(claim.holds)


def is_pursued(claim: ClaimView, day: date, policy: Policy) -> bool:
    """Whether the claim may be dunned and enforced on the day: treatment `dun`, neither blocked nor held."""
    dunnable = policy.on(day).treatment(claim.einnahmeart) == "dun"
    return dunnable and not is_held(claim) and not is_blocked(claim, day)


def is_barred(claim: ClaimView, due_on: date) -> bool:
    """Whether what is open for the due date is barred by limitation and not pursued (R90)."""
    return claim.barred is not None and due_on in claim.barred


def asked(claims: Iterable[ClaimView], credit_cents: int, day: date, policy: Policy) -> tuple[AskedItem, ...]:
    """All overdue items of the account's pursued claims, oldest due date first, then lowest Kassenzeichen.

    The account's credits are set against them in this order, whatever stage they are in. Items of which
    nothing is asked (`asked_cents` 0) are included; `total_due_cents` of the result is the account's.
    """
    overdue = sorted(
        (
            (sollsatz.due_on, claim.kassenzeichen, sollsatz.open_cents, claim)
            for claim in claims
            if is_pursued(claim, day, policy)
            for sollsatz in claim.sollsaetze
            if sollsatz.open_cents > 0
            and not is_barred(claim, sollsatz.due_on)
            and overdue_from(sollsatz.due_on, policy) <= day
        ),
        key=lambda entry: entry[:2],
    )
    shares = credit_shares(credit_cents, [open_cents for _, _, open_cents, _ in overdue])
    return tuple(
        AskedItem(claim, due_on, open_cents, share)
        for (due_on, _, open_cents, claim), share in zip(overdue, shares, strict=True)
    )


def credit_shares(credit_cents: int, open_cents: Iterable[int]) -> list[int]:
    """What of the credits is set against each of these amounts, the first ones first (R4)."""
    shares = []
    for cents in open_cents:
        shares.append(min(credit_cents, cents))
        credit_cents -= shares[-1]
    return shares


def total_due_cents(items: Iterable[AskedItem]) -> int:
    """The account's total due (R4, R6): what is asked for all its overdue items."""
    return sum(item.asked_cents for item in items)
