"""The nouns of the ledger: debtors, claims with their Sollsätze and blocks, payments, accounts, journals."""

from datetime import date
from typing import Literal

from msgspec import Struct, field

from shared.contracts import HoldView, Instalment, PostingPart
from shared.contracts.codes import (
    BlockReason,
    DebtorKind,
    LegalBasis,
    Mode,
    PostingKind,
    UnclearCause,
    WriteOffKind,
)
from shared.deadlines import majority_on

Key = tuple[str, str]
"""(mandant, reference): what identifies a row of a mandant."""


class Debtor(Struct, frozen=True, kw_only=True):
    """A debtor by pseudonym, as last registered."""

    mandant: str
    debtor_ref: str
    kind: DebtorKind
    born_on: date | None
    legal_representative: bool
    under_guardianship: bool
    address_complete: bool
    receives_benefits: bool
    deceased_on: date | None
    insolvent_on: date | None = None  # the opening of the insolvency that was told last
    unseen: bool = False  # other facts than before: holds are looked at when the next day is opened

    @property
    def of_age_on(self) -> date | None:
        """The day on which a person whose birth date is known comes of age (R74, R75)."""
        return majority_on(self.born_on) if self.kind == "person" and self.born_on is not None else None

    def lacks_representative(self, day: date) -> bool:
        """Whether a minor or a person under guardianship has no legal representative on the day (R45)."""
        minor = self.of_age_on is not None and day < self.of_age_on
        return (minor or self.under_guardianship) and not self.legal_representative


class Sollsatz(Struct, frozen=True, kw_only=True):
    """What a claim demands for one due date. `formerly` are the due dates it had before."""

    due_on: date
    soll_cents: int  # without fees
    fee_cents: int = 0
    ordered_cents: int = 0  # the write-offs that were ordered
    befristet_cents: int = 0  # of these, what was ordered befristet
    formerly: tuple[date, ...] = ()

    @property
    def amount_cents(self) -> int:
        """The Soll including fees."""
        return self.soll_cents + self.fee_cents

    def named(self, due_on: date) -> bool:
        """Whether it has, or had, this due date."""
        return due_on == self.due_on or due_on in self.formerly


class Block(Struct, frozen=True, kw_only=True):
    """A Mahnsperre. `longest_by`: no successor of the same reason may end later (R65)."""

    reason: BlockReason
    set_on: date
    ends_by: date
    longest_by: date
    lifted_on: date | None = None
    expiry_told: bool = False


class Months(Struct, frozen=True, kw_only=True):
    """A running claim's plan (R83). Whatever falls due by `booked_by` and `last_due_on` has been booked."""

    first_due_on: date
    last_due_on: date | None  # None: until it is ended
    booked_by: date


class Limitation(Struct, frozen=True, kw_only=True):
    """Verjährung of what is open of a claim (R91), as of the system's day."""

    ends_on: date | None = None  # the last day before anything is barred
    barred: tuple[date, ...] = ()  # due dates of what is barred and not pursued (R90)
    warned: tuple[int, ...] = ()  # years about whose end the office was told
    noted: tuple[int, ...] = ()
    look_on: date | None = None  # the next day on which any of this changes


class Deferral(Struct, frozen=True, kw_only=True):
    """A Stundung (R21, R31); `open_cents` when it was granted: what its instalments are counted against.

    `through`: the last due date that it is about; the later months of a running claim are not (R83).
    """

    decided_on: date
    deferred_by: date | None
    instalments: tuple[Instalment, ...]  # oldest first
    open_cents: int
    through: date
    checked: int = 0  # so many instalments' days of grace are over, and they were covered
    look_on: date = date.max  # the next day on which it may end


class WrittenOff(Struct, frozen=True, kw_only=True):
    """An order that gave the claim up (R86, R87, R93). `follow_up_on` is enforcement's to remember."""

    kind: WriteOffKind
    ordered_on: date
    decided_on: date
    requested_by: str
    approved_by: str
    whereabouts_unknown: bool
    follow_up_on: date | None = None
    check_again_on: date | None = None  # after a check of whereabouts that came too early


