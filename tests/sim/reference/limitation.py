"""Limitation: what is barred, who is told, what is not pursued. Everything is looked at, every day."""

from datetime import date, timedelta

from tests.sim.reference.books import DAY, Books, Claim, Month
from tests.sim.reference.calendar import months_later


def see(books: Books, day: date) -> None:
    """A warning while there is time to act, a note of what is not pursued: once for each claim and year."""
    warning = timedelta(days=books.policy.on(day).limitation.warning_days)
    for number in sorted(books.claims):
        claim = books.claims[number]
        open_ = {each.month.due_on: each for each in claim.standing() if each.open}
        ends = {due_on: _ends_on(books, claim, each.month, day) for due_on, each in open_.items()}
        warned = {end.year for end in ends.values() if end and end - warning <= day <= end}
        barred = {end.year for end in ends.values() if end and end < day and _below(books, claim, day)}
        for kind, years, told in (
            ("limitation-warning", warned, claim.warned),
            ("limitation-note", barred, claim.noted),
        ):
            for year in sorted(years - told):
                told.add(year)
                those = {due_on: end for due_on, end in ends.items() if end and end.year == year}
                if kind == "limitation-warning":
                    those = {due_on: end for due_on, end in those.items() if end - warning <= day <= end}
                else:
                    those = {due_on: end for due_on, end in those.items() if end < day}
                first = min(those.values())
                books.told.append(
                    (
                        kind, books.mandant, claim.payer, day.isoformat(), claim.office, (number,),
                        (first + DAY).isoformat(), sum(open_[due_on].open for due_on in those),
                    )
                )  # fmt: skip


def is_barred(books: Books, claim: Claim, month: Month, day: date) -> bool:
    """Whether the month is not pursued any more: too old, and all that is too old is below the limit."""
    end = _ends_on(books, claim, month, day)
    return end is not None and end < day and _below(books, claim, day)


def _below(books: Books, claim: Claim, day: date) -> bool:
    ends = ((_ends_on(books, claim, each.month, day), each.open) for each in claim.standing() if each.open)
    old = sum(cents for end, cents in ends if end is not None and end < day)
    return old < books.policy.on(day).limitation.ex_officio_below_cents


def _ends_on(books: Books, claim: Claim, month: Month, day: date) -> date | None:
    """The last day on which it is not barred; None as long as nobody knows."""
    terms = books.policy.on(day).limitation
    running = date.min if claim.rate is None else month.due_on
    if terms.from_ == "final":
        return date(max(claim.final_on, running).year + terms.years, 12, 31) if claim.final_on else None
    arose_on = max(claim.arose_on, running, date(2001, 12, 31))
    ends = [] if terms.cap_years is None else [months_later(arose_on, 12 * terms.cap_years)]
    if claim.known_on is not None:
        ends.append(date(max(arose_on, claim.known_on).year + terms.years, 12, 31))
    return min(ends, default=None)
