"""What the bank and the clerk of the Klärungsliste write.

Money that moved is a fact: whatever a payment refers to, it is booked or put on the Klärungsliste,
so neither its `kassenzeichen` nor its `remittance` is bounded here.
"""

from typing import ClassVar

from shared import topics
from shared.contracts.fields import Cents, Day, Inbound, Judged, Person, Reference, Text


class PaymentReceived(Inbound):
    """Money came in, or went back (`reverses`: a Rücklastschrift)."""

    TYPE: ClassVar[str] = "payment-received.v1"
    TOPIC: ClassVar[str] = topics.PAYMENT_RECEIVED

    mandant: Reference
    payment_ref: Reference
    amount_cents: Cents
    booked_on: Day
    kassenzeichen: Judged | None = None
    remittance: tuple[Text, ...] = ()
    reverses: Reference | None = None


class PaymentAssigned(Inbound):
    """A clerk settles an entry of the Klärungsliste."""

    TYPE: ClassVar[str] = "payment-assigned.v1"
    TOPIC: ClassVar[str] = topics.PAYMENT_RECEIVED

    mandant: Reference
    payment_ref: Reference
    kassenzeichen: Judged
    assigned_by: Person
