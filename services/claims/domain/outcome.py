"""What judging a record can lead to: an outcome, a refusal, or waiting for what it refers to."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from msgspec import Struct

from services.claims.domain.model import Claim, Debtor, Payment, Posting
from shared.contracts import REASONS, Because, Payload, Reason, StockView


class Outcome(Struct, frozen=True, kw_only=True):
    """What a decision leads to: rows as they are from now on, postings, and what is told, in order."""

    because: Because
    debtor: Debtor | None = None
    claims: tuple[Claim, ...] = ()
    payments: tuple[Payment, ...] = ()
    postings: tuple[Posting, ...] = ()
    told: tuple[Payload, ...] = ()
    serial: tuple[str, int] | None = None  # (Einnahmeart, the serial number that was given out)
    stock: StockView | None = None  # where a claim stands that was taken over


class Refused(Struct, frozen=True):
    """The event has no effect; `field` names what is wrong, `message` holds no input."""

    reason: Reason
    field: str | None = None
    message: str | None = None


class Waits(Struct, frozen=True):
    """The event refers to something that is not known yet; without a `need` it only waits behind another."""

    need: str = ""


Decision: TypeAlias = Outcome | Refused | Waits

_RANK: Final = {reason: rank for rank, reason in enumerate(REASONS)}


def debtor_need(debtor_ref: str) -> str:
    """What an event waits for that refers to this debtor."""
    return f"debtor/{debtor_ref}"


def claim_need(kassenzeichen: str) -> str:
    """What an event waits for that refers to this Kassenzeichen."""
    return f"claim/{kassenzeichen}"


def payment_need(payment_ref: str) -> str:
    """What an event waits for that refers to this payment."""
    return f"payment/{payment_ref}"


@dataclass(slots=True)
class Findings:
    """Collects what speaks against an event: of several reasons the first in the contracts' order counts.

    What is wrong for good is refused at once; only where nothing is, an event waits for what is unknown.
    """

    _wrong: list[Refused] = field(default_factory=list)
    _unknown: list[tuple[Refused, str]] = field(default_factory=list)

    def wrong(self, reason: Reason, name: str | None = None, *, when: bool = True) -> None:
        """Note a reason, if it applies."""
        if when:
            self._wrong.append(Refused(reason, name))

    def unknown(self, reason: Reason, name: str, need: str) -> None:
        """Note something that the event refers to, by this field, and that is not in the books."""
        self._unknown.append((Refused(reason, name), need))

    def __bool__(self) -> bool:
        """Whether anything speaks against the event."""
        return bool(self._wrong or self._unknown)

    def verdict(self, *, last_call: bool) -> Refused | Waits:
        """What becomes of an event that something speaks against."""
        if self._wrong:
            return min(self._wrong, key=lambda refused: _RANK[refused.reason])
        refused, need = min(self._unknown, key=lambda entry: _RANK[entry[0].reason])
        return refused if last_call else Waits(need)
