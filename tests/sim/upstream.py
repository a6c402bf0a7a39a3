"""What others send: events with their places, keys and expectations, and the days that are announced."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any
from zlib import crc32

import orjson

from shared import topics
from shared.contracts import INBOUND

CANARY = "KANARIE"  # in every name, address and free text
BIRTH_CENTURY = b"-13"  # every birth date is on a 13th, and nothing else is


@dataclass(frozen=True, slots=True)
class Sent:
    """A record that somebody else publishes.

    Args:
        expect: how it has to be answered: "ok", a reason of rejection, or "" if that depends.
    """

    type: str
    id: str
    source: str
    data: dict[str, Any]
    topic: str
    key: str
    expect: str = ""
    headers: tuple[tuple[str, bytes], ...] = ()
    value: bytes | None = None

    @property
    def mandant(self) -> str:
        """Whose it is, as far as it says."""
        mandant = self.data.get("mandant")
        return mandant if isinstance(mandant, str) else ""

    def partition(self, count: int) -> int:
        """What shares a key keeps its order."""
        return crc32(self.key.encode()) % count


@dataclass(frozen=True, slots=True)
class Opening:
    """A business day is announced; `exact`: with the ends of all topics."""

    day: date
    id: str
    exact: bool
    expect: str = "ok"
    repeat_of: str = ""


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Days as ISO strings, None left out."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def envelope(type_: str, id_: str, source: str) -> tuple[tuple[str, bytes], ...]:
    """Kafka headers of an event; the subject is free text, so there is a name in it."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type_.encode()),
        ("ce_subject", f"{CANARY} Betreff".encode()),
        ("content-type", b"application/json"),
    )


def event(type_: str, id_: str, source: str, data: dict[str, Any], expect: str = "") -> Sent:
    """An event as it should be."""
    data = plain(data)
    about = data.get("kassenzeichen") or data.get("debtor_ref") or data.get("payment_ref") or ""
    topic = INBOUND[type_].TOPIC
    return Sent(
        type_,
        id_,
        source,
        data,
        topic,
        f"{data.get('mandant')}/{about}",
        expect,
        envelope(type_, id_, source),
        orjson.dumps(data),
    )


def adult(ref: str) -> dict[str, Any]:
    """Of whom nothing keeps a claim from being dunned: the data of his registration."""
    return {
        "debtor_ref": ref,
        "kind": "person",
        "born_on": date(1980, 5, 13),
        "legal_representative": False,
        "under_guardianship": False,
        "address_complete": True,
        "receives_benefits": False,
    }


def one_off(ref: str, number: str, cents: int, due_on: date, decided_on: date) -> dict[str, Any]:
    """A claim of 5621 of a debtor: its data, but for `claim_ref` and `aktenzeichen`."""
    return {
        "debtor_ref": ref,
        "kassenzeichen": number,
        "einnahmeart": "5621",
        "office": "LG",
        "mode": "einmalig",
        "amount_cents": cents,
        "due_on": due_on,
        "decided_on": decided_on,
    }


def teller(mandant: str, story: str) -> Callable[..., Sent]:
    """Says the events of a story that has its own ids: `say(type, **data)`."""
    ids = count(1)

    def say(type_: str, **data: Any) -> Sent:  # noqa: ANN401 - JSON
        return event(type_, f"{story}-{mandant}-{next(ids)}", "/open", {"mandant": mandant} | data)

    return say


def paid(say: Callable[..., Sent], ref: str, number: str, day: date, cents: int) -> Sent:
    """Money for a claim, on the bank's day."""
    return say(
        "payment-received.v1", payment_ref=ref, amount_cents=cents, booked_on=day, kassenzeichen=number
    )


def agreed(say: Callable[..., Sent], number: str, day: date, *instalments: tuple[date, int]) -> Sent:
    """An officer has agreed on instalments: when each is due, and its cents."""
    plan = [{"due_on": due_on, "amount_cents": cents} for due_on, cents in instalments]
    return say(
        "field-report.v1",
        kassenzeichen=number,
        reported_on=day,
        officer="A9",
        outcome="instalments_agreed",
        instalments=plan,
    )


def opening(item: Opening, through: dict[str, list[int]] | None) -> Sent:
    """The record of an announced day."""
    data = {"day": item.day.isoformat(), **({"through": through} if through is not None else {})}
    return replace(
        event("business-day-opened.v1", item.id, "/clock", data, item.expect),
        topic=topics.BUSINESS_DAY,
        key="day",
    )


@dataclass(slots=True)
class Plan:
    """All that others will send, in order."""

    items: list[Sent | Opening] = field(default_factory=list)
    mandants: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
