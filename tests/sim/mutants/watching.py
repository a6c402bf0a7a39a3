"""Bugs in holds, watches, deferral, limitation and reviews."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

import dataclasses
from datetime import date, timedelta
from typing import Any, Final

from msgspec.structs import replace

import shared.accounts
from services.claims.domain import deferral, evolve, holds, limitation, views, watches, whereabouts
from services.dunning.domain import cycle
from shared.deadlines import add_months
from tests.sim.mutants.planting import Mutant, Patch


def _a_decision_is_forgotten() -> list[Patch]:
    real = holds.held

    def held(desk: Any, claim: Any, payer: Any, day: date) -> Any:
        return real(desk, replace(claim, released=()), payer, day)

    return [(holds, "held", held)]


def _of_age_a_day_late() -> list[Patch]:
    real = holds._states

    def states(claim: Any, payer: Any, day: date) -> Any:
        return real(claim, payer, day - timedelta(days=1))

    return [(holds, "_states", states)]


def _offset_watched_from_the_block() -> list[Patch]:
    real = watches._watched_from

    def watched_from(claim: Any, block: Any) -> Any:
        return real(replace(claim, paid_on=None), block)

    return [(watches, "_watched_from", watched_from)]


def _expiry_told_again() -> list[Patch]:
    real = watches._expiring

    def expiring(desk: Any, claim: Any, day: date) -> Any:
        blocks = tuple(replace(block, expiry_told=False) for block in claim.blocks)
        return real(desk, replace(claim, blocks=blocks), day)

    return [(watches, "_expiring", expiring)]


def _month_after() -> list[Patch]:
    return [(watches, "_AHEAD", 1)]


def _others_are_all() -> list[Patch]:
    def others_open(books: Any, claim: Any, *newer: Any) -> list[str]:
        return watches.open_numbers(books, claim.account, *newer)

    return [(watches, "others_open", others_open)]


def _deferral_stops_nothing() -> list[Patch]:
    real = views.view
    return [(evolve, "view", lambda claim: real(replace(claim, deferral=None)))]


def _deferral_never_passes() -> list[Patch]:
    return [(deferral, "look", lambda _desk, claim: claim)]


def _instalments_are_not_looked_at() -> list[Patch]:
    real = deferral.look

    def look(desk: Any, claim: Any) -> Any:
        if claim.deferral is None:
            return claim
        after = real(desk, replace(claim, deferral=replace(claim.deferral, open_cents=10**12)))
        return after if after.deferral is None else claim

    return [(deferral, "look", look)]


def _barred_is_pursued() -> list[Patch]:
    return [(where, "is_barred", lambda *_: False) for where in (shared.accounts, cycle)]


def _a_year_too_long() -> list[Patch]:
    return [(limitation, "_year_end", lambda day, years: date(day.year + years + 1, 12, 31))]


def _cap_forgotten() -> list[Patch]:
    real = limitation.ends_on

    def ends_on(claim: Any, sollsatz: Any, terms: Any) -> Any:
        return real(claim, sollsatz, dataclasses.replace(terms, cap_years=None))

    return [(limitation, "ends_on", ends_on)]


def _always_old_enough() -> list[Patch]:
    return [(whereabouts, "add_months", lambda *_: date.min)]


def _a_cent_too_much() -> list[Patch]:
    real = whereabouts._step
    return [(whereabouts, "_step", lambda turn, cents: real(turn, cents + 1))]


def _a_day_too_young() -> list[Patch]:
    return [(whereabouts, "add_months", lambda day, months: add_months(day, months) - timedelta(days=1))]


MUTANTS: Final = (
    Mutant("a decision about a hold is forgotten", _a_decision_is_forgotten),
    Mutant("holds of a person begin a day late", _of_age_a_day_late),
    Mutant("an offset is watched from its block on, whatever was paid", _offset_watched_from_the_block),
    Mutant("a block's end is told again", _expiry_told_again),
    Mutant("the majority list is of the next month", _month_after),
    Mutant("the other Kassenzeichen name the claim itself", _others_are_all),
    Mutant("a deferral stops nothing", _deferral_stops_nothing),
    Mutant("a deferral never passes", _deferral_never_passes, (1,)),
    Mutant("instalments of a deferral are not looked at", _instalments_are_not_looked_at, (1,)),
    Mutant("what is barred is pursued", _barred_is_pursued),
    Mutant("limitation takes a year too long", _a_year_too_long),
    Mutant("limitation knows no cap", _cap_forgotten),
    Mutant("a befristete write-off is always old enough", _always_old_enough),
    Mutant("`<` for `<=` on what is converted by itself", _a_cent_too_much, (4,)),
    Mutant("a befristete write-off is converted a day early", _a_day_too_young, (4,)),
)
