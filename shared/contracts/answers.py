"""What more than one service writes: answers, hand-overs to the departments, days."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from shared import topics
from shared.contracts.codes import HandoverKind, Reason, Service
from shared.contracts.fields import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why something was decided, enough for one sentence; no personal data in `facts`."""

    policy: str
    rules: tuple[str, ...]
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an accepted event left behind."""

    kassenzeichen: str | None = None
    due_on: date | None = None
    ends_by: date | None = None
    open_cents: int | None = None
    credit_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAccepted:
    """The answer to an event that took effect and has no other answer."""

    TYPE: ClassVar[str] = "event-accepted.v1"
    TOPIC: ClassVar[str] = topics.EVENT_ACCEPTED

    accepted_id: str
    accepted_source: str
    accepted_type: str
    mandant: str
    day: date
    result: Result
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRejected:
    """The answer to an event without effect; an unreadable record has only the place it stood at."""

    TYPE: ClassVar[str] = "event-rejected.v1"
    TOPIC: ClassVar[str] = topics.EVENT_REJECTED

    rejected_id: str | None = None
    rejected_source: str | None = None
    rejected_type: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    mandant: str | None = None
    reason: Reason
    field: str | None = None
    message: str
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverIssued:
    """A message to a department."""

    TYPE: ClassVar[str] = "handover-issued.v1"
    TOPIC: ClassVar[str] = topics.HANDOVER

    mandant: str
    handover_id: str
    kind: HandoverKind
    debtor_ref: str | None = None
    to: str
    forward_to: str | None = None
    issued_on: date
    kassenzeichen: tuple[str, ...]
    aktenzeichen: tuple[str, ...]
    payload: dict[str, Any] = field(default_factory=dict)
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMarked:
    """Nothing of this day follows in this partition."""

    TYPE: ClassVar[str] = "day-marked.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    day: date
    service: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed:
    """What a service did for a mandant on a day; what finance reconciles against."""

    TYPE: ClassVar[str] = "day-closed.v1"
    TOPIC: ClassVar[str] = topics.DAY_CLOSED

    mandant: str
    service: Service
    day: date
    counts: dict[str, int] = field(default_factory=dict)
    totals_cents: dict[str, int] = field(default_factory=dict)
    balances_cents: dict[str, int] | None = None
    because: Because
