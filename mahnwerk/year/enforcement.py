"""Who does not pay: reports from office and field, instalment plans, write-offs (R8-R11, R18)."""

from datetime import date, timedelta

from mahnwerk.year.agenda import StructuredEvent
from mahnwerk.year.claims import Claim, pay
from mahnwerk.year.town import Desk

_ALL_CHECKS = ["asset-disclosure", "instalments-elsewhere", "other-claims", "bank-account"]
_LOOKED_FOR_AFTER = timedelta(days=40)
_FRUITLESS = ("fruitless_attachment", "asset_disclosure", "repeatedly_not_met")


def fee(cents: int) -> int:
    """The NRW dunning fee on a sum (§ 9 VO VwVG NRW), so that payers and plans cover it."""
    return 600 + max(0, (cents - 5000) // 10_000) * 100


def enforced(desk: Desk, claim: Claim) -> None:
    """Nothing is paid until enforcement has started; then someone reports."""
    day = claim.due_on + timedelta(days=desk.town.started_after)
    if desk.town.office_first:
        if desk.chance(25):
            _office(desk, claim, desk.later(day, 2, 6), exhausted=False)
        day = desk.later(day, 8, 14)
        _office(desk, claim, day, exhausted=True)
    day = desk.later(day, 7, 21)
    ending = desk.random.choices((_paid, _plan, _fruitless, None), (15, 35, 45, 5))[0]
    if ending is not None:
        ending(desk, claim, day)


def _office(desk: Desk, claim: Claim, day: date, *, exhausted: bool) -> None:
    desk.send(
        day,
        "office-report.v1",
        kassenzeichen=claim.kassenzeichen,
        reported_on=day,
        officer=desk.officer(),
        exhausted=exhausted,
        checks=_ALL_CHECKS if exhausted else _ALL_CHECKS[:2],
    )


def _field(
    desk: Desk, claim: Claim, day: date, outcome: str, instalments: list[StructuredEvent] | None = None
) -> None:
    desk.send(
        day,
        "field-report.v1",
        kassenzeichen=claim.kassenzeichen,
        reported_on=day,
        officer=desk.officer(),
        outcome=outcome,
        instalments=instalments,
    )


def _paid(desk: Desk, claim: Claim, day: date) -> None:
    _field(desk, claim, day, "paid")
    pay(desk, claim, desk.later(day, 1, 3), _owed(desk, claim))


def _plan(desk: Desk, claim: Claim, day: date) -> None:
    """Monthly instalments; some are kept, some break off and are reported on again."""
    count = desk.random.randint(3, 6)
    owed = _owed(desk, claim)
    rates = [owed // count] * (count - 1)
    rates.append(owed - sum(rates))
    due = [day + timedelta(days=14 + 30 * n) for n in range(count)]
    _field(
        desk,
        claim,
        day,
        "instalments_agreed",
        [{"due_on": on, "amount_cents": rate} for on, rate in zip(due, rates, strict=True)],
    )
    kept = count if desk.chance(60) else desk.random.randint(0, count - 2)
    for on, rate in list(zip(due, rates, strict=True))[:kept]:
        pay(desk, claim, desk.later(on, -3, 4), rate)
    if kept < count and desk.chance(60):
        _fruitless(desk, claim, desk.later(due[kept], 20, 30))


def _fruitless(desk: Desk, claim: Claim, day: date) -> None:
    """No success: the chain of R11 begins, and some weeks later two persons decide."""
    _field(desk, claim, day, desk.random.choice(_FRUITLESS))
    if desk.chance(75):
        _decide(desk, claim, desk.later(day, 14, 45))


def _decide(desk: Desk, claim: Claim, day: date) -> None:
    town = desk.town
    decisions = {"unbefristet": 50, "befristet": 25, "erlass": 5, "refused": 20}
    if day > town.befristet_to:
        del decisions["befristet"]
    decision = desk.random.choices(list(decisions), list(decisions.values()))[0]
    desk.send(
        day,
        "write-off-decided.v1",
        kassenzeichen=claim.kassenzeichen,
        decision=decision,
        decided_on=day,
        whereabouts_unknown=decision == "unbefristet" and desk.chance(30),
        follow_up_on=desk.later(day, 60, 90) if decision == "befristet" else None,
        **desk.officers(),
    )
    if decision in ("unbefristet", "befristet"):
        _afterwards(desk, claim, day, decision)


def _afterwards(desk: Desk, claim: Claim, day: date, decision: str) -> None:
    """Some pay after all, some write-offs are taken back, some debtors are looked for."""
    if desk.chance(15):
        pay(desk, claim, desk.later(day, 20, 60), claim.amount_cents // 4)
    elif desk.chance(8):
        on = desk.later(day, 20, 60)
        desk.send(
            on, "write-off-revoked.v1", kassenzeichen=claim.kassenzeichen, decided_on=on, **desk.officers()
        )
    elif decision == "befristet":
        _look_for(desk, claim, day + _LOOKED_FOR_AFTER)


def _look_for(desk: Desk, claim: Claim, on: date) -> None:
    """Somebody looks for the debtor, and finds every second one (R92)."""
    found = int(claim.kassenzeichen[-2]) % 2 == 0
    desk.send(on, "whereabouts-checked.v1", kassenzeichen=claim.kassenzeichen, checked_on=on, found=found)


def _owed(desk: Desk, claim: Claim) -> int:
    return claim.amount_cents + (fee(claim.amount_cents) if desk.town.fees else 0)
