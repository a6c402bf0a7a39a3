"""Where something is decided: the mandant's policy on the system's day, and what is in the books."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from services.claims.domain.books import Books
from shared.contracts import Because, EventAccepted, Fact, Result
from shared.deciding import because
from shared.policy import Policy, Terms
from shared.records import Record

NewId = Callable[..., str]
"""Derives an id from what it names."""


class Desk(Struct, frozen=True):
    """A mandant's policy on the system's day."""

    policy: Policy
    day: date

    @property
    def terms(self) -> Terms:
        """What holds on the system's day."""
        return self.policy.on(self.day)

    def because(self, *rules: str, **facts: Fact | date | None) -> Because:
        """The reason of a decision on this day."""
        return because(self.terms.version, rules, facts)


class Turn(Struct, frozen=True):
    """One record's turn: what it says, where and when it is judged, and what the books hold.

    `last_call`: what it refers to will not be waited for any longer.
    """

    desk: Desk
    record: Record
    books: Books
    new_id: NewId
    last_call: bool = False

    @property
    def mandant(self) -> str:
        """Whose books they are."""
        return self.desk.policy.mandant

    def accepted(self, result: Result, because: Because) -> EventAccepted:
        """The answer to an event that took effect and has no other answer."""
        return EventAccepted(
            accepted_id=self.record.id,
            accepted_source=self.record.source,
            accepted_type=self.record.type,
            mandant=self.mandant,
            day=self.desk.day,
            result=result,
            because=because,
        )
