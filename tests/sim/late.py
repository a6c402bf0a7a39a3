"""What is told for another day, around a notice: money that the bank had, a block that was or will be."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from shared import kassenzeichen
from shared.policy import Policy
from tests.sim.town import Town
from tests.sim.upstream import Sent, adult, one_off, paid, teller

_AMOUNTS: Final = (499, 4_000, 5_000, 9_900, 10_000, 15_000, 60_000)
_DEBTORS: Final = 3
_FIRST_SERIAL: Final = 800_000
_BEARERS_SERIAL: Final = 810_000
_IN_ENFORCEMENT: Final = timedelta(days=45)  # after the notice


def told_late(town: Town, opened: Sequence[date], policy: Policy) -> None:
    """Debtors with claims of one due date: what had been before the notice, or nearly, is told after it.

    Or ahead: a block that ends on its very day, or comes and goes within the days to pay.
    """
    for n in range(_DEBTORS):
        due_on = town.random.choice(opened[: max(1, len(opened) // 2)])
        noticed = noticed_on(policy, due_on, opened)
        if noticed is None:
            continue
        ref = f"L{n}"
        town.send(town.first, "debtor-registered.v1", "ok", **adult(ref))
        for place in range(town.random.randint(1, 3)):
            number = kassenzeichen.make("5621", _FIRST_SERIAL + 10 * n + place)
            cents = _claim(town, ref, number, due_on)
            _fate(town, number, cents, noticed, last=n == _DEBTORS - 1)


def noticed_on(policy: Policy, due_on: date, opened: Sequence[date]) -> date | None:
    """The day of the notice, about."""
    for before, day in pairwise(opened):
        wait = timedelta(days=policy.on(day).dunning.min_days_overdue)
        run = policy.is_working_day(day) and policy.run_days(before, day)
        if run and policy.working_day(due_on) + wait <= day:
            return day
    return None


def _claim(town: Town, ref: str, number: str, due_on: date) -> int:
    cents = town.random.choice(_AMOUNTS)
    refs = {"claim_ref": f"late-{number}", "aktenzeichen": "50000000000001"}
    claim = one_off(ref, number, cents, due_on, town.first)
    town.send(town.first, "claim-created.v1", **refs, **claim)
    return cents


def _fate(town: Town, number: str, cents: int, noticed: date, *, last: bool) -> None:
    told = town.after(noticed, 0, town.random.choice((0, 3, 40, 70)))
    told = noticed + _IN_ENFORCEMENT if last else told
    day = noticed + timedelta(days=town.random.choice((-5, 0, 0, 1)))
    match town.random.randrange(8):
        case 0 | 1:
            _pay(town, number, told, cents, day)
        case 2:
            for n, part in enumerate((cents - cents // 2, cents // 2)):
                told = town.after(told, 0, 5)
                _pay(town, f"{number}-{n}", told, part, day)
        case 3:
            _pay(town, number, told, cents, day)
            town.bounce(number, town.after(told, 0, 10), cents)
        case 4:
            ends_by = day + timedelta(days=town.random.choice((0, 5, 40)))
            town.send(
                told, "block-set.v1", kassenzeichen=number, reason="Y", set_on=day, ends_by=ends_by
            )  # fmt: skip
        case 5:
            set_on = noticed - timedelta(days=9)
            lifted_on = noticed + timedelta(days=town.random.choice((0, 1)))
            town.send(set_on, "block-set.v1", kassenzeichen=number, reason="Y", set_on=set_on)
            town.send(
                lifted_on - timedelta(days=2), "block-lifted.v1",
                kassenzeichen=number, reason="Y", lifted_on=lifted_on,
            )  # fmt: skip
        case 6:
            set_on = noticed + timedelta(days=town.random.randint(1, 4))
            ends_by = set_on + timedelta(days=town.random.randint(0, 3))
            town.send(
                noticed, "block-set.v1", kassenzeichen=number, reason="Y", set_on=set_on, ends_by=ends_by
            )  # fmt: skip


def _pay(town: Town, ref: str, told: date, cents: int, booked_on: date) -> None:
    town.send(
        told, "payment-received.v1", "ok",
        payment_ref=ref, amount_cents=cents, booked_on=booked_on, kassenzeichen=ref[:13],
    )  # fmt: skip


def bearer_paid(mandant: str, opened: Sequence[date], policy: Policy) -> Iterator[tuple[date, Sent]]:
    """A notice of three claims: one was paid before, the second is after; the fee moves to the third."""
    say, first, due_on = teller(mandant, "bearer"), opened[0], opened[len(opened) // 4]
    noticed = noticed_on(policy, due_on, opened)
    if noticed is None:
        return
    yield first, say("debtor-registered.v1", **adult("B0"))
    numbers = [kassenzeichen.make("5621", _BEARERS_SERIAL + place) for place in range(3)]
    for number in numbers:
        claim = one_off("B0", number, 9_900, due_on, first)
        refs = {"claim_ref": f"bearer-{number}", "aktenzeichen": "50000000000003"}
        yield first, say("claim-created.v1", **refs, **claim)
    payments = ((noticed + timedelta(days=1), numbers[1]), (noticed - timedelta(days=1), numbers[0]))
    for told, (booked_on, number) in enumerate(payments, 1):
        yield noticed + timedelta(days=told), paid(say, f"bearer-{told}", number, booked_on, 9_900)
