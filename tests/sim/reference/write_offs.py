"""Write-offs: decided, taken back, looked at again."""

from datetime import date

from tests.sim.reference.books import Books, Claim, Data, Month
from tests.sim.reference.calendar import months_later


def decide(books: Books, data: Data, day: date) -> None:
    """The whole open amount is written off, or it is not."""
    claim = books.claims[data["kassenzeichen"]]
    before = books.stand(claim)
    if data["decision"] == "refused":  # a decision, too: what was open again is dunned
        claim.held = False
        books.changed(claim, before)
        return
    given_up = [each.open if _is_reached(claim, each.month, day) else 0 for each in claim.standing()]
    claim.held = False
    file = claim.aktenzeichen
    oldest = oldest_given_up(claim, day)
    if data["decision"] == "befristet":
        claim.befristet_decided_on, claim.follow_up_on = date.fromisoformat(data["decided_on"]), None
        for month, cents in zip(claim.months, given_up, strict=True):
            month.befristet += cents
    if data["decision"] == "unbefristet":
        _for_good(books, claim, day, whereabouts_unknown=data["whereabouts_unknown"])
    ordered = [month.ordered + cents for month, cents in zip(claim.months, given_up, strict=True)]
    books.order_write_off(claim, ordered)
    _told(books, claim, sum(given_up), data["decision"], (oldest, file, data.get("follow_up_on")))
    books.changed(claim, before)


def oldest_given_up(claim: Claim, day: date) -> date:
    """The oldest due date of which something is given up by a decision of the day, or made for good."""
    given_up = [each.month for each in claim.standing() if each.open and _is_reached(claim, each.month, day)]
    return min(month.due_on for month in given_up or claim.months if given_up or month.befristet)


def _told(books: Books, claim: Claim, cents: int, kind: str, more: tuple[date, str, str | None]) -> None:
    oldest, file, follow_up_on = more
    books.told.append(
        (
            "written-off", books.mandant, claim.number, cents, kind, books.day.isoformat(),
            oldest.isoformat(), books.policy.on(books.day).write_off.account, claim.aktenzeichen, file,
            follow_up_on,
        )
    )  # fmt: skip


def _for_good(books: Books, claim: Claim, day: date, *, whereabouts_unknown: bool) -> None:
    """Nothing is befristet any more; the Aktenzeichen is marked, under 3600 it is reviewed."""
    _nothing_befristet(claim)
    if books.policy.on(day).write_off.prefix_aktenzeichen:
        was, mark = claim.aktenzeichen[:4], "3600" if whereabouts_unknown else "3800"
        claim.former = claim.former or claim.aktenzeichen
        claim.aktenzeichen = mark + claim.aktenzeichen[4:]
        if not whereabouts_unknown:
            claim.reviewed_since = None
        elif claim.reviewed_since is None or was != mark:
            claim.reviewed_since, claim.reviews = day, 0


def _nothing_befristet(claim: Claim) -> None:
    claim.follow_up_on = None
    for month in claim.months:
        month.befristet = 0


def _is_reached(claim: Claim, month: Month, day: date) -> bool:
    """A write-off of a running claim leaves the months to come alone."""
    return claim.rate is None or month.due_on <= day


def revoke(books: Books, data: Data, _day: date) -> None:
    """Nothing is written off any more, and the old Aktenzeichen returns."""
    claim = books.claims[data["kassenzeichen"]]
    before = books.stand(claim)
    claim.held = False
    claim.aktenzeichen, claim.former = claim.former or claim.aktenzeichen, None
    claim.reviewed_since = None
    _nothing_befristet(claim)
    books.order_write_off(claim, [0] * len(claim.months))
    books.changed(claim, before)


def look(books: Books, data: Data, day: date) -> None:
    """Only what is written off befristet is looked at (R93)."""
    claim = books.claims[data["kassenzeichen"]]
    if not claim.befristet:
        return
    before = books.stand(claim)
    if data["found"]:
        claim.held = False
        rest = [month.ordered - month.befristet for month in claim.months]
        _nothing_befristet(claim)
        books.order_write_off(claim, rest)
        books.changed(claim, before)
        return
    steps = books.policy.on(day).write_off.conversion
    fitting = [each for each in steps if each.up_to_cents is None or claim.befristet <= each.up_to_cents]
    if not fitting:
        return
    common = (books.mandant, claim.payer, day.isoformat(), claim.office, (claim.number,))
    checked_on = date.fromisoformat(data["checked_on"])
    if months_later(claim.befristet_decided_on, 12 * fitting[0].after_years) > checked_on:
        claim.follow_up_on = months_later(checked_on, 12)
    elif fitting[0].up_to_cents is None:
        decided_on = claim.befristet_decided_on.isoformat()
        books.told.append(("write-off-manual-decision", *common, decided_on, claim.befristet))
    else:
        file, oldest = claim.aktenzeichen, min(month.due_on for month in claim.months if month.befristet)
        _for_good(books, claim, day, whereabouts_unknown=True)
        _told(books, claim, 0, "unbefristet", (oldest, file, None))
        books.changed(claim, before)
