"""The nouns of dunning: an account, its claims, and how far each of their items has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.contracts.claims import ClaimView, SollsatzView


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
    """What dunning did about a claim. `charged`: it was in a charged notice, once for ever (d3)."""

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
class Account:
    """A debtor's account (Personenkonto) with the claims about which there may be something to do."""

    mandant: str
    debtor_ref: str
    credit_cents: int
    claims: Mapping[str, Claim]

    def with_progress(self, changed: Mapping[str, Progress]) -> "Account":
        """The same with the progress of some claims (by Kassenzeichen) replaced."""
        if not changed:
            return self
        claims = dict(self.claims)
        for kassenzeichen, progress in changed.items():
            claims[kassenzeichen] = Claim(claims[kassenzeichen].view, progress)
        return Account(self.mandant, self.debtor_ref, self.credit_cents, claims)

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
