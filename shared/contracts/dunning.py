"""What dunning writes: notices, Kassenanzeigen, requests to enforce."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from shared import topics
from shared.contracts.answers import Because
from shared.contracts.codes import WithdrawalCause


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFee:
    """The fee of a notice, and the item that bears it."""

    kassenzeichen: str
    due_on: date
    fee_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """A due date that is dunned, with the fee that this notice adds."""

    kassenzeichen: str
    einnahmeart: str
    due_on: date
    open_cents: int
    fee_cents: int

    @property
    def fee(self) -> NoticeFee | None:
        """The fee that the item bears (d3)."""
        if not self.fee_cents:
            return None
        return NoticeFee(kassenzeichen=self.kassenzeichen, due_on=self.due_on, fee_cents=self.fee_cents)


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningNoticeIssued:
    """One notice (Mahnung) for all of an account; total = open + fees - credits."""

    TYPE: ClassVar[str] = "dunning-notice-issued.v1"
    TOPIC: ClassVar[str] = topics.DUNNING_NOTICE

    mandant: str
    debtor_ref: str
    notice_id: str
    issued_on: date
    pay_by: date
    items: tuple[NoticeItem, ...]
    credits_cents: int
    total_cents: int
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnItem:
    """A due date that a notice should have left out; `case_id`: the case in which it loses its place."""

    kassenzeichen: str
    due_on: date
    case_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningNoticeWithdrawn:
    """A notice does not stand for some of its items; its fee is cancelled in full and charged anew.

    `fee_cancelled` is what was charged until now, `fee_charged` what is charged instead; on one day the last
    event of a notice carries both.
    """

    TYPE: ClassVar[str] = "dunning-notice-withdrawn.v1"
    TOPIC: ClassVar[str] = topics.DUNNING_NOTICE

    mandant: str
    debtor_ref: str
    notice_id: str
    on: date
    kassenzeichen: tuple[str, ...]
    cause: WithdrawalCause
    issued_on: date
    items: tuple[WithdrawnItem, ...]
    fee_cancelled: NoticeFee | None = None
    fee_charged: NoticeFee | None = None
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class KassenanzeigeIssued:
    """An internal reminder to the office instead of a notice (R62)."""

    TYPE: ClassVar[str] = "kassenanzeige-issued.v1"
    TOPIC: ClassVar[str] = topics.KASSENANZEIGE

    mandant: str
    kassenzeichen: str
    aktenzeichen: str
    debtor_ref: str
    number: Literal[1, 2, 3]
    issued_on: date
    due_on: date
    open_cents: int
    to: str
    copy_to: tuple[str, ...]
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItem:
    """A due date that is to be enforced."""

    kassenzeichen: str
    open_cents: int
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementRequested:
    """The hand-over of an account's dunned items to enforcement: one case."""

    TYPE: ClassVar[str] = "enforcement-requested.v1"
    TOPIC: ClassVar[str] = topics.ENFORCEMENT_REQUESTED

    mandant: str
    debtor_ref: str
    case_id: str
    requested_on: date
    items: tuple[RequestItem, ...]
    credits_cents: int
    total_cents: int
    because: Because
