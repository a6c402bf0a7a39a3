"""What the benefit systems and the Geschäftsstellen write: debtors, claims and their changes, blocks.

The order of the fields matters: of several unlawful ones the first is named. What needs a
reason of its own (kassenzeichen-invalid …) is a plain string here and judged in the domain.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from pydantic import ValidationInfo, field_validator, model_validator

from shared import topics
from shared.contracts.codes import (
    BlockReason,
    CostBearer,
    DebtorKind,
    HoldCause,
    ItemKind,
    LegalBasis,
    Mode,
    ReductionCause,
    TakenOverStage,
)
from shared.contracts.fields import (
    BgNummer,
    Cents,
    Day,
    Flag,
    Inbound,
    Instalment,
    Judged,
    KassenanzeigeNumber,
    Person,
    Reference,
    Text,
    Year,
    unlawful,
)


class DebtorRegistered(Inbound):
    """A debtor, by pseudonym; the latest one counts."""

    TYPE: ClassVar[str] = "debtor-registered.v1"
    TOPIC: ClassVar[str] = topics.DEBTOR_REGISTERED

    mandant: Reference
    debtor_ref: Reference
    kind: DebtorKind
    born_on: Day | None = None
    legal_representative: Flag
    under_guardianship: Flag
    address_complete: Flag
    receives_benefits: Flag
    deceased_on: Day | None = None


class DebtorContact(Inbound):
    """Name and address; only notifications reads it, a tombstone erases it."""

    TYPE: ClassVar[str] = "debtor-contact.v1"
    TOPIC: ClassVar[str] = topics.DEBTOR_CONTACT

    mandant: Reference
    debtor_ref: Reference
    salutation: Text
    name: Text
    street: Text
    house_no: Text
    postcode: Text
    city: Text
    country: Text = "DE"
    language: Text = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimItem:
    """A part of a claim's amount (R80)."""

    kind: ItemKind
    code: Reference
    amount_cents: Cents
    period_from: Day | None = None
    period_to: Day | None = None
    cost_bearer: CostBearer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """How far the system before this one had come with a claim: nothing of it is done again."""

    stage: TakenOverStage
    noticed_on: Day | None = None
    pay_by: Day | None = None
    fee_charged: Flag
    case_id: Reference | None = None
    kassenanzeige_number: KassenanzeigeNumber | None = None
    kassenanzeige_on: Day | None = None


