"""Enforcement: what becomes of each case. One municipality."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.sim.reference.books import DAY, Books, Claim, Data
from tests.sim.reference.calendar import working_day
from tests.sim.reference.dunner import Told, asked, taken_over_due
from tests.sim.reference.write_offs import oldest_given_up

Key = tuple[str, date]


@dataclass(slots=True)
class Case:
    """A request, and what has become of it."""

    id: str
    payer: str
    items: list[Key]
    pay_by: date | None = None
    track: str | None = None
    started: bool = False
    start_on: date | None = None
    plan: list[tuple[date, int]] | None = None
    baseline: int = 0
    checked: int = 0
    missed: date | None = None


@dataclass(slots=True)
class Enforcer:
    """All cases, and what they say. `told` collects it."""

    books: Books
    told: list[Told] = field(default_factory=list)
    _cases: list[Case] = field(default_factory=list)
    _follow_ups: dict[str, tuple[str, date]] = field(default_factory=dict)

    def touched(self, claim: Claim, before: Data, day: date) -> None:
        """What is no longer open leaves at once."""
        for case in self._of(claim.payer):
            gone = {}
            for key in case.items:
                if key[0] == claim.number and _is_settled(claim, key[1]):
                    gone[key] = _how(before, claim)
            self._leave(case, gone, day)
        if claim.written_off < before["written_off"] and claim.open > before["open"]:  # taken back
            self._follow_ups.pop(claim.number, None)

    def request(self, data: Data, day: date) -> None:
        """A hand-over is a case, announced at once."""
        taken = {key for case in self._of(data["debtor_ref"]) for key in case.items}
        named = [(item["kassenzeichen"], date.fromisoformat(item["due_on"])) for item in data["items"]]
        case = Case(data["case_id"], data["debtor_ref"], [key for key in named if key not in taken])
        if not case.items:
            return
        self._cases.append(case)
        nothing = {"ist": 0, "written_off": 0}
        claims = self.books.claims
        settled = [key for key in case.items if _is_settled(claims[key[0]], key[1])]
        self._leave(case, {key: _how(nothing, claims[key[0]]) for key in settled}, day)
        if case in self._cases:
            self._announce(case, day)

    def withdraw(self, data: Data, day: date) -> None:
        """The notice behind some items should not have been: they leave the case that it led to."""
        for case in self._of(data["debtor_ref"]):
            named = {
                (each["kassenzeichen"], date.fromisoformat(each["due_on"]))
                for each in data["items"]
                if each.get("case_id") == case.id
            }
            self._leave(case, {key: "withdrawn" for key in case.items if key in named}, day)

    def take_over(self, claim: Claim, before: Data, day: date) -> None:
        """A case that another system started goes on."""
        if before["stage"] != "in_enforcement" or self.books.policy.on(day).treatment(claim.art) != "dun":
            return
        items = [(claim.number, due_on) for due_on in taken_over_due(self.books, claim, before, day)]
        track = "office" if self.books.policy.on(day).enforcement.office_first else "field"
        pay_by = date.fromisoformat(before["pay_by"])
        if not items:
            return
        same = next((case for case in self._of(claim.payer) if case.id == before["case_id"]), None)
        if same is None:
            self._cases.append(Case(before["case_id"], claim.payer, items, pay_by, track, started=True))
        else:
            same.items += items
        self.touched(claim, {"ist": 0, "written_off": 0}, day)

    def report(self, type_: str, data: Data, day: date) -> str:
        """A report: how it has to be answered."""
        number = data["kassenzeichen"]
        claim = self.books.claims[number]
        case = next((each for each in self._of(claim.payer) if any(k[0] == number for k in each.items)), None)
        if case is None:
            return "no-open-case"
        if type_ == "office-report.v1":
            if data["exhausted"]:
                case.track = "field"
                if case.started and case.plan is None:
                    self._to_start(case, working_day(self.books.policy, day + DAY))
            return "ok"
        if data["outcome"] == "instalments_agreed":
            return self._agree(case, data["instalments"], day)
        if data["outcome"] != "paid":
            numbers = tuple(dict.fromkeys(key[0] for key in case.items))
            total = _sum(case, self._figures(case.payer, day))
            for kind, to in (
                ("collectability-check", "Kasse"),
                ("write-off-document", "RS"),
                ("write-off-task", "LSB"),
            ):
                self._tell(kind, case.payer, day, to, numbers, case.id, total)
        return "ok"

    def written_off(self, claim: Claim, data: Data, day: date) -> None:
        """A decision about a write-off."""
        if data["decision"] == "refused":
            case = next(
                (each for each in self._of(claim.payer) if any(k[0] == claim.number for k in each.items)),
                None,
            )
            if case is not None and case.started and case.plan is None:
                self._to_start(case, working_day(self.books.policy, day + DAY))
            return
        due = [each.open for each in claim.standing() if claim.rate is None or each.month.due_on <= day]
        if sum(due):
            account = self.books.policy.on(day).write_off.account
            oldest = oldest_given_up(claim, day).isoformat()
            common = (claim.payer, day, "RS", (claim.number,))
            self._tell("post-write-off", *common, data["decision"], sum(due), oldest, account)
        if data["decision"] != "erlass":
            self._follow_ups.pop(claim.number, None)
        if data["decision"] == "befristet" and data.get("follow_up_on"):
            self._follow_ups[claim.number] = (claim.office, date.fromisoformat(data["follow_up_on"]))

    def day(self, day: date) -> None:
        """What the day brings."""
        policy = self.books.policy
        works = policy.is_working_day(day)
        for payer in sorted({case.payer for case in self._cases}):
            figures = self._figures(payer, day)
            if works:
                for case in self._of(payer):
                    self._leave(case, {key: "withdrawn" for key in case.items if key not in figures}, day)
            cases = self._of(payer)
            of_all = sum(_sum(case, figures) for case in cases)
            for case in cases:
                self._check(case, _sum(case, figures), day)
                if works:
                    self._step(case, _sum(case, figures), of_all, day)
        for number, (office, on) in list(self._follow_ups.items()):
            if on <= day:
                del self._follow_ups[number]
                claim = self.books.claims[number]
                if claim.written_off:
                    self._tell(
                        "follow-up", claim.payer, day, office, (number,), "befristet", claim.written_off
                    )

    # ------------------------------------------------------------------ steps

    def _of(self, payer: str) -> list[Case]:
        return [case for case in self._cases if case.payer == payer]

    def _figures(self, payer: str, day: date) -> dict[Key, int]:
        return {each.key: each.cents for each in asked(self.books, payer, day)}

    def _tell(self, kind: str, payer: str, day: date, *more: Any) -> None:  # noqa: ANN401
        self.told.append((kind, self.books.mandant, payer, day.isoformat(), *more))

    def _leave(self, case: Case, gone: dict[Key, str], day: date) -> None:
        if not gone:
            return
        last = [key for key in case.items if key in gone][-1]
        case.items = [key for key in case.items if key not in gone]
        if not case.items:
            self._cases.remove(case)
            self._tell("closed", case.payer, day, case.id, gone[last])

    def _announce(self, case: Case, day: date) -> None:
        policy = self.books.policy
        total = _sum(case, self._figures(case.payer, day))
        if total <= 0:
            return
        wait = timedelta(days=policy.on(day).enforcement.announcement_days)
        case.pay_by = working_day(policy, day + wait)
        self._tell("announced", case.payer, day, case.id, case.pay_by.isoformat(), total)
        self._to_start(case, day)

    def _to_start(self, case: Case, not_before: date) -> None:
        case.plan = case.missed = None
        if case.pay_by is not None:
            case.start_on = working_day(self.books.policy, max(not_before, case.pay_by + DAY))

    def _agree(self, case: Case, instalments: Iterable[Data], day: date) -> str:
        total = _sum(case, self._figures(case.payer, day))
        if sum(each["amount_cents"] for each in instalments) < total:
            return "instalments-mismatch"
        plan, left = [], total
        for each in sorted(instalments, key=lambda one: one["due_on"]):
            if left > 0:
                plan.append((date.fromisoformat(each["due_on"]), min(left, each["amount_cents"])))
                left -= each["amount_cents"]
        if plan:
            case.plan, case.baseline, case.checked, case.missed, case.start_on = plan, total, 0, None, None
            rates = tuple((due_on.isoformat(), cents) for due_on, cents in plan)
            self._tell("plan", case.payer, day, case.id, rates)
        return "ok"

    def _check(self, case: Case, asked_now: int, day: date) -> None:
        if case.plan is None:
            return
        grace = timedelta(days=self.books.policy.on(day).enforcement.instalment_grace_days)
        while case.missed is None and case.checked < len(case.plan):
            due_on, _ = case.plan[case.checked]
            if due_on + grace >= day:
                return
            due = sum(cents for _, cents in case.plan[: case.checked + 1])
            if case.baseline - asked_now < due:
                case.missed = due_on
            else:
                case.checked += 1
        if case.missed is None:
            self._to_start(case, day)

    def _step(self, case: Case, total: int, of_all: int, day: date) -> None:
        if case.plan is not None:
            if case.missed is None:
                return
            self._tell("missed", case.payer, day, case.id, case.missed.isoformat())
            self._to_start(case, day)
        if case.pay_by is None:
            self._announce(case, day)
            return
        terms = self.books.policy.on(day).enforcement
        if case.start_on is None or case.start_on > day or total <= 0 or of_all < terms.small_amount_cents:
            return
        case.track = case.track or ("office" if terms.office_first else "field")
        case.started, case.start_on = True, None
        self._tell("started", case.payer, day, case.id, case.track, total)


def _sum(case: Case, figures: dict[Key, int]) -> int:
    return sum(figures.get(key, 0) for key in case.items)


def _is_settled(claim: Claim, due_on: date) -> bool:
    """Nothing is open for the due date; one that moved settles with the claim."""
    return not claim.open or any(each.month.due_on == due_on and not each.open for each in claim.standing())


def _how(before: Data, claim: Claim) -> str:
    if claim.written_off > before["written_off"]:
        return "written-off"
    return "paid" if claim.ist > before["ist"] else "withdrawn"
