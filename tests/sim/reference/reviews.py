"""What is written off is looked at again: under 3600 once a year. Everything is looked at, every day."""

from datetime import date

from tests.sim.reference.books import Books
from tests.sim.reference.calendar import months_later


def see(books: Books, day: date) -> None:
    """Five years, then it is finished."""
    for number in sorted(books.claims):
        claim = books.claims[number]
        while (
            claim.written_off > claim.befristet
            and claim.reviewed_since
            and claim.aktenzeichen[:4] == "3600"
            and months_later(claim.reviewed_since, 12 * (claim.reviews + 1)) <= day
        ):
            claim.reviews += 1
            if claim.reviews == 5:
                claim.aktenzeichen = "3700" + claim.aktenzeichen[4:]
            to = "Vollstreckung" if claim.reviews <= 3 else claim.office
            common = (books.mandant, claim.payer, day.isoformat(), to, (number,))
            books.told.append(("follow-up", *common, "unbefristet", claim.written_off - claim.befristet))
        if claim.befristet and claim.follow_up_on and claim.follow_up_on <= day:
            claim.follow_up_on = None
            common = (books.mandant, claim.payer, day.isoformat(), claim.office, (number,))
            books.told.append(("follow-up", *common, "befristet", claim.befristet))
