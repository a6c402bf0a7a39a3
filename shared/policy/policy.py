"""A mandant's policy in time: which line is in force on a day, and which days are working days."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from shared.policy import calendars
from shared.policy.errors import PolicyError
from shared.policy.terms import Terms

_DAY = timedelta(days=1)


class Unset(Enum):
    """Where a municipality still owes a value: "unset", or no line yet."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a policy file: a value, and the first day on which it holds (None: since ever)."""

    from_: date | None
    value: object
    written: str
    source: str
    assumed: bool
    confirmed: str | None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A line that no source supports and that nobody has confirmed yet."""

    file: str
    key: str
    line: Line

    def __str__(self) -> str:
        since = f" from {self.line.from_}" if self.line.from_ else ""
        return f"{self.file}: {self.key} = {self.line.written}{since} (assumed: {self.line.source})"


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A mandant's policy. ``terms`` has one entry before the first change day and one from each on."""

    mandant: str
    name: str
    land: str
    file: str
    lines: Mapping[str, tuple[Line, ...]]
    change_days: tuple[date, ...]
    terms: tuple[Terms, ...]

    def on(self, day: date) -> Terms:
        """What holds on ``day``."""
        return self.terms[bisect_right(self.change_days, day)]

    def states_from(self, day: date) -> Iterator[tuple[date, date, Terms]]:
        """What holds from ``day`` on: the first day of each state, the first of the next, and the terms."""
        firsts = [day, *(change for change in self.change_days if change > day)]
        for first, following in zip(firsts, (*firsts[1:], date.max), strict=True):
            yield first, following, self.on(first)

    def version_on(self, day: date) -> str:
        """The mandant and the last day not after ``day`` on which a value changed."""
        return self.on(day).version

    def check(self, day: date) -> None:
        """PolicyError if a value in force on ``day`` is unset: better no start than a guess (C8, C15)."""
        if unset := self.on(day).unset:
            raise PolicyError("\n".join(unset))

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is Monday to Friday and no holiday in the mandant's Land."""
        return calendars.is_working_day(self.land, day)

    def working_day(self, day: date) -> date:
        """The first working day not before ``day`` (§ 193 BGB, § 26 (3) SGB X)."""
        while not calendars.is_working_day(self.land, day):
            day += _DAY
        return day

    def run_days(self, after: date, to: date) -> tuple[date, ...]:
        """The nominal dunning run days in (after, to], in the rhythm in force on ``to`` (R14, R28)."""
        return self.on(to).dunning.run.days(after, to)


class Policies(Mapping[str, Policy]):
    """The policies of all mandants that this installation serves."""

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        self._policies = dict(policies)

    def __getitem__(self, mandant: str) -> Policy:
        return self._policies[mandant]

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)

    def check(self, day: date) -> None:
        """PolicyError if any mandant has a value in force on ``day`` that is unset."""
        unset = [message for policy in self.values() for message in policy.on(day).unset]
        if unset:
            raise PolicyError("\n".join(unset))


def assumptions(policy: Policy) -> list[Assumption]:
    """The lines that no source supports and nobody confirmed; ``mahnwerk up`` asks about them."""
    return [
        Assumption(policy.file, key, line)
        for key, lines in policy.lines.items()
        for line in lines
        if line.assumed and line.confirmed is None
    ]
