"""The world of a seed: municipalities, their policies, the days that are opened, and all that is sent."""

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import Final

from shared.policy import Policies, load_policies
from tests.sim.after_notice import after_notice
from tests.sim.chance import chance
from tests.sim.given_up import given_up
from tests.sim.late import bearer_paid, told_late
from tests.sim.poison import again, beside, misused, poison, used_again
from tests.sim.seldom import seldom
from tests.sim.stories import decided, enforced, live
from tests.sim.town import Town
from tests.sim.upstream import Opening, Plan, Sent

_SHIPPED: Final = Path(__file__).parents[2] / "policies"
_MANDANTS: Final = ("wuppertal", "landkreis", "erkelenz", "baumberge", "leipzig")
_GAPS: Final = (1, 1, 1, 1, 1, 1, 2, 3, 7)
_YEAR: Final = 365
FULL_YEAR: Final = 24  # so many opened days, or more, span a year
CHANGE_DAY: Final = date(2026, 3, 25)  # of the changed policies: while most stories are under way
_CHANGES: Final = (
    ("small_amount_cents", "5_000"),
    ("min_days_overdue", "4"),
    ("pay_within_days", "10"),
    ("first_after_days", "3"),
    ("announcement_days", "3"),
    ("fees", '"nrw"'),
    ("run", '"monthly:20"'),
)


@dataclass(frozen=True, slots=True)
class World:
    """What a run is played in."""

    plan: Plan
    policies: Policies
    days: tuple[date, ...]
    changed: bool  # whether a policy changes in mid-run


def world(seed: int, days: int) -> World:
    """Draw everything that others do."""
    random = chance("world", seed)
    changed = random.random() < 0.5
    opened = _days(random, days)
    mandants = tuple(random.sample(_MANDANTS, random.choice((1, 2, 2, 3))))
    policies = _policies(seed % len(_CHANGES) if changed else None)
    plan = Plan(mandants=mandants)
    agenda: list[tuple[date, float, Sent]] = []
    for mandant in mandants:
        town = _town(random, mandant, opened, size=days // len(mandants))
        told_late(town, opened, policies[mandant])
        agenda += [(day, random.random(), sent) for day, sent in town.agenda]
    agenda += _repeated(random, agenda, plan)
    own = chance("given up", seed)  # what others draw stays as it is
    for mandant in mandants:
        policy = policies[mandant]
        stories = chain(
            given_up(own, mandant, opened[0]),
            bearer_paid(mandant, opened, policy),
            after_notice(own, mandant, opened, policy),
        )
        agenda += [(day, own.random(), sent) for day, sent in stories]
    own = chance("seldom", seed)
    for mandant in mandants:
        agenda += [(day, own.random(), sent) for day, sent in seldom(own, mandant, opened)]
    agenda.sort(key=lambda entry: entry[:2])
    _schedule(random, plan, agenda, opened)
    if changed and opened[0] < CHANGE_DAY <= opened[-1]:
        plan.counts["policy changed between two days"] = 1
    return World(plan, policies, opened, changed)


def _days(random: Random, count: int) -> tuple[date, ...]:
    """The days that are opened: runs of single days, and gaps in which days are skipped."""
    day = date(2026, 1, 5) + timedelta(days=random.randrange(20))
    span = _YEAR if count >= FULL_YEAR else 8 * count
    gaps = [random.choice(_GAPS) for _ in range(count)]
    pauses = random.sample(range(count), max(1, count // 4))
    rest = max(0, span - sum(gaps))
    for _ in range(rest):
        gaps[random.choice(pauses)] += 1
    opened = []
    for gap in gaps:
        opened.append(day)
        day += timedelta(days=gap)
    return tuple(opened)


def _town(random: Random, mandant: str, opened: tuple[date, ...], size: int) -> Town:
    town = Town(random, mandant, opened[0] - timedelta(days=2), opened[-1])
    town.people(4 + size // 6)
    span = max(1, (town.last - town.first).days)
    for _ in range(6 + size // 2):
        early = random.random() ** 1.7  # most at the beginning, so that they come far
        live(town, town.claim(town.first + timedelta(days=int(span * 0.8 * early))))
    enforced(town)
    decided(town)
    beside(town)
    used_again(town, 2 + size // 8)
    poison(town, 3 + size // 8)
    return town


def _repeated(
    random: Random, agenda: list[tuple[date, float, Sent]], plan: Plan
) -> list[tuple[date, float, Sent]]:
    """Duplicates, and ids that are used for something else."""
    more: list[tuple[date, float, Sent]] = []
    for day, rank, sent in agenda:
        if sent.expect not in ("", "ok"):
            continue
        if random.random() < 0.06:
            later = day + timedelta(days=random.choice((0, 0, 0, 1, 20)))
            more.append((later, rank + random.random() / 10, again(random, sent)))
            plan.counts["duplicate"] = plan.counts.get("duplicate", 0) + 1
        if random.random() < 0.02 and (other := misused(random, sent)):
            more.append((day + timedelta(days=random.choice((1, 10))), rank, other))
            plan.counts["same id, other data"] = plan.counts.get("same id, other data", 0) + 1
    return more


def _schedule(
    random: Random, plan: Plan, agenda: list[tuple[date, float, Sent]], opened: tuple[date, ...]
) -> None:
    """Put days and events into one order; what lies outside of the run is left out."""
    exactly = random.choice((0.0, 0.5, 1.0))
    inside = [(day, sent) for day, _, sent in agenda if day < opened[-1]]
    at = 0
    for n, day in enumerate(opened):
        while at < len(inside) and inside[at][0] < day:
            plan.items.append(inside[at][1])
            at += 1
        if n and (day - opened[n - 1]).days > 1:
            plan.counts["days skipped"] = plan.counts.get("days skipped", 0) + 1
        exact = random.random() < exactly
        plan.items.append(Opening(day, f"day-{n}", exact))
        if random.random() < 0.15:
            plan.items.append(_repeat(random, opened, n, exact=exact))
            plan.counts["day repeated"] = plan.counts.get("day repeated", 0) + 1
    for item in plan.items:
        if isinstance(item, Sent) and item.expect not in ("", "ok", "again", "silent", "id-reuse"):
            name = f"poison: {item.expect}"
            plan.counts[name] = plan.counts.get(name, 0) + 1


def _repeat(random: Random, opened: tuple[date, ...], n: int, *, exact: bool) -> Opening:
    match random.randrange(3):
        case 0:
            return Opening(opened[n], f"day-{n}", exact, "again", repeat_of=f"day-{n}")
        case 1:
            return Opening(opened[n], f"day-{n}-anew", exact, "day-not-after")
        case _:
            return Opening(opened[random.randrange(n + 1)], f"day-{n}-late", exact, "day-not-after")


@cache
def _policies(change: int | None) -> Policies:
    """The shipped policies, or the same with one value that changes in mid-run."""
    if change is None:
        return load_policies(_SHIPPED)
    key, value = _CHANGES[change]
    with tempfile.TemporaryDirectory() as folder:
        for path in _SHIPPED.glob("*.toml"):
            lines = path.read_text(encoding="utf-8").splitlines()
            changed = [_with_change(line, key, value) for line in lines]
            (Path(folder) / path.name).write_text("\n".join(changed), encoding="utf-8")
        return load_policies(folder)


def _with_change(line: str, key: str, value: str) -> str:
    values = line.split("#", maxsplit=1)[0].rstrip()
    if not values.startswith(f"{key} = [") or not values.endswith("]"):
        return line
    return f'{values[:-1]}, {{ from = {CHANGE_DAY}, value = {value}, source = "simulated" }}]'
