"""Dunning runs: whether one is owed on a working day, and when the next one is due (R14, R28)."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from shared.policy import Policy

_DAY = timedelta(days=1)
_LONGEST_PAUSE = timedelta(days=62)  # two months: longer than from any nominal run day to the next


def run_owed(policy: Policy, day: date, opened_before: Iterable[date]) -> bool:
    """Whether a nominal run day lies after the last opened working day, up to the working day `day`.

    A run whose day was no working day, or was not opened, is made up on the next one that is. `opened_before`
    are the days opened before `day`, latest first; runs are owed from the first opened day on.
    """
    first = day
    for opened in opened_before:
        if policy.is_working_day(opened):
            return bool(policy.run_days(opened, day))
        first = opened
    return bool(policy.run_days(first - _DAY, day))


@lru_cache(maxsize=256)  # asked for every account of a day, with the same answer
def next_run_on(policy: Policy, day: date) -> date | None:
    """The next nominal run day after `day` in the rhythm that is in force on `day`."""
    return next(iter(policy.on(day).dunning.run.days(day, day + _LONGEST_PAUSE)), None)
