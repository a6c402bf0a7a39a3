"""One debtor's story in which every example that others may write has its place, and what lies between."""

from dataclasses import dataclass, field
from typing import Any, Final

CLAIM: Final = "8656214152119"  # of the examples
SECOND: Final = "8656224152125"  # to which its credit goes


@dataclass(frozen=True, slots=True)
class Step:
    """An example as the document shows it, or with changes and under an id of its own."""

    type_: str
    changes: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()


def _day(day: str) -> Step:
    return Step("business-day-opened.v1", {"day": day}, ("through",))


STORY: Final[tuple[Step, ...]] = (
    Step("debtor-registered.v1"),
    Step("debtor-contact.v1"),
    Step("claim-created.v1"),
    Step("business-day-opened.v1"),
    Step("claim-created.v1", {"claim_ref": "second", "kassenzeichen": SECOND, "einnahmeart": "5622"}),
    Step("aktenzeichen-changed.v1"),
    Step("claim-became-final.v1"),
    Step("deferral-granted.v1"),
    Step("deferral-ended.v1"),
    Step("claim-reduced.v1"),
    Step("payment-received.v1"),
    Step("payment-received.v1", {"payment_ref": "202603310043", "amount_cents": 4_200}, ("remittance",)),
    Step("payment-assigned.v1"),
    # dunned and handed over, until a block that nobody had told of comes to light
    _day("2026-04-10"),
    _day("2026-05-04"),
    Step("block-set.v1"),
    _day("2026-05-05"),
    Step("block-lifted.v1"),
    Step("due-date-changed.v1"),
    # dunned and handed over again; the instalments are not kept
    _day("2026-05-26"),
    _day("2026-06-16"),
    _day("2026-06-24"),
    Step("office-report.v1"),
    _day("2026-06-25"),
    Step("field-report.v1"),
    _day("2026-07-09"),
    Step("write-off-decided.v1", {"decision": "refused"}),
    _day("2026-07-10"),
    Step("write-off-decided.v1"),
    _day("2027-07-12"),
    Step("whereabouts-checked.v1"),
    Step("write-off-revoked.v1"),
    Step("debtor-registered.v1", {"deceased_on": "2026-03-01"}),
    _day("2027-07-13"),
    Step("hold-released.v1"),
    # the heirs pay, and too much
    Step("payment-received.v1", {"payment_ref": "9", "amount_cents": 24_550, "kassenzeichen": CLAIM}),
    Step("credit-transferred.v1"),
    Step("credit-refunded.v1"),
    Step("claim-ended.v1"),
    _day("2027-07-14"),
)
