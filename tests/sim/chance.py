"""Chance, all of it from the seed."""

from random import Random


def chance(what: str, seed: int) -> Random:
    """The chance of one part of a run: what another part draws does not change it."""
    return Random(f"{what} {seed}")  # noqa: S311 - no secret: the same seed, the same run
