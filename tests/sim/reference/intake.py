"""The one order: which records count, who waits for what, and when each takes effect."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import heapify, heappop, heappush
from typing import Any

import orjson

from shared.contracts import INBOUND, REASONS
from shared.policy import Policies
from tests.sim.kafka import Stored
from tests.sim.reference import deferral, events, fees, holds, limitation, reviews, watches
from tests.sim.reference.books import Books, Claim, Data, Payment
from tests.sim.reference.dunner import Dunner, Told
from tests.sim.reference.enforcer import Enforcer
from tests.sim.reference.names import is_valid, named_in
from tests.sim.reference.refusals import JUDGED, against, at_once, wrong_for_any
from tests.sim.upstream import Sent
from tests.sim.violations import ViolationError

# What no waiting can mend is refused on arrival.
_FOR_GOOD = frozenset(
    (
        "malformed", "too-large", "unknown-type", "id-reuse", "unknown-mandant", "day-not-after", "schema",
        "kassenzeichen-invalid", "aktenzeichen-invalid", "einnahmeart-unknown", "office-not-allowed",
        "due-date-missing", "fiscal-year-mismatch", "items-exceed-total", "same-person", "claim-ref-in-use",
        "kassenzeichen-in-use", "payment-ref-in-use", "befristet-abolished",
    )
)  # fmt: skip
_OTHER_ANSWERS = ("debtor-registered.v1", "claim-created.v1", "payment-received.v1")
Refusal = Callable[[str], str]
"""id -> the reason why the event was rejected, or nothing."""


@dataclass(slots=True)
class Waiting:
    """An event in the waiting room."""

    at: int
    sent: Sent
    line: tuple[str, str, str] | None
    refused: str
    waits: bool = False  # for the first thing that was missing


@dataclass(slots=True)
class Town:
    """A municipality's books and what watches them."""

    books: Books
    dunner: Dunner
    enforcer: Enforcer


@dataclass(slots=True)
class Lane:
    """What is read of a lane of intake."""

    day: date | None = None
    opened: list[date] = field(default_factory=list)
    term: int = 0
    read: dict[str, int] = field(default_factory=dict)
    held: list[tuple[int, Sent]] = field(default_factory=list)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    towns: dict[str, Town] = field(default_factory=dict)
    seen: set[tuple[str, str, str]] = field(default_factory=set)


