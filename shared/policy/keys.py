"""The keys of a policy file and what each may say ("Policy files" in the contracts)."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import get_args

from shared.contracts.codes import EINNAHMEARTEN, BlockReason
from shared.policy.run import Run
from shared.policy.terms import ConversionStep

# Limits on everything: a typo like 140000 days shall be found here, not centuries later.
_MAX_DAYS = 36_525
_MAX_MONTHS = 1_200
_MAX_YEARS = 100
_MAX_CENTS = 10**13
_MONTHLY = re.compile(r"monthly:([1-9]|[12][0-9]|3[01])")
_FORTNIGHTLY = re.compile(r"fortnightly:([0-9]{4}-[0-9]{2}-[0-9]{2})")

Kind = Callable[[object], object]
"""Reads a written value; ValueError, saying what is expected, if it is none."""


def _whole(most: int, unit: str) -> Kind:
    def read(value: object) -> int:
        if type(value) is not int or not 0 <= value <= most:  # a bool is no int here
            raise ValueError(f"a whole number of {unit}, 0 to {most}")
        return value

    return read


def _or_none(kind: Kind) -> Kind:
    def read(value: object) -> object:
        if value == "none":
            return None
        try:
            return kind(value)
        except ValueError as wrong:
            raise ValueError(f'{wrong}, or "none"') from None

    return read


def _one_of(*words: str) -> Kind:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(" | ".join(f'"{word}"' for word in words))
        return value

    return read


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - the caller collects ValueErrors
    return value


def _office(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("the name of an office")
    return value


def _account(value: object) -> str:
    """An account number, with or without quotation marks."""
    if type(value) is int and value > 0:
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError("an account number")
    return value


def _run(value: object) -> Run:
    if value == "daily":
        return Run("daily")
    if isinstance(value, str) and (monthly := _MONTHLY.fullmatch(value)):
        return Run("monthly", day_of_month=int(monthly[1]))
    if isinstance(value, str) and (fortnightly := _FORTNIGHTLY.fullmatch(value)):
        with suppress(ValueError):  # 30 February
            return Run("fortnightly", anchor=date.fromisoformat(fortnightly[1]))
    raise ValueError('"daily" | "monthly:12" (1 to 31) | "fortnightly:2015-01-05"')


def _conversion(value: object) -> tuple[ConversionStep, ...]:
    """The steps of R93, amounts rising; only the last may leave it to a clerk (``manual = true``)."""
    if value == "none":
        return ()
    if not isinstance(value, list) or not value:
        raise ValueError(_CONVERSION)
    steps = tuple(_conversion_step(step) for step in value)
    limits = [step.up_to_cents for step in steps]
    rising = [limit for limit in limits if limit is not None]
    if None in limits[:-1] or rising != sorted(set(rising)):
        raise ValueError(_CONVERSION)
    return steps


def _conversion_step(step: object) -> ConversionStep:
    if not isinstance(step, dict) or "after_years" not in step:
        raise ValueError(_CONVERSION)
    years, cents = step["after_years"], step.get("up_to_cents")
    if type(years) is not int or not 0 <= years <= _MAX_YEARS:
        raise ValueError(_CONVERSION)
    if set(step) == {"up_to_cents", "after_years"} and type(cents) is int and 0 < cents <= _MAX_CENTS:
        return ConversionStep(cents, years)
    if set(step) == {"manual", "after_years"} and step["manual"] is True:
        return ConversionStep(None, years)
    raise ValueError(_CONVERSION)


_CONVERSION = (
    '"none" | [{ up_to_cents = 49999, after_years = 1 }, …, { manual = true, after_years = 3 }], rising'
)

_days = _whole(_MAX_DAYS, "days")
_months = _whole(_MAX_MONTHS, "months")
_years = _whole(_MAX_YEARS, "years")
_cents = _whole(_MAX_CENTS, "cents")

KEYS: dict[str, Kind] = {
    "claims.default_due_days": _or_none(_days),
    "claims.large_amount_cents": _or_none(_cents),
    "dunning.run": _run,
    "dunning.min_days_overdue": _days,
    "dunning.small_amount_cents": _cents,
    "dunning.pay_within_days": _days,
    "dunning.handover_after_days": _days,
    "dunning.handover_anchor": _one_of("notice", "deadline"),
    "dunning.fees": _one_of("none", "nrw", "ni"),
    **{f"dunning.treatment.{e}": _one_of("dun", "kassenanzeige", "never") for e in EINNAHMEARTEN},
    "kassenanzeige.first_after_days": _days,
    "kassenanzeige.second_after_months": _months,
    "kassenanzeige.third_after_months": _months,
    "kassenanzeige.copy_to": _office,
    "kassenanzeige.lawsuit_after_days": _days,
    "blocks.next_day_switch": _flag,
    "blocks.offset_watch_days": _days,
    "blocks.expiry_notice_days": _days,
    **{f"blocks.max_days.{reason}": _days for reason in get_args(BlockReason)},
    "enforcement.small_amount_cents": _cents,
    "enforcement.announcement_days": _days,
    "enforcement.office_first": _flag,
    "enforcement.instalment_grace_days": _days,
    "enforcement.insolvency_minimum_cents": _cents,
    "write_off.befristet_allowed": _flag,
    "write_off.account": _or_none(_account),
    "write_off.prefix_aktenzeichen": _flag,
    "write_off.conversion": _conversion,
    "limitation.years": _years,
    "limitation.from": _one_of("known", "final"),
    "limitation.cap_years": _or_none(_years),
    "limitation.ex_officio_below_cents": _cents,
    "limitation.warning_days": _days,
}
