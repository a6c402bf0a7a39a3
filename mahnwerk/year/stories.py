"""What becomes of a claim: paid in time, late, in part, twice, bounced; blocked, reduced, cancelled."""

from collections.abc import Callable
from datetime import date, timedelta

from mahnwerk.year import enforcement
from mahnwerk.year.claims import Claim, bounce, create, pay, pay_early, pay_without_reference
from mahnwerk.year.people import Person
from mahnwerk.year.town import Desk

Story = Callable[[Desk, Claim], None]
_NEVER_HELD = ("5624", "5684")
_TWO_CLERKS = {"requested_by": "P4702", "approved_by": "P4717"}


def tell(desk: Desk, person: Person, claim: Claim) -> None:
    """Choose a story that fits the person, and put its events on the agenda."""
    if person.minor:
        _minor(desk, claim)
        return
    if person.benefits and desk.chance(35) and claim.einnahmeart != "5624":
        _offset(desk, claim)
        return
    stories = _STORIES[person.temper]
    story = desk.random.choices(list(stories), list(stories.values()))[0]
    if story is enforcement.enforced and person.benefits and claim.einnahmeart not in _NEVER_HELD:
        return  # nobody enforces while benefits are paid (R70)
    story(desk, claim)


def _in_time(desk: Desk, claim: Claim) -> None:
    pay(desk, claim, desk.later(claim.due_on, -20, 2), claim.amount_cents)
    if desk.chance(6):  # the file is closed: archive prefix (R42)
        desk.send(
            desk.later(claim.due_on, 40, 70),
            "aktenzeichen-changed.v1",
            kassenzeichen=claim.kassenzeichen,
            aktenzeichen=f"3900{claim.aktenzeichen[4:]}",
        )


def _after_notice(desk: Desk, claim: Claim) -> None:
    day = desk.later(claim.due_on, desk.town.noticed_after, desk.town.noticed_after + 6)
    pay(desk, claim, day, claim.amount_cents + _fee(desk, claim.amount_cents))


def _after_announcement(desk: Desk, claim: Claim) -> None:
    day = desk.later(claim.due_on, desk.town.announced_after, desk.town.announced_after + 5)
    pay(desk, claim, day, claim.amount_cents + _fee(desk, claim.amount_cents))


def _unreferenced(desk: Desk, claim: Claim) -> None:
    pay_without_reference(desk, claim, desk.later(claim.due_on, -12, 6), claim.amount_cents)


