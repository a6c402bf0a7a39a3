"""Verjährung (R89-R91, d2): when it ends, who is told, and what is not pursued any more.

A one-off claim counts from when it arose, became known or final; each Sollsatz of a running one at the
earliest from its due date.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec.structs import replace

from services.claims.domain.allocate import shares
from services.claims.domain.desk import Desk
from services.claims.domain.handover import handover
from services.claims.domain.model import Claim, Limitation, Sollsatz
from shared.contracts import HandoverIssued
from shared.deadlines import add_months
from shared.policy import Limitation as LimitationTerms

_DAY: Final = timedelta(days=1)
_OLD_LAW: Final = date(2001, 12, 31)  # R91, C11: what arose before 2002 (C12) counts from its first day
_Open: TypeAlias = list[tuple[Sollsatz, int]]  # with how much is open


class _Period(NamedTuple):
    """What is open for a due date, and the last day on which it is not barred."""

    due_on: date
    ends_on: date
    open_cents: int


def ends_on(claim: Claim, sollsatz: Sollsatz, terms: LimitationTerms) -> date | None:
    """The last day of the limitation period; None: what it counts from is not known (T23).

    `known`: the year's end after so many years from arising and knowledge, at the latest the cap, to the
    day after arising. `final`: the year's end after so many years from Bestandskraft.
    """
    due_on = sollsatz.due_on if claim.months is not None else date.min
    if terms.from_ == "final":
        return None if claim.final_on is None else _year_end(max(claim.final_on, due_on), terms.years)
    arose_on = max(claim.arose_on, due_on, _OLD_LAW)
    ends = []
    if claim.known_on is not None:
        ends.append(_year_end(max(arose_on, claim.known_on), terms.years))
    if terms.cap_years is not None:
        ends.append(add_months(arose_on, 12 * terms.cap_years))
    return min(ends, default=None)


def limited(desk: Desk, claim: Claim) -> Claim:
    """The claim with its limitation as of the system's day, and the next day on which that needs a look."""
    terms, open_ = desk.terms.limitation, _open(claim)
    periods = _periods(claim, open_, terms)
    limitation = Limitation(
        ends_on=_first_end(claim, periods, terms),
        barred=_due_dates(_barred(periods, terms, desk.day)),
        warned=claim.limitation.warned,
        noted=claim.limitation.noted,
    )
    look_on = _look_on(desk, claim, open_, limitation)
    if look_on is not None:
        limitation = replace(limitation, look_on=look_on)
    return claim if limitation == claim.limitation else replace(claim, limitation=limitation)


def messages(desk: Desk, claim: Claim, new_id: Callable[..., str]) -> tuple[Claim, list[HandoverIssued]]:
    """What the claim's office is told today, once for each claim and year, and the claim after it.

    A warning while there is time to act; a note of what is barred and not pursued, by two persons (R90).
    """
    terms = desk.terms.limitation
    warned, noted = _untold(claim.limitation, _periods(claim, _open(claim), terms), terms, desk.day)
    told = [_told(desk, claim, "limitation-warning", each, new_id) for each in _by_year(warned)]
    told += [_told(desk, claim, "limitation-note", each, new_id) for each in _by_year(noted)]
    limitation = replace(
        claim.limitation,
        warned=(*claim.limitation.warned, *_years(warned)),
        noted=(*claim.limitation.noted, *_years(noted)),
    )
    return replace(claim, limitation=limitation), told


def _year_end(day: date, years: int) -> date:
    return date(day.year + years, 12, 31)


def _open(claim: Claim) -> _Open:
    return [
        (sollsatz, share.open_cents)
        for sollsatz, share in zip(claim.sollsaetze, shares(claim), strict=True)
        if share.open_cents
    ]


