"""What a batch will touch, loaded in sets before its first turn: a few statements instead of many.

Only a matter of speed: what is missed here is loaded when a turn asks for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from services.claims.answers import mandant_of
from services.claims.domain.admission import is_remembered
from services.claims.domain.books import Books
from services.claims.domain.intake import TERM_PLACE, origin
from services.claims.domain.outcome import claim_need, debtor_need, payment_need
from services.claims.domain.routing import numbers_in, queue_of, queues_about
from services.claims.store import Store
from shared import kassenzeichen
from shared.contracts import EINNAHMEARTEN, INBOUND, ClaimCreated, DebtorRegistered
from shared.contracts.fields import is_reference
from shared.policy import Policies
from shared.records import Record

Wanted = dict[str, set[Any]]
_ROUNDS = 4


def prefetch(store: Store, books: Books, policies: Policies, records: Iterable[Record]) -> None:
    """Load what the records name, then what that refers to."""
    wanted: Wanted = defaultdict(set)
    unnumbered: Counter[tuple[str, str]] = Counter()
    for record in records:
        _envelope(wanted, record)
        if mandant_of(record) in policies:
            _named(wanted, record)
            if record.type == ClaimCreated.TYPE and record.data.get("kassenzeichen") is None:
                unnumbered[mandant_of(record), str(record.data.get("einnahmeart"))] += 1
    _load(store, books, wanted)
    for (mandant, einnahmeart), count in unnumbered.items():
        _next_numbers(wanted, books, mandant, einnahmeart, count)
    for _ in range(_ROUNDS):
        _implied(wanted, books)
        if not _load(store, books, wanted):
            break


def _load(store: Store, books: Books, wanted: Wanted) -> bool:
    """Load what has not been looked up yet; whether there was anything."""
    found = False
    for shelf, keys in list(wanted.items()):
        missing = [key for key in keys if not getattr(books, shelf).knows(key)]
        store.load(shelf, missing)
        found = found or bool(missing)
    wanted.clear()
    return found


def _envelope(wanted: Wanted, record: Record) -> None:
    place = origin(record)
    if place is not None:
        wanted["sources"].add((record.lane, place[0], place[1]))
        wanted["sources"].add((record.lane, *TERM_PLACE))
    if is_remembered(record):
        wanted["inbox"].add((mandant_of(record), record.source, record.id))
    wanted["parked"].add((record.lane,))


def _named(wanted: Wanted, record: Record) -> None:
    """The rows that a record names, and what may wait for what it brings."""
    mandant, data = mandant_of(record), record.data
    wanted["journals"].add((mandant,))

    def reference(name: str) -> Iterable[str]:
        # Nobody has checked the data yet, and PostgreSQL cannot look up what no reference is (NUL).
        value = data.get(name)
        return (value,) if isinstance(value, str) and is_reference(value) else ()

    for name in ("debtor_ref", "payer_ref"):
        for value in reference(name):
            wanted["debtors"].add((mandant, value))
            wanted["accounts"].add((mandant, value))
            if record.type == DebtorRegistered.TYPE:
                wanted["needs"].add((mandant, debtor_need(value)))
    for value in reference("claim_ref"):
        wanted["refs"].add((mandant, value))
    for name in ("payment_ref", "reverses"):
        for value in reference(name):
            wanted["payments"].add((mandant, value))
            wanted["needs"].add((mandant, payment_need(value)))
    for number in _numbers(data):
        _number(wanted, mandant, number, new=record.type == ClaimCreated.TYPE)
    if record.type in INBOUND and (queue := queue_of(record, mandant)):
        wanted["queues"].add(queue)


def _numbers(data: dict[str, Any]) -> Iterable[str]:
    items = data.get("items")
    fed_back = items if isinstance(items, list) else ()
    return (*numbers_in(data), *(number for each in fed_back for number in _item(each)))


def _item(item: object) -> list[str]:
    number = item.get("kassenzeichen") if isinstance(item, dict) else None
    return [number] if isinstance(number, str) and kassenzeichen.valid(number) else []


def _number(wanted: Wanted, mandant: str, number: str, *, new: bool) -> None:
    wanted["claims"].add((mandant, number))
    wanted["unclear_for"].add((mandant, number))
    if new:
        wanted["needs"].add((mandant, claim_need(number)))


def _next_numbers(wanted: Wanted, books: Books, mandant: str, einnahmeart: str, count: int) -> None:
    """The Kassenzeichen that the claims without one will most likely get."""
    last = books.journal(mandant).serials.get(einnahmeart, 0)
    if einnahmeart not in EINNAHMEARTEN or last + count > kassenzeichen.MAX_SERIAL:
        return
    for serial in range(last + 1, last + count + 1):
        number = kassenzeichen.make(einnahmeart, serial)
        _number(wanted, mandant, number, new=True)
        wanted["queues"].update(queues_about(mandant, number))


def _implied(wanted: Wanted, books: Books) -> None:
    """What the rows refer to that are there by now."""
    for claim in books.claims.loaded():
        wanted["debtors"].add(claim.account)
        wanted["accounts"].add(claim.account)
    for payment in books.payments.loaded():
        if payment.kassenzeichen is not None:
            wanted["claims"].add((payment.mandant, payment.kassenzeichen))
    for entry in books.entries.loaded():
        _named(wanted, entry.record)
        if entry.need:
            wanted["needs"].add((entry.mandant, entry.need))
        if entry.queue:
            wanted["queues"].add(entry.queue)
