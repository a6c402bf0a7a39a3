"""Emitted events in words that a clerk can read: ``2026-03-12 notice: K1 100.00; pay by 2026-03-19``."""

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]
Names = Callable[[str], str]

WATCHES = ("block-expiring", "offset-without-payment")


def euros(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def cents(amount: str) -> int:
    """``"1000.00"`` or ``"-5.00"`` in cents."""
    whole, part = amount.split(".")
    if len(part) != 2:
        raise ValueError(f"{amount}: two digits after the point are expected")
    return int(whole + part)


def posting(data: Data) -> str:
    return f"{data['booked_on']} {data['kind']} {euros(data['amount_cents'])} due {data['due_on']}"


def _items(data: Data, names: Names) -> str:
    fees = {item["kassenzeichen"]: item.get("fee_cents", 0) for item in data["items"]}
    items = [
        f"{names(item['kassenzeichen'])} {euros(item['open_cents'])}"
        + (f" + fee {euros(fee)}" if (fee := fees[item["kassenzeichen"]]) else "")
        for item in data["items"]
    ]
    credit = f" - credits {euros(data['credits_cents'])}" if data["credits_cents"] else ""
    return ", ".join(items) + credit


def _notice(data: Data, names: Names) -> str:
    return f"{data['issued_on']} notice: {_items(data, names)}; pay by {data['pay_by']}"


def _notice_withdrawn(data: Data, names: Names) -> str:
    fees = [
        f"{word} {names(data[name]['kassenzeichen'])} {euros(data[name]['fee_cents'])}"
        for name, word in (("fee_cancelled", "; fee off"), ("fee_charged", ", on"))
        if data.get(name)
    ]
    numbers = ", ".join(map(names, data["kassenzeichen"]))
    return f"{data['on']} notice of {data['issued_on']} withdrawn: {numbers} {data['cause']}{''.join(fees)}"


def _kassenanzeige(data: Data, names: Names) -> str:
    copies = f", copy {', '.join(data['copy_to'])}" if data["copy_to"] else ""
    what = f"{names(data['kassenzeichen'])} {euros(data['open_cents'])} to {data['to']}{copies}"
    return f"{data['issued_on']} Kassenanzeige {data['number']}: {what}"


def _handed_over(data: Data, names: Names) -> str:
    return f"{data['requested_on']} handed over: {_items(data, names)}"


def _announced(data: Data, _names: Names) -> str:
    return f"{data['on']} announced: {euros(data['total_cents'])}; pay by {data['pay_by']}"


def _started(data: Data, _names: Names) -> str:
    return f"{data['on']} {data['track']} starts: {euros(data['total_cents'])}"


def _plan(data: Data, _names: Names) -> str:
    rates = ", ".join(f"{euros(rate['amount_cents'])} by {rate['due_on']}" for rate in data["instalments"])
    return f"{data['on']} plan: {rates}"


def _missed(data: Data, _names: Names) -> str:
    return f"{data['on']} instalment missed: {data['due_on']}"


def _closed(data: Data, _names: Names) -> str:
    return f"{data['on']} case closed: {data['outcome']}"


def _handover(data: Data, names: Names) -> str:
    forward = f", forward to {data['forward_to']}" if data.get("forward_to") else ""
    about = ", ".join(map(names, data["kassenzeichen"]))
    return f"{data['issued_on']} {data['kind']}: {about} to {data['to']}{forward}"


def _written_off(data: Data, names: Names) -> str:
    what = f"{names(data['kassenzeichen'])} {euros(data['amount_cents'])}"
    return f"{data['ordered_on']} written off {data['kind']}: {what}"


def _reviewed(data: Data, names: Names) -> str:
    finished = ", finished" if data["finished"] else ""
    return f"{data['on']} review {data['number']}: {names(data['kassenzeichen'])}{finished}"


TELLINGS: Mapping[str, Callable[[Data, Names], str]] = {
    "dunning-notice-issued.v1": _notice,
    "dunning-notice-withdrawn.v1": _notice_withdrawn,
    "kassenanzeige-issued.v1": _kassenanzeige,
    "enforcement-requested.v1": _handed_over,
    "enforcement-announced.v1": _announced,
    "enforcement-started.v1": _started,
    "instalment-plan-started.v1": _plan,
    "instalment-missed.v1": _missed,
    "enforcement-closed.v1": _closed,
    "handover-issued.v1": _handover,
    "write-off-ordered.v1": _written_off,
    "write-off-reviewed.v1": _reviewed,
}
