"""The nouns: an account with the cases against it, and what waits for a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from shared.contracts.claims import ClaimView
from shared.contracts.codes import Track
from shared.contracts.fields import Instalment
from shared.policy import Policy

DAY = timedelta(days=1)


class Stage(StrEnum):
    """How far a case is; a closed one is no longer kept, its events tell."""

    REQUESTED = "requested"  # nothing was asked when it arrived, so nothing is announced yet
    ANNOUNCED = "announced"
    STARTED = "started"
    PLAN = "plan"


class Start(StrEnum):
    """Why enforcement of a case is to start, or to start again."""

    ANNOUNCED = "announced"
    EXHAUSTED = "exhausted"
    REFUSED = "refused"
    INSTALMENT_MISSED = "instalment-missed"
    PLAN_ENDED = "plan-ended"


@dataclass(frozen=True, slots=True)
class Item:
    """What is open of a claim for one due date."""

    kassenzeichen: str
    due_on: date

    @property
    def key(self) -> tuple[str, date]:
        """What tells items apart within a mandant, as in `shared.accounts`."""
        return self.kassenzeichen, self.due_on


@dataclass(frozen=True, slots=True)
class Plan:
    """Instalments (oldest first), counted against what was asked when the plan began."""

    baseline_cents: int
    instalments: tuple[Instalment, ...]
    checked: int = 0  # so many instalments' days of grace are over, and they were covered
    missed_due_on: date | None = None  # the one that was not; said on the next working day


@dataclass(frozen=True, slots=True)
class Case:
    """One request for enforcement, and what has become of it. `items` are those that have not left."""

    case_id: str
    items: tuple[Item, ...]
    announced_on: date | None = None
    pay_by: date | None = None
    track: Track | None = None
    started_on: date | None = None
    start_on: date | None = None  # the first day on which it is to start; passed: it rests
    start_cause: Start = Start.ANNOUNCED
    plan: Plan | None = None

    @property
    def stage(self) -> Stage:
        """Where the case stands."""
        if self.plan is not None:
            return Stage.PLAN
        if self.started_on is not None:
            return Stage.STARTED
        return Stage.REQUESTED if self.announced_on is None else Stage.ANNOUNCED

    def has(self, kassenzeichen: str) -> bool:
        """Whether an item of the claim is in the case."""
        return any(item.kassenzeichen == kassenzeichen for item in self.items)

    def to_start(self, cause: Start, not_before: date, policy: Policy) -> "Case":
        """The case without a plan, to be started (again) on a working day, after the announced `pay_by`.

        A case that was never announced is announced first.
        """
        if self.pay_by is None:
            return replace(self, plan=None)
        first = policy.working_day(max(not_before, self.pay_by + DAY))
        return replace(self, plan=None, start_on=first, start_cause=cause)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A befristet written-off claim that its office is to look at again (R11, Wiedervorlage)."""

    kassenzeichen: str
    office: str
    on: date


@dataclass(frozen=True, slots=True)
class Account:
    """A debtor's account (Personenkonto) as enforcement needs it.

    `claims` has those with something open or written off; it is empty while there is neither a case nor a
    follow-up, because nothing is asked of it then. `next_action_on`: the first day whose opening may change
    something. A parked account is left alone until it is released.
    """

    mandant: str
    debtor_ref: str
    credit_cents: int = 0
    claims: Mapping[str, ClaimView] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    next_action_on: date | None = None
    parked: bool = False

    def case_of(self, kassenzeichen: str) -> Case | None:
        """The open case that the claim is in."""
        return next((case for case in self.cases if case.has(kassenzeichen)), None)

    def case(self, case_id: str) -> Case | None:
        """The open case with this id."""
        return next((case for case in self.cases if case.case_id == case_id), None)

    def with_case(self, case: Case) -> "Account":
        """The account with this case in the place of its former state."""
        return replace(self, cases=tuple(case if case.case_id == old.case_id else old for old in self.cases))
