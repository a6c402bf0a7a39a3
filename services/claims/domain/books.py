"""The part of the ledger that is in memory: what a batch touches, loaded in sets, saved in sets.

Every change of a turn can be taken back: a record takes effect as a whole or not at all. Reading what has not
been loaded raises NotLoadedError, so that nothing is ever taken for absent that was only not looked up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from services.claims.domain.model import Account, Claim, Debtor, Journal, Key, Payment
from shared.contracts import PostingRecorded
from shared.records import Record

_K = TypeVar("_K", bound=tuple[object, ...])
_V = TypeVar("_V")
_Change = tuple["Shelf[Any, Any]", Any, Any, bool]  # shelf, key, the row before, whether that was new, too
_UNKNOWN: Final[Any] = object()  # the row before, where nobody had looked

QueueKey = tuple[str, str, str]
"""(mandant, topic, Kassenzeichen): what waits in one topic about one Kassenzeichen, in order."""
InboxKey = tuple[str, str, str]
"""(mandant, source, id): an inbound event, for ever."""
EntryKey = tuple[int, int]
"""(lane, offset of the record): a place in the waiting room."""


class NotLoadedError(LookupError):
    """Something was asked for that has not been loaded; the turn is taken again once it is."""

    def __init__(self, shelf: str, key: tuple[object, ...]) -> None:
        super().__init__(f"{shelf} {key}")
        self.shelf = shelf
        self.key = key


class Shelf(Generic[_K, _V]):
    """Rows of one kind by their key; None is known to be absent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.changed: dict[_K, _V | None] = {}  # with what the database holds: None, as far as is known
        self.turn: list[_Change] = []
        self._rows: dict[_K, _V | None] = {}

    def get(self, key: _K) -> _V | None:
        """The row as it is now, or None; NotLoadedError if nobody has looked."""
        try:
            return self._rows[key]
        except KeyError:
            raise NotLoadedError(self.name, key) from None

    def put(self, key: _K, row: _V | None) -> None:
        """Put in a new row, or its absence."""
        before = self._rows.get(key, _UNKNOWN)
        self.turn.append((self, key, before, key in self.changed))
        self._rows[key] = row
        self.changed.setdefault(key, None if before is _UNKNOWN else before)

    def take_back(self, key: _K, row: _V | None, *, changed: bool) -> None:
        """Put back what was there before; `changed`: whether that was new, too."""
        if row is _UNKNOWN:
            del self._rows[key]
        else:
            self._rows[key] = row
        if not changed:
            del self.changed[key]

    def knows(self, key: _K) -> bool:
        """Whether the key has been looked up."""
        return key in self._rows

    def fill(self, key: _K, row: _V | None) -> None:
        """Put in what the database holds; what is there already is newer."""
        self._rows.setdefault(key, row)

    def rows(self) -> Iterator[tuple[_K, _V | None]]:
        """What changed, in the order in which it first did."""
        return ((key, self._rows[key]) for key in self.changed)

    def changes(self) -> Iterator[tuple[_V | None, _V | None]]:
        """What changed, as the database has it (None if it is new) and as it is, in the same order."""
        return ((before, self._rows[key]) for key, before in self.changed.items())

    def loaded(self) -> Iterator[_V]:
        """Every row that is there."""
        return (row for row in self._rows.values() if row is not None)


class Seen(Struct, frozen=True):
    """An inbound event that was read: the hash of its data, and how often its id came with other data."""

    hash: str
    reused: int = 0


class Recorded(Struct, frozen=True):
    """A posting in the journal, and the system's day on which it came there."""

    day: date
    posting: PostingRecorded


class Entry(Struct, frozen=True):
    """An event in the waiting room. `need` is empty for one that only waits behind another."""

    mandant: str
    need: str
    topic: str
    kassenzeichen: str
    record: Record

    @property
    def key(self) -> EntryKey:
        """Its place: the order of arrival."""
        return self.record.lane, self.record.offset

    @property
    def queue(self) -> QueueKey | None:
        """Whom it stands in line with, if it is about a Kassenzeichen."""
        return (self.mandant, self.topic, self.kassenzeichen) if self.kassenzeichen else None


