"""Planted bugs: is the simulator a real net? Each is a patch that only lives here, and has to be caught."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from tests.sim.mutants import backwards, colleagues, delivery, enforcing, money, order, saying, watching
from tests.sim.mutants.planting import Mutant, planted
from tests.sim.runner import play, spare_the_collector
from tests.sim.simulation import Settings

MUTANTS: Final = (
    *delivery.MUTANTS,
    *order.MUTANTS,
    *money.MUTANTS,
    *enforcing.MUTANTS,
    *watching.MUTANTS,
    *backwards.MUTANTS,
    *saying.MUTANTS,
    *colleagues.MUTANTS,
)
_MOST_SEEDS: Final = 25
_DAYS: Final = 16
# What stands in the place of a function that has changed since fails like this, and shows nothing. The
# product may have made an alarm of it.
_PLANT_FAILED: Final = ("AttributeError", "NameError", "TypeError")


@dataclass(frozen=True, slots=True)
class Catch:
    """What became of a planted bug; without a `seed` it got away."""

    name: str
    seed: int | None
    seeds: int
    what: str


def hunt(jobs: int, only: str = "", *, quick: bool = False) -> int:
    """Plant each bug and look for a seed that breaks on it; prints how many were caught of how many.

    `quick`: only those for which a seed is named.
    """
    names = [mutant.name for mutant in MUTANTS if only in mutant.name and (mutant.seeds or not quick)]
    caught = 0
    for catch in _catches(names, jobs):
        caught += catch.seed is not None
        verdict = f"seed {catch.seed}: {catch.what}" if catch.seed is not None else f"NOT CAUGHT {catch.what}"
        sys.stdout.write(f"{catch.name:<58} {verdict}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{caught}/{len(names)}\n")
    return 0 if caught == len(names) else 1


def _catches(names: list[str], jobs: int) -> Iterator[Catch]:
    # A process for each: nothing that is planted outlives it.
    with get_context("fork").Pool(jobs, spare_the_collector, maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(catch, names)


def catch(name: str) -> Catch:
    """Play seeds with the bug until one breaks."""
    mutant = next(each for each in MUTANTS if each.name == name)
    seeds = list(dict.fromkeys((*mutant.seeds, *range(1, _MOST_SEEDS + 1))))
    with planted(mutant):
        for tried, seed in enumerate(seeds, 1):
            result = play(seed, Settings(days=_DAYS))
            if any(error in result.violation + result.detail for error in _PLANT_FAILED):
                return Catch(name, None, tried, f"the plant itself failed: {result.detail.strip()[-110:]}")
            if result.violation:
                return Catch(name, seed, tried, " ".join(result.detail.strip().split("\n")[-1].split())[:110])
    return Catch(name, None, len(seeds), "")


__all__ = ["MUTANTS", "Mutant", "catch", "hunt"]
