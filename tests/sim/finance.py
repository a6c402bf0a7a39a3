"""What finance gets: each posting, each day's totals, balances and counts; and whose texts are kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from services.claims import tables as claims
from tests.sim.databases import Database
from tests.sim.reference.books import Books
from tests.sim.reference.intake import Reference
from tests.sim.reference.journal import Entry
from tests.sim.upstream import Sent
from tests.sim.violations import ViolationError, first_few
from tests.sim.watcher import Watcher


def check_finance(database: Database, watcher: Watcher, reference: Reference) -> None:
    """ViolationError at the first difference; `database` is that of claims."""
    _postings(watcher, reference.books())
    _texts(database, reference.books(), watcher.sent.values())
    _closings(watcher, reference)
    _counts(watcher)


def _postings(watcher: Watcher, books: Mapping[str, Books]) -> None:
    """The journal: on each claim, due date and day the cents that belong there, and what they refer to."""
    found: defaultdict[str, Counter[Entry]] = defaultdict(Counter)
    for (mandant, _), one in watcher.postings.items():
        entry = Entry(
            one["kassenzeichen"], one["debtor_ref"], one["einnahmeart"], one["kind"], one["due_on"],
            one["booked_on"], one.get("payment_ref"), one.get("notice_id"), one.get("other_kassenzeichen"),
            one.get("account"),
        )  # fmt: skip
        found[mandant][entry] += one["amount_cents"]
    for mandant, own in books.items():
        wrong = found[mandant].copy()
        wrong.subtract(own.postings)
        if any(wrong.values()):
            raise ViolationError(
                "postings", f"{mandant}: {first_few(each for each in wrong.items() if each[1])}"
            )


def _texts(database: Database, books: Mapping[str, Books], sent: Iterable[Sent]) -> None:
    """Free text is there for as long as somebody has to read it, and no longer."""
    found = {(row[0], row[1]) for row in database.rows(claims.sequencer.remittance)}
    unsettled = {
        (mandant, ref)
        for mandant, own in books.items()
        for ref, payment in own.payments.items()
        if payment.state in ("waiting", "unclear")
    }
    if found - unsettled:
        raise ViolationError("texts", f"kept for nobody: {first_few(found - unsettled)}")
    written = {(one.mandant, one.data.get("payment_ref")) for one in sent if one.data.get("remittance")}
    if missing := (unsettled & written) - found:
        raise ViolationError("texts", f"lost: {first_few(missing)}")


def _closings(watcher: Watcher, reference: Reference) -> None:
    """Each day's totals and balances, as finance gets them; and each is closed by each service."""
    for (mandant, day), (balances, totals) in reference.closed.items():
        closed = watcher.closed.get(("claims", mandant, day))
        if closed is None:
            raise ViolationError("day not closed", f"{mandant} {day}")
        if closed["balances_cents"] != balances:
            raise ViolationError("balances", f"{mandant} {day}: {closed['balances_cents']} not {balances}")
        found = {kind: cents for kind, cents in closed["totals_cents"].items() if cents}
        wanted = {kind: cents for kind, cents in totals.items() if cents}
        if found != wanted:
            raise ViolationError("totals", f"{mandant} {day}: {found} not {wanted}")


def _counts(watcher: Watcher) -> None:
    """How often each service said what on the day."""
    early = watcher.counts.copy()
    for (service, mandant, day), closed in sorted(watcher.closed.items()):
        name = f"mahnwerk/{service}"
        # What was refused before the first day is told with it.
        counted = watcher.counts[name, mandant, day] + early.pop((name, mandant, None), Counter())
        if +Counter(closed["counts"]) != counted:
            raise ViolationError("counts", f"{service} {mandant} {day}: {closed['counts']} not {counted}")
