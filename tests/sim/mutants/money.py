"""Bugs in the ledger: cents, write-offs, blocks, due dates."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from msgspec import structs

import services.claims.ledger
from services.claims.domain import blocks, booking, evolve, feedback, payments, register, views, write_off
from services.claims.domain.model import Payment
from tests.sim.mutants.planting import Mutant, Patch


def _float_money() -> list[Patch]:
    def signed(self: Payment) -> int:
        euros = self.amount_cents / 100
        return int(-euros * 100) if self.reverses else int(euros * 100)

    return [(Payment, "signed_cents", property(signed))]


def _nothing_given_back() -> list[Patch]:
    real = booking._written_off

    def written_off(*given: Any) -> Any:
        return tuple(posting for posting in real(*given) if posting.amount_cents < 0)

    return [(booking, "_written_off", written_off)]


def _bounces_unnoticed() -> list[Patch]:
    return [(payments, "bounced", lambda *_: False), (feedback, "bounced", lambda *_: False)]


def _reversed_again() -> list[Patch]:
    real = payments._reverse

    def reverse(turn: Any, payment: Any, reverses: str) -> Any:
        shelf = turn.books.payments
        original = shelf.get((turn.mandant, reverses))
        if original is not None and original.reversed_by:
            shelf.put(original.key, structs.replace(original, reversed_by=None))
        return real(turn, payment, reverses)

    return [(payments, "_reverse", reverse)]


def _earlier_money_forgotten() -> list[Patch]:
    def earlier(_turn: Any, booked: Any, _because: Any) -> Any:
        return booked.claim, (), booked.postings, ()

    return [(register, "_earlier_payments", earlier)]


def _idle_fees_stay() -> list[Patch]:
    return [(booking, "_without_idle_fees", lambda _desk, claim: (claim, ()))]


def _order_replaced() -> list[Patch]:
    real = write_off.reorder

    def reorder(desk: Any, claim: Any, ordered: Any) -> Any:
        replaced = [
            structs.replace(new, ordered_cents=max(0, new.ordered_cents - old.ordered_cents))
            for new, old in zip(ordered, claim.sollsaetze, strict=True)
        ]
        return real(desk, claim, replaced)

    return [(write_off, "reorder", reorder)]


def _expiry_forgotten() -> list[Patch]:
    return [(services.claims.ledger, "due", lambda *_: [])]


def _expires_a_day_late() -> list[Patch]:
    real = blocks._endings

    def endings(claim: Any) -> Any:
        return [(ended + timedelta(days=1), block) for ended, block in real(claim)]

    return [(blocks, "_endings", endings)]


def _six_weeks_are_41_days() -> list[Patch]:
    return [(blocks, "_NEW_TARGET", timedelta(days=41))]


def _lifted_day_is_blocked() -> list[Patch]:
    return [(views, "_DAY", timedelta(days=0))]


def _fee_a_cent_too_high() -> list[Patch]:
    real = feedback._with_fees

    def with_fees(turn: Any, because: Any, fees: Any) -> Any:
        return real(turn, because, [(replace(fee, fee_cents=fee.fee_cents + 1), how) for fee, how in fees])

    return [(feedback, "_with_fees", with_fees)]


def _counted_again() -> list[Patch]:
    real = evolve._balances

    def balances(looks: Any, sign: int = 1) -> Any:
        return real(looks, sign) if sign > 0 else {}

    return [(evolve, "_balances", balances)]


MUTANTS: Final = (
    Mutant("float money", _float_money, (2,)),
    Mutant("a write-off does not give back what is paid", _nothing_given_back, (1,)),
    Mutant("open again after a write-off, and nobody notices", _bounces_unnoticed, (20,)),
    Mutant("a payment is reversed twice", _reversed_again),
    Mutant("money that came before its claim is forgotten", _earlier_money_forgotten, (10,)),
    Mutant("fees of a cancelled claim stay", _idle_fees_stay),
    Mutant("a second write-off replaces the first", _order_replaced),
    Mutant("blocks never expire", _expiry_forgotten),
    Mutant("blocks expire a day late", _expires_a_day_late),
    Mutant("six weeks are 41 days", _six_weeks_are_41_days),
    Mutant("a block holds on the day it is lifted", _lifted_day_is_blocked, (1,)),
    Mutant("a fee is a cent too high", _fee_a_cent_too_high),
    Mutant("balances count a claim again at each change", _counted_again),
)
