"""What enforcement will do next about a claim if nothing else happens: its own decisions on days to come."""

from datetime import date
from typing import Final

from services.enforcement.domain.day import open_day
from services.enforcement.domain.desk import Desk
from services.enforcement.domain.model import DAY, Account, Case
from shared.contracts.enforcement import (
    EnforcementAnnounced,
    EnforcementClosed,
    EnforcementStarted,
    InstalmentMissed,
)
from shared.deciding import MOST_DAYS, NextStep
from shared.events import Emitter
from shared.policy import Policy

_WHAT: Final = {
    EnforcementAnnounced.TYPE: "announcement",
    EnforcementStarted.TYPE: "start",
    InstalmentMissed.TYPE: "instalment-missed",
    EnforcementClosed.TYPE: "closed",
}


def forecast(account: Account, kassenzeichen: str, last: date, policy: Policy) -> NextStep | None:
    """Look ahead from the last opened day, every day after it being opened. None: the claim is in no case."""
    case = account.case_of(kassenzeichen)
    if case is None:
        return None
    if account.parked:
        return NextStep("none", None, "parked", None)
    ahead, day = account, last + DAY  # what came in since the last day counts on the very next one
    for _ in range(MOST_DAYS):
        if ahead.next_action_on is None:
            break
        day = max(day, ahead.next_action_on)
        out = Emitter("forecast", 0, "", "", day)
        ahead = open_day(ahead, Desk(day, policy, out))
        for event in out.events:
            if event.type in _WHAT and getattr(event.payload, "case_id", None) == case.case_id:
                return NextStep(_WHAT[event.type], day, "due", getattr(event.payload, "because", None))
        if ahead.case_of(kassenzeichen) is None:
            return NextStep("leaves", day, "not-pursued", None)
    return NextStep("none", None, _why_not(case, last), None)


def _why_not(case: Case, last: date) -> str:
    if case.plan is not None:
        return "plan"
    if case.start_on is None:
        return case.track or "nothing-asked"
    return "small-amount" if case.start_on <= last else "due"
