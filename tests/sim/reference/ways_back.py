"""Ways back: every working day each notice is looked at again, with the account as it was then."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

from tests.sim.reference.books import Books, Claim, Month, Standing
from tests.sim.reference.calendar import working_day
from tests.sim.reference.limitation import is_barred

Key = tuple[str, date]


@dataclass(slots=True)
class Paper:
    """A notice. `claims`: all that owed something then, as they were; `asked`: by item in the fee's base."""

    payer: str
    on: date
    items: list[Key]
    claims: dict[str, Claim]
    credit: int
    seen: set[str]  # payments that were there
    too_old: set[Key]  # months that limitation had barred
    asked: dict[Key, int] = field(default_factory=dict)
    bearer: tuple[Key, int] | None = None
    extra: dict[str, tuple[str, int]] = field(
        default_factory=dict
    )  # late credits of claims that owed nothing
    barred: set[str] = field(default_factory=set)


def standings(claims: Iterable[Claim]) -> list[tuple[Standing, Claim]]:
    """What is open, the oldest first."""
    found = [(each, claim) for claim in claims for each in claim.standing() if each.open]
    return sorted(found, key=lambda one: (one[0].month.due_on, one[1].number))


def write(books: Books, payer: str, day: date, items: list[Key]) -> Paper:
    """Keep what a notice of today was written by."""
    own = books.of_payer(payer)
    return Paper(
        payer,
        day,
        items,
        {claim.number: deepcopy(claim) for claim in own if claim.open},
        sum(claim.credit for claim in own),
        {ref for ref, payment in books.payments.items() if payment.state == "booked"},
        {
            (claim.number, month.due_on)
            for claim in own
            for month in claim.months
            if is_barred(books, claim, month, day)
        },
    )


def wrong(books: Books, paper: Paper) -> dict[str, list[Key]]:
    """The items that should not be in it, by cause."""
    late = {
        ref: payment
        for ref, payment in books.payments.items()
        if payment.state == "booked"
        and payment.claim in books.claims
        and books.claims[payment.claim or ""].payer == paper.payer
        and ref not in paper.seen
        and payment.booked_on <= paper.on
        and not payment.is_reversal
        and not payment.is_reversed
    }
    then = {number: deepcopy(claim) for number, claim in paper.claims.items()}
    credit = paper.credit
    paper.extra = {ref: each for ref, each in paper.extra.items() if ref in late}
    for ref, payment in sorted(late.items(), key=lambda each: (each[1].claim, each[0])):
        number = payment.claim or ""
        if number in then:
            then[number].ist += payment.cents
        else:
            if ref not in paper.extra:
                there = sum(cents for other, cents in paper.extra.values() if other == number)
                cents = max(0, min(payment.cents, books.claims[number].credit - there))
                paper.extra[ref] = number, cents
            credit += paper.extra[ref][1]
    credit += sum(claim.credit for claim in then.values())
    for number in paper.barred:
        then.pop(number, None)
    found = {"paid-before": _missing(books, paper, then, credit)}
    for number in then:
        now = books.claims[number]
        since = [*now.holds.values(), *([now.deferral.decided_on] if now.deferral else [])]
        if now.blocked(paper.on) or any(day <= paper.on for day in since):
            paper.barred.add(number)
    for number in paper.barred:
        then.pop(number, None)
    blocked = _missing(books, paper, then, credit)
    found["blocked-before"] = [key for key in blocked if key not in found["paid-before"]]
    known = found["paid-before"] + found["blocked-before"]
    deleted = [key for key in paper.items if not books.claims[key[0]].soll + books.claims[key[0]].fee]
    found["cancelled"] = [key for key in deleted if key not in known]
    return {cause: keys for cause, keys in found.items() if keys}


def _missing(books: Books, paper: Paper, then: dict[str, Claim], credit: int) -> list[Key]:
    """The items of which nothing would have been asked."""
    policy = books.policy
    terms = policy.on(paper.on)
    asked = {}
    for each, claim in standings(then.values()):
        held = (
            claim.held or claim.holds or claim.deferral or (claim.number, each.month.due_on) in paper.too_old
        )
        pursued = terms.treatment(claim.art) == "dun" and not held
        if pursued and not claim.blocked(paper.on) and working_day(policy, each.month.due_on) < paper.on:
            share = min(credit, each.open)
            credit -= share
            asked[claim.number, each.month.due_on] = each.open - share
    total = sum(asked.values())
    if total <= 0 or total < terms.dunning.small_amount_cents:
        asked = {}
    return [key for key in paper.items if not asked.get(key)]


def month_of(claim: Claim, due_on: date) -> Month:
    """The month with this due date, or that had it."""
    return next((each for each in claim.months if each.is_named(due_on.isoformat())), claim.months[0])


def is_open(claim: Claim, due_on: date) -> bool:
    """Whether a month is open; one that is due anew is, if the claim is."""
    same = [each.open for each in claim.standing() if each.month.due_on == due_on]
    return (same[0] if same else claim.open) > 0
