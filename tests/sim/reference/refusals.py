"""What speaks against an event once all that it refers to is there: nothing, or reasons to refuse it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from tests.sim.reference import holds
from tests.sim.reference.books import DAY, Books, Claim, Data, day_of

_FREE = ("W", "X")  # R67 does not concern them


def against(books: Books, type_: str, data: Data, day: date) -> set[str]:
    """The reasons that depend on the books; those that an event bears in itself are told by who sends it."""
    match type_:
        case "claim-created.v1":
            return set(_claim(books, data, day))
        case "payment-assigned.v1":
            return set() if books.payments[data["payment_ref"]].state == "unclear" else {"not-unclear"}
        case "claim-ended.v1":
            return set(_ended(books, books.claims[data["kassenzeichen"]], data)) | early_end(data, day)
        case "write-off-decided.v1":
            return set(_write_off(books, books.claims[data["kassenzeichen"]], data, day))
    check = _CHECKS.get(type_)
    return set(check(books, books.claims[data["kassenzeichen"]], data)) if check else set()


JUDGED: Final = frozenset(
    ("due-date-missing", "claim-ref-in-use", "kassenzeichen-in-use", "same-person", "befristet-abolished")
)
"""Reasons for which nothing is waited, and that the event alone does not bear."""


def at_once(books: Books, type_: str, data: Data, day: date) -> set[str]:
    """Those of `JUDGED` that hold as things are."""
    match type_:
        case "claim-created.v1":
            return set(_names(books, data, day))
        case "write-off-decided.v1":
            return set(_decision(books, data))
    return set()


def _names(books: Books, data: Data, day: date) -> Iterator[str]:
    if data.get("kassenzeichen") in books.claims:
        yield "kassenzeichen-in-use"
    if any(claim.ref == data["claim_ref"] for claim in books.claims.values()):
        yield "claim-ref-in-use"
    if data.get("due_on") is None and books.policy.on(day).claims.default_due_days is None:
        yield "due-date-missing"


def _decision(books: Books, data: Data) -> Iterator[str]:
    if data["requested_by"].strip().casefold() == data["approved_by"].strip().casefold():
        yield "same-person"
    decided_on = date.fromisoformat(data["decided_on"])
    if data["decision"] == "befristet" and not books.policy.on(decided_on).write_off.befristet_allowed:
        yield "befristet-abolished"


def _claim(books: Books, data: Data, day: date) -> Iterator[str]:
    yield from _names(books, data, day)
    payer = data.get("payer_ref") or data["debtor_ref"]
    if not books.debtors[payer]["address_complete"]:
        yield "address-incomplete"
    for ref in (data["debtor_ref"], payer):
        debtor = books.debtors[ref]
        born = day_of(debtor.get("born_on"))
        minor = born is not None and day < date(born.year + 18, born.month, born.day)
        if (minor or debtor["under_guardianship"]) and not debtor["legal_representative"]:
            yield "legal-representative-missing"


def _reduced(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    yield from _ended(_books, claim, data)
    named = [month for month in claim.months if month.is_named(data["due_on"])]
    if not named:
        yield "no-such-due-date"
    elif data["amount_cents"] > named[0].soll:
        yield "reduction-exceeds-claim"


def _ended(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    if claim.cancelled:
        yield "claim-ended"
    if data.get("last_due_on") is not None and claim.rate is None:
        yield "mode-not-amendable"


def early_end(data: Data, day: date) -> set[str]:
    """An end before the month of the system's day, whatever claim it turns out to be."""
    early = (data.get("last_due_on") or "9999") < f"{day:%Y-%m}-01"
    return {"end-before-current-month"} if early else set()


def _due(books: Books, claim: Claim, data: Data) -> Iterator[str]:
    yield from _ended(books, claim, data)
    if claim.rate is not None:
        yield "mode-not-amendable"
    if data["due_on"] < claim.decided_on.isoformat():
        yield "schema"


