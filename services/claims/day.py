"""What the opening of a day brings in a lane, in the order of the contracts ("A day's work"), in chunks."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from services.claims.answers import Done
from services.claims.domain.books import Books
from services.claims.domain.evolve import evolve
from services.claims.domain.model import Key
from services.claims.domain.opening import open_account
from services.claims.domain.watches import majority_list, open_numbers
from services.claims.lane import Lane
from shared.contracts import DayClosed, DayMarked
from shared.events import Emitter
from shared.records import Record

KINDS_OF_BALANCE = ("soll", "ist", "written_off", "open", "credit", "unclear")


def close_day(lane: Lane, books: Books, mandants: Iterable[str], mark: Record) -> None:
    """The day before is over: what was told, posted and stands, for each mandant (R95)."""
    for mandant in sorted(mandants):
        lane.run(lambda mandant=mandant: _closed(lane, books, mandant, mark))  # type: ignore[misc]


def _closed(lane: Lane, books: Books, mandant: str, mark: Record) -> Done:
    desk, journal = lane.answers.desk(mandant), books.journal(mandant)
    emitter = Emitter("claims", lane.number, f"{mark.id}|day-closed", mark.cause, desk.day)
    emitter.emit(
        DayClosed(
            mandant=mandant,
            service="claims",
            day=desk.day,
            counts=dict(sorted(journal.counts.items())),
            totals_cents=dict(sorted(journal.totals_cents.items())),
            balances_cents={kind: journal.balances_cents.get(kind, 0) for kind in KINDS_OF_BALANCE},
            because=desk.because("R95", day=desk.day),
        )
    )
    books.journals.put((mandant,), replace(journal, counts={}, totals_cents={}))
    return Done(events=emitter.events)


def open_claims(lane: Lane, books: Books, account: Key, numbers: Iterable[str], mark: Record) -> None:
    """What the opening of the day does to claims of an account."""

    def act() -> Done:
        desk = lane.answers.desk(account[0])
        claims = [books.claims.get((account[0], number)) for number in numbers]
        emitter = Emitter("claims", lane.number, f"{mark.id}|opened|{account[1]}", mark.cause, desk.day)
        payer = books.debtors.get(account)
        if payer is None:
            raise LookupError("an account has a debtor")
        outcome = open_account(
            desk, [claim for claim in claims if claim is not None], payer, books, emitter.new_id
        )
        evolve(books, desk, outcome, emitter)
        return lane.answers.told(account[0], emitter)

    lane.work(act, account, mark.cause)


def list_minors(lane: Lane, books: Books, month: date, debtors: list[Key], mark: Record) -> None:
    """One list for a mandant and a month, of those who come of age in it."""
    mandant = debtors[0][0]

    def act() -> Done:
        desk = lane.answers.desk(mandant)
        trigger = f"{mark.id}|majority-list|{mandant}|{month:%Y-%m}"
        emitter = Emitter("claims", lane.number, trigger, mark.cause, desk.day)
        emitter.emit(
            majority_list(desk, month, {key: open_numbers(books, key) for key in debtors}, emitter.new_id)
        )
        return lane.answers.told(mandant, emitter)

    lane.run(act)


def marked(lane: Lane, day: date, mark: Record) -> None:
    """Nothing of the day before follows in this lane."""
    emitter = Emitter("claims", lane.number, f"{mark.id}|marked|{lane.number}", mark.cause, day)
    emitter.emit(DayMarked(day=day, service="claims"))
    lane.events += emitter.events
