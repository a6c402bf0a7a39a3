"""The rules that a rejection rests on."""

from typing import Final

from shared.contracts import Reason

RULES: Final[dict[Reason, tuple[str, ...]]] = {
    "kassenzeichen-invalid": ("R41",),
    "aktenzeichen-invalid": ("R39",),
    "unknown-debtor": ("R43",),
    "unknown-kassenzeichen": ("R41", "R43"),
    "unknown-payment": ("R33",),
    "claim-ref-in-use": ("R43",),
    "kassenzeichen-in-use": ("R41",),
    "payment-ref-in-use": ("R40",),
    "einnahmeart-unknown": ("R51-R61",),
    "office-not-allowed": ("R51-R61",),
    "due-date-missing": ("R79",),
    "fiscal-year-mismatch": ("R79",),
    "items-exceed-total": ("R80",),
    "same-person": ("R32",),
    "address-incomplete": ("R37",),
    "legal-representative-missing": ("R45",),
    "claim-ended": ("R84",),
    "mode-not-amendable": ("R84",),
    "end-before-current-month": ("R84",),
    "no-such-due-date": ("R82",),
    "reduction-exceeds-claim": ("R82",),
    "block-not-allowed": ("R70", "R74", "R76", "R78"),
    "block-too-long": ("R65", "R66"),
    "block-switch-same-day": ("R67",),
    "no-such-block": ("R66",),
    "no-such-hold": ("R74", "R78"),
    "befristet-abolished": ("R86",),
    "nothing-open": ("R87",),
    "nothing-written-off": ("R87", "R92"),
    "instalments-mismatch": ("R31",),
    "not-balanced": ("R42",),
    "exceeds-credit": ("R32",),
    "not-unclear": ("R33",),
}
