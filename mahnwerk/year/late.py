"""What is told too late: a notice is withdrawn for what had been paid, or was blocked, on its day."""

from datetime import date, timedelta
from typing import Final

from mahnwerk.year import claims
from mahnwerk.year.people import adult
from mahnwerk.year.town import Desk

_DECIDED_ON: Final = date(2026, 3, 10)
_WEEK: Final = timedelta(days=7)


def live(desk: Desk) -> None:
    """A payment that the bank had for weeks, and an objection that lay in another office."""
    _paid(desk)
    _objected(desk)


def _paid(desk: Desk) -> None:
    """One of two claims of a notice: its fee is computed again on the other one."""
    person = adult(desk, "P-9301")
    claim, other = (claims.create(desk, person, "5621", _DECIDED_ON) for _ in range(2))
    told = claim.due_on + timedelta(days=desk.town.noticed_after) + _WEEK
    for each, booked_on in ((claim, claim.due_on + timedelta(days=1)), (other, told + _WEEK)):
        day, number = max(told, booked_on), each.kassenzeichen
        claims.pay_exactly(desk, day, number, each.amount_cents, booked_on=booked_on)


def _objected(desk: Desk) -> None:
    """T from before the notice; it is withdrawn, and what is open is paid when the objection is decided."""
    claim = claims.create(desk, adult(desk, "P-9302"), "5621", _DECIDED_ON)
    set_on = claim.due_on + timedelta(days=1)
    told = claim.due_on + timedelta(days=desk.town.noticed_after) + _WEEK
    number = claim.kassenzeichen
    desk.send(told, "block-set.v1", kassenzeichen=number, reason="T", set_on=set_on)
    lifted_on = told + 5 * _WEEK
    desk.send(lifted_on, "block-lifted.v1", kassenzeichen=number, reason="T", lifted_on=lifted_on)
    claims.pay(desk, claim, lifted_on + _WEEK, claim.amount_cents)
