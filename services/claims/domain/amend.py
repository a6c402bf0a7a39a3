"""A claim is amended: reduced, deleted, final, due anew, under another Aktenzeichen (R39, R82, R84)."""

from msgspec.structs import replace

from services.claims.domain.allocate import figures
from services.claims.domain.booking import Booked, Voucher, book_soll, move_due_date
from services.claims.domain.desk import Turn
from services.claims.domain.naming import amended, named_claim
from services.claims.domain.outcome import Decision, Findings
from services.claims.domain.register import AKTENZEICHEN
from services.claims.domain.reviews import REVIEWED_PREFIX, UNKNOWN_WHEREABOUTS_PREFIX
from services.claims.domain.running import delete, end_by
from services.claims.domain.write_off import UNCHECKED_PREFIX
from shared.contracts import AktenzeichenChanged, ClaimBecameFinal, ClaimEnded, ClaimReduced, DueDateChanged

ARCHIVE_PREFIX = "3900"  # R42: balanced Kassenzeichen
_MARKS = (UNKNOWN_WHEREABOUTS_PREFIX, REVIEWED_PREFIX, UNCHECKED_PREFIX, ARCHIVE_PREFIX)


def reduce_claim(turn: Turn, event: ClaimReduced) -> Decision:
    """Einmaliger Abgang: one Sollsatz is lower by an amount (R82); none is ever edited (R85)."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    place = None
    if claim is not None:
        found.wrong("claim-ended", when=claim.cancelled)
        named = [n for n, sollsatz in enumerate(claim.sollsaetze) if sollsatz.named(event.due_on)]
        place = named[0] if named else None
        found.wrong("no-such-due-date", "due_on", when=place is None)
        # The Sollsatz as it is now: reductions of it together may not exceed it.
        left = claim.sollsaetze[place].soll_cents if place is not None else event.amount_cents
        found.wrong("reduction-exceeds-claim", "amount_cents", when=event.amount_cents > left)
    if claim is None or place is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R82",
        kassenzeichen=claim.kassenzeichen,
        amount_cents=event.amount_cents,
        due_on=event.due_on,
        cause=event.cause,
    )
    voucher = Voucher(kind="sollabgang", booked_on=turn.desk.day)
    booked = book_soll(turn.desk, claim, place, -event.amount_cents, voucher)
    return amended(turn, booked, because)


def end_claim(turn: Turn, event: ClaimEnded) -> Decision:
    """A claim is deleted altogether, or a running one has another last due date (R84)."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    last = event.last_due_on
    if claim is not None:
        found.wrong("claim-ended", when=claim.cancelled)
        found.wrong("mode-not-amendable", "last_due_on", when=last is not None and claim.months is None)
    too_early = last is not None and last < turn.desk.day.replace(day=1)
    found.wrong("end-before-current-month", "last_due_on", when=too_early)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    number = claim.kassenzeichen
    if last is None:
        because = turn.desk.because("R84", kassenzeichen=number, cancelled=True)
        return amended(turn, delete(turn.desk, claim), because)
    planned = claim.months.last_due_on if claim.months else None
    because = turn.desk.because("R84", kassenzeichen=number, last_due_on=last, planned_last_due_on=planned)
    return amended(turn, end_by(turn.desk, claim, last), because)


def claim_became_final(turn: Turn, event: ClaimBecameFinal) -> Decision:
    """The decision behind the claim is bestandskräftig."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because("R68", kassenzeichen=claim.kassenzeichen, final_on=event.final_on)
    return amended(turn, Booked(replace(claim, final_on=event.final_on)), because)


def change_due_date(turn: Turn, event: DueDateChanged) -> Decision:
    """A one-off claim is due on another day (R68, R69)."""
    found = Findings()
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is not None:
        found.wrong("schema", "due_on", when=event.due_on < claim.decided_on)
        found.wrong("claim-ended", when=claim.cancelled)
        found.wrong("mode-not-amendable", when=claim.mode != "einmalig")
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R68",
        "R69",
        kassenzeichen=claim.kassenzeichen,
        due_on=event.due_on,
        previous_due_on=claim.sollsaetze[0].due_on,
    )
    return amended(turn, move_due_date(turn.desk, claim, 0, event.due_on), because, due_on=event.due_on)


def change_aktenzeichen(turn: Turn, event: AktenzeichenChanged) -> Decision:
    """Aktenabgabe, or the archive of balanced Kassenzeichen (R39, R42, T13)."""
    found = Findings()
    good = AKTENZEICHEN.fullmatch(event.aktenzeichen) is not None
    found.wrong("aktenzeichen-invalid", "aktenzeichen", when=not good)
    claim = named_claim(turn, found, event.kassenzeichen)
    if claim is not None and event.aktenzeichen.startswith(ARCHIVE_PREFIX):
        found.wrong("not-balanced", "aktenzeichen", when=figures(claim).balance_cents != 0)
    if claim is None or found:
        return found.verdict(last_call=turn.last_call)
    because = turn.desk.because(
        "R39",
        "R42",
        kassenzeichen=claim.kassenzeichen,
        aktenzeichen=event.aktenzeichen,
        previous_aktenzeichen=claim.aktenzeichen,
    )
    before = claim.aktenzeichen_before
    if before is not None:  # what a write-off that is taken back returns to: the new file, as it was marked
        marked = event.aktenzeichen.startswith(_MARKS)
        before = before[:4] + event.aktenzeichen[4:] if marked else None
    changed = replace(claim, aktenzeichen=event.aktenzeichen, aktenzeichen_before=before)
    return amended(turn, Booked(changed), because)
