"""A small year for the tests of the whole system: some towns of the demo year, with few opened days."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from mahnwerk.year import year
from shared import kassenzeichen

Line: TypeAlias = dict[str, Any]

# Two with fees, so that something is fed back, and runs of their own; one with other limits.
TOWNS: Final = frozenset({"erkelenz", "baumberge", "leipzig"})
_LEFT_OUT: Final = frozenset({"wuppertal", "landkreis"})
_EVERY: Final = 8
# What is judged by the amounts at its moment: "who needs an order waits for the answer". A block that is
# lifted moves what is open at that moment to a new due date: a reduction is booked at the old or the new one.
_NEEDS_AN_ORDER: Final = (
    "block-lifted",
    "claim-ended",
    "credit-",
    "aktenzeichen-changed",
    "payment-assigned",
    "field-report",
    "office-report",
    "write-off-",
)


def sample(days: int = 266) -> Iterator[Line]:
    """The year, only every eighth of its days opened: what fell due in between is done on those.

    Days that are left out bring events together that were days apart. Of these, one whose effect depends on
    an amount at its moment waits until its account has nothing else on a day, as its sender would; and one
    that uses a reference again comes on a day after the first, which therefore is the one that counts.
    """
    accounts: dict[str, str] = {}
    waiting: list[Line] = []
    for opened, rest in _days(days):
        yield opened
        for event in rest:
            _learn(accounts, event)
        events = [*waiting, *rest]
        busy = Counter(itertools.chain(*(_accounts(accounts, event) for event in events)))
        used: set[tuple[str, str]] = set()
        waiting = []
        for event in events:
            needs_an_order = str(event["type"]).startswith(_NEEDS_AN_ORDER)
            alone = all(busy[account] == 1 for account in _accounts(accounts, event))
            names = names_of(event)
            if (needs_an_order and not alone) or names & used:
                waiting.append(event)
            else:
                used |= names
                yield event


def _days(days: int) -> Iterator[tuple[Line, list[Line]]]:
    opened: Line = {}
    rest: list[Line] = []
    for number, (_day, (first, *events)) in enumerate(itertools.islice(year(), days)):
        if number % _EVERY == 0:
            if opened:
                yield opened, rest
            opened, rest = first, []
        rest += [event for event in events if event["data"].get("mandant") not in _LEFT_OUT]
    yield opened, rest


def names_of(event: Line) -> set[tuple[str, str]]:
    """What may be used only once."""
    data = event["data"]
    names = ["claim_ref", "kassenzeichen"] if event["type"] == "claim-created.v1" else []
    names += ["payment_ref"] if event["type"] == "payment-received.v1" else []
    return {("id", event["id"])} | {
        (f"{data.get('mandant')}/{name}", data[name]) for name in names if name in data
    }


def _learn(accounts: dict[str, str], event: Line) -> None:
    data = event["data"]
    if event["type"] == "claim-created.v1" and "kassenzeichen" in data:
        accounts[data["kassenzeichen"]] = data.get("payer_ref") or data["debtor_ref"]
    elif event["type"] == "payment-received.v1":
        for number in _numbers(data):
            accounts[data["payment_ref"]] = accounts.get(number, number)


def _numbers(data: Line) -> list[str]:
    if number := data.get("kassenzeichen"):
        return [number]
    return list(kassenzeichen.candidates(data.get("remittance") or []).valid)


def _accounts(accounts: dict[str, str], event: Line) -> set[str]:
    """Whose accounts an event touches, as far as its sender knows."""
    data = event["data"]
    names: Iterable[str | None] = (
        *_numbers(data),
        *(
            data.get(name)
            for name in ("to_kassenzeichen", "payment_ref", "reverses", "payer_ref", "debtor_ref")
        ),
    )
    return {f"{data.get('mandant')}/{accounts.get(name, name)}" for name in names if name}