class Reviews(Struct, frozen=True, kw_only=True):
    """The yearly reviews of a claim under 3600 (R88): since when, and how many there were."""

    since: date
    number: int = 0


class Claim(Struct, frozen=True, kw_only=True):
    """A claim under its Kassenzeichen. The payer owes it; `debtor_ref` is whom it is about."""

    mandant: str
    kassenzeichen: str
    claim_ref: str
    debtor_ref: str
    payer_ref: str
    aktenzeichen: str
    einnahmeart: str
    office: str
    mode: Mode
    amount_cents: int  # as it was created (of a running claim a month's), whatever became of it
    decided_on: date
    arose_on: date
    known_on: date | None = None
    final_on: date | None = None
    legal_basis: LegalBasis | None = None
    bg_nummer: str | None = None
    parts: tuple[PostingPart, ...] = ()
    sollsaetze: tuple[Sollsatz, ...]  # none, as long as a running claim's first one lies in a year to come
    months: Months | None = None  # of a running claim
    ist_cents: int = 0
    blocks: tuple[Block, ...] = ()
    holds: tuple[HoldView, ...] = ()
    released: tuple[HoldView, ...] = ()  # holds about which somebody has decided
    look_on: date | None = None  # the next day whose opening looks at its holds and watches, as things are
    paid_on: date | None = None  # the latest booking day of its payments
    offset_told_of: date | None = None  # since when nothing was paid under V, as was told last
    cancelled: bool = False
    deferral: Deferral | None = None
    limitation: Limitation = Limitation()
    written_off: WrittenOff | None = None  # for good: the last unbefristete order, or Erlass
    befristet: WrittenOff | None = None  # the last befristete order, as long as it is not converted
    reviews: Reviews | None = None
    aktenzeichen_before: str | None = None  # before a write-off changed the prefix

    @property
    def key(self) -> Key:
        """What identifies the claim."""
        return self.mandant, self.kassenzeichen

    @property
    def first_due_on(self) -> date:
        """When it is, or will be, due for the first time."""
        if self.sollsaetze or self.months is None:
            return self.sollsaetze[0].due_on
        return self.months.first_due_on

    @property
    def account(self) -> Key:
        """The account (Personenkonto) it belongs to: the payer's."""
        return self.mandant, self.payer_ref


PaymentState = Literal["waiting", "unclear", "booked", "settled"]


class Payment(Struct, frozen=True, kw_only=True):
    """A movement of money. `kassenzeichen`: booked there, or (not booked yet) what it names.

    waiting: for a claim or a payment not known yet; unclear: on the Klärungsliste; settled: an entry of the
    Klärungsliste and its reversal, which cancel each other out.
    """

    mandant: str
    payment_ref: str
    amount_cents: int
    booked_on: date
    state: PaymentState
    since: int  # offset of its record: the order of arrival
    cause: UnclearCause | None = None
    kassenzeichen: str | None = None
    reverses: str | None = None
    reversed_by: str | None = None

    @property
    def key(self) -> Key:
        """What identifies the payment."""
        return self.mandant, self.payment_ref

    @property
    def signed_cents(self) -> int:
        """Positive for money that came in, negative for a reversal."""
        return -self.amount_cents if self.reverses else self.amount_cents


class Account(Struct, frozen=True, kw_only=True):
    """The totals of a payer's claims; `version` counts what was told about them."""

    mandant: str
    debtor_ref: str
    version: int = 0
    open_cents: int = 0
    credit_cents: int = 0


class Posting(Struct, frozen=True, kw_only=True):
    """An entry of the journal before it has its number."""

    claim: Claim
    kind: PostingKind
    amount_cents: int
    booked_on: date
    due_on: date
    payment_ref: str | None = None
    notice_id: str | None = None
    other_kassenzeichen: str | None = None
    account: str | None = None
    parts: tuple[PostingPart, ...] = ()


class Journal(Struct, frozen=True, kw_only=True):
    """A mandant's counters, the figures of the running day, and the balances finance reconciles with."""

    mandant: str
    posting_no: int = 0
    serials: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    totals_cents: dict[str, int] = field(default_factory=dict)
    balances_cents: dict[str, int] = field(default_factory=dict)
