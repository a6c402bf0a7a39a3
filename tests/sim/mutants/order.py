"""Bugs in the one order: sequencer, days, waiting room, personal data."""

# ruff: noqa: ANN401, SLF001 - what is planted stands in the place of private functions

import re
from typing import Any, Final

from msgspec.structs import replace

import services.claims.lane
import services.claims.sequencer_turn
import services.claims.sequencing
from services.claims.days import Calendar
from services.claims.domain import decide
from services.claims.domain.admission import admit
from services.claims.domain.books import Books
from services.claims.sequencer_tables import SequencerStore
from services.claims.sequencer_term import Term
from services.claims.sequencer_turn import Turns
from services.claims.sequencing import FEEDBACK
from services.claims.store import Store
from shared.contracts import PaymentReceived
from tests.sim.locks import Lock
from tests.sim.mutants.planting import Mutant, Patch


def _no_inbox() -> list[Patch]:
    return [
        (
            services.claims.lane,
            "admit",
            lambda record, _seen, policies, day: admit(record, None, policies, day),
        )
    ]


def _two_sequencers() -> list[Patch]:
    return [
        (services.claims.lane, "TERM", "nothing"),
        (SequencerStore, "_fence", lambda *_: None),
        (Lock, "acquire", lambda _self: True),
        (Lock, "check", lambda _self: None),
    ]


def _day_before_the_cut() -> list[Patch]:
    def ready(self: Calendar, at: Any) -> bool:
        del at
        return self.pending is not None and self.closed()

    return [(Calendar, "ready", ready)]


def _no_ring() -> list[Patch]:
    return [(Calendar, "closed", lambda _self: True)]


def _handovers_first() -> list[Patch]:
    def rank(topic: str) -> int:
        return -FEEDBACK.index(topic) if topic in FEEDBACK else len(FEEDBACK)

    return [
        (Calendar, "may_follow", lambda _self, _lane: True),
        (services.claims.sequencer_turn, "_rank", rank),
    ]


def _through_is_ignored() -> list[Patch]:
    return [(Calendar, "limits", lambda _self, _following=None: {})]


def _stored_before_appended() -> list[Patch]:
    real_append = Term._append

    async def carry_out(self: Term, plan: Any) -> None:
        self._store.store(plan.moved, plan.announced, None)
        await real_append(self, plan.messages)

    return [(Term, "_carry_out", carry_out)]


def _partition_out_of_order() -> list[Patch]:
    real = Turns._inbound

    def inbound(self: Turns, plan: Any, place: Any, records: Any, *more: Any) -> None:
        real(self, plan, place, sorted(records, key=lambda each: -each.offset), *more)

    return [(Turns, "_inbound", inbound)]


def _free_text_in_intake() -> list[Patch]:
    return [(services.claims.sequencing, "_kept", lambda _type, data: (data, None))]


def _subject_in_intake() -> list[Patch]:
    kept = services.claims.sequencing._KEPT_HEADERS | {"ce_subject": re.compile(".*")}
    return [(services.claims.sequencing, "_KEPT_HEADERS", kept)]


def _no_queue() -> list[Patch]:
    return [(Books, "ahead", lambda *_: False)]


def _no_last_call() -> list[Patch]:
    return [(Store, "last_calls", lambda *_: [])]


def _reversals_first() -> list[Patch]:
    real = Store.last_calls

    def last_calls(self: Store, lane: int, limit: int) -> Any:
        return list(reversed(real(self, lane, limit)))

    return [(Store, "last_calls", last_calls)]


def _waiting_payment_unreserved() -> list[Patch]:
    return [(services.claims.lane.Lane, "_reserved", lambda *_: services.claims.lane.Done())]


def _unclear_at_once() -> list[Patch]:
    real = decide._JUDGES[PaymentReceived]

    def receive(turn: Any, event: Any) -> Any:
        return real(replace(turn, last_call=True), event)

    return [(decide, "_JUDGES", decide._JUDGES | {PaymentReceived: receive})]


MUTANTS: Final = (
    Mutant("forget which events were seen", _no_inbox, (1,)),
    Mutant("two sequencers at once", _two_sequencers, (1,)),
    Mutant("open a day before the cut is reached", _day_before_the_cut, (1,)),
    Mutant("open a day before its fees are back", _no_ring, (2,)),
    Mutant("hand-overs before notices", _handovers_first, (1,)),
    Mutant("do not hold back what is beyond an exact day", _through_is_ignored, (1,)),
    Mutant("sequencer stores its positions before it appends", _stored_before_appended, (2,)),
    Mutant("a partition is appended out of order", _partition_out_of_order, (1,)),
    Mutant("free text in intake", _free_text_in_intake, (1,)),
    Mutant("the subject in intake", _subject_in_intake, (1,)),
    Mutant("who waits is overtaken", _no_queue, (5,)),
    Mutant("nobody in the waiting room is called", _no_last_call, (2,)),
    Mutant("the waiting room is emptied from behind", _reversals_first, (2,)),
    Mutant("a payment that waits may come twice", _waiting_payment_unreserved, (4,)),
    Mutant("a payment does not wait for its claim", _unclear_at_once, (1,)),
)
