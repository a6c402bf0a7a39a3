"""What officers report and what two persons decide."""

from typing import ClassVar, Self

from pydantic import model_validator

from shared import topics
from shared.contracts.codes import FieldOutcome, OfficeCheck, WriteOffDecision
from shared.contracts.fields import Day, Flag, Inbound, Instalment, Judged, Person, Reference, unlawful


class FieldReport(Inbound):
    """What the field officer achieved (R8)."""

    TYPE: ClassVar[str] = "field-report.v1"
    TOPIC: ClassVar[str] = topics.FIELD_REPORT

    mandant: Reference
    kassenzeichen: Judged
    reported_on: Day
    officer: Person
    outcome: FieldOutcome
    instalments: tuple[Instalment, ...] = ()

    @model_validator(mode="after")
    def _plan_has_instalments(self) -> Self:
        if self.outcome == "instalments_agreed" and not self.instalments:
            raise unlawful("is needed for a plan", field="instalments")
        return self


class OfficeReport(Inbound):
    """What the office checked; exhausted means on to the field (R18)."""

    TYPE: ClassVar[str] = "office-report.v1"
    TOPIC: ClassVar[str] = topics.FIELD_REPORT

    mandant: Reference
    kassenzeichen: Judged
    reported_on: Day
    officer: Person
    exhausted: Flag
    checks: tuple[OfficeCheck, ...]


class WhereaboutsChecked(Inbound):
    """Somebody looked for the debtor of what is written off (R92, R93)."""

    TYPE: ClassVar[str] = "whereabouts-checked.v1"
    TOPIC: ClassVar[str] = topics.FIELD_REPORT

    mandant: Reference
    kassenzeichen: Judged
    checked_on: Day
    found: Flag


class WriteOffDecided(Inbound):
    """Niederschlagung or Erlass, decided by two persons (R86-R88)."""

    TYPE: ClassVar[str] = "write-off-decided.v1"
    TOPIC: ClassVar[str] = topics.WRITE_OFF_DECIDED

    mandant: Reference
    kassenzeichen: Judged
    decision: WriteOffDecision
    decided_on: Day
    requested_by: Person
    approved_by: Person
    whereabouts_unknown: Flag
    follow_up_on: Day | None = None


class WriteOffRevoked(Inbound):
    """A write-off is taken back by two persons."""

    TYPE: ClassVar[str] = "write-off-revoked.v1"
    TOPIC: ClassVar[str] = topics.WRITE_OFF_DECIDED

    mandant: Reference
    kassenzeichen: Judged
    decided_on: Day
    requested_by: Person
    approved_by: Person
