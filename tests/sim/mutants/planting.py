"""How a bug is planted, and taken away again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Patch = tuple[Any, str, object]
"""Where, which name, and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug. `seeds` are tried first: they are known to find it."""

    name: str
    patches: Callable[[], list[Patch]]
    seeds: tuple[int, ...] = ()


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The product with the bug."""
    patches = mutant.patches()
    real = [(where, name, vars(where)[name]) for where, name, _ in patches]
    try:
        for where, name, wrong in patches:
            setattr(where, name, wrong)
        yield
    finally:
        for where, name, right in real:
            setattr(where, name, right)
