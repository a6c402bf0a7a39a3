"""What claims writes: the register, the accounts, the journal, the Klärungsliste, write-offs."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared import topics
from shared.contracts.answers import Because
from shared.contracts.codes import (
    BlockReason,
    CostBearer,
    HoldCause,
    ItemKind,
    LegalBasis,
    PostingKind,
    UnclearCause,
    WriteOffKind,
)
from shared.contracts.dunning import RequestItem, WithdrawnItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRegistered:
    """The answer to a claim: it is in the books."""

    TYPE: ClassVar[str] = "claim-registered.v1"
    TOPIC: ClassVar[str] = topics.CLAIM_REGISTERED

    mandant: str
    claim_ref: str
    kassenzeichen: str
    debtor_ref: str
    payer_ref: str
    einnahmeart: str
    amount_cents: int
    due_on: date
    decided_on: date
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class SollsatzView:
    """What a claim demands for one due date (fees included) and what is open of it."""

    due_on: date
    amount_cents: int
    open_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A Mahnsperre, in force from `set_on` to `ends_by`, both inclusive."""

    reason: BlockReason
    set_on: date
    ends_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A state of the person or the claim in which dunning would be wrong."""

    cause: HoldCause
    held_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim as it stands after the change; fees are part of `soll_cents`.

    `limitation_on`: the last day before anything open of it is barred (R91). `barred`: due dates of what is
    barred and, below the limit, not pursued (R90).
    """

    kassenzeichen: str
    aktenzeichen: str
    einnahmeart: str
    office: str
    due_on: date
    soll_cents: int
    ist_cents: int
    written_off_cents: int
    open_cents: int
    credit_cents: int
    sollsaetze: tuple[SollsatzView, ...]
    blocks: tuple[BlockView, ...] = ()
    holds: tuple[HoldView, ...] = ()
    legal_basis: LegalBasis | None = None
    bg_nummer: str | None = None
    limitation_on: date | None = None
    barred: tuple[date, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleView:
    """The notice that was sent for a claim elsewhere, and its case once it was handed over."""

    notice_id: str
    issued_on: date
    pay_by: date
    case_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderView:
    """The last Kassenanzeige that was issued elsewhere (R62); `lawsuit`: that followed, too."""

    number: int
    issued_on: date
    lawsuit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StockView:
    """Where the claim stands that this change took over from another system: what was done is not done again.

    `due_ons`: the Sollsätze that it is about; `charged`: a notice's fee was charged.
    """

    kassenzeichen: str
    due_ons: tuple[date, ...]
    charged: bool
    cycle: CycleView | None = None
    reminder: ReminderView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """Money that this change booked. `reverses`: it took that payment back; `amount_cents` is positive."""

    payment_ref: str
    kassenzeichen: str
    booked_on: date
    amount_cents: int
    reverses: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged:
    """The debtor's account (Personenkonto) after a change: its totals, the claims touched, money booked."""

    TYPE: ClassVar[str] = "account-changed.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    version: int
    open_cents: int
    credit_cents: int
    claims: tuple[ClaimView, ...]
    taken_over: StockView | None = None
    payments: tuple[PaymentView, ...] | None = None
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReportAdmitted:
    """A field or office report whose Kassenzeichen is known, passed on to enforcement."""

    TYPE: ClassVar[str] = "field-report-admitted.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    report_id: str
    report_source: str
    report_type: str
    kassenzeichen: str
    report: dict[str, Any]
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementRequestAdmitted:
    """A hand-over that the ledger has seen, in its place among the bookings."""

    TYPE: ClassVar[str] = "enforcement-request-admitted.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    case_id: str
    requested_on: date
    items: tuple[RequestItem, ...]
    credits_cents: int
    total_cents: int
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWithdrawalAdmitted:
    """Items lose their place in their cases: the notice behind these was withdrawn for them."""

    TYPE: ClassVar[str] = "notice-withdrawal-admitted.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    notice_id: str
    on: date
    items: tuple[WithdrawnItem, ...]
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffRefused:
    """Two persons refused to write off; enforcement goes on."""

    TYPE: ClassVar[str] = "write-off-refused.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    kassenzeichen: str
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountParked:
    """A fault of ours stopped this account: nobody duns it meanwhile."""

    TYPE: ClassVar[str] = "account-parked.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReleased:
    """A parked account goes on."""

    TYPE: ClassVar[str] = "account-released.v1"
    TOPIC: ClassVar[str] = topics.ACCOUNT_CHANGED

    mandant: str
    debtor_ref: str
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingPart:
    """The share of a posting that falls on a part of the claim (R80)."""

    kind: ItemKind
    code: str
    cost_bearer: CostBearer | None = None
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRecorded:
    """An entry of the journal for finance; signed, never changed, numbered without a gap."""

    TYPE: ClassVar[str] = "posting-recorded.v1"
    TOPIC: ClassVar[str] = topics.POSTING_RECORDED

    mandant: str
    posting_no: int
    kassenzeichen: str
    debtor_ref: str
    einnahmeart: str
    kind: PostingKind
    amount_cents: int
    booked_on: date
    due_on: date
    fiscal_year: int
    payment_ref: str | None = None
    notice_id: str | None = None
    other_kassenzeichen: str | None = None
    account: str | None = None
    parts: tuple[PostingPart, ...] | None = None
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnclear:
    """A payment is on the Klärungsliste."""

    TYPE: ClassVar[str] = "payment-unclear.v1"
    TOPIC: ClassVar[str] = topics.PAYMENT_UNCLEAR

    mandant: str
    payment_ref: str
    amount_cents: int
    booked_on: date
    cause: UnclearCause
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCleared:
    """A payment left the Klärungsliste: assigned to a Kassenzeichen, or reversed."""

    TYPE: ClassVar[str] = "payment-cleared.v1"
    TOPIC: ClassVar[str] = topics.PAYMENT_UNCLEAR

    mandant: str
    payment_ref: str
    amount_cents: int
    booked_on: date
    cause: UnclearCause
    kassenzeichen: str | None = None
    reversed_by: str | None = None
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffOrdered:
    """Niederschlagung or Erlass, booked by claims (R86-R88); `aktenzeichen` has the new prefix (R42)."""

    TYPE: ClassVar[str] = "write-off-ordered.v1"
    TOPIC: ClassVar[str] = topics.WRITE_OFF_ORDERED

    mandant: str
    kassenzeichen: str
    debtor_ref: str
    amount_cents: int
    kind: WriteOffKind
    ordered_on: date
    original_due_on: date
    account: str | None = None
    aktenzeichen: str
    previous_aktenzeichen: str
    requested_by: str
    approved_by: str
    office: str | None = None
    follow_up_on: date | None = None
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffReviewed:
    """A claim written off under 3600 was due for its yearly review; `finished` with the fifth (R88)."""

    TYPE: ClassVar[str] = "write-off-reviewed.v1"
    TOPIC: ClassVar[str] = topics.WRITE_OFF_ORDERED

    mandant: str
    kassenzeichen: str
    debtor_ref: str
    on: date
    number: int
    finished: bool
    aktenzeichen: str
    because: Because
