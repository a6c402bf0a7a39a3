"""Which event becomes which message: its name in the outbox folder, its day, its page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.notifications.domain import (
    because,
    dunning_notice,
    enforcement,
    handover,
    kassenanzeige,
    notice_withdrawn,
    write_off,
)
from services.notifications.domain.page import Letter, Memo
from shared.contracts import (
    DunningNoticeIssued,
    DunningNoticeWithdrawn,
    EnforcementAnnounced,
    EnforcementStarted,
    HandoverIssued,
    KassenanzeigeIssued,
    WriteOffOrdered,
)

Notifiable = (
    DunningNoticeIssued
    | DunningNoticeWithdrawn
    | EnforcementAnnounced
    | EnforcementStarted
    | HandoverIssued
    | KassenanzeigeIssued
    | WriteOffOrdered
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a message is filed under."""

    mandant: str
    issued_on: date
    kind: str
    kassenzeichen: tuple[str, ...]
    debtor_ref: str = ""


_PAGES: Final[dict[str, Callable[[Any], Letter | Memo]]] = {
    DunningNoticeIssued.TYPE: dunning_notice.letter,
    DunningNoticeWithdrawn.TYPE: notice_withdrawn.letter,
    EnforcementAnnounced.TYPE: enforcement.announcement,
    EnforcementStarted.TYPE: enforcement.order,
    HandoverIssued.TYPE: handover.memo,
    KassenanzeigeIssued.TYPE: kassenanzeige.memo,
    WriteOffOrdered.TYPE: write_off.memo,
}
TYPES = frozenset(_PAGES)


def heading(event: Notifiable) -> Heading:
    """Where the message of an event belongs."""
    match event:
        case DunningNoticeIssued():
            numbers = tuple(dict.fromkeys(item.kassenzeichen for item in event.items))
            return Heading(event.mandant, event.issued_on, "dunning-notice", numbers, event.debtor_ref)
        case DunningNoticeWithdrawn():
            numbers = event.kassenzeichen
            return Heading(event.mandant, event.on, "dunning-notice-withdrawn", numbers, event.debtor_ref)
        case KassenanzeigeIssued():
            kind = f"kassenanzeige-{event.number}"
            return Heading(event.mandant, event.issued_on, kind, (event.kassenzeichen,), event.debtor_ref)
        case EnforcementAnnounced() | EnforcementStarted():
            numbers = because.numbers(event.because)
            return Heading(event.mandant, event.on, event.TYPE.removesuffix(".v1"), numbers, event.debtor_ref)
        case WriteOffOrdered():
            numbers = (event.kassenzeichen,)
            return Heading(event.mandant, event.ordered_on, "write-off", numbers, event.debtor_ref)
        case HandoverIssued():
            about = event.debtor_ref or ""
            return Heading(event.mandant, event.issued_on, event.kind, event.kassenzeichen, about)


def content(event: Notifiable) -> Letter | Memo:
    """The page of an event: a letter to the debtor, or a message to an office."""
    return _PAGES[event.TYPE](event)
