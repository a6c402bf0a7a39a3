"""Who is owed an answer, read from the file as the contract says, and who got one."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from shared.contracts import BusinessDayOpened, DebtorContact, PaymentReceived
from shared.contracts.codec import data_hash, decode
from shared.contracts.envelope import MAX_ATTRIBUTE, Received, Unusable, line_to_record, parse_record
from shared.contracts.fields import is_reference
from tests.fuzz.machine import Data, Numbered

Name = str | int
"""An event's id; of one without a lawful id the number of its line."""

_MONEY = ("payment", "payment_reversed")


@dataclass
class Owed:
    """Counts the answers that are owed, by id: an answer to a claim or a payment names nothing else."""

    mandants: Container[str]
    answers: Counter[Name] = field(default_factory=Counter)
    _seen: dict[tuple[str, ...], str] = field(default_factory=dict)
    _day: str = ""

    def line(self, number: int, line: object) -> None:
        """The next line of the file."""
        if not isinstance(line, dict):
            self.answers[number] += 1
            return
        read = parse_record(*line_to_record(line))
        identity = _identity(line, read)
        if identity is None:
            self.answers[name_of(number, line)] += 1
            return
        key, hashed = identity
        first = self._seen.setdefault(key, hashed) if key in self._seen else None
        self._seen.setdefault(key, hashed)
        if first is None:
            self.answers[name_of(number, line)] += not self._is_silent(read)
        elif first != hashed:
            self.answers[name_of(number, line)] += 1

    def _is_silent(self, read: Received | Unusable) -> bool:
        """Whether it is of a kind that nobody answers, and lawful."""
        if isinstance(read, Unusable) or read.envelope.type not in (
            DebtorContact.TYPE,
            BusinessDayOpened.TYPE,
        ):
            return False
        event = decode(read.envelope.type, read.data)
        if isinstance(event, DebtorContact):
            return event.mandant in self.mandants
        if isinstance(event, BusinessDayOpened) and event.day.isoformat() > self._day:
            self._day = event.day.isoformat()
            return True
        return False


def _identity(line: Data, read: Received | Unusable) -> tuple[tuple[str, ...], str] | None:
    """What a line is known by for ever, and the hash of what it says; None where nothing is remembered."""
    type_ = line.get("type")
    if not (_is_name(line.get("source")) and _is_name(line.get("id"))):
        return None
    data = line.get("data")
    if isinstance(read, Unusable) and read.reason in ("malformed", "too-large"):
        if type_ != DebtorContact.TYPE:
            return None
        data = {}
    mandant = data.get("mandant") if isinstance(data, dict) and type_ != BusinessDayOpened.TYPE else None
    key = (
        "contact" if type_ == DebtorContact.TYPE else "",
        mandant if isinstance(mandant, str) and is_reference(mandant) else "",
        line["source"],
        line["id"],
    )
    return key, data_hash(type_ if isinstance(type_, str) and _is_name(type_) else "", data)


def name_of(number: int, line: Data) -> Name:
    """What the answers to a line name."""
    id_ = line.get("id")
    return id_ if isinstance(id_, str) and _is_name(id_) else number


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ATTRIBUTE and value.isprintable()


def given(events: Iterable[Data], lines: Iterable[Numbered]) -> Counter[Name]:
    """The answers that were given. All postings of one payment are one."""
    payments: defaultdict[str, set[str]] = defaultdict(set)
    for _, line in lines:
        if isinstance(line, dict) and line.get("type") == PaymentReceived.TYPE and _is_name(line.get("id")):
            data = line.get("data")
            payments[line["id"]].add(str(data.get("payment_ref")) if isinstance(data, dict) else "")
    answers: Counter[Name] = Counter()
    of_payments: set[tuple[str, ...]] = set()
    for event in events:
        kind, data, cause = event["type"], event["data"], event.get("causationid", "")
        if kind == "event-accepted.v1":
            answers[data["accepted_id"]] += 1
        elif kind == "event-rejected.v1":
            answers[data.get("rejected_id") or data["offset"]] += 1
        elif kind == "claim-registered.v1":
            answers[cause] += 1
        elif (ref := _paid(kind, data)) and ref in payments[cause]:
            of_payments.add((cause, kind, data["mandant"], ref))
    answers.update(cause for cause, *_ in of_payments)
    return answers


def _paid(kind: str, data: Data) -> str | None:
    """The payment that an event answers, if it is such an answer."""
    if kind == "posting-recorded.v1" and data["kind"] in _MONEY:
        return str(data["payment_ref"])
    if kind == "payment-unclear.v1":
        return str(data["payment_ref"])
    return data.get("reversed_by") if kind == "payment-cleared.v1" else None