def _in_parts(desk: Desk, claim: Claim) -> None:
    rest, day = claim.amount_cents, desk.later(claim.due_on, -10, 5)
    for share in desk.random.choices((3, 4, 5, 8), k=desk.random.randint(3, 6)):
        part = min(rest, claim.amount_cents // share)
        if part:
            pay(desk, claim, day, part)
        rest, day = rest - part, desk.later(day, 26, 33)
    if rest and desk.chance(60):
        pay(desk, claim, day, rest)


def _too_much(desk: Desk, claim: Claim) -> None:
    more = desk.random.choice((100, 550, 1000, 4500, 10000))
    day = desk.later(claim.due_on, -10, 3)
    pay(desk, claim, day, claim.amount_cents + more)
    if desk.chance(60):
        _refund(desk, claim, desk.later(day, 15, 30), more)


def _twice(desk: Desk, claim: Claim) -> None:
    day = desk.later(claim.due_on, -10, 3)
    pay(desk, claim, day, claim.amount_cents)
    pay(desk, claim, desk.later(day, 1, 9), claim.amount_cents)
    if desk.chance(60):
        _refund(desk, claim, desk.later(day, 20, 40), claim.amount_cents)


def moved_credit(desk: Desk, person: Person, decided_on: date) -> None:
    """Both payments go to the first of two claims; a transfer puts it right (R32)."""
    first = create(desk, person, "5621", decided_on)
    second = create(desk, person, "5600", decided_on)
    pay(desk, first, first.due_on, first.amount_cents)
    pay(desk, first, first.due_on, second.amount_cents)
    day = desk.later(first.due_on, 3, 8)
    desk.send(
        day,
        "credit-transferred.v1",
        kassenzeichen=first.kassenzeichen,
        to_kassenzeichen=second.kassenzeichen,
        amount_cents=second.amount_cents,
        on=day,
        **desk.officers(),
    )


def _refund(desk: Desk, claim: Claim, day: date, cents: int) -> None:
    desk.send(
        day,
        "credit-refunded.v1",
        kassenzeichen=claim.kassenzeichen,
        amount_cents=cents,
        on=day,
        **desk.officers(),
    )


def _bounced(desk: Desk, claim: Claim) -> None:
    day = desk.later(claim.due_on, -5, 3)
    ref = pay(desk, claim, day, claim.amount_cents)
    back = desk.later(day, 3, 8)
    bounce(desk, ref, back, claim.amount_cents)
    if desk.chance(70):
        pay(desk, claim, desk.later(back, 5, 30), claim.amount_cents)


def _early(desk: Desk, claim: Claim) -> None:
    pay_early(desk, claim)


def _objection(desk: Desk, claim: Claim) -> None:
    """T: Widerspruch; granted (reduction), or refused with a new due date, then perhaps U (R68, R69)."""
    set_on = desk.later(claim.decided_on, 8, 30)
    _block(desk, claim, "T", set_on)
    lifted_on = desk.later(set_on, 35, 80)
    if desk.chance(35):  # granted in part
        part = claim.amount_cents // 3
        _lift(desk, claim, "T", lifted_on, new_due_on=lifted_on + timedelta(days=42))
        # What is reduced is named by the due date that the claim has or had.
        _reduce(desk, claim, lifted_on + timedelta(days=1), part, "objection")
        pay(desk, claim, desk.later(lifted_on, 20, 44), claim.amount_cents - part)
    elif desk.chance(30):  # refused, sued
        _lift(desk, claim, "T", lifted_on, new_due_on=lifted_on + timedelta(days=42))
        sued_on = lifted_on + timedelta(days=20)
        _block(desk, claim, "U", sued_on)
        if desk.chance(50):
            won_on = desk.later(sued_on, 60, 120)
            _lift(desk, claim, "U", won_on, new_due_on=won_on + timedelta(days=42))
    else:
        _lift(
            desk, claim, "T", lifted_on, new_due_on=None if desk.chance(50) else desk.later(lifted_on, 30, 45)
        )
        if desk.chance(60):
            pay(desk, claim, desk.later(lifted_on, 30, 48), claim.amount_cents)


def _offset(desk: Desk, claim: Claim) -> None:
    """V: a monthly offset against the benefit, paid by the Jobcenter itself (R70, R73)."""
    set_on = desk.later(claim.decided_on, 5, 20)
    _block(desk, claim, "V", set_on)
    rate = desk.random.choice((2815, 5630, 16890))  # 5, 10 or 30 % of 563 EUR
    rest, day = claim.amount_cents, (set_on.replace(day=1) + timedelta(days=33)).replace(day=1)
    for _ in range(11):
        part = min(rest, rate)
        if part:
            pay(desk, claim, day, part)
        rest, day = rest - part, (day + timedelta(days=33)).replace(day=1)
    if not rest:
        _lift(desk, claim, "V", day)


def _minor(desk: Desk, claim: Claim) -> None:
    """W: the debtor is a minor (R74)."""
    _block(desk, claim, "W", desk.later(claim.decided_on, 2, 4))
    if desk.chance(40):
        pay(desk, claim, desk.later(claim.due_on, -10, 20), claim.amount_cents // 2)


def _insolvent(desk: Desk, claim: Claim) -> None:
    """X: the claim arose before the insolvency was opened (R76)."""
    set_on = desk.later(claim.due_on, 5, 60)
    opened_on = set_on - timedelta(days=4)
    _block(desk, claim, "X", set_on, insolvency_opened_on=opened_on)


def _other_block(desk: Desk, claim: Claim) -> None:
    """Y: another reason; Z: a landlord's promise to pay back a deposit (R77, R78)."""
    reason = "Z" if claim.einnahmeart == "5621" and desk.chance(50) else "Y"
    set_on = desk.later(claim.due_on, -5, 30)
    ends_by = set_on + timedelta(days=desk.random.randint(14, 60)) if desk.chance(60) else None
    _block(desk, claim, reason, set_on, ends_by=ends_by)
    if ends_by is None and desk.chance(70):
        _lift(desk, claim, reason, desk.later(set_on, 20, 70))
    if desk.chance(50):
        pay(desk, claim, desk.later(set_on, 30, 90), claim.amount_cents)


def _corrected(desk: Desk, claim: Claim) -> None:
    """A reduction to nothing, a part of it, or the claim is deleted (R82, R84)."""
    day = desk.later(claim.decided_on, 10, 50)
    if desk.chance(35):
        desk.send(day, "claim-ended.v1", kassenzeichen=claim.kassenzeichen, cancelled=True)
        return
    part = claim.amount_cents // desk.random.randint(2, 6)
    _reduce(desk, claim, day, part, desk.random.choice(("correction", "other")))
    pay(desk, claim, max(day, desk.later(claim.due_on, -8, 10)), claim.amount_cents - part)


def _postponed(desk: Desk, claim: Claim) -> None:
    """A later due date, then mostly paid; the decision became final meanwhile."""
    day = desk.later(claim.decided_on, 5, 13)
    due_on = desk.later(claim.due_on, 14, 40)
    desk.send(day, "due-date-changed.v1", kassenzeichen=claim.kassenzeichen, due_on=due_on)
    _deferred(desk, claim, day, due_on)
    final_on = claim.decided_on + timedelta(days=34)
    desk.send(final_on, "claim-became-final.v1", kassenzeichen=claim.kassenzeichen, final_on=final_on)
    if desk.chance(80):
        pay(desk, claim, desk.later(due_on, -8, 12), claim.amount_cents)


def _deferred(desk: Desk, claim: Claim, day: date, due_on: date) -> None:
    """Every second one is deferred as well, and some of these ended before their time (R31)."""
    serial = int(claim.kassenzeichen[-4:-1])
    if serial % 2:
        return
    by = due_on + timedelta(days=30)
    number = claim.kassenzeichen
    granted = {"decided_on": day, "deferred_by": by, **_TWO_CLERKS}
    desk.send(day, "deferral-granted.v1", kassenzeichen=number, **granted)
    if serial % 4 == 0:
        ended_on = due_on + timedelta(days=15)
        desk.send(ended_on, "deferral-ended.v1", kassenzeichen=number, decided_on=ended_on, **_TWO_CLERKS)


def _reduce(desk: Desk, claim: Claim, day: date, cents: int, cause: str) -> None:
    desk.send(
        day,
        "claim-reduced.v1",
        kassenzeichen=claim.kassenzeichen,
        amount_cents=cents,
        due_on=claim.due_on,
        decided_on=day - timedelta(days=1),
        cause=cause,
    )


def _block(desk: Desk, claim: Claim, reason: str, set_on: date, **more: date | None) -> None:
    desk.send(set_on, "block-set.v1", kassenzeichen=claim.kassenzeichen, reason=reason, set_on=set_on, **more)


def _lift(desk: Desk, claim: Claim, reason: str, on: date, new_due_on: date | None = None) -> None:
    desk.send(
        on,
        "block-lifted.v1",
        kassenzeichen=claim.kassenzeichen,
        reason=reason,
        lifted_on=on,
        new_due_on=new_due_on,
    )


def _fee(desk: Desk, cents: int) -> int:
    return enforcement.fee(cents) if desk.town.fees else 0


_STORIES: dict[str, dict[Story, int]] = {
    "reliable": {
        _in_time: 62, _after_notice: 6, _unreferenced: 6, _in_parts: 4, _too_much: 4, _twice: 3, _bounced: 3,
        _early: 2, _objection: 4, _corrected: 3, _postponed: 3,
    },
    "late": {
        _in_time: 18, _after_notice: 26, _after_announcement: 14, _unreferenced: 6, _in_parts: 9, _bounced: 7,
        _objection: 6, _other_block: 4, _corrected: 2, _postponed: 3, enforcement.enforced: 5,
    },
    "poor": {
        _in_time: 4, _after_notice: 10, _after_announcement: 12, _in_parts: 12, _bounced: 5, _objection: 5,
        _insolvent: 4, _other_block: 4, enforcement.enforced: 44,
    },
}  # fmt: skip
