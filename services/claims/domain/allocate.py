"""Which Sollsatz money covers, and what is open, written off or overpaid.

Money covers the oldest due date first, and what is not written off before what is. At all times
`written_off = min(ordered, max(0, soll - ist))`, so a later payment gives back what it covers.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from services.claims.domain.model import Claim, Sollsatz


class Share(Struct, frozen=True):
    """How a Sollsatz stands: what was paid on it, what is written off, what is open."""

    paid_cents: int
    written_off_cents: int
    open_cents: int


class Figures(Struct, frozen=True):
    """How a claim stands; fees are part of `soll_cents`."""

    soll_cents: int
    ist_cents: int
    written_off_cents: int

    @property
    def balance_cents(self) -> int:
        """Soll less Ist less what is written off: positive is owed, negative is overpaid."""
        return self.soll_cents - self.ist_cents - self.written_off_cents

    @property
    def open_cents(self) -> int:
        """What is still owed."""
        return max(0, self.balance_cents)

    @property
    def credit_cents(self) -> int:
        """What was paid beyond the Soll."""
        return max(0, -self.balance_cents)


def shares(claim: Claim) -> tuple[Share, ...]:
    """How each Sollsatz of the claim stands, in their order (oldest due date first)."""
    return tuple(
        _share(sollsatz, paid)
        for sollsatz, paid in zip(claim.sollsaetze, _spread(claim.sollsaetze, claim.ist_cents), strict=True)
    )


def figures(claim: Claim, each: Iterable[Share] | None = None) -> Figures:
    """How the claim stands as a whole; `each` are its shares, where they are at hand."""
    return Figures(
        soll_cents=sum(sollsatz.amount_cents for sollsatz in claim.sollsaetze),
        ist_cents=claim.ist_cents,
        written_off_cents=sum(share.written_off_cents for share in (shares(claim) if each is None else each)),
    )


def befristet_cents(claim: Claim) -> int:
    """What is written off befristet only: money covers it before what is given up for good."""
    each = zip(claim.sollsaetze, shares(claim), strict=True)
    return sum(
        max(0, share.written_off_cents - one.ordered_cents + one.befristet_cents) for one, share in each
    )


def _share(sollsatz: Sollsatz, paid_cents: int) -> Share:
    unpaid = max(0, sollsatz.amount_cents - paid_cents)
    written_off = min(sollsatz.ordered_cents, unpaid)
    return Share(paid_cents, written_off, unpaid - written_off)


def _spread(sollsaetze: Sequence[Sollsatz], ist_cents: int) -> list[int]:
    """The money on each Sollsatz; what is too much, or was paid out too much, is with the last."""
    paid = [0] * len(sollsaetze)
    rest = ist_cents
    for capacity in (_pursued, _given_up):
        for place, sollsatz in enumerate(sollsaetze):
            if rest <= 0:
                break
            covered = min(capacity(sollsatz), rest)
            paid[place] += covered
            rest -= covered
    if paid:
        paid[-1] += rest
    return paid


def _pursued(sollsatz: Sollsatz) -> int:
    return max(0, sollsatz.amount_cents - sollsatz.ordered_cents)


def _given_up(sollsatz: Sollsatz) -> int:
    return max(0, min(sollsatz.amount_cents, sollsatz.ordered_cents))
