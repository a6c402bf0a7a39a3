"""What should never have been sent: every kind of record that cannot be used, and what it has to be told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final

import orjson

from shared import topics
from tests.sim.town import Town
from tests.sim.upstream import CANARY, Sent, envelope, event

_SECRET: Final = {"name": f"{CANARY} Gift"}
_CLAIM: Final[dict[str, Any]] = {
    "claim_ref": "G1", "debtor_ref": "P000", "aktenzeichen": "40001234567890", "einnahmeart": "5621",
    "office": "LG", "mode": "einmalig", "amount_cents": 5_000, "due_on": "2026-03-02",
    "decided_on": "2026-02-02",
}  # fmt: skip
_PAYMENT: Final[dict[str, Any]] = {"payment_ref": "G2", "amount_cents": 5_000, "booked_on": "2026-03-02"}
_PLACES: Final = (topics.CLAIM_CREATED, topics.PAYMENT_RECEIVED, topics.BLOCK_SET, topics.FIELD_REPORT)

Wrong = dict[str, Any]

# Data that is wrong, and the reason.
_CLAIMS: Final[tuple[tuple[Wrong, str], ...]] = (
    ({"amount_cents": 50.5}, "schema"),
    ({"amount_cents": "5000"}, "schema"),
    ({"amount_cents": True}, "schema"),
    ({"amount_cents": 0}, "schema"),
    ({"amount_cents": -5}, "schema"),
    ({"amount_cents": 10**13 + 1}, "schema"),
    ({"amount_cents": 2**63}, "schema"),
    ({"claim_ref": ""}, "schema"),
    ({"claim_ref": "a\u0000b"}, "schema"),
    ({"claim_ref": "x" * 65}, "schema"),
    ({"due_on": "2026-02-30"}, "schema"),
    ({"due_on": "20260302"}, "schema"),
    ({"due_on": "2026-01-01"}, "schema"),
    ({"decided_on": None}, "schema"),
    ({"mode": "laufend_bis"}, "schema"),
    ({"items": [{"kind": "main"}]}, "schema"),
    ({"mandant": None}, "schema"),
    ({"mandant": 7}, "schema"),
    ({"mandant": "a" * 64}, "unknown-mandant"),
    ({"mandant": "nirgends"}, "unknown-mandant"),
    ({"kassenzeichen": "8656210000011"}, "kassenzeichen-invalid"),
    ({"kassenzeichen": "８６５６２１００００００１"}, "kassenzeichen-invalid"),
    ({"aktenzeichen": "123"}, "aktenzeichen-invalid"),
    ({"einnahmeart": "9999"}, "einnahmeart-unknown"),
    ({"office": "JBC.23"}, "office-not-allowed"),
    ({"due_on": None, "kassenzeichen": None}, ""),  # where the policy has no default
    ({"fiscal_year": 2025}, "fiscal-year-mismatch"),
    ({"items": [{"kind": "main", "code": "H", "amount_cents": 5_001}]}, "items-exceed-total"),
)
_PAYMENTS: Final[tuple[tuple[Wrong, str], ...]] = (
    ({"remittance": CANARY}, "schema"),
    ({"remittance": [CANARY, 5]}, "schema"),
    ({"payment_ref": "G2\n"}, "schema"),
    ({"booked_on": None}, "schema"),
    ({"reverses": ""}, "schema"),
)


def poison(town: Town, count: int) -> None:
    """Mix some into the year."""
    kinds = list(_kinds(town))
    for kind in town.random.sample(kinds, min(count, len(kinds))):
        day = town.after(town.first, 0, (town.last - town.first).days)
        town.agenda.append((day, kind()))


def used_again(town: Town, count: int) -> None:
    """Other events, under ids of their own, that use a reference or a Kassenzeichen which another one has."""
    named = [entry for entry in town.agenda if entry[1].type in ("claim-created.v1", "payment-received.v1")]
    for day, sent in town.random.sample(named, min(count, len(named))):
        if sent.type == "payment-received.v1":
            more: Wrong = {"amount_cents": sent.data["amount_cents"] + town.random.choice((0, 1))}
            # On a later day: who comes first has the reference.
            town.send(town.after(day, 1, 20), sent.type, "payment-ref-in-use", **(sent.data | more))
        else:
            more = {"kassenzeichen": None} if town.chance(50) else {"claim_ref": f"G-{sent.id}"}
            town.send(town.after(day, 0, 20), sent.type, **(sent.data | more))


def beside(town: Town) -> None:
    """What is well formed, about a claim that may be there, and names what there is not."""
    debt = town.random.choice(town.debts)
    day, day_after = town.after(debt.sent_on, 2, 60), debt.due_on + timedelta(days=1)
    decision = {"decision": "befristet", "requested_by": "S1", "approved_by": "S2"}
    for type_, more in (
        ("payment-assigned.v1", {"payment_ref": "B0", "assigned_by": "K1"}),
        ("claim-reduced.v1", {"amount_cents": 1, "due_on": day_after}),
        ("write-off-decided.v1", {**decision, "decided_on": day, "whereabouts_unknown": False}),
    ):
        town.send(day, type_, kassenzeichen=debt.number, **more)


def _kinds(town: Town) -> Iterator[Callable[[], Sent]]:
    for wrong, reason in _CLAIMS:
        yield lambda wrong=wrong, reason=reason: _sent(town, "claim-created.v1", _CLAIM | wrong, reason)  # type: ignore[misc]
    for wrong, reason in _PAYMENTS:
        yield lambda wrong=wrong, reason=reason: _sent(town, "payment-received.v1", _PAYMENT | wrong, reason)  # type: ignore[misc]
    for damage in (_values, _headers, _types, _large, _deep, _forged):
        for _ in range(3):
            yield lambda damage=damage: damage(town)  # type: ignore[misc]


def _sent(town: Town, type_: str, data: Wrong, reason: str) -> Sent:
    good = town.send(town.first, type_, reason, **({"mandant": town.mandant} | data | _SECRET))
    town.agenda.pop()
    return replace(good, key=f"{town.random.random()}")


def _raw(town: Town, reason: str, value: bytes | None, headers: Any = None, type_: str = "") -> Sent:  # noqa: ANN401
    good = _sent(town, "payment-received.v1", _PAYMENT, reason)
    topic = town.random.choice(_PLACES)
    named = headers if headers is not None else envelope(type_ or good.type, good.id, good.source)
    return replace(good, topic=topic, value=value, headers=tuple(named), type=type_ or good.type)


def _values(town: Town) -> Sent:
    value = town.random.choice(
        (
            b"", b"\xff\xfe" + CANARY.encode(), b"{", b'["' + CANARY.encode() + b'"]', b"null", b"7",
            b'{"mandant": "\\ud800"}', b'{"a": NaN}', None,
        )
    )  # fmt: skip
    return _raw(town, "malformed", value)


def _headers(town: Town) -> Sent:
    whole = _sent(town, "payment-received.v1", _PAYMENT, "schema")
    choice = town.random.randrange(4)
    headers = dict(whole.headers)
    if choice == 0:
        headers["ce_subject"] = b"\xff" + CANARY.encode()
        return replace(whole, headers=tuple(headers.items()), expect="malformed")
    if choice == 1:
        headers["ce_specversion"] = b"0.3"
    elif choice == 2:
        headers["ce_id"] = b"x" * 300
    else:
        del headers["ce_source"]
    return replace(whole, headers=tuple(headers.items()))


def _types(town: Town) -> Sent:
    type_ = town.random.choice(
        ("claim-created.v2", "claim-created", "debtor-contact.v1", "deferral-granted.v1")
    )
    value = orjson.dumps({"mandant": town.mandant} | _PAYMENT | _SECRET)
    return _raw(town, "unknown-type", value, type_=type_)


def _forged(town: Town) -> Sent:
    """Only we write these."""
    type_ = town.random.choice(("day-marked.v1", "dunning-notice-issued.v1", "enforcement-requested.v1"))
    far = (town.last + timedelta(days=1_000)).isoformat()
    data = {"mandant": town.mandant, "day": far, "id": "x", "source": "y", "items": [], "notice_id": "n"}
    forged = _raw(town, "unknown-type", orjson.dumps(data), type_=type_)
    headers = (*envelope(type_, forged.id, "mahnwerk/dunning"), ("mw-number", b"999999"))
    return replace(forged, headers=headers)


def _large(town: Town) -> Sent:
    value = orjson.dumps({"mandant": town.mandant, "pad": CANARY + "x" * (256 * 1024)} | _PAYMENT)
    return _raw(town, "too-large", value, type_="payment-received.v1")


def _deep(town: Town) -> Sent:
    return _raw(town, "malformed", b'{"a":' + b"[" * 150 + b"]" * 150 + b"}")


def again(random: Random, sent: Sent) -> Sent:
    """The same event once more, with its fields in another order, perhaps in another partition."""
    data = dict(reversed(sent.data.items()))
    return replace(
        sent,
        value=orjson.dumps(data),
        key=random.choice((sent.key, "elsewhere")),
        expect="again",
    )


def misused(random: Random, sent: Sent) -> Sent | None:
    """Another event under an id that was used."""
    to_itself = sent.data.get("to_kassenzeichen") == sent.data.get("kassenzeichen", "")  # cannot be read
    if "amount_cents" not in sent.data or to_itself:
        return None
    data = sent.data | {"amount_cents": sent.data["amount_cents"] + random.choice((1, 100))}
    other = event(sent.type, sent.id, sent.source, data, "id-reuse")
    return replace(other, key=sent.key)
