"""Working days, runs and months, once more. Which days are holidays is taken from the policy."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.policy import Policy
from tests.sim.reference.books import DAY


def working_day(policy: Policy, day: date) -> date:
    """The first working day not before the day."""
    while not policy.is_working_day(day):
        day += DAY
    return day


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    first = day.year * 12 + day.month - 1 + months
    year, month = divmod(first, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY).day
    return date(year, month + 1, min(day.day, last))


def run_owed(policy: Policy, day: date, opened: Iterable[date]) -> bool:
    """Whether a nominal run day lies after the last opened working day; `opened`: earlier days, in order."""
    before = list(opened)
    working = [each for each in before if policy.is_working_day(each)]
    first = working[-1] + DAY if working else min([*before, day])
    return any(_is_run(policy, first + timedelta(days=n), day) for n in range((day - first).days + 1))


def _is_run(policy: Policy, nominal: date, day: date) -> bool:
    # A dated change of the rhythm counts from the day that is opened.
    run = policy.on(day).dunning.run
    match run.kind:
        case "daily":
            return True
        case "monthly":
            last = (months_later(nominal.replace(day=1), 1) - DAY).day
            return nominal.day == min(run.day_of_month, last)
        case _:
            return (nominal - run.anchor).days % 14 == 0
