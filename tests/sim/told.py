"""What the services said, in the words of the reference."""

from collections.abc import Callable
from typing import Any, Final

Data = dict[str, Any]
Told = tuple[Any, ...]


def told(type_: str, data: Data) -> Told | None:
    """An event as the reference expects it; None for those that it does not tell."""
    tell = _TELL.get(type_)
    return tell(data) if tell else None


def _handover(data: Data) -> Told:
    if data["kind"] == "majority-list":
        entries = tuple(
            (one["debtor_ref"], tuple(one["kassenzeichen"])) for one in data["payload"]["entries"]
        )
        return "majority-list", data["mandant"], data["issued_on"], data["payload"]["month"], entries
    common = (data["mandant"], data["debtor_ref"])
    match data["kind"]:
        case "lawsuit":
            return (
                "lawsuit",
                *common,
                data["kassenzeichen"][0],
                data["issued_on"],
                data["to"],
                data["forward_to"],
                data["payload"]["due_on"],
                data["payload"]["open_cents"],
            )
        case "decision-needed" if data["payload"]["cause"] == "open-after-write-off":
            return "decision-needed", *common, data["kassenzeichen"][0]
        case "decision-needed":
            cause = data["payload"]["cause"]
            return "question", *common, cause, data["to"], data["issued_on"], tuple(data["kassenzeichen"])
        case kind:
            plain = (kind, *common, data["issued_on"], data["to"], tuple(data["kassenzeichen"]))
            return (*plain, *(_flat(data["payload"].get(name)) for name in _SAID.get(kind, ())))


_SAID: Final = {
    "insolvency-claim": ("open_cents", "other_kassenzeichen"),
    "large-amount": ("amount_cents", "due_on"),
    "post-write-off": ("kind", "amount_cents", "original_due_on", "account"),
    "follow-up": ("kind", "amount_cents"),
    "write-off-manual-decision": ("decided_on", "amount_cents"),
    "collectability-check": ("case_id", "total_cents"),
    "write-off-document": ("case_id", "total_cents"),
    "write-off-task": ("case_id", "total_cents"),
    "block-expiring": ("reason", "ends_by", "other_kassenzeichen"),
    "offset-without-payment": ("since", "open_cents"),
    "limitation-warning": ("barred_from", "open_cents"),
    "limitation-note": ("barred_from", "open_cents"),
}


def _flat(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _notice(data: Data) -> Told:
    items = tuple(
        (item["kassenzeichen"], item["einnahmeart"], item["due_on"], item["open_cents"], item["fee_cents"])
        for item in data["items"]
    )
    return (
        "notice", data["mandant"], data["debtor_ref"], data["issued_on"], data["pay_by"], items,
        data["credits_cents"], data["total_cents"],
    )  # fmt: skip


def _withdrawn(data: Data) -> Told:
    fees = tuple(
        (data[name]["kassenzeichen"], data[name]["due_on"], data[name]["fee_cents"])
        if data.get(name)
        else None
        for name in ("fee_cancelled", "fee_charged")
    )
    items = tuple(
        (item["kassenzeichen"], item["due_on"], bool(item.get("case_id"))) for item in data["items"]
    )
    return (
        "withdrawn", data["mandant"], data["debtor_ref"], data["on"], data["issued_on"], data["cause"], items,
        *fees,
    )  # fmt: skip


def _request(data: Data) -> Told:
    items = tuple((item["kassenzeichen"], item["open_cents"], item["due_on"]) for item in data["items"])
    return (
        "request", data["mandant"], data["debtor_ref"], data["requested_on"], items, data["credits_cents"],
        data["total_cents"],
    )  # fmt: skip


def _kassenanzeige(data: Data) -> Told:
    return (
        "kassenanzeige", data["mandant"], data["debtor_ref"], data["kassenzeichen"], data["number"],
        data["issued_on"], data["due_on"], data["open_cents"], data["to"], tuple(data["copy_to"]),
        data["aktenzeichen"],
    )  # fmt: skip


def _case(kind: str, *fields: str) -> Callable[[Data], Told]:
    names = ("mandant", "debtor_ref", "on", "case_id", *fields)
    return lambda data: (kind, *(data[name] for name in names))


def _plan(data: Data) -> Told:
    rates = tuple((each["due_on"], each["amount_cents"]) for each in data["instalments"])
    return "plan", data["mandant"], data["debtor_ref"], data["on"], data["case_id"], rates


_TELL: Final[dict[str, Callable[[Data], Told]]] = {
    "claim-registered.v1": lambda data: (
        "registered", data["mandant"], data["claim_ref"], data["kassenzeichen"], data["payer_ref"],
        data["due_on"],
    ),
    "payment-unclear.v1": lambda data: (
        "unclear", data["mandant"], data["payment_ref"], data["amount_cents"], data["cause"]
    ),
    "payment-cleared.v1": lambda data: (
        "cleared", data["mandant"], data["payment_ref"], data.get("kassenzeichen")
    ),
    "write-off-ordered.v1": lambda data: (
        "written-off", data["mandant"], data["kassenzeichen"], data["amount_cents"], data["kind"],
        data["ordered_on"], data["original_due_on"], data.get("account"), data["aktenzeichen"],
        data["previous_aktenzeichen"], data.get("follow_up_on"),
    ),
    "dunning-notice-issued.v1": _notice,
    "dunning-notice-withdrawn.v1": _withdrawn,
    "enforcement-requested.v1": _request,
    "kassenanzeige-issued.v1": _kassenanzeige,
    "handover-issued.v1": _handover,
    "enforcement-announced.v1": _case("announced", "pay_by", "total_cents"),
    "enforcement-started.v1": _case("started", "track", "total_cents"),
    "instalment-missed.v1": _case("missed", "due_on"),
    "enforcement-closed.v1": _case("closed", "outcome"),
    "instalment-plan-started.v1": _plan,
}  # fmt: skip
