"""A lane at work: records in their order, the waiting room behind them, parked accounts beside them.

All of it is in memory. A turn takes effect as a whole or not at all; one that asks for something that was not
loaded is taken again, one that fails parks its account.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from services.claims.answers import Answers, Done, mandant_of
from services.claims.domain.admission import Duplicate, admit, is_remembered
from services.claims.domain.books import Books, Entry, EntryKey, NotLoadedError, Seen
from services.claims.domain.decide import FEEDBACK, decide
from services.claims.domain.desk import Desk, Turn
from services.claims.domain.evolve import evolve
from services.claims.domain.intake import FORGET, HASH, TERM, TERM_PLACE, Origin, origin
from services.claims.domain.model import Key
from services.claims.domain.outcome import Outcome, Refused, Waits, payment_need
from services.claims.domain.payments import new_payment
from services.claims.domain.routing import accounts_of, is_for_good, parked_with, queue_of
from services.claims.sequencing import REDRIVE
from shared.contracts import INBOUND, Inbound, PaymentReceived
from shared.contracts.codec import SchemaError, decode, payload
from shared.events import Emitter, Event
from shared.policy import Policies
from shared.records import FLAW, Record

_LOG = logging.getLogger(__name__)

Load = Callable[[NotLoadedError], None]


class Lane:
    """One lane in one transaction. `day` is the system's day, None before the first was opened."""

    def __init__(self, number: int, day: date | None, books: Books, policies: Policies, load: Load) -> None:
        self.number = number
        self.events: list[Event] = []
        self.answers = Answers(number, books, policies)
        self.answers.day = day
        self._books = books
        self._policies = policies
        self._load = load

    def take(self, record: Record) -> None:
        """A record of the lane, and whatever it sets free."""
        self.answers.at = (record.topic, record.offset)
        if record.type == REDRIVE and FLAW not in record.headers:
            self._redrive(record)
        else:
            self._books.entries.fill((record.lane, record.offset), None)
            freed = self._run(partial(self._arrive, record), partial(self._arrive, record, fails=True))
            self._follow(freed, last_call=False)

    def resume(self, record: Record) -> None:
        """A record that was admitted before, and was held or parked."""
        self._books.entries.fill((record.lane, record.offset), None)
        freed = self._run(partial(self._resume, record), partial(self._resume, record, fails=True))
        self._follow(freed, last_call=False)

    def call_last(self, entries: Iterable[EntryKey]) -> None:
        """Judge what waits: what it refers to is waited for no longer."""
        for key in entries:
            self._follow({key}, last_call=True)

    def work(self, act: Callable[[], Done], account: Key, cause: str) -> None:
        """A piece of the day's work for an account; one on which it fails is parked."""
        self._run(act, partial(self.answers.park, account, cause))

    def run(self, act: Callable[[], Done]) -> None:
        """Something that concerns no account."""
        self._run(act)

    def _run(self, act: Callable[[], Done], rescue: Callable[[], Done] | None = None) -> set[EntryKey]:
        """Let a turn take effect as a whole; load what it misses, park what it fails on."""
        while True:
            try:
                done = act()
                break
            except NotLoadedError as missing:
                self._books.settle(keep=False)
                self._load(missing)
            except Exception:
                self._books.settle(keep=False)
                if rescue is None:
                    raise
                _LOG.exception("an account is parked", extra={"lane": self.number, "day": self.answers.day})
                act, rescue = rescue, None
        self._books.settle(keep=True)
        self.events += done.events
        return done.freed

    def _follow(self, freed: set[EntryKey], *, last_call: bool) -> None:
        """Those that waited take their turn, in the order in which they came."""
        line = list(freed)
        heapify(line)
        while line:
            turn = partial(self._again, heappop(line), last_call=last_call)
            for key in self._run(turn, partial(turn, fails=True)):
                heappush(line, key)

    def _arrive(self, record: Record, *, fails: bool = False) -> Done:
        """A record is there for the first time, or once more."""
        if not self._is_next(record):
            return self._once_more(record)
        event: Inbound | None = None
        if record.type not in FEEDBACK or FLAW in record.headers:  # what others write is no feedback
            admitted = self._admit(record)
            if isinstance(admitted, Done):
                return admitted
            event = admitted
        mandant = mandant_of(record)
        self._books.journals.put((mandant,), self._books.journal(mandant))  # seen: its days are closed
        if self.answers.day is None:
            self._books.held.put((record.lane, record.offset), record)
            return Done()
        return self._park(record) if fails else self._judge(record, event)

    def _once_more(self, record: Record) -> Done:
        """A copy has no effect. The sequencer has kept its text again: that of what was read is forgotten.

        One that was not read yet is ahead of the successor's, who needs the text.
        """
        place = origin(record)
        if place is not None and self._was_read(place):
            self.answers.forget_text(record)
        return Done()

    def _is_next(self, record: Record) -> bool:
        """Whether its origin lies beyond the last one of that partition: the sequencer may append twice.

        A sequencer that was replaced and has not noticed may even append what is ahead of its successor: it
        does not count, the successor appends it in its place.
        """
        place = origin(record)
        if place is None:
            return True
        if TERM in record.headers:
            term, source = int(record.headers[TERM]), (self.number, *TERM_PLACE)
            highest = self._books.sources.get(source) or 0
            if term < highest:
                return False
            if term > highest:
                self._books.sources.put(source, term)
        if self._was_read(place):
            return False
        topic, partition, offset = place
        self._books.sources.put((self.number, topic, partition), offset)
        return True

    def _was_read(self, place: Origin) -> bool:
        """Whether it is not beyond the last one that was read of its partition."""
        topic, partition, offset = place
        last = self._books.sources.get((self.number, topic, partition))
        return last is not None and offset <= last

    def _admit(self, record: Record) -> Done | Inbound:
        """Answer what cannot be judged at all, or read it."""
        remembered = is_remembered(record)
        key = (mandant_of(record), record.source, record.id)
        seen = self._books.inbox.get(key) if remembered else None
        admitted = admit(record, seen, self._policies, self.answers.day)
        if isinstance(admitted, Duplicate):
            self.answers.forget_text(record)
            return Done()
        if remembered:
            again = Seen(record.headers[HASH]) if seen is None else replace(seen, reused=seen.reused + 1)
            self._books.inbox.put(key, again)
        if not isinstance(admitted, Refused):
            return admitted
        return self.answers.reject(record, admitted, times=seen.reused + 1 if seen else 0)

    def _resume(self, record: Record, *, fails: bool = False) -> Done:
        self._books.held.put((record.lane, record.offset), None)
        if FORGET in record.headers:
            self.answers.forget_text(record)
            return Done()
        return self._park(record) if fails else self._judge(record)

    def _again(self, key: EntryKey, *, last_call: bool, fails: bool = False) -> Done:
        """An event of the waiting room takes its turn."""
        entry = self._books.entries.get(key)
        if entry is None:
            return Done()
        return self._park(entry.record) if fails else self._judge(entry.record, last_call=last_call)

    def _judge(self, record: Record, event: object = None, *, last_call: bool = False) -> Done:
        """Decide on an event that was admitted; `event` is what it says, if it has just been read."""
        mandant = mandant_of(record)
        if parked_with(self._books, record, mandant) is not None:
            return self._park(record)
        emitter = self.answers.emitter(record)
        turn = Turn(self.answers.desk(mandant), record, self._books, emitter.new_id, last_call)
        event = event or _read(record)
        decision = decide(turn, event)
        queue = queue_of(record, mandant)
        behind = queue is not None and self._books.ahead(queue, (record.lane, record.offset))
        if behind and not (isinstance(decision, Refused) and is_for_good(decision)):
            decision = Waits()
        if isinstance(decision, Outcome):
            return self._decided(turn.desk, decision, emitter, record)
        if isinstance(decision, Waits):
            topic, number = queue[1:] if queue else ("", "")
            self._books.wait(Entry(mandant, decision.need, topic, number, record))
            return self._reserved(turn, event)
        done = self.answers.reject(record, decision)
        self._leave(record, done)
        return done

    def _decided(self, desk: Desk, outcome: Outcome, emitter: Emitter, record: Record) -> Done:
        known = evolve(self._books, desk, outcome, emitter)
        done = self.answers.told(desk.policy.mandant, emitter)
        for need in known:
            done.freed |= set(self._books.needs.get((desk.policy.mandant, need)) or ())
        self._leave(record, done)
        return done

    def _leave(self, record: Record, done: Done) -> None:
        """The event waits no longer, if it did; the next in its line gets its turn."""
        key = (record.lane, record.offset)
        entry = self._books.entries.get(key)
        self._books.leave(key)
        done.freed.discard(key)
        if entry is not None and entry.queue:
            done.freed |= set((self._books.queues.get(entry.queue) or ())[:1])

    def _reserved(self, turn: Turn, event: object) -> Done:
        """A payment that waits has used its reference; a reversal that waits for it may look again."""
        done = Done()
        if isinstance(event, PaymentReceived):
            payment = new_payment(turn, event)
            if self._books.payments.get(payment.key) is None:
                self._books.put_payment(payment)
                need = (payment.mandant, payment_need(payment.payment_ref))
                done.freed |= set(self._books.needs.get(need) or ())
        return done

    def _park(self, record: Record) -> Done:
        """The record joins its parked account, or parks it."""
        mandant = mandant_of(record)
        account = parked_with(self._books, record, mandant)
        if account is None:
            touched = accounts_of(self._books, record, mandant)
            account = touched[0] if touched else (mandant, "")
        turn = Turn(self.answers.desk(mandant), record, self._books, self.answers.emitter(record).new_id)
        reserved = self._reserved(turn, _read(record))
        done = self.answers.park(account, record.cause or record.id, record)
        done.freed |= reserved.freed
        self._leave(record, done)
        return done

    def _redrive(self, record: Record) -> None:
        """An operator lets a parked account go on: its records in their order, as of today."""
        account = (mandant_of(record), str(record.data.get("debtor_ref", "")))
        kept: list[Record] | None = None

        def unpark() -> Done:
            nonlocal kept
            parked = dict(self._books.parked.get((self.number,)) or {})
            if self._is_next(record) and account[0] in self._policies and self.answers.day is not None:
                # Released also where nothing is parked here: dunning or enforcement may have parked it.
                kept = list(parked.pop(account, ()))
                self._books.parked.put((self.number,), parked)
            return Done()

        self._run(unpark)
        if kept is None:
            return
        for each in kept:
            self.resume(each)
        self._run(partial(self.answers.release, account, record))


def _read(record: Record) -> object:
    """The event in a record that was admitted."""
    if record.type not in INBOUND:
        return payload(record.type, record.data)
    event = decode(record.type, record.data)
    if isinstance(event, SchemaError):
        raise TypeError(f"{record.type} was admitted and cannot be read: {event.message}")
    return event
