"""What dunning will do next about a claim if nothing else happens: its own decisions on days to come."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain

from services.dunning.domain.decide import Decision, decide
from services.dunning.domain.model import Account
from services.dunning.domain.next_action import next_action_on
from services.dunning.domain.runs import run_owed
from services.dunning.domain.today import Today
from shared.accounts import is_barred, is_blocked, is_held
from shared.contracts.answers import HandoverIssued
from shared.contracts.dunning import DunningNoticeIssued, DunningNoticeWithdrawn, KassenanzeigeIssued
from shared.deciding import MOST_DAYS, NextStep
from shared.policy import Policy

_DAY = timedelta(days=1)


def forecast(account: Account, kassenzeichen: str, opened: Sequence[date], policy: Policy) -> NextStep:
    """Look ahead from the last opened day (`opened`: latest first), every day after it being opened."""
    ahead, day = account, opened[0] + _DAY  # what came in since the last day counts on the very next one
    for _ in range(MOST_DAYS):
        today = Today(day, policy, run_owed(policy, day, _opened_before(day, opened)), _no_id)
        ahead, decisions = decide(ahead, today)
        for decision in decisions:
            if _concerns(decision, kassenzeichen):
                return NextStep(_what(decision), day, "due", decision.because)
        next_on = next_action_on(ahead, day, policy)
        if next_on is None:
            break
        day = next_on
    return NextStep("none", None, _why_not(account, kassenzeichen, opened[0], policy), None)


def _opened_before(day: date, opened: Sequence[date]) -> Iterator[date]:
    to_come = (day - n * _DAY for n in range(1, (day - opened[0]).days))
    return chain(to_come, opened)


def _no_id(*_parts: str) -> str:
    return ""


def _concerns(decision: Decision, kassenzeichen: str) -> bool:
    match decision:
        case KassenanzeigeIssued():
            return decision.kassenzeichen == kassenzeichen
        case HandoverIssued() | DunningNoticeWithdrawn():
            return kassenzeichen in decision.kassenzeichen
        case _:
            return any(item.kassenzeichen == kassenzeichen for item in decision.items)


def _what(decision: Decision) -> str:
    match decision:
        case KassenanzeigeIssued():
            return "kassenanzeige"
        case HandoverIssued():
            return "lawsuit"
        case DunningNoticeWithdrawn():
            return "withdrawal"
        case DunningNoticeIssued():
            return "notice"
        case _:
            return "hand-over"


def _why_not(account: Account, kassenzeichen: str, day: date, policy: Policy) -> str:
    claim = account.claims.get(kassenzeichen)
    if claim is None or claim.view.open_cents == 0:
        return "nothing-open"
    treatment = policy.on(day).treatment(claim.view.einnahmeart)
    reasons = {
        "never-dunned": treatment == "never",
        "deferred": any(hold.cause == "deferred" for hold in claim.view.holds),
        "held": is_held(claim.view),
        "lawsuit-handed-over": treatment == "kassenanzeige",
        "barred": all(
            is_barred(claim.view, each.due_on) for each in claim.view.sollsaetze if each.open_cents
        ),
        "blocked": is_blocked(claim.view, day),
        "in-enforcement": any(item.cycle and item.cycle.case_id for item in claim.progress.items.values()),
    }
    return next((reason for reason, holds in reasons.items() if holds), "small-amount")
