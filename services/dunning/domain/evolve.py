"""What an event of dunning's own changes in the account. No judgement: what was decided has happened."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from services.dunning.domain.model import Account, Cycle, Item, Progress, Reminder
from shared.contracts.answers import HandoverIssued
from shared.contracts.dunning import DunningNoticeIssued, EnforcementRequested, KassenanzeigeIssued

_Event: TypeAlias = KassenanzeigeIssued | HandoverIssued | DunningNoticeIssued | EnforcementRequested


def evolve(account: Account, events: Iterable[_Event]) -> Account:
    """The account after the events."""
    changed: dict[str, Progress] = {}
    for event in events:
        charges = isinstance(event, DunningNoticeIssued) and any(item.fee_cents for item in event.items)
        for kassenzeichen, due_on in _touched(event):
            before = changed.get(kassenzeichen, account.claims[kassenzeichen].progress)
            after = before.with_item(due_on, _after(before.item(due_on), event))
            changed[kassenzeichen] = replace(after, charged=before.charged or charges)
    return account.with_progress(changed)


def _touched(event: _Event) -> list[tuple[str, date]]:
    match event:
        case KassenanzeigeIssued():
            return [(event.kassenzeichen, event.due_on)]
        case HandoverIssued():
            return [(event.kassenzeichen[0], date.fromisoformat(event.payload["due_on"]))]
        case _:
            return [(item.kassenzeichen, item.due_on) for item in event.items]


def _after(item: Item, event: _Event) -> Item:
    match event:
        case KassenanzeigeIssued():
            return replace(item, reminder=Reminder(event.number, event.issued_on))
        case HandoverIssued():
            return replace(item, reminder=replace(item.reminder, lawsuit=True)) if item.reminder else item
        case DunningNoticeIssued():
            return replace(item, cycle=Cycle(event.notice_id, event.issued_on, event.pay_by))
        case _:
            return replace(item, cycle=replace(item.cycle, case_id=event.case_id)) if item.cycle else item
