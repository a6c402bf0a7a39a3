"""What chance seldom brings: a decision on a due date, what another system began, second decisions."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from shared import kassenzeichen
from shared.deadlines import add_months
from tests.sim.upstream import Sent, adult, agreed, one_off, paid, teller

Story = Iterator[tuple[date, Sent]]
Say = Callable[..., Sent]

_FIRST_SERIAL: Final = 830_000
_DAY: Final = timedelta(days=1)
_RATE: Final = 20_000
_CENTS: Final = 60_000
_EVERY_MONTH: Final = 28  # the last day that each month has
_NEARLY_A_YEAR: Final = timedelta(days=360)
_LONG_MONTH: Final = date(2025, 10, 31)
_PERSONS: Final = {"requested_by": "S1", "approved_by": "S2"}


def seldom(random: Random, mandant: str, opened: Sequence[date]) -> Story:
    """A debtor to whom all of this happens."""
    say, first = teller(mandant, "seldom"), opened[0]
    yield first, say("debtor-registered.v1", **adult("S0"))
    days = [day for day in opened[1:-1] if day.day <= _EVERY_MONTH][:8]
    if days:
        yield from _given_up_on_a_due_date(say, first, random.choice(days), random)
    yield from _sued_month_by_month(say, first)
    yield from _ends_sooner_then_later(say, first, first + random.randint(1, 9) * _DAY)
    yield from _pays_in_no_order(say, first, first + random.randint(1, 9) * _DAY)
    yield from _given_up_twice(say, opened, random)
    yield from _filed_anew(say, opened, random)


def _given_up_on_a_due_date(say: Say, first: date, day: date, random: Random) -> Story:
    """A running claim whose first month is paid: the month of the day itself is given up as well."""
    number, claim = _claim(0, "5621", add_months(day, -3), _RATE, mode="laufend_offen")
    yield first, say("claim-created.v1", **claim)
    yield first, _paid(say, number, first, _RATE)
    yield day, _decided(say, number, day, random.choice(("unbefristet", "befristet", "erlass")))


def _sued_month_by_month(say: Say, first: date) -> Story:
    """Another system has sent the third Kassenanzeige for more than one month."""
    before = {
        "stage": "none", "noticed_on": first, "pay_by": first, "fee_charged": False, "case_id": "ALT",
        "kassenanzeige_number": 3, "kassenanzeige_on": first - _DAY,
    }  # fmt: skip
    number, claim = _claim(1, "5612", first - timedelta(days=100), _RATE, mode="laufend_offen")
    yield first, say("claim-created.v1", **claim, taken_over=before)
    yield first, _paid(say, number, first, _RATE + _RATE // 2)


def _ends_sooner_then_later(say: Say, first: date, day: date) -> Story:
    """The last due date is that of a month itself; every month has its last day."""
    number, claim = _claim(2, "5621", _LONG_MONTH, _RATE, mode="laufend_offen")
    yield first, say("claim-created.v1", **claim)
    for after, months in ((0, 6), (5, 9)):
        last = add_months(_LONG_MONTH, months)
        yield day + after * _DAY, say("claim-ended.v1", kassenzeichen=number, last_due_on=last)


def _pays_in_no_order(say: Say, first: date, day: date) -> Story:
    """A plan whose last instalment is named first, for a case that another system began."""
    before = {
        "stage": "in_enforcement", "noticed_on": first - 40 * _DAY, "pay_by": first - 20 * _DAY,
        "fee_charged": True, "case_id": "ALT-S0", "kassenanzeige_number": 0, "kassenanzeige_on": first,
    }  # fmt: skip
    number, claim = _claim(3, "5621", first - 60 * _DAY, _CENTS)
    yield first, say("claim-created.v1", **claim, taken_over=before)
    due_on = day + 5 * _DAY
    yield day, agreed(say, number, day, (due_on + 90 * _DAY, _CENTS - _RATE), (due_on, _RATE))
    yield due_on, _paid(say, number, due_on, _RATE)


def _given_up_twice(say: Say, opened: Sequence[date], random: Random) -> Story:
    """Befristet, to be followed up; then, what is open again or all of it anew is given up otherwise."""
    first, day, later, last = opened[0], *_three(opened, random)
    number, claim = _claim(4, "5621", first, _CENTS)
    yield first, say("claim-created.v1", **claim)
    yield first, _paid(say, number, first, _RATE)
    follow_up_on = day + random.randint(10, 40) * _DAY
    yield day, _decided(say, number, day, "befristet", follow_up_on=follow_up_on)
    if random.random() < 0.5:
        yield (
            later,
            say(
                "payment-received.v1", payment_ref=f"back-{number}", amount_cents=_RATE, booked_on=later,
                reverses=f"paid-{number}",
            ),
        )  # fmt: skip
    else:
        yield later, say("write-off-revoked.v1", kassenzeichen=number, decided_on=later, **_PERSONS)
    yield last, _decided(say, number, last, "erlass")
    asked = {"checked_on": last - _NEARLY_A_YEAR, "found": False}  # where it is befristet: again in some days
    yield last, say("whereabouts-checked.v1", kassenzeichen=number, **asked)


def _filed_anew(say: Say, opened: Sequence[date], random: Random) -> Story:
    """The file moves while the claim is written off; then that is taken back."""
    first, day, later, last = opened[0], *_three(opened, random)
    number, claim = _claim(5, "5621", first, _CENTS)
    yield first, say("claim-created.v1", **claim)
    yield day, _decided(say, number, day, "unbefristet")
    file = random.choice(("3600", "3800", "5000")) + "9999999999"
    yield later, say("aktenzeichen-changed.v1", kassenzeichen=number, aktenzeichen=file)
    yield last, say("write-off-revoked.v1", kassenzeichen=number, decided_on=last, **_PERSONS)


def _three(opened: Sequence[date], random: Random) -> Sequence[date]:
    """Opened days, one after the other: what is told on one day may be read in any order."""
    place = random.randint(0, min(3, len(opened) - 3))
    return opened[place : place + 3]


def _claim(place: int, art: str, due_on: date, cents: int, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
    number = kassenzeichen.make(art, _FIRST_SERIAL + place)
    refs = {"claim_ref": f"seldom-{place}", "aktenzeichen": "50000000000005", "einnahmeart": art}
    return number, one_off("S0", number, cents, due_on, due_on) | refs | more


def _paid(say: Say, number: str, day: date, cents: int) -> Sent:
    return paid(say, f"paid-{number}", number, day, cents)


def _decided(say: Say, number: str, day: date, decision: str, **more: Any) -> Sent:  # noqa: ANN401
    return say(
        "write-off-decided.v1", kassenzeichen=number, decision=decision, decided_on=day,
        whereabouts_unknown=False, **_PERSONS, **more,
    )  # fmt: skip