def _renamed(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    if data["aktenzeichen"].startswith("3900") and (claim.open or claim.credit):
        yield "not-balanced"


def _credit(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    if data["amount_cents"] > claim.credit:
        yield "exceeds-credit"
    if data.get("to_kassenzeichen") == claim.number:
        yield "schema"


def _lifted(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    if not claim.live(data["reason"], date.fromisoformat(data["lifted_on"])):
        yield "no-such-block"
    yield from _due_anew(claim, data)


def _released(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    if not holds.is_there(claim, data["cause"]):
        yield "no-such-hold"
    yield from _due_anew(claim, data)


def _due_anew(claim: Claim, data: Data) -> Iterator[str]:
    if data.get("new_due_on") is not None and claim.rate is not None:
        yield "mode-not-amendable"
    if (data.get("new_due_on") or "9999") < claim.decided_on.isoformat():
        yield "schema"


def _revoked(_books: Books, claim: Claim, _data: Data) -> Iterator[str]:
    if not claim.written_off:
        yield "nothing-written-off"


def _deferred(_books: Books, claim: Claim, data: Data) -> Iterator[str]:
    if not claim.open:
        yield "nothing-open"
    rates = [each["amount_cents"] for each in data.get("instalments") or ()]
    if rates and sum(rates) != claim.open:
        yield "instalments-mismatch"


def _deferral_ended(_books: Books, claim: Claim, _data: Data) -> Iterator[str]:
    if claim.deferral is None:
        yield "no-such-hold"


def _write_off(books: Books, claim: Claim, data: Data, day: date) -> Iterator[str]:
    yield from _decision(books, data)
    due = [each for each in claim.standing() if claim.rate is None or each.month.due_on <= day]
    converts = data["decision"] == "unbefristet" and claim.befristet
    if data["decision"] != "refused" and not any(each.open for each in due) and not converts:
        yield "nothing-open"


def _block(books: Books, claim: Claim, data: Data) -> Iterator[str]:
    reason, set_on = data["reason"], date.fromisoformat(data["set_on"])
    payer = books.debtors[claim.payer]
    born = day_of(payer.get("born_on"))
    offset_limit = books.offset_limit(claim)
    limits = [set_on + timedelta(days=books.policy.on(set_on).blocks.max_days[reason])]
    limits += [block.longest_by for block in claim.live(reason, set_on)[:1]]
    allowed = True
    match reason:
        case "V":
            allowed = claim.art != "5624" and (offset_limit is None or set_on <= offset_limit)
            limits += [offset_limit] if offset_limit else []
        case "X":
            allowed = claim.arose_on <= (day_of(data.get("insolvency_opened_on")) or set_on)
        case "Z":
            allowed = claim.art == "5621"
        case "W":
            majority = date(born.year + 18, born.month, born.day) if born else date.max
            allowed = payer["kind"] == "person" and set_on < majority
            limits += [majority - DAY]
    if not allowed:
        yield "block-not-allowed"
    if (day_of(data.get("ends_by")) or min(limits)) > min(limits):
        yield "block-too-long"
    switched = [
        block
        for block in claim.blocks
        if block.reason not in (reason, *_FREE)
        and block.set_on == set_on
        and (block.lifted_on is None or block.lifted_on > block.ends_by)
    ]
    if switched and reason not in _FREE:
        yield "block-switch-same-day"


def wrong_for_any(books: Books, type_: str, data: Data, day: date) -> bool:
    """A block too long, or an end too early, for whatever claim it turns out to be."""
    match type_:
        case "claim-ended.v1":
            return bool(early_end(data, day))
        case "block-set.v1":
            return _too_long_for_any(books, data)
    return False


def _too_long_for_any(books: Books, data: Data) -> bool:
    set_on = date.fromisoformat(data["set_on"])
    most = set_on + timedelta(days=books.policy.on(set_on).blocks.max_days[data["reason"]])
    return (day_of(data.get("ends_by")) or most) > most


_CHECKS: Final[dict[str, Callable[[Books, Claim, Data], Iterator[str]]]] = {
    "claim-reduced.v1": _reduced,
    "due-date-changed.v1": _due,
    "aktenzeichen-changed.v1": _renamed,
    "credit-transferred.v1": _credit,
    "credit-refunded.v1": _credit,
    "block-set.v1": _block,
    "block-lifted.v1": _lifted,
    "hold-released.v1": _released,
    "deferral-granted.v1": _deferred,
    "deferral-ended.v1": _deferral_ended,
    "whereabouts-checked.v1": _revoked,
    "write-off-revoked.v1": _revoked,
}
