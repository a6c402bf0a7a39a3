"""The demo year: 2026 at five municipalities, day by day, the same for the same seed.

A day before it, some stock is taken over.

Nothing here asks the system or a clock: the generator knows roughly how the municipalities dun, and lets
people, banks, officers and clerks act accordingly.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

from mahnwerk.year import (
    claims,
    holds,
    institutions,
    late,
    limitation,
    mistakes,
    running,
    stock,
    stories,
    watches,
)
from mahnwerk.year.agenda import Agenda, StructuredEvent
from mahnwerk.year.people import Person, people
from mahnwerk.year.people import institutions as register_institutions
from mahnwerk.year.town import TOWNS, Desk

SEED = 2026
_CLAIMS = range(1, 9)
_CLAIM_WEIGHTS = (14, 20, 22, 18, 12, 8, 4, 2)


def year(seed: int = SEED) -> Iterator[tuple[date, list[StructuredEvent]]]:
    """The take-over, then every opened day of 2026: events in structured mode, the opening first."""
    random = Random(seed)  # noqa: S311 - a story, no secret
    agenda = Agenda()
    desks = [Desk(town, agenda, random) for town in TOWNS]
    for desk in desks:
        payers = register_institutions(desk)
        persons = list(people(desk))
        for person in persons:
            _life(desk, person, payers)
        mistakes.make_mistakes(desk)
        running.live(desk, persons, seed)
    for desk in desks:  # after all others, whose chance stays as it is
        holds.live(desk)
        watches.live(desk)
        late.live(desk)
    for desk in desks:
        limitation.live(desk)
    for desk in desks:
        stock.live(desk)
    return agenda.play()


def _life(desk: Desk, person: Person, payers: list[str]) -> None:
    """A person's year: some claims, each with its story; now and then one that an institution pays."""
    random = desk.random
    span = (claims.LAST_DECISION - claims.FIRST_DECISION).days
    for _ in range(random.choices(_CLAIMS, _CLAIM_WEIGHTS)[0]):
        decided_on = desk.later(claims.FIRST_DECISION, 0, span)
        einnahmeart = claims.einnahmeart_of_person(desk, person)
        stories.tell(desk, person, claims.create(desk, person, einnahmeart, decided_on))
    if desk.chance(45):
        institutions.claim(desk, person, random.choice(payers))
    if desk.chance(4) and not person.minor:
        stories.moved_credit(desk, person, desk.later(claims.FIRST_DECISION, 20, span))
    if desk.chance(2) and not person.minor:
        claims.create_unnumbered(desk, person, desk.later(claims.FIRST_DECISION, 40, span))
