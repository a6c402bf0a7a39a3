"""What enforcement writes: the progress of a case."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from shared import topics
from shared.contracts.answers import Because
from shared.contracts.codes import CaseOutcome, Track
from shared.contracts.fields import Instalment


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementAnnounced:
    """The debtor is told what will be enforced, and may still pay."""

    TYPE: ClassVar[str] = "enforcement-announced.v1"
    TOPIC: ClassVar[str] = topics.ENFORCEMENT_PROGRESS

    mandant: str
    debtor_ref: str
    case_id: str
    on: date
    pay_by: date
    total_cents: int
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementStarted:
    """Office or field begin (or begin again)."""

    TYPE: ClassVar[str] = "enforcement-started.v1"
    TOPIC: ClassVar[str] = topics.ENFORCEMENT_PROGRESS

    mandant: str
    debtor_ref: str
    case_id: str
    on: date
    track: Track
    total_cents: int
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentPlanStarted:
    """While it is kept nothing else happens (R8)."""

    TYPE: ClassVar[str] = "instalment-plan-started.v1"
    TOPIC: ClassVar[str] = topics.ENFORCEMENT_PROGRESS

    mandant: str
    debtor_ref: str
    case_id: str
    on: date
    instalments: tuple[Instalment, ...]
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentMissed:
    """The plan ends."""

    TYPE: ClassVar[str] = "instalment-missed.v1"
    TOPIC: ClassVar[str] = topics.ENFORCEMENT_PROGRESS

    mandant: str
    debtor_ref: str
    case_id: str
    on: date
    due_on: date
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementClosed:
    """Nothing is left in the case; the outcome is how its last item left."""

    TYPE: ClassVar[str] = "enforcement-closed.v1"
    TOPIC: ClassVar[str] = topics.ENFORCEMENT_PROGRESS

    mandant: str
    debtor_ref: str
    case_id: str
    on: date
    outcome: CaseOutcome
    because: Because
