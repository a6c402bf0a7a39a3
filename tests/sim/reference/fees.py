"""What comes back from dunning: fees are charged, cancelled, and charged anew."""

from datetime import date

from tests.sim.reference.books import Books, Data
from tests.sim.reference.journal import Slip
from tests.sim.reference.ways_back import month_of


def charge(books: Books, notice: Data) -> None:
    """What a notice charges."""
    for item in notice["items"]:
        if item["fee_cents"]:
            claim = books.claims[item["kassenzeichen"]]
            before = books.stand(claim)
            due_on = item["due_on"]
            month = next((each for each in claim.months if each.is_named(due_on)), claim.months[0])
            slip = Slip(notice["issued_on"], notice_id=notice["notice_id"])
            if books.book(claim, "fee", item["fee_cents"], month, slip):
                books.told.append(("decision-needed", books.mandant, claim.payer, claim.number))
            if claim.soll == 0:
                books.cancel_fees(claim)
            books.changed(claim, before)


def withdraw(books: Books, data: Data) -> None:
    """What a notice that is withdrawn charged, and what it charges instead: on one claim, one change."""
    stood: dict[str, Data] = {}
    for name, kind, sign in (("fee_cancelled", "fee_cancelled", -1), ("fee_charged", "fee", 1)):
        if fee := data.get(name):
            claim = books.claims[fee["kassenzeichen"]]
            stood.setdefault(claim.number, books.stand(claim))
            month = month_of(claim, date.fromisoformat(fee["due_on"]))
            cents = fee["fee_cents"] if sign > 0 else -min(fee["fee_cents"], month.fee)
            slip = Slip(data["on"], notice_id=data["notice_id"])
            if books.book(claim, kind, cents, month, slip):
                books.told.append(("decision-needed", books.mandant, claim.payer, claim.number))
    for number, before in stood.items():
        books.changed(books.claims[number], before)