def _first_end(claim: Claim, periods: list[_Period], terms: LimitationTerms) -> date | None:
    """When the first of what is open is barred; of a paid claim, when it would have been.

    Without the latter it would hang on the order of one day's payment and Bestandskraft whether there is a
    change to tell of.
    """
    ends = [each.ends_on for each in periods]
    ends = ends or [end for each in claim.sollsaetze if (end := ends_on(claim, each, terms)) is not None]
    return min(ends, default=None)


def _periods(claim: Claim, open_: _Open, terms: LimitationTerms) -> list[_Period]:
    return [
        _Period(sollsatz.due_on, last, open_cents)
        for sollsatz, open_cents in open_
        if (last := ends_on(claim, sollsatz, terms)) is not None
    ]


def _barred(periods: list[_Period], terms: LimitationTerms, day: date) -> list[_Period]:
    """What is not pursued: barred, and together below the limit. At or above it only an objection counts."""
    over = [each for each in periods if each.ends_on < day]
    return over if sum(each.open_cents for each in over) < terms.ex_officio_below_cents else []


def _untold(
    known: Limitation, periods: list[_Period], terms: LimitationTerms, day: date
) -> tuple[list[_Period], list[_Period]]:
    """What is to be warned about, and what is to be noted, on the day."""
    warning = timedelta(days=terms.warning_days)
    warned = [
        each
        for each in periods
        if each.ends_on - warning <= day <= each.ends_on and each.ends_on.year not in known.warned
    ]
    noted = [each for each in _barred(periods, terms, day) if each.ends_on.year not in known.noted]
    return warned, noted


def _look_on(desk: Desk, claim: Claim, open_: _Open, known: Limitation) -> date | None:
    """The first day on which something is to be told, or is barred; today where its opening is under way."""
    if not open_:
        return None
    for first, following, terms in desk.policy.states_from(desk.day):
        limits = terms.limitation
        periods = _periods(claim, open_, limits)
        warning = timedelta(days=limits.warning_days)
        turns = {turn for each in periods for turn in (each.ends_on - warning, each.ends_on + _DAY)}
        if known.barred or any(turn < first for turn in turns):  # else nothing is different before a turn
            turns.add(first)
        for day in sorted(turn for turn in turns if first <= turn < following):
            barred = _due_dates(_barred(periods, limits, day))
            if barred != known.barred or any(_untold(known, periods, limits, day)):
                return day
    return None


def _due_dates(periods: list[_Period]) -> tuple[date, ...]:
    return tuple(each.due_on for each in periods)


def _years(periods: list[_Period]) -> list[int]:
    return sorted({each.ends_on.year for each in periods})


def _by_year(periods: list[_Period]) -> list[list[_Period]]:
    return [[each for each in periods if each.ends_on.year == year] for year in _years(periods)]


def _told(
    desk: Desk,
    claim: Claim,
    kind: Literal["limitation-warning", "limitation-note"],
    periods: list[_Period],
    new_id: Callable[..., str],
) -> HandoverIssued:
    first = min(each.ends_on for each in periods)
    terms = desk.terms.limitation
    return handover(
        desk,
        claim,
        desk.because(
            *(("R90",) if kind == "limitation-note" else ()),
            "§ 50 (4) SGB X" if terms.from_ == "final" else "R91",
            arose_on=claim.arose_on if terms.from_ == "known" else None,
            known_on=claim.known_on if terms.from_ == "known" else None,
            final_on=claim.final_on if terms.from_ == "final" else None,
            years=terms.years,
            cap_years=terms.cap_years,
            **(
                {"ex_officio_below_cents": terms.ex_officio_below_cents}
                if kind == "limitation-note"
                else {"warning_days": terms.warning_days}
            ),
        ),
        kind=kind,
        handover_id=new_id(kind, claim.mandant, claim.kassenzeichen, str(first.year)),
        payload={
            "limitation_on": first.isoformat(),
            "barred_from": (first + _DAY).isoformat(),
            "open_cents": sum(each.open_cents for each in periods),
        },
    )
