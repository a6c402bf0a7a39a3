"""Watches: what an office is told of by itself, once per occasion (R24, R30, R47, R71, R72, R75).

What an event brings is told with it; what the calendar brings, when the first day that reaches it is opened.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from services.claims.domain import blocks
from services.claims.domain.allocate import figures
from services.claims.domain.books import Books
from services.claims.domain.desk import Desk, NewId, Turn
from services.claims.domain.handover import handover
from services.claims.domain.model import Block, Claim, Key
from services.claims.domain.outcome import Decision, Outcome
from shared.contracts import BlockSet, ClaimCreated, HandoverIssued
from shared.deadlines import add_months

_CASH_OFFICE: Final = "Kasse"
_NO_DAY: Final = date.max
_DAY: Final = timedelta(days=1)
_AHEAD: Final = 2  # months: "übernächster Monat" (R75)
NOTHING_NEWER: Final[Mapping[str, Claim]] = MappingProxyType({})


def told_of_claim(turn: Turn, claim: Claim, event: ClaimCreated) -> Iterator[HandoverIssued]:
    """A large amount (R24), and who else owes it: joint debtors have one claim and one account (R47).

    Of stock that is taken over the system before has told.
    """
    if event.taken_over is not None:
        return
    large = turn.desk.terms.claims.large_amount_cents
    number = claim.kassenzeichen
    if large is not None and event.amount_cents >= large:
        because = turn.desk.because("R24", amount_cents=event.amount_cents, large_amount_cents=large)
        handover_id = turn.new_id("large-amount", turn.mandant, number)
        payload: dict[str, object] = {
            "amount_cents": event.amount_cents,
            "due_on": claim.first_due_on.isoformat(),
        }
        yield handover(
            turn.desk,
            claim,
            because,
            kind="large-amount",
            to=_CASH_OFFICE,
            handover_id=handover_id,
            payload=payload,
        )
    if event.co_debtor_refs:
        because = turn.desk.because("R47", count=len(event.co_debtor_refs))
        handover_id = turn.new_id("second-debtor", turn.mandant, number)
        payload = {"co_debtor_refs": list(event.co_debtor_refs)}
        yield handover(
            turn.desk,
            claim,
            because,
            kind="second-debtor",
            to=_CASH_OFFICE,
            handover_id=handover_id,
            payload=payload,
        )


def set_block(turn: Turn, event: BlockSet) -> Decision:
    """A block is set; X, where enough is open, is told once for each opening of an insolvency (R30)."""
    decision = blocks.set_block(turn, event)
    if event.reason != "X" or not isinstance(decision, Outcome):
        return decision
    (claim,) = decision.claims
    payer = turn.books.debtors.get(claim.account)
    opened_on = event.insolvency_opened_on or event.set_on
    total = turn.books.account(claim.account).open_cents
    minimum = turn.desk.terms.enforcement.insolvency_minimum_cents
    if payer is None or payer.insolvent_on == opened_on or not total or total < minimum:
        return decision
    because = turn.desk.because("R30", "R76", open_cents=total, insolvency_minimum_cents=minimum)
    payload = {
        "insolvency_opened_on": opened_on.isoformat(),
        "open_cents": total,
        "other_kassenzeichen": others_open(turn.books, claim),
    }
    handover_id = turn.new_id("insolvency-claim", turn.mandant, claim.kassenzeichen)
    message = handover(
        turn.desk,
        claim,
        because,
        kind="insolvency-claim",
        to=_CASH_OFFICE,
        handover_id=handover_id,
        payload=payload,
    )
    told = (*decision.told, message)
    return replace(decision, debtor=replace(payer, insolvent_on=opened_on), told=told)


def others_open(books: Books, claim: Claim, newer: Mapping[str, Claim] = NOTHING_NEWER) -> list[str]:
    """The debtor's other Kassenzeichen with something open (R72); `newer`: claims not in the books yet."""
    numbers = open_numbers(books, claim.account, newer)
    return [number for number in numbers if number != claim.kassenzeichen]


def open_numbers(books: Books, account: Key, newer: Mapping[str, Claim] = NOTHING_NEWER) -> list[str]:
    """The Kassenzeichen of an account with something open, in order."""
    numbers = books.owed.get(account) or ()
    claims = (newer.get(number) or books.claims.get((account[0], number)) for number in numbers)
    return [each.kassenzeichen for each in claims if each is not None and figures(each).open_cents]


class Watched(Struct, frozen=True):
    """A claim after a look at it, and what is to be told."""

    claim: Claim
    messages: tuple[HandoverIssued, ...] = ()


