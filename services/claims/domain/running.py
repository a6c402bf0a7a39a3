"""Running claims: a Sollsatz a month, booked for one year at a time (R81, R83, R84)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

from msgspec.structs import replace

from services.claims.domain.booking import Booked, Voucher, book_each
from services.claims.domain.desk import Desk
from services.claims.domain.model import Claim, Months, Sollsatz
from shared.deadlines import add_months

_DAY: Final = timedelta(days=1)


def planned(first_due_on: date, ends_on: date | None) -> Months:
    """The plan of a new running claim: to the month of `ends_on`, or until it is ended (None); R83."""
    last_due_on = ends_on
    if ends_on is not None:
        apart = (ends_on.year - first_due_on.year) * 12 + ends_on.month - first_due_on.month
        last_due_on = add_months(first_due_on, apart)
    return Months(first_due_on=first_due_on, last_due_on=last_due_on, booked_by=first_due_on - _DAY)


def grows_on(claim: Claim) -> date | None:
    """The first day of the year whose Sollsätze come next; None: there are no more."""
    months = claim.months
    if months is None or claim.cancelled:
        return None
    if months.last_due_on is not None and months.last_due_on <= months.booked_by:
        return None
    return date((months.booked_by + _DAY).year, 1, 1)


def grow(desk: Desk, claim: Claim) -> Booked:
    """The Sollsätze up to 31 December of the system's year that are not booked yet (R83)."""
    months = claim.months
    year_end = date(desk.day.year, 12, 31)
    if months is None or claim.cancelled or months.booked_by >= year_end:
        return Booked(claim)
    due_dates = list(_due_dates(months, months.booked_by, year_end))
    return _book(desk, replace(claim, months=replace(months, booked_by=year_end)), due_dates)


def end_by(desk: Desk, claim: Claim, last_due_on: date) -> Booked:
    """Letztmalige Fälligkeit (R84).

    Earlier than planned takes off what is due later; later than planned adds what the system's year lacks.
    """
    grown = grow(desk, claim)
    months = grown.claim.months
    if months is None:
        raise ValueError(f"{claim.kassenzeichen} has no months")
    moved = replace(grown.claim, months=replace(months, last_due_on=last_due_on))
    old = months.last_due_on
    if old is not None and old < last_due_on and moved.months is not None:
        since = max(old, date(desk.day.year - 1, 12, 31))
        booked = _book(desk, moved, list(_due_dates(moved.months, since, months.booked_by)))
    else:
        booked = book_each(desk, moved, _off_after(moved, last_due_on), _voucher(desk, "sollabgang"))
    return Booked(booked.claim, (*grown.postings, *booked.postings))


def delete(desk: Desk, claim: Claim) -> Booked:
    """Komplett löschen (R84): a Sollabgang for every Sollsatz; no more are added."""
    changes = {place: -each.soll_cents for place, each in enumerate(claim.sollsaetze)}
    return book_each(desk, replace(claim, cancelled=True), changes, _voucher(desk, "sollabgang"))


def _off_after(claim: Claim, last_due_on: date) -> dict[int, int]:
    return {
        place: -each.soll_cents
        for place, each in enumerate(claim.sollsaetze)
        if each.due_on > last_due_on and each.soll_cents
    }


def _due_dates(months: Months, after: date, by: date) -> Iterator[date]:
    """The day of `first_due_on` in each month, or that month's last: after the one day, by the other."""
    last = by if months.last_due_on is None else min(by, months.last_due_on)
    apart = max(0, (after.year - months.first_due_on.year) * 12 + after.month - months.first_due_on.month)
    while (due_on := add_months(months.first_due_on, apart)) <= last:
        if due_on > after:
            yield due_on
        apart += 1


def _book(desk: Desk, claim: Claim, due_dates: list[date]) -> Booked:
    """A month's Soll for each of these: on a Sollsatz that had been taken off, or a new one."""
    if claim.months is None:
        raise ValueError(f"{claim.kassenzeichen} has no months")
    there = {each.due_on for each in claim.sollsaetze}
    new = [Sollsatz(due_on=due_on, soll_cents=0) for due_on in due_dates if due_on not in there]
    each = tuple(sorted((*claim.sollsaetze, *new), key=lambda one: one.due_on))
    wanted = set(due_dates)
    changes = {place: claim.amount_cents for place, one in enumerate(each) if one.due_on in wanted}
    return book_each(desk, replace(claim, sollsaetze=each), changes, _voucher(desk, "sollzugang"))


def _voucher(desk: Desk, kind: Literal["sollzugang", "sollabgang"]) -> Voucher:
    return Voucher(kind=kind, booked_on=desk.day)
