"""The topics: what they carry, who writes and what keys them; how they are kept: shared/topics.py."""

from dataclasses import dataclass
from typing import Final

from shared import topics
from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.answers import DayMarked
from shared.contracts.claims import WriteOffOrdered

VERSION: Final = "1.0.0"  # of the language: a field or type added raises the second number


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as its readers and writers see it."""

    name: str
    writers: tuple[str, ...]
    meaning: str
    key: str
    inbound: bool = False
    internal: bool = False
    also: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The types it carries, those of its own first."""
        own = [kind for kind, event in (INBOUND | OUTBOUND).items() if self.name == event.TOPIC]
        return tuple(dict.fromkeys([*own, *self.also]))


NO_KEY: Final = "none"
_CLAIM: Final = "mandant/kassenzeichen, without one mandant/debtor_ref"
_DEBTOR: Final = "mandant/debtor_ref"
_ACCOUNT: Final = "mandant/debtor_ref, without a debtor mandant"
_MARK: Final = (DayMarked.TYPE,)


def _in(name: str, writer: str, key: str, meaning: str) -> Topic:
    return Topic(
        name=name,
        writers=(writer,),
        key=key,
        meaning=meaning,
        inbound=True,
    )


#: Every topic, in the order of the contracts.
TOPICS: Final[tuple[Topic, ...]] = (
    _in(topics.DEBTOR_REGISTERED, "upstream", _DEBTOR, "debtors, by pseudonym"),
    _in(
        topics.DEBTOR_CONTACT,
        "upstream",
        _DEBTOR,
        "names and addresses, for notifications only; a tombstone erases",
    ),
    _in(topics.CLAIM_CREATED, "upstream", _CLAIM, "claims to be put into the books"),
    _in(topics.CLAIM_AMENDED, "upstream", _CLAIM, "changes of claims, and what becomes of overpayments"),
    _in(
        topics.PAYMENT_RECEIVED,
        "bank, Kasse",
        "mandant/kassenzeichen, without one mandant/payment_ref",
        "money that moved",
    ),
    _in(topics.BLOCK_SET, "upstream", _CLAIM, "Mahnsperren"),
    _in(topics.FIELD_REPORT, "Vollstreckung", _CLAIM, "what field and office achieved"),
    _in(topics.WRITE_OFF_DECIDED, "upstream", _CLAIM, "Niederschlagung and Erlass, decided by two persons"),
    _in(topics.BUSINESS_DAY, "clock", NO_KEY, "the only clock; carries no mandant"),
    Topic(
        name=topics.REDRIVE,
        writers=("operator",),
        meaning="requests to take up a parked account again",
        key="mandant",
        internal=True,
    ),
    Topic(
        name=topics.INTAKE,
        writers=("claims",),
        meaning="the one order of all that came in; everything decided is a function of it",
        key="mandant",
        internal=True,
    ),
    Topic(
        name=topics.CLAIM_REGISTERED,
        writers=("claims",),
        meaning="claims that are in the books",
        key=_ACCOUNT,
    ),
    Topic(
        name=topics.EVENT_ACCEPTED,
        writers=("claims", "enforcement"),
        meaning="answers to events that took effect",
        key=_ACCOUNT,
    ),
    Topic(
        name=topics.EVENT_REJECTED,
        writers=("claims", "enforcement", "notifications"),
        meaning="answers to events without effect",
        key="mandant, without one none",
    ),
    Topic(
        name=topics.ACCOUNT_CHANGED,
        writers=("claims",),
        meaning="the accounts after each change, and what claims admitted for the other services",
        key=_ACCOUNT,
        also=(WriteOffOrdered.TYPE, *_MARK),
    ),
    Topic(
        name=topics.POSTING_RECORDED,
        writers=("claims",),
        meaning="the ledger's journal, for finance",
        key=_ACCOUNT,
    ),
    Topic(name=topics.PAYMENT_UNCLEAR, writers=("claims",), meaning="the Klärungsliste", key=_ACCOUNT),
    Topic(
        name=topics.DUNNING_NOTICE,
        writers=("dunning",),
        meaning="notices (Mahnungen)",
        key=_ACCOUNT,
        also=_MARK,
    ),
    Topic(
        name=topics.KASSENANZEIGE,
        writers=("dunning",),
        meaning="internal reminders (R62)",
        key=_ACCOUNT,
        also=_MARK,
    ),
    Topic(
        name=topics.ENFORCEMENT_REQUESTED,
        writers=("dunning",),
        meaning="hand-overs to enforcement",
        key=_ACCOUNT,
        also=_MARK,
    ),
    Topic(
        name=topics.ENFORCEMENT_PROGRESS,
        writers=("enforcement",),
        meaning="what happens in the cases",
        key=_ACCOUNT,
        also=_MARK,
    ),
    Topic(
        name=topics.WRITE_OFF_ORDERED,
        writers=("claims",),
        meaning="Niederschlagungen and Erlasse, booked",
        key=_ACCOUNT,
    ),
    Topic(
        name=topics.HANDOVER,
        writers=("claims", "dunning", "enforcement"),
        meaning="messages to the departments",
        key=_ACCOUNT,
    ),
    Topic(
        name=topics.LETTER,
        writers=("notifications",),
        meaning="letters rendered, never their content",
        key=_ACCOUNT,
    ),
    Topic(
        name=topics.DAY_CLOSED,
        writers=("claims", "dunning", "enforcement"),
        meaning="sums of a day per mandant, for finance",
        key="mandant",
    ),
)
