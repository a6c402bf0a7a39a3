"""What a decision is made with: the day, the policy, and where its events go."""

from dataclasses import dataclass
from datetime import date

from services.enforcement.domain.model import DAY
from shared.contracts.answers import Because
from shared.contracts.fields import Fact
from shared.deciding import because
from shared.events import Emitter
from shared.policy import Policy, Terms


@dataclass(frozen=True, slots=True)
class Desk:
    """One day at the desk of one municipality. `out` collects the events and derives their ids; no IO."""

    day: date
    policy: Policy
    out: Emitter

    @property
    def terms(self) -> Terms:
        """What holds today."""
        return self.policy.on(self.day)

    @property
    def is_working_day(self) -> bool:
        """Whether steps may be taken today."""
        return self.policy.is_working_day(self.day)

    @property
    def next_working_day(self) -> date:
        """The first working day after today."""
        return self.policy.working_day(self.day + DAY)

    def because(self, *rules: str, **facts: Fact | date | None) -> Because:
        """The reason of a decision on this day."""
        return because(self.policy.version_on(self.day), rules, facts)
