"""Postings: every change of Soll and Ist is booked once per Sollsatz concerned, never changed afterwards."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from services.claims.domain.allocate import Share, shares
from services.claims.domain.desk import Desk
from services.claims.domain.handover import handover
from services.claims.domain.model import Claim, Posting, Sollsatz
from shared.contracts import Because, HandoverIssued, HoldView, PostingPart
from shared.contracts.codes import PostingKind

AFTER_WRITE_OFF = "open-after-write-off"


class Booked(Struct, frozen=True):
    """A claim after a booking, and the postings that led there."""

    claim: Claim
    postings: tuple[Posting, ...] = ()


class Voucher(Struct, frozen=True, kw_only=True):
    """What a posting is booked on: its kind, its day and what it refers to."""

    kind: PostingKind
    booked_on: date
    payment_ref: str | None = None
    notice_id: str | None = None
    other_kassenzeichen: str | None = None


def book_money(desk: Desk, claim: Claim, cents: int, voucher: Voucher) -> Booked:
    """Money on (or off) the claim, oldest due date first; a write-off gives back what it covers."""
    after = replace(claim, ist_cents=claim.ist_cents + cents)
    stood, stands = shares(claim), shares(after)
    postings = [
        _posting(claim, sollsatz, new.paid_cents - old.paid_cents, voucher)
        for sollsatz, old, new in zip(claim.sollsaetze, stood, stands, strict=True)
    ]
    if not claim.sollsaetze:  # ahead of a running claim's first year
        nothing_yet = Sollsatz(due_on=claim.first_due_on, soll_cents=0)
        postings = [_posting(claim, nothing_yet, cents, voucher)]
    return Booked(after, (*_entries(postings), *_written_off(desk, claim, after, stood, stands)))


def book_soll(desk: Desk, claim: Claim, place: int, cents: int, voucher: Voucher) -> Booked:
    """Soll of one Sollsatz up or down. Fees of a claim that has no other Soll left are cancelled."""
    return book_each(desk, claim, {place: cents}, voucher)


def book_each(desk: Desk, claim: Claim, changes: Mapping[int, int], voucher: Voucher) -> Booked:
    """Soll of several Sollsätze up or down, by their places: one posting for each, then what it leads to."""
    freed, fees = _without_idle_fees(desk, _changed(claim, changes, voucher.kind))
    postings = [
        *(_posting(claim, claim.sollsaetze[place], cents, voucher) for place, cents in changes.items()),
        *fees,
        *_written_off(desk, claim, freed, shares(claim), shares(freed)),
    ]
    return Booked(freed, _entries(postings))


def _changed(claim: Claim, changes: Mapping[int, int], kind: PostingKind) -> Claim:
    """The claim with more or less Soll, or fees, in these places."""
    each = list(claim.sollsaetze)
    for place, cents in changes.items():
        if kind in ("fee", "fee_cancelled"):
            each[place] = replace(each[place], fee_cents=each[place].fee_cents + cents)
        else:
            each[place] = replace(each[place], soll_cents=each[place].soll_cents + cents)
    return replace(claim, sollsaetze=tuple(each))


def with_sollsatz(claim: Claim, place: int, sollsatz: Sollsatz) -> Claim:
    """The claim with another Sollsatz in that place."""
    others = claim.sollsaetze
    return replace(claim, sollsaetze=(*others[:place], sollsatz, *others[place + 1 :]))


def reorder(desk: Desk, claim: Claim, sollsaetze: Iterable[Sollsatz]) -> Booked:
    """The claim with other ordered write-offs on its Sollsätze; booked with the original due dates."""
    after = replace(claim, sollsaetze=tuple(sollsaetze))
    return Booked(after, _written_off(desk, claim, after, shares(claim), shares(after)))


def move_due_date(desk: Desk, claim: Claim, place: int, due_on: date) -> Booked:
    """A Sollsatz falls due on another day: a Sollabgang at the old, a Sollzugang at the new; a fee stays."""
    old = claim.sollsaetze[place]
    if old.due_on == due_on:
        return Booked(claim)
    new = replace(old, due_on=due_on, formerly=(*old.formerly, old.due_on))
    postings = [
        _posting(claim, old, -old.soll_cents, Voucher(kind="sollabgang", booked_on=desk.day)),
        _posting(claim, new, old.soll_cents, Voucher(kind="sollzugang", booked_on=desk.day)),
    ]
    return Booked(with_sollsatz(claim, place, new), _entries(postings))


def bounced(before: Claim, after: Claim) -> bool:
    """Whether a Sollsatz that was written off is open again, or more than before."""
    if not any(sollsatz.ordered_cents for sollsatz in after.sollsaetze):
        return False
    pairs = zip(after.sollsaetze, shares(before), shares(after), strict=True)
    return any(sollsatz.ordered_cents and new.open_cents > old.open_cents for sollsatz, old, new in pairs)


def held_after_write_off(desk: Desk, claim: Claim) -> Claim:
    """Neither dunned nor the subject of a Kassenanzeige until two persons have decided."""
    others = tuple(hold for hold in claim.holds if hold.cause != AFTER_WRITE_OFF)
    return replace(claim, holds=(*others, HoldView(cause="open-after-write-off", held_from=desk.day)))


def decision_needed(desk: Desk, claim: Claim, handover_id: str, because: Because) -> HandoverIssued:
    """Ask the claim's office what is to become of what is open again."""
    return handover(
        desk,
        claim,
        because,
        kind="decision-needed",
        handover_id=handover_id,
        payload={"cause": AFTER_WRITE_OFF},
    )


