"""What must never happen, and did."""


class ViolationError(AssertionError):
    """An invariant does not hold: `what` names it, the message says where."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(f"{what}: {message}")
        self.what = what
