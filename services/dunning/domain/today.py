"""The day whose work is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.contracts.answers import Because
from shared.contracts.fields import Fact
from shared.deciding import because
from shared.policy import Policy, Terms


@dataclass(frozen=True, slots=True)
class Today:
    """The day whose work is done, as a mandant sees it. `new_id` derives an id from what it names."""

    day: date
    policy: Policy
    run_owed: bool
    new_id: Callable[..., str]

    @property
    def terms(self) -> Terms:
        """What holds today."""
        return self.policy.on(self.day)

    def because(self, *rules: str, **facts: Fact) -> Because:
        """Why something happens today."""
        return because(self.terms.version, rules, {"day": self.day, **facts})
