"""How a claim looks to the other services (`account-changed`)."""

from datetime import date, timedelta

from services.claims.domain.allocate import figures, shares
from services.claims.domain.model import Block, Claim
from shared.contracts import BlockView, ClaimView, HoldView, SollsatzView

_DAY = timedelta(days=1)


def view(claim: Claim) -> ClaimView:
    """The claim, complete; its `due_on` is that of the oldest open Sollsatz, else of the last."""
    each = shares(claim)
    stands = figures(claim, each)
    pairs = tuple(zip(claim.sollsaetze, each, strict=True))
    due_on = next((sollsatz.due_on for sollsatz, share in pairs if share.open_cents), _last_due_on(claim))
    return ClaimView(
        kassenzeichen=claim.kassenzeichen,
        aktenzeichen=claim.aktenzeichen,
        einnahmeart=claim.einnahmeart,
        office=claim.office,
        due_on=due_on,
        soll_cents=stands.soll_cents,
        ist_cents=stands.ist_cents,
        written_off_cents=stands.written_off_cents,
        open_cents=stands.open_cents,
        credit_cents=stands.credit_cents,
        sollsaetze=tuple(
            SollsatzView(
                due_on=sollsatz.due_on, amount_cents=sollsatz.amount_cents, open_cents=share.open_cents
            )
            for sollsatz, share in pairs
        ),
        blocks=_blocks(claim.blocks),
        holds=holds(claim),
        legal_basis=claim.legal_basis,
        bg_nummer=claim.bg_nummer,
        limitation_on=claim.limitation.ends_on,
        barred=claim.limitation.barred or None,
    )


def holds(claim: Claim) -> tuple[HoldView, ...]:
    """What keeps the claim from being dunned, block or not: a Stundung, too (R31)."""
    if claim.deferral is None:
        return claim.holds
    return (*claim.holds, HoldView(cause="deferred", held_from=claim.deferral.decided_on))


def _last_due_on(claim: Claim) -> date:
    return claim.sollsaetze[-1].due_on if claim.sollsaetze else claim.first_due_on


def _blocks(blocks: tuple[Block, ...]) -> tuple[BlockView, ...]:
    """The days each block is (or was) in force; one that was lifted before it began never was."""
    seen = []
    for block in blocks:
        ends_by = block.ends_by if block.lifted_on is None else min(block.ends_by, block.lifted_on - _DAY)
        if ends_by >= block.set_on:
            seen.append(BlockView(reason=block.reason, set_on=block.set_on, ends_by=ends_by))
    return tuple(sorted(seen, key=lambda entry: (entry.set_on, entry.reason)))
