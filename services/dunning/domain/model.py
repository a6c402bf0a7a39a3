"""The nouns of dunning: an account, its claims, how far each of their items has come, and its notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from shared.contracts.claims import ClaimView, PaymentView, SollsatzView
from shared.contracts.dunning import NoticeFee


@dataclass(frozen=True, slots=True)
class Cycle:
    """An item's dunning cycle: the notice that began it, then the case it was handed over to."""

    notice_id: str
    issued_on: date
    pay_by: date
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """The last Kassenanzeige of an item (R62); `lawsuit` once it was handed over for a lawsuit."""

    number: int
    issued_on: date
    lawsuit: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What was done about a claim's open amount for one due date."""

    cycle: Cycle | None = None
    reminder: Reminder | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What dunning did about a claim. `charged`: it was in a charged notice that stands for it (d3)."""

    charged: bool = False
    items: Mapping[date, Item] = field(default_factory=dict)

    def item(self, due_on: date) -> Item:
        """The item of a due date; one about which nothing was done yet if it is new."""
        return self.items.get(due_on, NEW_ITEM)

    def with_item(self, due_on: date, item: Item) -> "Progress":
        """The same with one item replaced; an item about which nothing was done is not kept."""
        others = {day: other for day, other in self.items.items() if day != due_on}
        return Progress(self.charged, others if item == NEW_ITEM else {**others, due_on: item})

    @property
    def in_cycle(self) -> bool:
        """Whether a cycle is running for any item."""
        return any(item.cycle for item in self.items.values())


NEW_ITEM = Item()
NOTHING_DONE = Progress()


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: what claims last said about it, and what dunning did."""

    view: ClaimView
    progress: Progress = NOTHING_DONE


@dataclass(frozen=True, slots=True)
class NoticedItem:
    """A Sollsatz as a notice found it. `overdue`: it had a share in the account's total due.

    `noticed`: it is in the notice and was not withdrawn; `charged`: the fee was computed on it, too.
    """

    kassenzeichen: str
    due_on: date
    open_cents: int
    asked_cents: int = 0
    overdue: bool = False
    noticed: bool = False
    charged: bool = False


@dataclass(frozen=True, slots=True)
class LateMoney:
    """A payment that had been there before a notice and arrived after it."""

    kassenzeichen: str
    booked_on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as long as it stands for some item: what it went by, and what is known better since.

    `items`: the open Sollsätze of all claims with something overdue, oldest due date first.
    `owed_cents`: what money of a claim covers beside these before it is a credit: what was written off; of
    other claims what was open.
    `late`: by payment_ref.
    `left_out`: claims that were blocked or held on that day after all, and since when.
    """

    notice_id: str
    issued_on: date
    credit_cents: int
    items: tuple[NoticedItem, ...]
    fee: NoticeFee | None = None
    owed_cents: Mapping[str, int] = field(default_factory=dict)
    late: Mapping[str, LateMoney] = field(default_factory=dict)
    left_out: Mapping[str, date] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn for all its items."""
        return any(item.noticed for item in self.items)


@dataclass(frozen=True, slots=True)
class Account:
    """A debtor's account (Personenkonto) with the claims about which there may be something to do.

    `notices`: those that what arrived since the last working day may concern; `payments`: money that arrived
    since, booked on a day before one of them.
    """

    mandant: str
    debtor_ref: str
    credit_cents: int
    claims: Mapping[str, Claim]
    notices: tuple[Notice, ...] = ()
    payments: tuple[PaymentView, ...] = ()

    def with_progress(self, changed: Mapping[str, Progress]) -> "Account":
        """The same with the progress of some claims (by Kassenzeichen) replaced."""
        if not changed:
            return self
        claims = dict(self.claims)
        for kassenzeichen, progress in changed.items():
            claims[kassenzeichen] = Claim(claims[kassenzeichen].view, progress)
        return replace(self, claims=claims)

    def with_notice(self, notice: Notice) -> "Account":
        """The same with a notice in the place of its former state; a new one comes last."""
        others = {each.notice_id: each for each in self.notices}
        return replace(self, notices=tuple({**others, notice.notice_id: notice}.values()))

    def views(self) -> list[ClaimView]:
        """What claims said about the claims."""
        return [claim.view for claim in self.claims.values()]

    def item(self, key: tuple[str, date]) -> Item:
        """The item (Kassenzeichen, due date)."""
        return self.claims[key[0]].progress.item(key[1])

    def open_items(self) -> list[tuple[Claim, SollsatzView]]:
        """Claim and Sollsatz of everything open, oldest due date first, then lowest Kassenzeichen."""
        return sorted(
            (
                (claim, sollsatz)
                for claim in self.claims.values()
                for sollsatz in claim.view.sollsaetze
                if sollsatz.open_cents > 0
            ),
            key=lambda entry: (entry[1].due_on, entry[0].view.kassenzeichen),
        )
