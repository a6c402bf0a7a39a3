"""What a batch of records brought, gathered to be stored in sets. Nothing is decided before the mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, TypeAlias

import orjson
from pydantic import TypeAdapter

from services.dunning.domain.model import Cycle, Item, Progress, Reminder
from shared.contracts.claims import (
    AccountChanged,
    AccountParked,
    AccountReleased,
    StockView,
    WriteOffOrdered,
)
from shared.records import Record

Key: TypeAlias = tuple[str, str]  # (mandant, debtor_ref) or (mandant, Kassenzeichen)

AT_ONCE = date(1900, 1, 1)
"""`next_action_on` of an account that is to be looked at on the next opened day."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may have been there before a notice of the account: before one from `row["since"]` to `last`."""

    row: dict[str, Any]
    last: date = date.max


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Rows to write, by key; of several records about one row the last one counts."""

    accounts: dict[Key, dict[str, Any]] = field(default_factory=dict)
    parked: dict[Key, dict[str, Any]] = field(default_factory=dict)
    claims: dict[Key, dict[str, Any]] = field(default_factory=dict)
    settled: dict[Key, set[date]] = field(default_factory=dict)  # due dates of which nothing is open
    taken_over: dict[Key, Progress] = field(default_factory=dict)  # what was done about new claims elsewhere
    closed: set[Key] = field(default_factory=set)  # claims of which nothing is open at all
    given_up: set[Key] = field(default_factory=set)  # claims that were written off
    doubts: list[Doubt] = field(default_factory=list)
    mandants: dict[str, int] = field(default_factory=dict)


def gather(batch: Mapping[int, Sequence[Record]]) -> Arrivals:
    """Read the accounts, claims and parked accounts out of a batch; what concerns others is passed over."""
    arrivals = Arrivals()
    for lane, records in batch.items():
        for record in records:
            if record.type == AccountChanged.TYPE:
                _account_changed(arrivals, lane, record.data)
            elif record.type in (AccountParked.TYPE, AccountReleased.TYPE):
                _parked(arrivals, lane, record)
            elif record.type == WriteOffOrdered.TYPE and record.data["amount_cents"]:
                arrivals.given_up.add((record.data["mandant"], record.data["kassenzeichen"]))
    return arrivals


def _account_changed(arrivals: Arrivals, lane: int, data: dict[str, Any]) -> None:
    mandant, debtor_ref = data["mandant"], data["debtor_ref"]
    arrivals.mandants[mandant] = lane
    arrivals.accounts[mandant, debtor_ref] = {
        "mandant": mandant,
        "debtor_ref": debtor_ref,
        "lane": lane,
        "credit_cents": data["credit_cents"],
        "next_action_on": AT_ONCE,
    }
    if taken_over := data.get("taken_over"):
        arrivals.taken_over[mandant, taken_over["kassenzeichen"]] = _done_elsewhere(
            _stocks().validate_python(taken_over)
        )
    for claim in data["claims"]:
        key = (mandant, claim["kassenzeichen"])
        arrivals.claims[key] = {
            "mandant": mandant,
            "kassenzeichen": claim["kassenzeichen"],
            "debtor_ref": debtor_ref,
            "open_cents": claim["open_cents"],
            "view": orjson.dumps(claim).decode(),
        }
        if settled := _settled(claim):
            arrivals.settled.setdefault(key, set()).update(settled)
        if claim["open_cents"] == 0:
            arrivals.closed.add(key)
        if days := _days_left_out(claim):
            arrivals.doubts.append(Doubt(_late(arrivals.claims[key], days[0]), days[1]))
    for payment in data.get("payments") or ():
        row = arrivals.claims[mandant, payment["kassenzeichen"]]
        since = date.min if payment.get("reverses") else date.fromisoformat(payment["booked_on"])
        arrivals.doubts.append(Doubt(_late(row, since, payment)))


def _late(claim: dict[str, Any], since: date, payment: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "mandant": claim["mandant"],
        "kassenzeichen": claim["kassenzeichen"],
        "payment_ref": payment["payment_ref"] if payment else "",
        "debtor_ref": claim["debtor_ref"],
        "since": since,
        "payment": orjson.dumps(payment).decode() if payment else None,
    }


def _days_left_out(claim: dict[str, Any]) -> tuple[date, date] | None:
    """From when to when the claim may have been blocked or held, at most; deleted: at any time."""
    if claim["soll_cents"] == 0:
        return date.min, date.max
    blocks = claim.get("blocks") or ()
    first = [
        *(block["set_on"] for block in blocks),
        *(hold["held_from"] for hold in claim.get("holds") or ()),
    ]
    if not first:
        return None
    last = max(block["ends_by"] for block in blocks) if len(first) == len(blocks) else "9999-12-31"
    return date.fromisoformat(min(first)), date.fromisoformat(last)


@cache
def _stocks() -> TypeAdapter[StockView]:
    return TypeAdapter(StockView)


def _done_elsewhere(stock: StockView) -> Progress:
    """What another system did about a claim, as if it had been done here."""
    cycle, reminder = stock.cycle, stock.reminder
    item = Item(
        Cycle(cycle.notice_id, cycle.issued_on, cycle.pay_by, cycle.case_id) if cycle else None,
        Reminder(reminder.number, reminder.issued_on, reminder.lawsuit) if reminder else None,
    )
    return Progress(stock.charged, dict.fromkeys(stock.due_ons, item))


def _settled(claim: dict[str, Any]) -> set[date]:
    """The due dates that are paid, written off or cancelled in full."""
    return {
        date.fromisoformat(sollsatz["due_on"])
        for sollsatz in claim["sollsaetze"]
        if sollsatz["open_cents"] == 0
    }


def _parked(arrivals: Arrivals, lane: int, record: Record) -> None:
    mandant, debtor_ref = record.data["mandant"], record.data["debtor_ref"]
    arrivals.mandants[mandant] = lane
    arrivals.parked[mandant, debtor_ref] = {
        "mandant": mandant,
        "debtor_ref": debtor_ref,
        "lane": lane,
        "parked": record.type == AccountParked.TYPE,
        "next_action_on": AT_ONCE,
    }
