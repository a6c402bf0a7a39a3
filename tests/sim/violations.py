"""What must never happen, and did."""

from collections.abc import Iterable


class ViolationError(AssertionError):
    """An invariant does not hold: `what` names it, the message says where."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(f"{what}: {message}")
        self.what = what


def first_few(lines: Iterable[object]) -> list[object]:
    """So many that a report stays readable."""
    return sorted(lines, key=repr)[:4]
