"""What is written off befristet and asked about years later, on both sides of R93's amounts and years."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from shared import kassenzeichen
from shared.deadlines import add_months
from tests.sim.upstream import Sent, adult, one_off, teller

_AMOUNTS: Final = (49_999, 50_000, 249_999, 250_000)
_FIRST_SERIAL: Final = 700_000
_ASKED_AFTER: Final = timedelta(days=3)


def given_up(random: Random, mandant: str, first: date) -> Iterator[tuple[date, Sent]]:
    """A debtor who cannot be found, with a claim of each amount; what happens on which day."""
    say = teller(mandant, "given-up")
    yield first, say("debtor-registered.v1", **adult("G0"))
    for place, cents in enumerate(_AMOUNTS):
        number = kassenzeichen.make("5621", _FIRST_SERIAL + place)
        claim = one_off("G0", number, cents, first, first)
        refs = {"claim_ref": f"given-up-{place}", "aktenzeichen": "50000000000002"}
        yield first, say("claim-created.v1", **refs, **claim)
        day = first + timedelta(days=random.randint(5, 40))
        yield (
            day,
            say(
                "write-off-decided.v1", kassenzeichen=number, decision="befristet", decided_on=day,
                requested_by="S1", approved_by="S2", whereabouts_unknown=True,
            ),
        )  # fmt: skip
        for years in (1, 3):
            checked_on = add_months(day, 12 * years) - timedelta(days=random.choice((0, 1)))
            yield (
                day + years * _ASKED_AFTER,
                say("whereabouts-checked.v1", kassenzeichen=number, checked_on=checked_on, found=False),
            )