@dataclass(slots=True)
class Books:
    """The shelves. `needs`, `queues`, `unclear_for` and `refs` are indexes of the others.

    `texts`: payments whose remittance text is not needed any more; `parked`: by lane, as there are few.
    """

    debtors: Shelf[Key, Debtor] = field(default_factory=lambda: Shelf("debtors"))
    accounts: Shelf[Key, Account] = field(default_factory=lambda: Shelf("accounts"))
    claims: Shelf[Key, Claim] = field(default_factory=lambda: Shelf("claims"))
    refs: Shelf[Key, str] = field(default_factory=lambda: Shelf("refs"))
    owed: Shelf[Key, tuple[str, ...]] = field(default_factory=lambda: Shelf("owed"))  # by account
    payments: Shelf[Key, Payment] = field(default_factory=lambda: Shelf("payments"))
    unclear_for: Shelf[Key, tuple[tuple[int, str], ...]] = field(default_factory=lambda: Shelf("unclear_for"))
    texts: Shelf[Key, None] = field(default_factory=lambda: Shelf("texts"))
    postings: Shelf[tuple[str, int], Recorded] = field(default_factory=lambda: Shelf("postings"))
    journals: Shelf[tuple[str], Journal] = field(default_factory=lambda: Shelf("journals"))
    inbox: Shelf[InboxKey, Seen] = field(default_factory=lambda: Shelf("inbox"))
    sources: Shelf[tuple[int, str, int], int] = field(default_factory=lambda: Shelf("sources"))
    entries: Shelf[EntryKey, Entry] = field(default_factory=lambda: Shelf("entries"))
    needs: Shelf[Key, tuple[EntryKey, ...]] = field(default_factory=lambda: Shelf("needs"))
    queues: Shelf[QueueKey, tuple[EntryKey, ...]] = field(default_factory=lambda: Shelf("queues"))
    held: Shelf[EntryKey, Record] = field(default_factory=lambda: Shelf("held"))
    parked: Shelf[tuple[int], dict[Key, tuple[Record, ...]]] = field(default_factory=lambda: Shelf("parked"))
    _turn: list[_Change] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for shelf in self._shelves():
            shelf.turn = self._turn

    def _shelves(self) -> list[Shelf[Any, Any]]:
        return [getattr(self, one.name) for one in fields(self) if one.init]

    def settle(self, *, keep: bool) -> None:
        """End a turn: what it changed counts from now on, or is taken back."""
        if not keep:
            for shelf, key, row, changed in reversed(self._turn):
                shelf.take_back(key, row, changed=changed)
        self._turn.clear()

    def saved(self) -> None:
        """Everything that changed is in the database."""
        for shelf in self._shelves():
            shelf.changed.clear()

    def journal(self, mandant: str) -> Journal:
        """The mandant's journal; a mandant that was not seen yet has an empty one."""
        return self.journals.get((mandant,)) or Journal(mandant=mandant)

    def account(self, key: Key) -> Account:
        """The account; one that was not used yet is empty."""
        return self.accounts.get(key) or Account(mandant=key[0], debtor_ref=key[1])

    def put_claim(self, claim: Claim) -> None:
        """Stage a claim and what leads to it."""
        self.claims.put(claim.key, claim)
        self.refs.put((claim.mandant, claim.claim_ref), claim.kassenzeichen)
        if self.owed.knows(claim.account):
            numbers = {*(self.owed.get(claim.account) or ()), claim.kassenzeichen}
            self.owed.put(claim.account, tuple(sorted(numbers)))

    def put_payment(self, payment: Payment) -> None:
        """Stage a payment, and whether a claim that comes later will find it on the Klärungsliste."""
        before = self.payments.get(payment.key)
        self.payments.put(payment.key, payment)
        for row in (before, payment):
            if row is not None and row.cause == "unknown-kassenzeichen" and row.kassenzeichen is not None:
                key = (row.mandant, row.kassenzeichen)
                entry = (row.since, row.payment_ref)
                others = {each for each in self.unclear_for.get(key) or () if each != entry}
                listed = others | {entry} if payment.state == "unclear" else others
                self.unclear_for.put(key, tuple(sorted(listed)))

    def wait(self, entry: Entry) -> None:
        """Stage an event that waits; one that waits already keeps its place."""
        self.leave(entry.key)
        self.entries.put(entry.key, entry)
        if entry.need:
            _add(self.needs, (entry.mandant, entry.need), entry.key)
        if entry.queue:
            _add(self.queues, entry.queue, entry.key)

    def leave(self, key: EntryKey) -> None:
        """Stage that an event waits no longer."""
        entry = self.entries.get(key)
        if entry is None:
            return
        self.entries.put(key, None)
        if entry.need:
            _remove(self.needs, (entry.mandant, entry.need), key)
        if entry.queue:
            _remove(self.queues, entry.queue, key)

    def ahead(self, queue: QueueKey, key: EntryKey) -> bool:
        """Whether something in the queue came before."""
        line = self.queues.get(queue) or ()
        return bool(line) and line[0] < key


def _add(shelf: Shelf[_K, tuple[EntryKey, ...]], key: _K, entry: EntryKey) -> None:
    shelf.put(key, tuple(sorted({*(shelf.get(key) or ()), entry})))


def _remove(shelf: Shelf[_K, tuple[EntryKey, ...]], key: _K, entry: EntryKey) -> None:
    shelf.put(key, tuple(each for each in shelf.get(key) or () if each != entry))
