"""What each accepted event does to the books."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from tests.sim.reference import deferral, holds, watches, write_offs
from tests.sim.reference.books import (
    DAY,
    Block,
    Books,
    Claim,
    Data,
    Month,
    by_month,
    day_of,
)
from tests.sim.reference.calendar import months_later
from tests.sim.reference.journal import Slip
from tests.sim.reference.payments import assign, pay, payment_needs, slip_of

_SIX_WEEKS: Final = timedelta(days=42)


def needs(books: Books, type_: str, data: Data) -> list[str]:
    """What the event refers to and is not there yet."""
    missing: list[str] = []
    match type_:
        case "debtor-registered.v1":
            pass
        case "claim-created.v1":
            refs = (data["debtor_ref"], data.get("payer_ref") or data["debtor_ref"])
            missing = [f"debtor {ref}" for ref in refs if ref not in books.debtors]
        case "payment-received.v1":
            missing = payment_needs(books, data)
        case _:
            names = [data["kassenzeichen"]]
            if type_ == "credit-transferred.v1":
                names.append(data["to_kassenzeichen"])
            missing = [f"claim {name}" for name in names if name not in books.claims]
            if type_ == "payment-assigned.v1" and data["payment_ref"] not in books.payments:
                missing.append(f"payment {data['payment_ref']}")
    return missing


def apply(books: Books, type_: str, data: Data, day: date) -> None:
    """Let an accepted event take effect; what it refers to is there."""
    _EFFECTS[type_](books, data, day)


def _register(books: Books, data: Data, _day: date) -> None:
    books.debtors[data["debtor_ref"]] = data


def _create(books: Books, data: Data, day: date) -> None:
    decided_on = date.fromisoformat(data["decided_on"])
    default = books.policy.on(day).claims.default_due_days
    claim = Claim(
        number=data.get("kassenzeichen") or books.next_number(data["einnahmeart"]),
        ref=data["claim_ref"],
        payer=data.get("payer_ref") or data["debtor_ref"],
        art=data["einnahmeart"],
        office=data["office"],
        aktenzeichen=data["aktenzeichen"],
        first_due_on=day_of(data.get("due_on")) or decided_on + timedelta(days=default or 0),
        decided_on=decided_on,
        arose_on=day_of(data.get("arose_on")) or decided_on,
        legal_basis=data.get("legal_basis"),
        known_on=day_of(data.get("known_on")),
    )
    books.claims[claim.number] = claim
    if data["mode"] == "einmalig":
        claim.months.append(Month(claim.first_due_on))
        books.post(claim, "sollzugang", data["amount_cents"], claim.months[0])
    else:
        claim.rate = data["amount_cents"]
        if data["mode"] == "laufend_bis":
            end = date.fromisoformat(data["ends_on"])
            claim.last_due_on = max(
                due_on
                for due_on in _due_dates(claim, end.year)
                if (due_on.year, due_on.month) <= (end.year, end.month)
            )
        _grow(books, claim, day)
    first = claim.first_due_on.isoformat()
    books.told.append(("registered", books.mandant, data["claim_ref"], claim.number, claim.payer, first))
    for ref, payment in books.payments.items():
        if payment.state == "unclear" and payment.named == claim.number and not payment.is_reversal:
            payment.state, payment.claim = "booked", claim.number
            claim.paid_on = max(claim.paid_on or date.min, payment.booked_on)
            books.post(claim, "payment", payment.cents, slip=slip_of(ref, payment))
            books.told.append(("cleared", books.mandant, ref, claim.number))
    watches.created(books, claim, data, day)
    books.changed(claim, {"ist": 0, "written_off": 0, "open": 0})


def _due_dates(claim: Claim, to_year: int) -> list[date]:
    """Every due date that a running claim has by the end of a year, if nobody ends it."""
    count = 12 * (to_year - claim.first_due_on.year + 1)
    every = (months_later(claim.first_due_on, n) for n in range(max(0, count)))
    return [due_on for due_on in every if due_on.year <= to_year and due_on <= claim.last_due_on]


def _grow(books: Books, claim: Claim, day: date) -> None:
    """The months of the years that are not booked yet."""
    if claim.rate is not None and not claim.cancelled:
        _add(books, claim, [each for each in _due_dates(claim, day.year) if each.year > claim.booked_to])
        claim.booked_to = max(claim.booked_to, day.year)


def _add(books: Books, claim: Claim, due_dates: list[date]) -> None:
    there = {month.due_on: month for month in claim.months}
    before = by_month(claim)
    for due_on in due_dates:
        if due_on not in there:
            claim.months.append(there.setdefault(due_on, Month(due_on)))
        there[due_on].soll += claim.rate or 0
        books.enter(claim, "sollzugang", claim.rate or 0, due_on)
    claim.months.sort(key=lambda month: month.due_on)
    books.give_back(claim, before)


def grow(books: Books, day: date) -> None:
    """What a new year brings."""
    for number in sorted(books.claims):
        claim = books.claims[number]
        before, count = books.stand(claim), len(claim.months)
        _grow(books, claim, day)
        if len(claim.months) > count:
            claim.owed_since = claim.owed_since if before["open"] else day
            books.changed(claim, before)


def _reduce(books: Books, data: Data, _day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    before = books.stand(claim)
    month = next(month for month in claim.months if month.is_named(data["due_on"]))
    books.post(claim, "sollabgang", -data["amount_cents"], month)
    books.changed(claim, before)


def _moved_money(books: Books, number: str, kind: str, cents: int, slip: Slip) -> None:
    claim = books.claims[number]
    before = books.stand(claim)
    books.post(claim, kind, cents, slip=slip)
    books.changed(claim, before)


def _end(books: Books, data: Data, day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    before = books.stand(claim)
    last = day_of(data.get("last_due_on"))
    if last is None:
        claim.cancelled = True
    elif last > claim.last_due_on:
        old, claim.last_due_on = claim.last_due_on, last
        _add(
            books,
            claim,
            [each for each in _due_dates(claim, day.year) if old < each and each.year == day.year],
        )
    else:
        claim.last_due_on = last
    for month in claim.months:
        if claim.cancelled or (last is not None and month.due_on > last):
            books.post(claim, "sollabgang", -month.soll, month)
    books.changed(claim, before)


def _final(books: Books, data: Data, _day: date) -> None:
    books.claims[data["kassenzeichen"]].final_on = date.fromisoformat(data["final_on"])


def _due(books: Books, data: Data, _day: date) -> None:
    _moved(books, books.claims[data["kassenzeichen"]], date.fromisoformat(data["due_on"]))


def _moved(books: Books, claim: Claim, due_on: date | None) -> None:
    before = books.stand(claim)
    if due_on is not None:
        books.move(claim, due_on)
    books.changed(claim, before)


def _rename(books: Books, data: Data, _day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    claim.aktenzeichen = new = data["aktenzeichen"]
    if claim.former:
        claim.former = claim.former[:4] + new[4:] if new[:4] in {"3600", "3700", "3800", "3900"} else None


def _transfer(books: Books, data: Data, _day: date) -> None:
    one, other, cents = data["kassenzeichen"], data["to_kassenzeichen"], data["amount_cents"]
    _moved_money(books, one, "credit_transferred", -cents, Slip(data["on"], other=other))
    _moved_money(books, other, "credit_transferred", cents, Slip(data["on"], other=one))


def _refund(books: Books, data: Data, _day: date) -> None:
    slip = Slip(data["on"])
    _moved_money(books, data["kassenzeichen"], "credit_refunded", -data["amount_cents"], slip)


def _block(books: Books, data: Data, day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    reason, set_on = data["reason"], date.fromisoformat(data["set_on"])
    before = claim.live(reason, set_on)
    longest = set_on + timedelta(days=books.policy.on(set_on).blocks.max_days[reason])
    maximum = min([longest, *(block.longest_by for block in before[:1])])
    limits = [maximum]
    if reason == "V" and (limit := books.offset_limit(claim)):
        limits.append(limit)
    if reason == "W" and (born := day_of(books.debtors[claim.payer].get("born_on"))):
        limits.append(date(born.year + 18, born.month, born.day) - DAY)
    if before:
        claim.blocks.remove(before[0])
    ends_by = day_of(data.get("ends_by")) or min(limits)
    claim.blocks.append(Block(reason, set_on, ends_by, maximum))
    if reason == "X":
        watches.insolvent(books, claim, data, day)
    books.changed(claim, books.stand(claim))


def _lift(books: Books, data: Data, _day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    lifted_on = date.fromisoformat(data["lifted_on"])
    block = claim.live(data["reason"], lifted_on)[0]
    block.lifted_on = lifted_on
    _moved(books, claim, day_of(data.get("new_due_on")) or _due_after(claim, block))


def _release(books: Books, data: Data, _day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    holds.decide(claim, data)
    _moved(books, claim, day_of(data.get("new_due_on")))


def _due_after(claim: Claim, block: Block) -> date | None:
    """R68: six weeks after the end of a T or U, if something is open and no other is in force."""
    ended = block.lifted_on
    if ended is None or block.reason not in "TU" or not claim.open or claim.rate:
        return None
    others = [each for each in claim.blocks if each.reason in "TU" and each.lifted_on is None]
    if any(each.set_on <= ended <= each.ends_by for each in others):
        return None
    return max(claim.months[0].due_on, ended + _SIX_WEEKS)


def expire(books: Books, day: date) -> None:
    """T and U that ran out count as lifted on the day after."""
    for number in sorted(books.claims):
        claim = books.claims[number]
        running = [block for block in claim.blocks if block.reason in "TU" and block.lifted_on is None]
        before = books.stand(claim)
        ended = [block for block in sorted(running, key=lambda each: each.ends_by) if block.ends_by < day]
        for block in ended:
            block.lifted_on = block.ends_by + DAY
            if due_on := _due_after(claim, block):
                books.move(claim, due_on)
        if ended:
            books.changed(claim, before)


def _defer(books: Books, data: Data, _day: date) -> None:
    claim = books.claims[data["kassenzeichen"]]
    claim.deferral = deferral.granted(data, claim)


def _end_deferral(books: Books, data: Data, _day: date) -> None:
    books.claims[data["kassenzeichen"]].deferral = None


def _nothing(_books: Books, _data: Data, _day: date) -> None:
    """Reports concern the cases only."""


_EFFECTS: Final[dict[str, Callable[[Books, dict[str, Any], date], None]]] = {
    "debtor-registered.v1": _register,
    "claim-created.v1": _create,
    "claim-reduced.v1": _reduce,
    "claim-ended.v1": _end,
    "claim-became-final.v1": _final,
    "due-date-changed.v1": _due,
    "aktenzeichen-changed.v1": _rename,
    "credit-transferred.v1": _transfer,
    "credit-refunded.v1": _refund,
    "payment-received.v1": pay,
    "payment-assigned.v1": assign,
    "block-set.v1": _block,
    "block-lifted.v1": _lift,
    "hold-released.v1": _release,
    "write-off-decided.v1": write_offs.decide,
    "write-off-revoked.v1": write_offs.revoke,
    "deferral-granted.v1": _defer,
    "deferral-ended.v1": _end_deferral,
    "whereabouts-checked.v1": write_offs.look,
    "field-report.v1": _nothing,
    "office-report.v1": _nothing,
}
