"""What holds on a day: the values of a policy, typed, for the domain to ask.

A value that is ``unset`` has no attribute here: asking for it raises PolicyError, no guess (C8, C15).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn, Self, TypeVar

from shared.policy.errors import PolicyError
from shared.policy.run import Run

Treatment = Literal["dun", "kassenanzeige", "never"]

_Value = TypeVar("_Value")


class Section:
    """A table of a policy file on one day; reading a value that is unset raises PolicyError."""

    __slots__ = ("_unset",)

    _unset: Mapping[str, str]

    @classmethod
    def of(cls, values: Mapping[str, object], unset: Mapping[str, str]) -> Self:
        """A section with these values; ``unset`` says for the others what is to be done about them."""
        section = cls.__new__(cls)
        object.__setattr__(section, "_unset", unset)
        for name, value in values.items():
            object.__setattr__(section, name, value)
        return section

    if not TYPE_CHECKING:  # a type checker shall still find a misspelt name

        def __getattr__(self, name: str) -> NoReturn:
            """Called for slots without a value only."""
            if name in self._unset:
                raise PolicyError(self._unset[name])
            raise AttributeError(f"{type(self).__name__} has no {name}")


class Table(dict[str, _Value]):
    """A table by code (Einnahmeart, block reason); reading one that is unset raises PolicyError."""

    __slots__ = ("_unset",)

    def __init__(self, values: Mapping[str, _Value], unset: Mapping[str, str]) -> None:
        super().__init__(values)
        self._unset = unset

    def __missing__(self, code: str) -> NoReturn:
        if code in self._unset:
            raise PolicyError(self._unset[code])
        raise KeyError(code)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Claims(Section):
    """[claims]: days after ``decided_on`` (R79; None: ``due_on`` is mandatory), large amounts (R24)."""

    default_due_days: int | None
    large_amount_cents: int | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dunning(Section):
    """[dunning]: R3, R4, R14, R15, R28; fee schedules of d3."""

    run: Run
    min_days_overdue: int
    small_amount_cents: int
    pay_within_days: int
    handover_after_days: int
    handover_anchor: Literal["notice", "deadline"]
    fees: Literal["none", "nrw", "ni"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Kassenanzeige(Section):
    """[kassenanzeige]: the schedule of R62."""

    first_after_days: int
    second_after_months: int
    third_after_months: int
    copy_to: str
    lawsuit_after_days: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Blocks(Section):
    """[blocks]: maximum days by reason (R65), next-day switch (R67), watches (R71, R72)."""

    max_days: Mapping[str, int]
    next_day_switch: bool
    offset_watch_days: int
    expiry_notice_days: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Enforcement(Section):
    """[enforcement]: R5, R6, R16, R18, R30."""

    small_amount_cents: int
    announcement_days: int
    office_first: bool
    instalment_grace_days: int
    insolvency_minimum_cents: int


@dataclass(frozen=True, slots=True)
class ConversionStep:
    """Amounts up to ``up_to_cents`` become unbefristet after so many years; None: a clerk decides (R93)."""

    up_to_cents: int | None
    after_years: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WriteOff(Section):
    """[write_off]: R12, R42, R86, R87, R93."""

    befristet_allowed: bool
    account: str | None
    prefix_aktenzeichen: bool
    conversion: tuple[ConversionStep, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Limitation(Section):
    """[limitation]: § 50 (4) SGB X or §§ 195, 199 BGB; R89–R91. ``from_`` is the key ``from``."""

    years: int
    from_: Literal["known", "final"]
    cap_years: int | None
    ex_officio_below_cents: int
    warning_days: int


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """All that holds for a mandant on a day; ``version`` is what a ``because`` cites.

    ``unset`` names, one message each, what the municipality still must set for this day.
    """

    version: str
    claims: Claims
    dunning: Dunning
    treatments: Mapping[str, Treatment]
    kassenanzeige: Kassenanzeige
    blocks: Blocks
    enforcement: Enforcement
    write_off: WriteOff
    limitation: Limitation
    unset: tuple[str, ...]

    def treatment(self, einnahmeart: str) -> Treatment:
        """What is done about an unpaid claim of this Einnahmeart (R51–R61, C8)."""
        return self.treatments[einnahmeart]
