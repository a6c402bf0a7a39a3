"""What a lane says beside its decisions: rejections, and which accounts are parked."""

from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from services.claims.domain.admission import is_remembered
from services.claims.domain.books import Books, EntryKey
from services.claims.domain.desk import Desk
from services.claims.domain.evolve import counted
from services.claims.domain.intake import FORGET, origin
from services.claims.domain.model import Key
from services.claims.domain.outcome import Refused
from services.claims.domain.rejections import RULES
from shared.contracts import AccountParked, AccountReleased, Because, EventRejected, PaymentReceived
from shared.contracts.fields import is_reference
from shared.contracts.messages import MESSAGES
from shared.events import Emitter, Event
from shared.policy import Policies
from shared.records import FLAW, FROM, Record

_NO_POLICY = "none"  # what an event is rejected by that belongs to no mandant, or to no day yet


def mandant_of(record: Record) -> str:
    """The mandant that the data names, or nothing."""
    mandant = record.data.get("mandant")
    return mandant if isinstance(mandant, str) and is_reference(mandant) else ""


def _is_nameless(record: Record) -> bool:
    """Whether only its place tells it from others: it cannot be read, or has no lawful source and id."""
    return FLAW in record.headers or not is_remembered(record)


@dataclass(slots=True)
class Done:
    """What a turn emitted, and who in the waiting room may go on after it."""

    events: list[Event] = field(default_factory=list)
    freed: set[EntryKey] = field(default_factory=set)


class Answers:
    """Says it for one lane. `day` is the system's day, None before the first was opened."""

    def __init__(self, lane: int, books: Books, policies: Policies) -> None:
        self.day: date | None = None
        self.at: tuple[str, int] | None = None  # topic and offset of the record whose turn it is
        self._lane = lane
        self._books = books
        self._policies = policies

    def desk(self, mandant: str) -> Desk:
        """Where the mandant's events are judged."""
        if self.day is None:
            raise LookupError("nothing is decided before the first day is opened")
        return Desk(self._policies[mandant], self.day)

    def emitter(self, record: Record, times: int = 0) -> Emitter:
        """Ids derive from source and id; where these are missing or used again, from what differs."""
        trigger = f"{record.source}|{record.id}"
        if _is_nameless(record):
            trigger += f"|{record.headers.get(FROM, '')}"
        if times:
            trigger += f"|{times}"
        cause = record.cause or record.id
        return Emitter("claims", self._lane, trigger, cause, self.day, self.at).follow(record)

    def told(self, mandant: str, emitter: Emitter) -> Done:
        """What was emitted, counted for the mandant's day."""
        if mandant in self._policies:
            self._books.journals.put((mandant,), counted(self._books.journal(mandant), emitter))
        return Done(events=emitter.events)

    def reject(self, record: Record, refused: Refused, times: int = 0) -> Done:
        """An event has no effect, and this is why. An unreadable one is named by where it stood."""
        mandant = mandant_of(record)
        emitter = self.emitter(record, times)
        place = origin(record) if _is_nameless(record) else None
        emitter.emit(
            EventRejected(
                rejected_id=record.id or None,
                rejected_source=record.source or None,
                rejected_type=record.type or None,
                topic=place[0] if place else None,
                partition=place[1] if place else None,
                offset=place[2] if place else None,
                mandant=mandant or None,
                reason=refused.reason,
                field=refused.field,
                message=refused.message or MESSAGES[refused.reason],
                because=self._because(mandant, refused),
            )
        )
        self.forget_text(record)
        return self.told(mandant, emitter)

    def _because(self, mandant: str, refused: Refused) -> Because:
        rules = RULES.get(refused.reason, ())
        if self.day is None or mandant not in self._policies:
            return Because(policy=_NO_POLICY, rules=rules)
        return self.desk(mandant).because(*rules, reason=refused.reason)

    def forget_text(self, record: Record) -> None:
        """The text of a payment that neither waits nor is on the Klärungsliste is kept nowhere."""
        mandant, reference = mandant_of(record), record.data.get("payment_ref")
        if record.type != PaymentReceived.TYPE or not mandant or not isinstance(reference, str):
            return
        if self.day is None:
            # The payment may be held: only behind it, on the first day, it is known whose the text is.
            held = replace(record, headers={**record.headers, FORGET: ""})
            self._books.held.put((record.lane, record.offset), held)
            return
        payment = self._books.payments.get((mandant, reference)) if is_reference(reference) else None
        if is_reference(reference) and (payment is None or payment.state in ("booked", "settled")):
            self._books.texts.put((mandant, reference), None)

    def park(self, account: Key, cause: str, record: Record | None = None) -> Done:
        """Keep the record, in its order, with its account: our own code failed on it, or on one before."""
        parked = self._books.parked.get((self._lane,)) or {}
        done = Done()
        if account not in parked:
            trigger = f"parked|{record.source}|{record.id}" if record else f"parked|{cause}"
            emitter = Emitter("claims", self._lane, trigger, cause, self.day, self.at)
            desk = self.desk(account[0])
            because = desk.because(debtor_ref=account[1], parked_on=desk.day)
            emitter.emit(AccountParked(mandant=account[0], debtor_ref=account[1], because=because))
            done = self.told(account[0], emitter)
        records = (*parked.get(account, ()), record) if record else parked.get(account, ())
        self._books.parked.put((self._lane,), {**parked, account: records})
        return done

    def release(self, account: Key, record: Record) -> Done:
        """A parked account goes on, unless it failed again meanwhile."""
        if account in (self._books.parked.get((self._lane,)) or {}):
            return Done()
        emitter = self.emitter(record)
        because = self.desk(account[0]).because(debtor_ref=account[1])
        emitter.emit(AccountReleased(mandant=account[0], debtor_ref=account[1], because=because))
        return self.told(account[0], emitter)