class Reference:
    """Reads intake; `sent` has what stands at each place of the inbound topics."""

    def __init__(self, policies: Policies, sent: Mapping[str, Sent], refusal: Refusal) -> None:
        self.closed: dict[tuple[str, date], tuple[dict[str, int], dict[str, int]]] = {}
        self.expected: defaultdict[date, Counter[Told]] = defaultdict(Counter)
        self.answers: Counter[tuple[str, str]] = Counter()
        self.results: dict[tuple[str, str, str], Data] = {}
        self.effective: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        self._policies = policies
        self._sent = sent
        self._refusal = refusal
        self._lanes: defaultdict[int, Lane] = defaultdict(Lane)

    def books(self) -> dict[str, Books]:
        """The books of every municipality."""
        return {name: town.books for lane in self._lanes.values() for name, town in lane.towns.items()}

    def waiting(self) -> int:
        """How many events still wait."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def read(self, stored: Stored) -> None:
        """A record of intake."""
        lane = self._lanes[stored.partition]
        headers = {name: value.decode() for name, value in stored.headers}
        place = headers["mw-from"]
        if not _counts(lane, headers, place):
            return
        self.effective[stored.partition].append((place, headers.get("ce_time", "")[:10]))
        if headers.get("ce_type") == "day-marked.v1" and "mw-flaw" not in headers:
            self._open(lane, date.fromisoformat(orjson.loads(stored.value or b"")["day"]))
        elif place.startswith(("dunning-notice/", "enforcement-requested/")):
            self._feedback(lane, headers["ce_type"], orjson.loads(stored.value or b""))
        else:
            self._arrive(lane, stored.offset, self._sent[place], headers)
        self._collect(lane)

    # ------------------------------------------------------------------ days

    def _open(self, lane: Lane, day: date) -> None:
        if lane.day is not None and day <= lane.day:
            return
        if lane.day is not None:
            self._last_call(lane)
            self._collect(lane)
            for name, town in lane.towns.items():
                self.closed[name, lane.day] = (town.books.balances(), dict(town.books.totals))
                town.books.totals = Counter()
        lane.day = day
        for town in lane.towns.values():
            town.books.day = day
        held, lane.held = lane.held, []
        for at, sent in held:
            self._take(lane, at, sent)
        for town in lane.towns.values():
            events.grow(town.books, day)
            events.expire(town.books, day)
            deferral.see(town.books, day)
            holds.see(town.books, day)
            reviews.see(town.books, day)
            limitation.see(town.books, day)
            watches.watch(town.books, day, lane.opened)
        self._collect(lane)
        for town in lane.towns.values():
            self.expected[day].update(town.dunner.day(day, lane.opened))
            town.enforcer.day(day)
        lane.opened.append(day)

    def _collect(self, lane: Lane) -> None:
        for town in lane.towns.values():
            for told in (town.books.told, town.enforcer.told):
                if told:
                    self.expected[lane.day or date.min].update(told)
                    told.clear()

    # ------------------------------------------------------------------ records

    def _feedback(self, lane: Lane, type_: str, data: Data) -> None:
        town = self._town(lane, data["mandant"])
        if type_ == "dunning-notice-issued.v1":
            fees.charge(town.books, data)
        elif type_ == "dunning-notice-withdrawn.v1" and lane.day is not None:
            town.enforcer.withdraw(data, lane.day)
            fees.withdraw(town.books, data)
        elif lane.day is not None:
            town.enforcer.request(data, lane.day)

    def _arrive(self, lane: Lane, at: int, sent: Sent, headers: dict[str, str]) -> None:
        key = (sent.mandant, sent.source, sent.id)
        if key in lane.seen:  # a duplicate, or an id that was used for something else
            return
        lane.seen.add(key)
        if "mw-flaw" in headers or sent.mandant not in self._policies or sent.type not in INBOUND:
            return
        if sent.expect in _FOR_GOOD:
            return
        self._town(lane, sent.mandant)
        if lane.day is None:
            lane.held.append((at, sent))
        else:
            self._take(lane, at, sent)

    def _town(self, lane: Lane, mandant: str) -> Town:
        if mandant not in lane.towns:

            def changed(books: Books, claim: Claim, before: Data) -> None:
                town = lane.towns[books.mandant]
                town.dunner.touched(claim)
                town.enforcer.touched(claim, before, lane.day or date.min)

            books = Books(mandant, self._policies[mandant], changed)
            books.day = lane.day or date.min
            lane.towns[mandant] = Town(books, Dunner(books), Enforcer(books))
        return lane.towns[mandant]

    def _take(self, lane: Lane, at: int, sent: Sent) -> None:
        town, refused = self._town(lane, sent.mandant), self._refusal(sent.id)
        reasons = at_once(town.books, sent.type, sent.data, lane.day or date.min)
        if refused in (reasons if refused in JUDGED else _FOR_GOOD):
            return
        entry = Waiting(at, sent, _line(sent), refused)
        behind = any(entry.line and each.line == entry.line for each in lane.waiting.values())
        if behind or self._must_wait(town, entry, lane.day or date.min):
            lane.waiting[at], entry.waits = entry, True
            if sent.type == "payment-received.v1":
                _reserve(town.books, sent.data)
            return
        self._judge(lane, town, entry)
        self._follow(lane, self._ready(lane), last_call=False)

    def _must_wait(self, town: Town, entry: Waiting, day: date) -> bool:
        """Whether it refers to something that is not there, and nothing else speaks against it already."""
        missing = events.needs(town.books, entry.sent.type, entry.sent.data)
        if not missing or not entry.refused or entry.refused.startswith("unknown-"):
            return bool(missing)
        books, data = town.books, entry.sent.data
        match entry.sent.type:
            case "claim-created.v1":
                payer = data.get("payer_ref") or data["debtor_ref"]
                known = {data["debtor_ref"], payer} & set(books.debtors)
                return not any(_is_unfit(books.debtors[ref], day, payer=ref == payer) for ref in known)
            case "credit-transferred.v1":
                claim = books.claims.get(data["kassenzeichen"])
                return claim is None or claim.credit >= data["amount_cents"]
            case "payment-assigned.v1":
                payment = books.payments.get(data["payment_ref"])
                # Who waits for the claim does not look at the payment before it is there.
                return payment is None or payment.state == "unclear" or entry.waits
        return not wrong_for_any(books, entry.sent.type, data, day)

    def _judge(self, lane: Lane, town: Town, entry: Waiting) -> None:
        """It takes effect, or was rejected."""
        lane.waiting.pop(entry.at, None)
        sent, day = entry.sent, lane.day
        if day is None:
            raise AssertionError("nothing is judged before the first day")
        if sent.type in ("field-report.v1", "office-report.v1"):
            if entry.refused not in ("unknown-kassenzeichen", "kassenzeichen-invalid"):
                answer = town.enforcer.report(sent.type, sent.data, day)
                self.answers[sent.id, answer] += 1
            return
        if entry.refused and events.needs(town.books, sent.type, sent.data):
            return  # what is known of it was enough
        reasons = against(town.books, sent.type, sent.data, day)
        if (entry.refused not in reasons) if entry.refused else bool(reasons):
            answer = entry.refused or "accepted"
            raise ViolationError(
                "judgement", f"{sent.type} {sent.id} was {answer}, against it: {sorted(reasons)}"
            )
        if entry.refused:
            if entry.refused != min(reasons, key=REASONS.index):
                raise ViolationError("judgement", f"{sent.id} was {entry.refused} of {sorted(reasons)}")
            return
        if sent.type == "write-off-decided.v1":
            # The order goes to enforcement before the account that it changes.
            claim = town.books.claims[sent.data["kassenzeichen"]]
            town.enforcer.written_off(claim, sent.data, day)
            town.dunner.written_off(claim, sent.data, day)
        lines = [each.line for each in lane.waiting.values() if each.line]
        town.books.spoken_of = {line[2] for line in lines if line[0] == sent.mandant}
        self._apply(town.books, sent, day)
        if before := sent.type == "claim-created.v1" and sent.data.get("taken_over"):
            claim = next(each for each in town.books.claims.values() if each.ref == sent.data["claim_ref"])
            town.dunner.take_over(claim, before, day)
            town.enforcer.take_over(claim, before, day)

    def _apply(self, books: Books, sent: Sent, day: date) -> None:
        events.apply(books, sent.type, sent.data, day)
        if sent.type not in _OTHER_ANSWERS:
            result = _result(books.claims[sent.data["kassenzeichen"]], sent)
            self.results[sent.mandant, sent.source, sent.id] = result

    # ------------------------------------------------------------------ waiting

    def _ready(self, lane: Lane) -> list[int]:
        ready = []
        for at in sorted(lane.waiting):
            entry = lane.waiting[at]
            first = not any(
                other < at and entry.line and lane.waiting[other].line == entry.line for other in lane.waiting
            )
            if first and not self._must_wait(
                self._town(lane, entry.sent.mandant), entry, lane.day or date.min
            ):
                ready.append(at)
        return ready

    def _follow(self, lane: Lane, freed: list[int], *, last_call: bool) -> None:
        heap = list(freed)
        heapify(heap)
        while heap:
            at = heappop(heap)
            entry = lane.waiting.get(at)
            if entry is None or any(
                other < at and entry.line and lane.waiting[other].line == entry.line for other in lane.waiting
            ):
                continue
            town = self._town(lane, entry.sent.mandant)
            missing = self._must_wait(town, entry, lane.day or date.min)
            if missing and not last_call:
                continue
            if missing and not entry.refused and entry.sent.type != "payment-received.v1":
                raise ViolationError("judgement", f"{entry.sent.id} was accepted without what it needs")
            if missing and entry.refused:
                lane.waiting.pop(at)
            else:
                self._judge(lane, town, entry)
            in_line = [
                other
                for other in sorted(lane.waiting)
                if entry.line and lane.waiting[other].line == entry.line
            ]
            for each in {*self._ready(lane), *(in_line[:1] if last_call else ())}:
                heappush(heap, each)

    def _last_call(self, lane: Lane) -> None:
        def rank(entry: Waiting) -> int:
            if entry.sent.topic == "claim-created":
                return 0
            return 2 if entry.sent.data.get("reverses") is not None else 1

        for entry in sorted(lane.waiting.values(), key=lambda each: (rank(each), each.at)):
            self._follow(lane, [entry.at], last_call=True)


def _counts(lane: Lane, headers: dict[str, str], place: str) -> bool:
    """Nothing counts that was appended twice, or by a sequencer that was replaced."""
    if "mw-term" in headers:
        term = int(headers["mw-term"])
        if term < lane.term:
            return False
        lane.term = term
    partition, _, offset = place.rpartition("/")
    if int(offset) <= lane.read.get(partition, -1):
        return False
    lane.read[partition] = int(offset)
    return True


def _result(claim: Claim, sent: Sent) -> Data:
    """What an accepted event left behind."""
    result = {"kassenzeichen": claim.number, "open_cents": claim.open, "credit_cents": claim.credit}
    if sent.type in ("block-lifted.v1", "hold-released.v1", "due-date-changed.v1"):
        result["due_on"] = (claim.months[0].due_on if claim.months else claim.first_due_on).isoformat()
    if sent.type == "block-set.v1":
        result["ends_by"] = claim.blocks[-1].ends_by.isoformat()
    return result


def _line(sent: Sent) -> tuple[str, str, str] | None:
    """Whom it stands in line with."""
    data = sent.data
    if sent.type == "payment-received.v1":
        named = named_in(data)
        if data.get("reverses") is not None or len(named) != 1:
            return None
        return sent.mandant, sent.topic, named[0]
    numbers = [data.get("kassenzeichen"), data.get("to_kassenzeichen")]
    first = next((number for number in numbers if is_valid(number)), None)
    return (sent.mandant, sent.topic, str(first)) if first else None


def _reserve(books: Books, data: Data) -> None:
    """A payment that waits has used its reference."""
    named = named_in(data)
    state = Payment(data["amount_cents"], "waiting", named[0] if len(named) == 1 else None)
    books.payments.setdefault(data["payment_ref"], state)


def _is_unfit(debtor: dict[str, Any], day: date, *, payer: bool) -> bool:
    """Whether something is missing that a claim needs."""
    minor = (debtor.get("born_on") or "1900") > day.replace(
        year=day.year - 18, day=min(day.day, 28)
    ).isoformat()
    lacks = (minor or debtor["under_guardianship"]) and not debtor["legal_representative"]
    return bool(lacks or (payer and not debtor["address_complete"]))
