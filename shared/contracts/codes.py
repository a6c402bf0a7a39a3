"""The closed lists of the language: reasons, kinds, causes and codes."""

from typing import Final, Literal, get_args

Reason = Literal[
    "malformed",
    "too-large",
    "unknown-type",
    "schema",
    "id-reuse",
    "unknown-mandant",
    "day-not-after",
    "kassenzeichen-invalid",
    "aktenzeichen-invalid",
    "einnahmeart-unknown",
    "office-not-allowed",
    "due-date-missing",
    "fiscal-year-mismatch",
    "items-exceed-total",
    "same-person",
    "unknown-debtor",
    "unknown-kassenzeichen",
    "unknown-payment",
    "not-unclear",
    "claim-ref-in-use",
    "kassenzeichen-in-use",
    "payment-ref-in-use",
    "address-incomplete",
    "legal-representative-missing",
    "claim-ended",
    "mode-not-amendable",
    "end-before-current-month",
    "no-such-due-date",
    "reduction-exceeds-claim",
    "block-not-allowed",
    "block-too-long",
    "block-switch-same-day",
    "no-such-block",
    "no-such-hold",
    "befristet-abolished",
    "nothing-open",
    "nothing-written-off",
    "not-balanced",
    "exceeds-credit",
    "no-open-case",
    "instalments-mismatch",
]
#: Why an event is rejected; when several apply, the first in this order is named.
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

#: The revenue types (R51-R61) and the offices that may book each.
EINNAHMEARTEN: Final[dict[str, frozenset[str]]] = {
    "5600": frozenset({"LG"}),  # R51 Darlehen Bund
    "5601": frozenset({"LG"}),  # R52 Darlehen KdU/BuT
    "5603": frozenset({"LG"}),  # R53 Überbrückungsdarlehen
    "5612": frozenset({"LG"}),  # R54 Erstattung von Behörden
    "5621": frozenset({"LG"}),  # R56 Rückforderung passive Leistungen
    "5622": frozenset({"LG"}),  # R55 Anspruchsübergänge
    "5623": frozenset({"JBC.31", "JBC.24"}),  # R59 Rückforderung aktive Leistungen
    "5624": frozenset({"JBC.24"}),  # R57 Verwarn- und Bußgelder
    "5625": frozenset({"JBC.24"}),  # R60 privatrechtlich
    "5626": frozenset({"JBC.23"}),  # R58 Unterhalt
    "5684": frozenset({"JBC.24"}),  # R61 Zwangsgelder
}

# claims
Mode = Literal["einmalig", "laufend_bis", "laufend_offen"]
TakenOverStage = Literal["none", "noticed", "in_enforcement"]
ItemKind = Literal["main", "ancillary"]
CostBearer = Literal["bund", "kommune"]
LegalBasis = Literal["sgbx-115", "sgbx-116", "sgb2-33", "bgb-812"]
ReductionCause = Literal["correction", "objection", "lawsuit", "minor", "landlord", "limitation", "other"]
DebtorKind = Literal["person", "institution"]
BlockReason = Literal["T", "U", "V", "W", "X", "Y", "Z"]
WriteOffDecision = Literal["unbefristet", "befristet", "erlass", "refused"]
WriteOffKind = Literal["befristet", "unbefristet", "erlass"]
PostingKind = Literal[
    "sollzugang",
    "sollabgang",
    "payment",
    "payment_reversed",
    "fee",
    "fee_cancelled",
    "write_off",
    "credit_transferred",
    "credit_refunded",
]
SOLL_KINDS: Final[tuple[PostingKind, ...]] = ("sollzugang", "sollabgang", "fee", "fee_cancelled")
"""What sums up to the Soll."""
IST_KINDS: Final[tuple[PostingKind, ...]] = (
    "payment", "payment_reversed", "credit_transferred", "credit_refunded",
)  # fmt: skip
"""What sums up to the Ist; what is neither is a write-off."""
UnclearCause = Literal[
    "no-reference", "check-digit", "unknown-kassenzeichen", "several-kassenzeichen", "reversal-unmatched"
]
HoldCause = Literal[
    "benefits", "minor", "majority", "landlord", "deceased", "open-after-write-off", "deferred"
]

# dunning
WithdrawalCause = Literal["paid-before", "blocked-before", "cancelled"]

# enforcement
FieldOutcome = Literal[
    "paid", "instalments_agreed", "asset_disclosure", "fruitless_attachment", "repeatedly_not_met"
]
OfficeCheck = Literal["asset-disclosure", "instalments-elsewhere", "other-claims", "bank-account"]
Track = Literal["office", "field"]
CaseOutcome = Literal["paid", "written-off", "withdrawn"]

# answers
Service = Literal["claims", "dunning", "enforcement", "notifications"]
HandoverKind = Literal[
    "collectability-check",
    "write-off-document",
    "write-off-task",
    "post-write-off",
    "lawsuit",
    "offset-without-payment",
    "block-expiring",
    "majority-list",
    "follow-up",
    "decision-needed",
    "limitation-note",
    "limitation-warning",
    "insolvency-claim",
    "large-amount",
    "second-debtor",
    "write-off-manual-decision",
]
