"""Money that moved: on its claim, or on the Klärungsliste."""

from datetime import date

from tests.sim.reference.books import Books, Data, Payment
from tests.sim.reference.journal import Slip
from tests.sim.reference.names import named_in, names_wrongly


def payment_needs(books: Books, data: Data) -> list[str]:
    """What a payment refers to and is not there yet."""
    if data.get("reverses") == data["payment_ref"]:
        return []
    if data.get("reverses") is not None:
        original = books.payments.get(data["reverses"])
        there = original is not None and original.state != "waiting"
        return [] if there else [f"payment {data['reverses']}"]
    named = named_in(data)
    return [f"claim {named[0]}"] if len(named) == 1 and named[0] not in books.claims else []


def pay(books: Books, data: Data, _day: date) -> None:
    """Money came in, or went back."""
    ref, cents = data["payment_ref"], data["amount_cents"]
    payment = books.payments.setdefault(ref, Payment(cents, "waiting", None))
    payment.booked_on = date.fromisoformat(data["booked_on"])
    if data.get("reverses") is not None:
        _reverse(books, ref, payment, data)
        return
    named = named_in(data)
    payment.named = named[0] if len(named) == 1 else None
    if payment.named in books.claims:
        _book(books, ref, payment, payment.named or "")
    else:
        _unclear(books, ref, payment, _why(data, named))


def _why(data: Data, named: list[str]) -> str:
    """What keeps money on the Klärungsliste."""
    if len(named) == 1:
        return "unknown-kassenzeichen"
    if named:
        return "several-kassenzeichen"
    return "check-digit" if names_wrongly(data) else "no-reference"


def _unclear(books: Books, ref: str, payment: Payment, cause: str) -> None:
    payment.state = "unclear"
    books.told.append(("unclear", books.mandant, ref, abs(payment.cents), cause))


def _book(books: Books, ref: str, payment: Payment, number: str) -> None:
    claim = books.claims[number]
    before = books.stand(claim)
    if payment.state == "unclear":
        books.told.append(("cleared", books.mandant, ref, number))
    payment.state, payment.claim = "booked", number
    if not payment.is_reversal:
        claim.paid_on = max(claim.paid_on or date.min, payment.booked_on)
    kind = "payment_reversed" if payment.is_reversal else "payment"
    if books.book(claim, kind, payment.cents, slip=slip_of(ref, payment)):
        books.told.append(("decision-needed", books.mandant, claim.payer, number))
    books.changed(claim, before)


def slip_of(ref: str, payment: Payment) -> Slip:
    """What it is booked on: the bank's day."""
    return Slip(payment.booked_on.isoformat(), payment_ref=ref)


def _reverse(books: Books, ref: str, payment: Payment, data: Data) -> None:
    payment.is_reversal = True
    payment.cents = -data["amount_cents"]
    original = books.payments.get(data["reverses"])
    fits = (
        original is not None
        and original.state != "waiting"
        and not original.is_reversal
        and not original.is_reversed
        and original.cents == data["amount_cents"]
    )
    if original is None or not fits:
        _unclear(books, ref, payment, "reversal-unmatched")
        return
    original.is_reversed = True
    if original.state == "unclear":
        original.state = payment.state = "settled"
        books.told.append(("cleared", books.mandant, data["reverses"], None))
    else:
        _book(books, ref, payment, original.claim or "")


def assign(books: Books, data: Data, _day: date) -> None:
    """A clerk says where it belongs."""
    _book(books, data["payment_ref"], books.payments[data["payment_ref"]], data["kassenzeichen"])
