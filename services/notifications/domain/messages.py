"""Which event becomes which message: its name in the outbox folder, its day, its page."""

from dataclasses import dataclass
from datetime import date

from services.notifications.domain import (
    because,
    dunning_notice,
    enforcement,
    handover,
    kassenanzeige,
    write_off,
)
from services.notifications.domain.page import Letter, Memo
from shared.contracts import (
    DunningNoticeIssued,
    EnforcementAnnounced,
    EnforcementStarted,
    HandoverIssued,
    KassenanzeigeIssued,
    WriteOffOrdered,
)

Notifiable = (
    DunningNoticeIssued
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


TYPES = frozenset(
    {
        DunningNoticeIssued.TYPE,
        EnforcementAnnounced.TYPE,
        EnforcementStarted.TYPE,
        HandoverIssued.TYPE,
        KassenanzeigeIssued.TYPE,
        WriteOffOrdered.TYPE,
    }
)


def heading(event: Notifiable) -> Heading:
    """Where the message of an event belongs."""
    match event:
        case DunningNoticeIssued():
            numbers = tuple(dict.fromkeys(item.kassenzeichen for item in event.items))
            return Heading(event.mandant, event.issued_on, "dunning-notice", numbers, event.debtor_ref)
        case KassenanzeigeIssued():
            kind = f"kassenanzeige-{event.number}"
            return Heading(event.mandant, event.issued_on, kind, (event.kassenzeichen,), event.debtor_ref)
        case EnforcementAnnounced():
            numbers = because.numbers(event.because)
            return Heading(event.mandant, event.on, "enforcement-announced", numbers, event.debtor_ref)
        case EnforcementStarted():
            numbers = because.numbers(event.because)
            return Heading(event.mandant, event.on, "enforcement-started", numbers, event.debtor_ref)
        case WriteOffOrdered():
            numbers = (event.kassenzeichen,)
            return Heading(event.mandant, event.ordered_on, "write-off", numbers, event.debtor_ref)
        case HandoverIssued():
            about = event.debtor_ref or ""
            return Heading(event.mandant, event.issued_on, event.kind, event.kassenzeichen, about)


def content(event: Notifiable) -> Letter | Memo:
    """The page of an event: a letter to the debtor, or a message to an office."""
    match event:
        case DunningNoticeIssued():
            return dunning_notice.letter(event)
        case KassenanzeigeIssued():
            return kassenanzeige.memo(event)
        case EnforcementAnnounced():
            return enforcement.announcement(event)
        case EnforcementStarted():
            return enforcement.order(event)
        case WriteOffOrdered():
            return write_off.memo(event)
        case HandoverIssued():
            return handover.memo(event)
