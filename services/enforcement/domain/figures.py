"""What is asked for the items of an account's cases on a day (R6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.enforcement.domain.desk import Desk
from services.enforcement.domain.model import Account, Case, Item
from shared.accounts import asked


@dataclass(frozen=True, slots=True)
class Figures:
    """By item, what is asked for it: its open amount less its share of the account's credits.

    Items that are not pursued on the day (blocked, held, of another treatment, of a former due date) are not
    in it: nothing is asked for them.
    """

    asked_cents: Mapping[tuple[str, date], int]

    def of(self, case: Case) -> int:
        """What is asked for a case."""
        return sum(self.asked_cents.get(item.key, 0) for item in case.items)

    def kassenzeichen(self, case: Case) -> list[str]:
        """The claims of a case for which something is asked: what the case is about today."""
        asked_for = (item.kassenzeichen for item in case.items if self.asked_cents.get(item.key, 0) > 0)
        return list(dict.fromkeys(asked_for))

    def of_all(self, account: Account) -> int:
        """What is asked for all open cases of the account: what the small amount is compared with."""
        return sum(map(self.of, account.cases))

    def has(self, item: Item) -> bool:
        """Whether the item is pursued on the day."""
        return item.key in self.asked_cents


def figures(account: Account, desk: Desk) -> Figures:
    """The account's figures today. Its credits are shared by all its overdue items, in a case or not."""
    items = asked(account.claims.values(), account.credit_cents, desk.day, desk.policy)
    return Figures({item.key: item.asked_cents for item in items})
