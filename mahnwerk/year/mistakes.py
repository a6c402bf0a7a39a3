"""What upstream gets wrong: one event for almost every reason to reject, and events that come twice.

Their ids name the reason (`…-fehler-<reason>-…`), so that a reader sees at once what was meant. Each has that
one mistake only.
"""

from datetime import date, timedelta

from mahnwerk.year import claims
from mahnwerk.year.agenda import StructuredEvent
from mahnwerk.year.claims import Claim, pay
from mahnwerk.year.people import Person, adult, register
from mahnwerk.year.town import Desk
from shared.kassenzeichen import check_digit, make

_DECIDED_ON = date(2026, 4, 14)
_UNKNOWN = make("5621", 400_001)
Mistake = tuple[str, str, StructuredEvent]  # reason, type, data


def make_mistakes(desk: Desk) -> None:
    """Everything that can go wrong at a municipality, around one ordinary claim that is paid in time."""
    person = adult(desk, "P-9001")
    claim = claims.create(desk, person, "5621", _DECIDED_ON)
    day = _DECIDED_ON + timedelta(days=3)
    before_payment = [*_claims(desk, person, claim), *_references(claim), *_bookings(claim, day)]
    for n, (reason, type_, data) in enumerate(before_payment):
        desk.mistake(reason, day + timedelta(days=n // 5), type_, data)
    _blocks(desk, claim, day + timedelta(days=9))
    paid_on = claim.due_on - timedelta(days=2)
    ref = pay(desk, claim, paid_on, claim.amount_cents)
    for reason, type_, data in _after_payment(desk, claim, paid_on + timedelta(days=7), ref):
        desk.mistake(reason, paid_on + timedelta(days=7), type_, data)
    _debtors(desk)
    _plan_too_small(desk)
    _ended(desk, person)
    _twice(desk, person)


def _claims(desk: Desk, person: Person, claim: Claim) -> list[Mistake]:
    """New claims, each with one field that must not be."""
    due_on = _DECIDED_ON + timedelta(days=42)
    valid = {
        "debtor_ref": person.debtor_ref,
        "aktenzeichen": person.aktenzeichen,
        "einnahmeart": "5621",
        "office": "LG",
        "mode": "einmalig",
        "amount_cents": 12_000,
        "due_on": due_on,
        "decided_on": _DECIDED_ON,
    }
    wrong_digit = claim.kassenzeichen[:-1] + str((int(check_digit(claim.kassenzeichen[:-1])) + 1) % 10)
    too_much = {"kind": "main", "code": "HE1", "amount_cents": 12_001}
    changes: list[tuple[str, StructuredEvent]] = [
        ("schema", {"amount_cents": None}),
        ("schema", {"amount_cents": -12_000}),
        ("kassenzeichen-invalid", {"kassenzeichen": wrong_digit}),
        ("aktenzeichen-invalid", {"aktenzeichen": person.aktenzeichen[:-1]}),
        ("einnahmeart-unknown", {"einnahmeart": "5699"}),
        ("office-not-allowed", {"einnahmeart": "5624"}),
        ("fiscal-year-mismatch", {"fiscal_year": due_on.year - 1}),
        ("items-exceed-total", {"items": [too_much]}),
        ("unknown-debtor", {"debtor_ref": "P-9999"}),
        ("claim-ref-in-use", {"claim_ref": claim.claim_ref}),
        ("kassenzeichen-in-use", {"kassenzeichen": claim.kassenzeichen}),
    ]
    if not desk.town.default_due:
        changes.append(("due-date-missing", {"due_on": None}))
    return [
        (reason, "claim-created.v1", {"claim_ref": f"F-9{n:04}"} | valid | change)
        for n, (reason, change) in enumerate(changes)
    ]


def _references(claim: Claim) -> list[Mistake]:
    """What refers to something that does not exist, or is not fit to be read."""
    return [
        ("unknown-type", "claim-deleted.v1", {"kassenzeichen": claim.kassenzeichen}),
        (
            "unknown-kassenzeichen",
            "claim-became-final.v1",
            {"kassenzeichen": _UNKNOWN, "final_on": _DECIDED_ON},
        ),
        (
            "unknown-payment",
            "payment-assigned.v1",
            {"payment_ref": "202699999999", "kassenzeichen": claim.kassenzeichen, "assigned_by": "K1"},
        ),
        ("schema", "payment-received.v1", {"payment_ref": "202699999998", "booked_on": _DECIDED_ON}),
        (
            "schema",
            "debtor-contact.v1",
            {"debtor_ref": "P-9001", "salutation": "Frau", "name": "ohne Anschrift"},
        ),
        ("unknown-mandant", "claim-became-final.v1", _elsewhere(claim)),
    ]


def _elsewhere(claim: Claim) -> StructuredEvent:
    return {"mandant": "solingen", "kassenzeichen": claim.kassenzeichen, "final_on": _DECIDED_ON}


def _bookings(claim: Claim, day: date) -> list[Mistake]:
    """What the open claim does not allow."""
    number = {"kassenzeichen": claim.kassenzeichen}
    two = {"requested_by": "P4701", "approved_by": "P4702"}
    decided = {**number, **two, "decided_on": day, "whereabouts_unknown": False}
    reduced = {**number, "amount_cents": 100, "due_on": claim.due_on}
    return [
        ("same-person", "write-off-decided.v1", {**decided, "decision": "erlass", "approved_by": " p4701"}),
        ("mode-not-amendable", "claim-ended.v1", {**number, "last_due_on": claim.due_on}),
        ("no-such-due-date", "claim-reduced.v1", {**reduced, "due_on": claim.due_on + timedelta(days=1)}),
        ("reduction-exceeds-claim", "claim-reduced.v1", {**reduced, "amount_cents": claim.amount_cents + 1}),
        ("nothing-written-off", "write-off-revoked.v1", {**number, **two, "decided_on": day}),
        (
            "not-balanced",
            "aktenzeichen-changed.v1",
            {**number, "aktenzeichen": f"3900{claim.aktenzeichen[4:]}"},
        ),
        ("exceeds-credit", "credit-refunded.v1", {**number, **two, "amount_cents": 100, "on": day}),
        (
            "no-open-case",
            "field-report.v1",
            {**number, "reported_on": day, "officer": "V10", "outcome": "fruitless_attachment"},
        ),
        ("schema", "block-set.v1", {**number, "reason": "Q", "set_on": day}),
        ("no-such-block", "block-lifted.v1", {**number, "reason": "X", "lifted_on": day}),
        (
            "no-such-hold",
            "hold-released.v1",
            {**number, "cause": "deceased", "decided_on": day, "decided_by": "P4703"},
        ),
        (
            "block-too-long",
            "block-set.v1",
            {**number, "reason": "T", "set_on": day, "ends_by": day + timedelta(days=361)},
        ),
    ]


def _blocks(desk: Desk, claim: Claim, day: date) -> None:
    """Another block on the same day (R67), and one that the Einnahmeart excludes (R78)."""
    number = {"kassenzeichen": claim.kassenzeichen}
    desk.send(day, "block-set.v1", **number, reason="Y", set_on=day)
    desk.mistake("block-switch-same-day", day, "block-set.v1", {**number, "reason": "U", "set_on": day})
    desk.send(
        day + timedelta(days=1), "block-lifted.v1", **number, reason="Y", lifted_on=day + timedelta(days=1)
    )
    other = claims.create(desk, adult(desk, "P-9002"), "5601", _DECIDED_ON)
    desk.mistake(
        "block-not-allowed",
        day,
        "block-set.v1",
        {
            "kassenzeichen": other.kassenzeichen,
            "reason": "Z",
            "set_on": day,
        },
    )
    if desk.town.mandant == "wuppertal":
        desk.mistake(
            "befristet-abolished",
            day,
            "write-off-decided.v1",
            {
                "kassenzeichen": other.kassenzeichen,
                "decision": "befristet",
                "decided_on": day,
                "requested_by": "P4701",
                "approved_by": "P4702",
                "whereabouts_unknown": False,
            },
        )
    pay(desk, other, other.due_on, other.amount_cents)


def _after_payment(desk: Desk, claim: Claim, day: date, ref: str) -> list[Mistake]:
    """What a paid claim does not allow."""
    number = {"kassenzeichen": claim.kassenzeichen}
    return [
        (
            "nothing-open",
            "write-off-decided.v1",
            {
                **number,
                "decision": "unbefristet",
                "decided_on": day,
                "requested_by": "P4701",
                "approved_by": "P4702",
                "whereabouts_unknown": False,
            },
        ),
        ("not-unclear", "payment-assigned.v1", {**number, "payment_ref": ref, "assigned_by": "K1"}),
        (
            "payment-ref-in-use",
            "payment-received.v1",
            {**number, "payment_ref": ref, "amount_cents": 500, "booked_on": day},
        ),
        ("schema", "payment-received.v1", {**number, "payment_ref": desk.payment_ref(), "amount_cents": 0}),
    ]


def _debtors(desk: Desk) -> None:
    """Claims on a person without an address (R37), and on a minor without a representative (R45)."""
    incomplete = adult(desk, "P-9003", address_complete=False)
    minor = adult(desk, "P-9004", born_on=date(2012, 5, 5))
    register(desk, _DECIDED_ON, "I-900", kind="institution")
    for reason, person in (("address-incomplete", incomplete), ("legal-representative-missing", minor)):
        desk.mistake(
            reason,
            _DECIDED_ON + timedelta(days=20),
            "claim-created.v1",
            {
                "claim_ref": f"F-9-{person.debtor_ref}",
                "debtor_ref": person.debtor_ref,
                "aktenzeichen": person.aktenzeichen,
                "einnahmeart": "5621",
                "office": "LG",
                "mode": "einmalig",
                "amount_cents": 9_900,
                "due_on": _DECIDED_ON + timedelta(days=62),
                "decided_on": _DECIDED_ON + timedelta(days=19),
            },
        )


def _plan_too_small(desk: Desk) -> None:
    """Instalments that do not cover the case."""
    claim = claims.create(desk, adult(desk, "P-9005"), "5621", date(2026, 3, 10))
    day = claim.due_on + timedelta(days=desk.town.started_after + 10)
    desk.mistake(
        "instalments-mismatch",
        day,
        "field-report.v1",
        {
            "kassenzeichen": claim.kassenzeichen,
            "reported_on": day,
            "officer": "V11",
            "outcome": "instalments_agreed",
            "instalments": [{"due_on": day + timedelta(days=30), "amount_cents": 1_000}],
        },
    )
    pay(desk, claim, day + timedelta(days=20), claim.amount_cents)


def _ended(desk: Desk, person: Person) -> None:
    """A claim that is gone cannot be reduced."""
    claim = claims.create(desk, person, "5600", _DECIDED_ON)
    day = _DECIDED_ON + timedelta(days=5)
    desk.send(day, "claim-ended.v1", kassenzeichen=claim.kassenzeichen, cancelled=True)
    desk.mistake(
        "claim-ended",
        day + timedelta(days=3),
        "claim-reduced.v1",
        {
            "kassenzeichen": claim.kassenzeichen,
            "amount_cents": 100,
            "due_on": claim.due_on,
        },
    )


def _twice(desk: Desk, person: Person) -> None:
    """The same event again is harmless; the same id with other data is rejected (`id-reuse`)."""
    claim = claims.create(desk, person, "5603", date(2026, 5, 5))
    day = claim.due_on - timedelta(days=5)
    payment = claims.pay_exactly(desk, day, claim.kassenzeichen, claim.amount_cents)
    desk.send(  # a Rücklastschrift of a payment that we never saw: to the Klärungsliste
        day,
        "payment-received.v1",
        payment_ref=desk.payment_ref(),
        amount_cents=5_000,
        booked_on=day,
        reverses="202588888888",
    )
    if payment is not None:
        desk.agenda.repeat(day, payment)
        desk.agenda.repeat(day + timedelta(days=12), payment)
        other = {**payment, "data": {**payment["data"], "amount_cents": claim.amount_cents - 1}}
        desk.agenda.repeat(day + timedelta(days=20), other)
