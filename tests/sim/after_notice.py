"""What chance seldom brings: instalments around their days of grace, a claim deleted with its fee."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from shared import kassenzeichen
from shared.policy import Policy
from tests.sim.late import noticed_on
from tests.sim.upstream import Sent, adult, agreed, one_off, paid, teller

_FIRST_SERIAL: Final = 820_000
_DAY: Final = timedelta(days=1)
_CENTS: Final = 60_000
_RATE: Final = 1_000
_FAR: Final = timedelta(days=400)


def after_notice(
    random: Random, mandant: str, opened: Sequence[date], policy: Policy
) -> Iterator[tuple[date, Sent]]:
    """A debtor with two claims of one notice: of one all is deleted, for the other plans are agreed."""
    say, first = teller(mandant, "after-notice"), opened[0]
    noticed = noticed_on(policy, first, opened)
    if noticed is None:
        return
    yield first, say("debtor-registered.v1", **adult("N0"))
    deleted, kept = (kassenzeichen.make("5621", _FIRST_SERIAL + place) for place in range(2))
    for number in (deleted, kept):
        refs = {"claim_ref": f"after-{number}", "aktenzeichen": "50000000000004"}
        yield first, say("claim-created.v1", **refs, **one_off("N0", number, _CENTS, first, first))
    day = noticed + timedelta(days=random.randint(1, 20))
    if random.random() < 0.5:
        yield day, say("claim-ended.v1", kassenzeichen=deleted, cancelled=True)
    else:
        yield day, say("claim-reduced.v1", kassenzeichen=deleted, amount_cents=_CENTS, due_on=first)
    later = [day for day in opened if day > noticed]
    for told, checked in zip(later[::2], later[1::2], strict=False):
        due_on = checked - random.choice((1, 1, 7, 8)) * _DAY
        yield told, agreed(say, kept, told, (due_on, _RATE), (due_on + _FAR, _CENTS))
        if random.random() < 0.5:
            yield checked, paid(say, f"after-{checked}", kept, checked, _RATE)
