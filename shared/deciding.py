"""What the services that decide say alike: why, what a day amounted to, what will be next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.contracts.answers import Because, DayClosed
from shared.contracts.codes import Service
from shared.contracts.fields import Fact
from shared.policy import Policy

MOST_DAYS: Final = 200  # days of work that a forecast looks ahead; far more than a claim's way needs


def because(version: str, rules: tuple[str, ...], facts: Mapping[str, Fact | date | None]) -> Because:
    """The reason of a decision; days become ISO strings, what is None is left out."""
    return Because(
        policy=version,
        rules=rules,
        facts={
            name: fact.isoformat() if isinstance(fact, date) else fact
            for name, fact in facts.items()
            if fact is not None
        },
    )


def day_closed(service: Service, policy: Policy, day: date, counts: dict[str, int]) -> DayClosed:
    """What a service said on a day that is over, by type (R95)."""
    why = because(policy.version_on(day), ("R95",), {"day": day})
    return DayClosed(mandant=policy.mandant, service=service, day=day, counts=counts, because=why)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step about a claim and its day; for `none` the `why` says what keeps it from one."""

    what: str
    on: date | None
    why: str
    because: Because | None
