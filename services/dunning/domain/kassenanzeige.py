"""Kassenanzeigen and the hand-over for a lawsuit after the third one (R62, R54, R55).

They are internal reminders to the office that booked the claim: blocks do not stop them (R64), and their days
do not move for weekends (C9).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from services.dunning.domain.model import Claim, Reminder
from shared.contracts.claims import ClaimView, SollsatzView
from shared.contracts.fields import LAST_KASSENANZEIGE
from shared.deadlines import add_months
from shared.policy import Terms

LAST_NUMBER = LAST_KASSENANZEIGE
_OPEN_AFTER_WRITE_OFF = "open-after-write-off"


@dataclass(frozen=True, slots=True)
class Due:
    """What is due next for an item, and from when on: a Kassenanzeige, or (`number` None) the lawsuit."""

    number: int | None
    on: date


def next_due(claim: Claim, sollsatz: SollsatzView, terms: Terms) -> Due | None:
    """What comes next for the item while it is open; None if nothing ever does."""
    view = claim.view
    if terms.treatment(view.einnahmeart) != "kassenanzeige" or sollsatz.open_cents <= 0:
        return None
    if any(hold.cause == _OPEN_AFTER_WRITE_OFF for hold in view.holds):
        return None
    return _after(claim.progress.item(sollsatz.due_on).reminder, sollsatz.due_on, terms)


def _after(last: Reminder | None, due_on: date, terms: Terms) -> Due | None:
    # From number 1 on, each counts from the day on which the one before it was issued (C9).
    schedule = terms.kassenanzeige
    if last is None:
        return Due(1, due_on + timedelta(days=schedule.first_after_days))
    if last.number < LAST_NUMBER:
        months = (schedule.second_after_months, schedule.third_after_months)[last.number - 1]
        return Due(last.number + 1, add_months(last.issued_on, months))
    if last.lawsuit:
        return None
    return Due(None, last.issued_on + timedelta(days=schedule.lawsuit_after_days))


def lawsuit_rules(view: ClaimView) -> tuple[str, ...]:
    """The rules that a hand-over for a lawsuit stands on."""
    return ("R62", *{"5612": ("R54",), "5622": ("R55",)}.get(view.einnahmeart, ()))


def lawsuit_office(view: ClaimView) -> str:
    """Who sues: JBC.21 against authorities (R54), JBC.23 or JBC.24 (R55), else the claim's office."""
    if view.einnahmeart == "5612":
        return "JBC.21"
    if view.einnahmeart == "5622":
        return "JBC.24" if view.legal_basis == "bgb-812" else "JBC.23"
    return view.office
