"""The journal as finance reads it: what postings say beside their cents."""

from dataclasses import dataclass
from typing import Final, NamedTuple


class Entry(NamedTuple):
    """What postings that differ in their amount only have in common; days as ISO strings."""

    kassenzeichen: str
    payer: str
    art: str
    kind: str
    due_on: str
    booked_on: str
    payment_ref: str | None
    notice_id: str | None
    other: str | None
    account: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """What is booked on, where that is not the system's day alone."""

    booked_on: str | None = None
    payment_ref: str | None = None
    notice_id: str | None = None
    other: str | None = None
    account: str | None = None


OURS: Final = Slip()