def _written_off(
    desk: Desk, before: Claim, after: Claim, stood: Iterable[Share], stands: Iterable[Share]
) -> tuple[Posting, ...]:
    """What is written off now and was not, negative; what is given back, positive (R12, R87)."""
    voucher = Voucher(kind="write_off", booked_on=desk.day)
    account = desk.terms.write_off.account
    postings = []
    pairs = zip(before.sollsaetze, after.sollsaetze, stood, stands, strict=True)
    for was, sollsatz, old, new in pairs:
        posting = _posting(after, sollsatz, old.written_off_cents - new.written_off_cents, voucher)
        # With a fee in it, nobody knows which part of it the rest is.
        split = posting.parts if _is_bare(after, was) or _is_bare(after, sollsatz) else ()
        postings.append(replace(posting, account=account, parts=split))
    return _entries(postings)


def _is_bare(claim: Claim, sollsatz: Sollsatz) -> bool:
    """Whether it demands the claim's whole amount (of a running one a month's) and no fee."""
    return not sollsatz.fee_cents and sollsatz.soll_cents == claim.amount_cents


def _without_idle_fees(desk: Desk, claim: Claim) -> tuple[Claim, tuple[Posting, ...]]:
    """Without the fees of a claim that has no other Soll left, and what cancels them."""
    if any(sollsatz.soll_cents for sollsatz in claim.sollsaetze):
        return claim, ()
    fees = {place: -each.fee_cents for place, each in enumerate(claim.sollsaetze) if each.fee_cents}
    voucher = Voucher(kind="fee_cancelled", booked_on=desk.day)
    cancelled = (_posting(claim, claim.sollsaetze[place], cents, voucher) for place, cents in fees.items())
    return _changed(claim, fees, voucher.kind), tuple(cancelled)


def _posting(claim: Claim, sollsatz: Sollsatz, cents: int, voucher: Voucher) -> Posting:
    return Posting(
        claim=claim,
        kind=voucher.kind,
        amount_cents=cents,
        booked_on=voucher.booked_on,
        due_on=sollsatz.due_on,
        payment_ref=voucher.payment_ref,
        notice_id=voucher.notice_id,
        other_kassenzeichen=voucher.other_kassenzeichen,
        parts=_parts(claim, cents, voucher.kind),
    )


def _parts(claim: Claim, cents: int, kind: PostingKind) -> tuple[PostingPart, ...]:
    """The split (of a running claim a month's) where all of it is booked, written off as well (R80, R87).

    It may be less than the amount: what nobody has split stays so.
    """
    if abs(cents) != claim.amount_cents or kind not in ("sollzugang", "sollabgang", "write_off"):
        return ()
    sign = 1 if cents > 0 else -1
    return tuple(dataclasses.replace(part, amount_cents=sign * part.amount_cents) for part in claim.parts)


def _entries(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    return tuple(posting for posting in postings if posting.amount_cents)