def watch(desk: Desk, claim: Claim, new_id: NewId, others: Callable[[Claim], list[str]]) -> Watched:
    """What the day brings about a claim's blocks: V without money (R71), the end of any of them (R72)."""
    messages = []
    days = desk.terms.blocks.offset_watch_days
    since = next(
        (since for since in _watched(claim, desk.day) if since + timedelta(days=days) <= desk.day), None
    )
    if since is not None and figures(claim).open_cents:
        claim = replace(claim, offset_told_of=since)
        because = desk.because("R71", since=since, offset_watch_days=days)
        handover_id = new_id("offset-without-payment", claim.mandant, claim.kassenzeichen)
        payload: dict[str, object] = {"since": since.isoformat(), "open_cents": figures(claim).open_cents}
        messages.append(
            handover(
                desk,
                claim,
                because,
                kind="offset-without-payment",
                to=claim.office,
                handover_id=handover_id,
                payload=payload,
            )
        )
    for block in _expiring(desk, claim, desk.day):
        told = replace(block, expiry_told=True)
        claim = replace(claim, blocks=tuple(told if each is block else each for each in claim.blocks))
        messages.append(_expiry(desk, claim, told, new_id, others(claim)))
    return Watched(claim, tuple(messages))


def _expiry(desk: Desk, claim: Claim, block: Block, new_id: NewId, others: list[str]) -> HandoverIssued:
    days = desk.terms.blocks.expiry_notice_days
    because = desk.because("R72", blocks.RULES[block.reason], set_on=block.set_on, expiry_notice_days=days)
    ends_by = block.ends_by.isoformat()
    handover_id = new_id("block-expiring", claim.mandant, claim.kassenzeichen, block.reason, ends_by)
    payload = {"reason": block.reason, "ends_by": ends_by, "other_kassenzeichen": others}
    return handover(
        desk, claim, because, kind="block-expiring", to=claim.office, handover_id=handover_id, payload=payload
    )


def look_on(desk: Desk, claim: Claim) -> date | None:
    """The next day whose opening has something to tell about the claim's blocks; None: none has."""
    if not claim.blocks or not figures(claim).open_cents:
        return None
    terms = desk.terms.blocks
    wait, notice = timedelta(days=terms.offset_watch_days), timedelta(days=terms.expiry_notice_days)
    days = [
        *(
            max(since + wait, desk.day)
            for block in claim.blocks
            if (since := _watched_from(claim, block)) and max(since + wait, desk.day) <= block.ends_by
        ),
        *(
            max(block.ends_by - notice, block.set_on, desk.day)
            for block in claim.blocks
            if not block.expiry_told and block.lifted_on is None and block.ends_by >= desk.day
        ),
    ]
    # Other days may hold from the policy's next change on.
    changes = (day for day in desk.policy.change_days if day > desk.day)
    return min((*days, next(changes, _NO_DAY))) if days else None


def _watched_from(claim: Claim, block: Block) -> date | None:
    """From when a V counts the days without money; None: it is told already, or not watched (R71, C10)."""
    if block.reason != "V" or block.lifted_on is not None:
        return None
    since = max(claim.paid_on or block.set_on, block.set_on)
    told = claim.offset_told_of is not None and since <= claim.offset_told_of
    return None if told else since


def _watched(claim: Claim, day: date) -> list[date]:
    in_force = (block for block in claim.blocks if block.set_on <= day <= block.ends_by)
    return [since for block in in_force if (since := _watched_from(claim, block))]


def _expiring(desk: Desk, claim: Claim, day: date) -> Iterable[Block]:
    """Blocks that end soon, or ended on a day that was not opened, while something was open."""
    if not figures(claim).open_cents:
        return ()
    notice = timedelta(days=desk.terms.blocks.expiry_notice_days)
    return [
        block
        for block in claim.blocks
        if not block.expiry_told
        and (block.lifted_on is None or block.lifted_on > block.ends_by)
        and max(block.ends_by - notice, block.set_on) <= day
        and (day <= block.ends_by or (claim.look_on or _NO_DAY) <= block.ends_by)
    ]


def months_to_list(opened: date, before: date | None) -> list[tuple[date, date]]:
    """The months (first and last day) whose list is due when this day is opened after that one (R75).

    One on the first opened day of a month, for the month after next; a month without one is made up.
    """
    month = opened.replace(day=1)
    since = month if before is None else add_months(before.replace(day=1), 1)
    count = (month.year - since.year) * 12 + month.month - since.month + 1
    firsts = [add_months(since, n + _AHEAD) for n in range(count)]
    return [(first, add_months(first, 1) - _DAY) for first in firsts]


def majority_list(desk: Desk, month: date, minors: Mapping[Key, list[str]], new_id: NewId) -> HandoverIssued:
    """Who owes something and comes of age in this month, with the Kassenzeichen (R74, R75)."""
    mandant, name = desk.policy.mandant, f"{month:%Y-%m}"
    entries = [{"debtor_ref": key[1], "kassenzeichen": numbers} for key, numbers in minors.items()]
    return HandoverIssued(
        mandant=mandant,
        handover_id=new_id("majority-list", mandant, name),
        kind="majority-list",
        to="LG",
        issued_on=desk.day,
        kassenzeichen=(),
        aktenzeichen=(),
        payload={"month": name, "entries": entries},
        because=desk.because("R74", "R75", day=desk.day, count=len(entries)),
    )
