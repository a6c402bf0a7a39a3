"""Whom a record is about: the line it stands in, and the accounts that it touches."""

from typing import Any, Final

from services.claims.domain.books import Books, QueueKey
from services.claims.domain.intake import CANDIDATES
from services.claims.domain.model import Key
from services.claims.domain.outcome import Refused
from shared import kassenzeichen
from shared.contracts import INBOUND, OUTBOUND, PaymentAssigned, PaymentReceived, Reason
from shared.records import Record

#: No waiting can mend these: they depend on the event alone, or on references that are given out for ever.
_FOR_GOOD: Final[frozenset[Reason]] = frozenset(
    {
        "schema",
        "kassenzeichen-invalid",
        "aktenzeichen-invalid",
        "einnahmeart-unknown",
        "office-not-allowed",
        "due-date-missing",
        "fiscal-year-mismatch",
        "items-exceed-total",
        "same-person",
        "claim-ref-in-use",
        "kassenzeichen-in-use",
        "payment-ref-in-use",
        "befristet-abolished",
    }
)

_TOPICS: Final = tuple(sorted({event.TOPIC for event in INBOUND.values()}))


def is_for_good(refused: Refused) -> bool:
    """Whether an event is refused on arrival, though it would wait behind another."""
    return refused.reason in _FOR_GOOD


def queue_of(record: Record, mandant: str) -> QueueKey | None:
    """What waits in the record's topic about its Kassenzeichen, in order."""
    numbers = numbers_in(record.data)
    if len(numbers) == 0 or (record.type == PaymentReceived.TYPE and _names_no_claim(record.data, numbers)):
        return None
    topic = (INBOUND.get(record.type) or OUTBOUND[record.type]).TOPIC
    return mandant, topic, numbers[0]


def queues_about(mandant: str, number: str) -> tuple[QueueKey, ...]:
    """Everything that may wait about a Kassenzeichen."""
    return tuple((mandant, topic, number) for topic in _TOPICS)


def _names_no_claim(data: dict[str, Any], numbers: list[str]) -> bool:
    return data.get("reverses") is not None or len(numbers) > 1


def numbers_in(data: dict[str, Any]) -> list[str]:
    """The valid Kassenzeichen that a record names, the one it is about first."""
    read = data.get(CANDIDATES)
    named = [data.get("kassenzeichen"), data.get("to_kassenzeichen")]
    if named[0] is None and isinstance(read, dict):
        named += read["valid"]
    elif named[0] is None and isinstance(data.get("remittance"), list):
        named += kassenzeichen.candidates(data["remittance"]).valid
    return [number for number in named if isinstance(number, str) and kassenzeichen.valid(number)]


def accounts_of(books: Books, record: Record, mandant: str) -> list[Key]:
    """The accounts that a record touches, the one it is about first."""
    numbers = numbers_in(record.data)
    other = record.data.get("payment_ref" if record.type == PaymentAssigned.TYPE else "reverses")
    payment = books.payments.get((mandant, other)) if isinstance(other, str) else None
    if payment is not None and payment.kassenzeichen is not None:
        numbers.append(payment.kassenzeichen)
    claims = (books.claims.get((mandant, number)) for number in numbers)
    accounts = [claim.account for claim in claims if claim is not None]
    named = (record.data.get("payer_ref"), record.data.get("debtor_ref"))
    accounts += [(mandant, reference) for reference in named if isinstance(reference, str)]
    return accounts


def parked_with(books: Books, record: Record, mandant: str) -> Key | None:
    """The parked account that a record has to join, also where its claim is among the parked records."""
    parked = books.parked.get((record.lane,)) or {}
    if not parked:
        return None
    for account in accounts_of(books, record, mandant):
        if account in parked:
            return account
    ours = set(numbers_in(record.data))
    for account, records in parked.items():
        if account[0] == mandant and any(ours & set(numbers_in(each.data)) for each in records):
            return account
    return None
