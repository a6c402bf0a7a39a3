"""Running claims: what is owed every month, and how it ends (R81, R83, R84)."""

from datetime import date, timedelta
from random import Random
from typing import Final

from mahnwerk.year.claims import office, pay_exactly
from mahnwerk.year.days import FIRST
from mahnwerk.year.people import Person
from mahnwerk.year.town import Desk
from shared import kassenzeichen
from shared.deadlines import add_months

_EINNAHMEART: Final = "5600"
_FIRST_SERIAL: Final = 900_000  # beyond what one-off claims get
_START: Final = date(2026, 2, 15)
_EACH: Final = 2  # of every story, in each municipality


class Running:
    """One municipality's running claims. With a chance of their own: the others' stories stay as they are."""

    def __init__(self, desk: Desk, random: Random) -> None:
        self.desk = desk
        self.random = random
        self._count = 0

    def claim(self, person: Person, ends_on: date | None) -> tuple[str, int]:
        """Book one; its Kassenzeichen, and what a month costs."""
        self._count += 1
        number = kassenzeichen.make(_EINNAHMEART, _FIRST_SERIAL + self._count)
        cents = self.random.randrange(3_000, 12_000, 50)
        self.desk.send(
            _START - timedelta(days=20),
            "claim-created.v1",
            claim_ref=f"L-{self._count:03}",
            debtor_ref=person.debtor_ref,
            kassenzeichen=number,
            aktenzeichen=person.aktenzeichen,
            einnahmeart=_EINNAHMEART,
            office=office(_EINNAHMEART),
            mode="laufend_bis" if ends_on else "laufend_offen",
            amount_cents=cents,
            due_on=_START,
            ends_on=ends_on,
            decided_on=_START - timedelta(days=21),
        )
        return number, cents

    def pay(self, number: str, cents: int, months: range) -> None:
        """Pay these months, each some days before it is due."""
        for month in months:
            day = max(FIRST, add_months(_START, month) - timedelta(days=self.random.randint(1, 9)))
            pay_exactly(self.desk, day, number, cents)

    def end(self, number: str, day: date, **how: object) -> None:
        """Say when it ends, or that it never was."""
        self.desk.send(day, "claim-ended.v1", kassenzeichen=number, **how)


def live(desk: Desk, persons: list[Person], seed: int) -> None:
    """A few in every municipality: one of each story, for adults who owe other things as well."""
    running = Running(desk, Random(f"{seed} {desk.town.mandant}"))  # noqa: S311 - a story, no secret
    adults = [person for person in persons if not person.minor]
    for story in (_paid_and_ended, _prolonged, _entered_by_mistake, _stopped_paying, _written_off):
        for person in running.random.sample(adults, _EACH):
            story(running, person)


def _paid_and_ended(running: Running, person: Person) -> None:
    """Until it is ended: in September nothing more is due. Somebody tries to end it too early."""
    number, cents = running.claim(person, None)
    running.pay(number, cents, range(7))
    running.end(number, date(2026, 8, 20), last_due_on=date(2026, 8, 31))
    early = {"kassenzeichen": number, "last_due_on": date(2026, 7, 31)}
    running.desk.mistake("end-before-current-month", date(2026, 8, 21), "claim-ended.v1", early)


def _prolonged(running: Running, person: Person) -> None:
    """Until June at first, then until November."""
    number, cents = running.claim(person, date(2026, 6, 30))
    running.pay(number, cents, range(10))
    running.end(number, date(2026, 6, 8), last_due_on=date(2026, 11, 15))


def _entered_by_mistake(running: Running, person: Person) -> None:
    number, _ = running.claim(person, None)
    running.end(number, _START - timedelta(days=12), cancelled=True)


def _stopped_paying(running: Running, person: Person) -> None:
    """From the fourth month on nothing comes: each month is dunned by itself."""
    number, cents = running.claim(person, None)
    running.pay(number, cents, range(3))


def _written_off(running: Running, person: Person) -> None:
    """What is due by July is written off; what comes later is dunned as usual."""
    number, _ = running.claim(person, date(2026, 10, 31))
    running.desk.send(
        date(2026, 7, 20),
        "write-off-decided.v1",
        kassenzeichen=number,
        decision="unbefristet",
        decided_on=date(2026, 7, 20),
        whereabouts_unknown=running.random.random() < 0.5,  # noqa: PLR2004 - one half
        requested_by="P4701",
        approved_by="P4702",
    )
