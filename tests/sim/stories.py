"""What becomes of a claim: it is paid, blocked, amended, enforced, written off, in any order that happens."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from tests.sim.town import Debt, Town, lag

_PAST: Final = timedelta(days=3)
_CAUSES: Final = ("deceased", "deceased", "deceased", "majority", "landlord", "minor", "benefits")
_FOREVER: Final = timedelta(days=10_000)


def live(town: Town, debt: Debt) -> None:
    """Everything that happens to one claim."""
    payer = town.random.choice(_PAYERS)
    payer(town, debt)
    if debt.months:
        _runs(town, debt)
    if town.chance(30):
        _blocks(town, debt)
    if town.chance(25):
        _amends(town, debt)
    if town.chance(90 if payer is _never else 30):
        _reports(town, debt)
    if town.chance(25):
        _write_off(town, debt)
    if town.chance(8):
        _offset(town, debt)
    if town.chance(15):
        _deferred(town, debt)
    if town.chance(15):
        _released(town, debt, town.after(debt.due_on, 0, 120), town.random.choice(_CAUSES))
    if town.chance(12):
        _credit(town, debt, town.after(debt.due_on, 0, 120), debt.cents)


def _on_time(town: Town, debt: Debt) -> None:
    town.pay(debt, town.after(debt.sent_on, 0, 20), debt.cents)


def _early(town: Town, debt: Debt) -> None:
    town.pay(debt, debt.sent_on - timedelta(days=town.random.randint(0, 3)), debt.cents)


def _late(town: Town, debt: Debt) -> None:
    town.pay(debt, town.after(debt.due_on, 5, 90), debt.cents)


def _in_parts(town: Town, debt: Debt) -> None:
    left, day = debt.cents, debt.due_on
    for _ in range(town.random.randint(1, 4)):
        part = min(left, max(1, town.random.randint(1, debt.cents)))
        if part:
            day = town.after(day, 0, 40)
            town.pay(debt, day, part)
            left -= part


def _almost(town: Town, debt: Debt) -> None:
    """A cent is missing, or too much."""
    town.pay(debt, town.after(debt.due_on, 0, 60), max(1, debt.cents + town.random.choice((-1, 1))))


def _twice(town: Town, debt: Debt) -> None:
    for _ in range(2):
        town.pay(debt, town.after(debt.due_on, -5, 40), debt.cents)
    _credit(town, debt, town.after(debt.due_on, 41, 60), town.random.choice((debt.cents, 1)))


def _ahead(town: Town, debt: Debt) -> None:
    """Paid twice; the credit goes to a claim that is written about before it is there, or back."""
    for _ in range(2):
        town.pay(debt, town.after(debt.due_on, -5, 10), debt.cents)
    day = town.after(debt.due_on, 12, 40)
    persons = {"requested_by": "S1", "approved_by": "S2"}
    other = town.claim(town.after(day, 0, 1))
    for type_, more in (
        ("credit-transferred.v1", {"to_kassenzeichen": other.number}),
        ("credit-refunded.v1", {}),
    ):
        town.send(day, type_, kassenzeichen=debt.number, amount_cents=debt.cents, on=day, **more, **persons)


def _bounced(town: Town, debt: Debt) -> None:
    day = town.after(debt.due_on, -5, 60)
    ref = town.pay(debt, day, debt.cents)
    cents = debt.cents if town.chance(85) else debt.cents + 1
    back = town.after(day, 0, 30) if town.chance(60) else day
    own = town.bounce(ref, back, cents)
    if town.chance(15):
        town.bounce(town.random.choice((ref, own)), town.after(back, 0, 5), cents)
    if town.chance(50):
        town.pay(debt, town.after(back, 1, 40), debt.cents)


def _never(_town: Town, _debt: Debt) -> None:
    pass


_PAYERS: Final[tuple[Callable[[Town, Debt], None], ...]] = (
    _on_time, _early, _late, _late, _in_parts, _in_parts, _almost, _twice, _ahead, _bounced, _bounced,
    _never, _never, _never, _never,
)  # fmt: skip


def _blocks(town: Town, debt: Debt) -> None:
    day = town.after(debt.due_on, -10, 90)
    for _ in range(town.random.choice((1, 1, 2, 3))):
        reason = town.random.choice("TTTUUVWXYZ")
        ends_by = town.after(day, 0, 60) if town.chance(60) else None
        if town.chance(4):
            ends_by = day + _FOREVER
        town.send(
            day, "block-set.v1", kassenzeichen=debt.number, reason=reason,
            set_on=day - lag(f"{debt.number} {day}"), ends_by=ends_by,
            insolvency_opened_on=day - timedelta(days=30) if reason == "X" and town.chance(50) else None,
        )  # fmt: skip
        if town.chance(55):
            lifted = town.after(day, 0, 50)
            town.send(
                lifted, "block-lifted.v1", kassenzeichen=debt.number, reason=reason, lifted_on=lifted,
                new_due_on=town.after(lifted, 0, 30) if town.chance(30) else None,
            )  # fmt: skip
        if reason == "Z" and town.chance(50):
            _released(town, debt, town.after(day, 1, 60), "landlord")
        day = town.after(day, 0, 30)


def _offset(town: Town, debt: Debt) -> None:
    """V for long, in which something is paid and then no more."""
    day = town.after(debt.due_on, -5, 40)
    town.send(day, "block-set.v1", kassenzeichen=debt.number, reason="V", set_on=day)
    town.pay(debt, town.after(day, 1, 59), max(1, debt.cents // 3))


def decided(town: Town) -> None:
    """Somebody decides what becomes of the debts of those who died or came of age."""
    for debt in list(town.debts):
        for cause, day in town.turns[debt.payer]:
            if town.first <= day <= town.last and town.chance(70):
                _released(town, debt, town.after(max(day, debt.due_on), 2, 60), cause)


def _released(town: Town, debt: Debt, day: date, cause: str) -> None:
    """Somebody has decided about a hold, which may be there."""
    town.send(
        day, "hold-released.v1", kassenzeichen=debt.number, cause=cause, decided_on=day, decided_by="K1",
        new_due_on=town.after(day, 0, 40) if town.chance(30) else None,
    )  # fmt: skip


def _deferred(town: Town, debt: Debt) -> None:
    """Until a day, or along instalments that sum to what was owed at first."""
    persons = {"requested_by": "S1", "approved_by": "S2"}
    day = town.after(debt.due_on, -10, 90)
    for _ in range(town.random.choice((1, 1, 2))):
        until, rates = town.after(day, 0, 60), None
        if debt.cents > 1 and town.chance(50):
            half = debt.cents // 2
            dates = town.after(day, 0, 20), town.after(day, 60, 150)
            pairs = list(zip(dates, (half, debt.cents - half), strict=True))
            rates = [{"due_on": due_on, "amount_cents": cents} for due_on, cents in pairs]
            for due_on, cents in pairs:
                if town.chance(60):
                    town.pay(debt, town.after(due_on, -3, 8), cents)
        town.send(
            day, "deferral-granted.v1", kassenzeichen=debt.number, decided_on=day, instalments=rates,
            deferred_by=until if rates is None or town.chance(30) else None, **persons,
        )  # fmt: skip
        if town.chance(35):
            day = town.after(day, 0, 50)
            town.send(day, "deferral-ended.v1", kassenzeichen=debt.number, decided_on=day, **persons)
        day = town.after(day, 0, 40)


def _runs(town: Town, debt: Debt) -> None:
    """Month by month: most is paid, and some claims end on another day than was planned."""
    for n in range(debt.months):
        if town.chance(60):
            cents = town.random.choice(
                (debt.cents, debt.cents, debt.cents, debt.cents // 2 or 1, 2 * debt.cents)
            )
            town.pay(debt, debt.due_on + timedelta(days=30 * n + town.random.randint(-5, 25)), cents)
    day = town.after(debt.due_on, 0, 200)
    for _ in range(town.random.choice((0, 1, 1, 2))):
        last = day + timedelta(days=town.random.randint(-40, 150))
        town.send(day, "claim-ended.v1", kassenzeichen=debt.number, last_due_on=last)
        day = town.after(day, 0, 60)


def _amends(town: Town, debt: Debt) -> None:
    day = town.after(debt.sent_on, 0, 120)
    due_on = debt.due_on
    for _ in range(town.random.choice((1, 1, 2, 3))):
        match town.random.randrange(12):
            case 0 | 1 | 2 | 3:
                cents = town.random.choice((1, debt.cents // 2 or 1, debt.cents, debt.cents + 1))
                town.send(
                    day, "claim-reduced.v1", kassenzeichen=debt.number, amount_cents=cents, due_on=due_on
                )
            case 4 | 5:
                ended: dict[str, Any] = {"cancelled": True}
                if town.chance(20):
                    ended = {"last_due_on": due_on}
                town.send(day, "claim-ended.v1", kassenzeichen=debt.number, **ended)
            case 6:
                final_on = day - _PAST - timedelta(days=town.random.choice((0, 0, 1_200, 1_450, 1_800)))
                town.send(day, "claim-became-final.v1", kassenzeichen=debt.number, final_on=final_on)
            case 7 | 8 | 9:
                new = town.random.choice((town.after(day, 0, 40), debt.due_on))
                town.send(day, "due-date-changed.v1", kassenzeichen=debt.number, due_on=new)
                due_on = town.random.choice((due_on, new))
            case _:
                prefix = town.random.choice(("3900", "5000"))
                number = f"{prefix}{town.random.randrange(10**10):010}"
                town.send(day, "aktenzeichen-changed.v1", kassenzeichen=debt.number, aktenzeichen=number)
        day = town.after(day, 0, 40)


def enforced(town: Town) -> None:
    """A claim of the first day that is paid by instalments at most: its reports come all year long."""
    debt = town.claim(town.first)
    day = town.after(debt.due_on, 20, 60)
    while day < town.last:
        _report(town, debt, day)
        day += timedelta(days=town.random.randint(4, 25))


def _reports(town: Town, debt: Debt) -> None:
    """Officers report while the claim may be in a case."""
    day = town.after(debt.due_on, 20, 120)
    for _ in range(town.random.randint(1, 5)):
        _report(town, debt, day)
        day = town.after(day, 1, 40)


def _report(town: Town, debt: Debt, day: date) -> None:
    common: dict[str, Any] = {"kassenzeichen": debt.number, "reported_on": day}
    if town.chance(35):
        checks = ["bank-account"]
        town.send(day, "office-report.v1", **common, officer="A7", exhausted=town.chance(70), checks=checks)
        return
    agreed = "instalments_agreed"
    outcome = town.random.choice((agreed, agreed, "paid", "asset_disclosure", "fruitless_attachment"))
    instalments = _instalments(town, debt, day) if outcome == agreed else None
    town.send(day, "field-report.v1", **common, officer="A9", outcome=outcome, instalments=instalments)


def _instalments(town: Town, debt: Debt, day: date) -> list[dict[str, object]]:
    """A plan, its sum mostly enough; the first instalments are paid more often than the last."""
    count = town.random.randint(1, 4)
    enough = debt.cents // town.random.choice((count, count, 2 * count))
    rate = max(1, enough + town.random.choice((0, 1, 100, 1_000, 600)))
    plan: list[dict[str, object]] = []
    for n in range(count):
        due_on = town.after(day, 5 + 15 * n, 15 + 15 * n)
        plan.append({"due_on": due_on, "amount_cents": rate})
        if town.chance(75 - 15 * n):
            town.pay(debt, town.after(due_on, -3, 9), rate)
    return plan


def _write_off(town: Town, debt: Debt) -> None:
    day = town.after(debt.due_on, 0, 150)
    part = max(1, debt.cents // 3)
    early = town.pay(debt, day, part) if town.chance(30) else None
    for _ in range(town.random.choice((1, 1, 2))):
        decision = town.random.choice(("unbefristet", "unbefristet", "befristet", "erlass", "refused"))
        same = town.chance(5)
        town.send(
            day, "write-off-decided.v1", kassenzeichen=debt.number, decision=decision, decided_on=day,
            requested_by="S1", approved_by=" s1 " if same else "S2", whereabouts_unknown=town.chance(40),
            follow_up_on=town.after(day, 5, 60) if decision == "befristet" and town.chance(70) else None,
        )  # fmt: skip
        day = town.after(day, 1, 40)
        if town.chance(40):
            checked_on = day + timedelta(days=town.random.choice((0, 0, 365, 1_100)))
            town.send(
                day, "whereabouts-checked.v1",
                kassenzeichen=debt.number, checked_on=checked_on, found=town.chance(30),
            )  # fmt: skip
        if town.chance(35):
            town.send(
                day, "write-off-revoked.v1", kassenzeichen=debt.number, decided_on=day,
                requested_by="S1", approved_by="S3",
            )  # fmt: skip
    if early and town.chance(60):
        town.bounce(early, town.after(day, 1, 20), part)
    if town.chance(50):
        cents = town.random.choice((debt.cents, debt.cents // 2 or 1))
        day = town.after(day, 0, 20)
        ref = town.pay(debt, day, cents)
        if town.chance(60):
            town.bounce(ref, town.after(day, 1, 20), cents)


def _credit(town: Town, debt: Debt, day: date, cents: int) -> None:
    persons = {"requested_by": "S1", "approved_by": "S2"}
    if town.chance(50):
        to = town.random.choice(town.debts)
        town.send(
            day, "credit-transferred.v1", kassenzeichen=debt.number, to_kassenzeichen=to.number,
            amount_cents=cents, on=day, **persons,
        )  # fmt: skip
    else:
        town.send(day, "credit-refunded.v1", kassenzeichen=debt.number, amount_cents=cents, on=day, **persons)