class ClaimCreated(Inbound):
    """A claim is to be put into the books (R79-R81)."""

    TYPE: ClassVar[str] = "claim-created.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_CREATED

    mandant: Reference
    claim_ref: Reference
    debtor_ref: Reference
    payer_ref: Reference | None = None
    kassenzeichen: Judged | None = None
    aktenzeichen: Judged
    bg_nummer: BgNummer | None = None
    einnahmeart: Judged
    office: Reference
    mode: Mode
    amount_cents: Cents
    due_on: Day | None = None
    decided_on: Day
    ends_on: Day | None = None
    items: tuple[ClaimItem, ...] = ()
    arose_on: Day | None = None
    known_on: Day | None = None
    final_on: Day | None = None
    fiscal_year: Year | None = None
    legal_basis: LegalBasis | None = None
    co_debtor_refs: tuple[Reference, ...] = ()
    taken_over: TakenOver | None = None

    @field_validator("decided_on")
    @classmethod
    def _decided_before_due(cls, decided_on: date, info: ValidationInfo) -> date:
        due_on = info.data.get("due_on")
        if due_on is not None and due_on < decided_on:
            raise unlawful("is before decided_on", field="due_on")
        return decided_on

    @field_validator("ends_on")
    @classmethod
    def _due_before_end(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        due_on = info.data.get("due_on")
        if ends_on is not None and due_on is not None and ends_on < due_on:
            raise unlawful("is before due_on")
        return ends_on

    @field_validator("taken_over")
    @classmethod
    def _days_of_what_was_sent(cls, before: TakenOver | None) -> TakenOver | None:
        if before is None:
            return None
        if before.stage == "noticed" and (before.noticed_on is None or before.pay_by is None):
            raise unlawful("a notice has noticed_on and pay_by")
        if before.noticed_on and before.pay_by and before.pay_by < before.noticed_on:
            raise unlawful("pay_by is before noticed_on")
        if before.kassenanzeige_number and before.kassenanzeige_on is None:
            raise unlawful("a Kassenanzeige has kassenanzeige_on")
        return before

    @model_validator(mode="after")
    def _an_end(self) -> Self:
        if self.mode == "laufend_bis" and self.ends_on is None:
            raise unlawful("is needed where the mode is laufend_bis", field="ends_on")
        return self


class ClaimReduced(Inbound):
    """Einmaliger Abgang: the claim is lower by a positive amount (R82)."""

    TYPE: ClassVar[str] = "claim-reduced.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    amount_cents: Cents
    due_on: Day
    decided_on: Day | None = None
    cause: ReductionCause | None = None


class ClaimEnded(Inbound):
    """The last due date of a running claim, or the claim is deleted altogether (R84)."""

    TYPE: ClassVar[str] = "claim-ended.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    last_due_on: Day | None = None
    cancelled: Flag = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.cancelled == (self.last_due_on is not None):
            raise unlawful("or `cancelled: true`, exactly one of them is needed", field="last_due_on")
        return self


class ClaimBecameFinal(Inbound):
    """The decision behind the claim is bestandskräftig."""

    TYPE: ClassVar[str] = "claim-became-final.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    final_on: Day


class DueDateChanged(Inbound):
    """A one-off claim is due on another day (R68, R69)."""

    TYPE: ClassVar[str] = "due-date-changed.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    due_on: Day


class AktenzeichenChanged(Inbound):
    """Aktenabgabe, or the archive prefix 3900 (R39, R42)."""

    TYPE: ClassVar[str] = "aktenzeichen-changed.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    aktenzeichen: Judged


class CreditTransferred(Inbound):
    """An overpayment is moved to another Kassenzeichen (R32)."""

    TYPE: ClassVar[str] = "credit-transferred.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    amount_cents: Cents
    on: Day
    requested_by: Person
    approved_by: Person
    to_kassenzeichen: Judged

    @field_validator("to_kassenzeichen")
    @classmethod
    def _another(cls, to_kassenzeichen: str, info: ValidationInfo) -> str:
        if to_kassenzeichen == info.data.get("kassenzeichen"):
            raise unlawful("is the Kassenzeichen that it comes from")
        return to_kassenzeichen


class CreditRefunded(Inbound):
    """An overpayment is paid back (R32)."""

    TYPE: ClassVar[str] = "credit-refunded.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    amount_cents: Cents
    on: Day
    requested_by: Person
    approved_by: Person


class DeferralGranted(Inbound):
    """Stundung: until a day, or along instalments, nothing is dunned or enforced (R21, R31)."""

    TYPE: ClassVar[str] = "deferral-granted.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    decided_on: Day
    deferred_by: Day | None = None
    instalments: tuple[Instalment, ...] = ()
    requested_by: Person
    approved_by: Person

    @field_validator("deferred_by")
    @classmethod
    def _decided_before(cls, deferred_by: date | None, info: ValidationInfo) -> date | None:
        decided_on = info.data.get("decided_on")
        if deferred_by is not None and decided_on is not None and deferred_by < decided_on:
            raise unlawful("is before decided_on")
        return deferred_by

    @model_validator(mode="after")
    def _until_when(self) -> Self:
        if self.deferred_by is None and not self.instalments:
            raise unlawful("or `instalments`, one of them is needed", field="deferred_by")
        return self


class DeferralEnded(Inbound):
    """A Stundung is over before its time (R31)."""

    TYPE: ClassVar[str] = "deferral-ended.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_AMENDED

    mandant: Reference
    kassenzeichen: Judged
    decided_on: Day
    requested_by: Person
    approved_by: Person


class BlockSet(Inbound):
    """A Mahnsperre is set (R64-R78)."""

    TYPE: ClassVar[str] = "block-set.v1"
    TOPIC: ClassVar[str] = topics.BLOCK_SET

    mandant: Reference
    kassenzeichen: Judged
    reason: BlockReason
    set_on: Day
    ends_by: Day | None = None
    insolvency_opened_on: Day | None = None

    @field_validator("ends_by")
    @classmethod
    def _set_before_end(cls, ends_by: date | None, info: ValidationInfo) -> date | None:
        set_on = info.data.get("set_on")
        if ends_by is not None and set_on is not None and ends_by < set_on:
            raise unlawful("is before set_on")
        return ends_by


class BlockLifted(Inbound):
    """A Mahnsperre is lifted; on that day it is no longer in force (R66, R68)."""

    TYPE: ClassVar[str] = "block-lifted.v1"
    TOPIC: ClassVar[str] = topics.BLOCK_SET

    mandant: Reference
    kassenzeichen: Judged
    reason: BlockReason
    lifted_on: Day
    new_due_on: Day | None = None


class HoldReleased(Inbound):
    """Somebody has decided about a hold: the claim is dunned again (R74, R78)."""

    TYPE: ClassVar[str] = "hold-released.v1"
    TOPIC: ClassVar[str] = topics.BLOCK_SET

    mandant: Reference
    kassenzeichen: Judged
    cause: HoldCause
    decided_on: Day
    decided_by: Person
    new_due_on: Day | None = None
