"""`mahnwerk dlq`: debtors on whom our own code failed, the records kept for them, and how they go on.

A parked debtor is left alone by all services. After a correction was installed, a redrive lets its kept
records take effect in their order, as of the system's day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import uuid5

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import select

from mahnwerk.console import Failure
from mahnwerk.installation import Installation
from services.claims import tables as claims
from services.claims.sequencing import REDRIVE
from services.dunning import tables as dunning
from services.enforcement import tables as enforcement
from shared import topics
from shared.contracts.envelope import Envelope, render_headers
from shared.events import NAMESPACE
from shared.producing import Outgoing, append, start_producer

Account: TypeAlias = tuple[str, str]  # mandant, debtor_ref

# Of a record's data: what says which and how much, not who.
_SHOWN: Final = ("_ref", "_cents", "_on", "_id", "kassenzeichen", "aktenzeichen", "ends_by", "pay_by")
_SHOWN_TOO: Final = ("mandant", "reason", "decision", "outcome", "einnahmeart", "office", "mode")
_PERSONAL: Final = ("born_on", "deceased_on")


@dataclass(slots=True)
class Parked:
    """A parked debtor: by which services, and the records that they keep."""

    mandant: str
    debtor_ref: str
    services: list[str] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)


def parked(of: Installation) -> list[Parked]:
    """All parked debtors, in the order of mandant and debtor."""
    found: dict[Account, Parked] = {}

    def note(service: str, rows: Iterable[Any]) -> None:
        for row in rows:
            account = (row.mandant, row.debtor_ref)
            found.setdefault(account, Parked(*account)).services.append(service)

    engine = of.engine("claims")
    with engine.begin() as conn:
        rows = conn.execute(select(claims.parked)).all()
    note("claims", rows)
    for row in rows:
        found[row.mandant, row.debtor_ref].records += map(_shown, orjson.loads(row.records))
    engine.dispose()
    engine = of.engine("dunning")
    with engine.begin() as conn:
        note("dunning", conn.execute(select(dunning.account).where(dunning.account.c.parked)))
    engine.dispose()
    engine = of.engine("enforcement")
    with engine.begin() as conn:
        note("enforcement", conn.execute(select(enforcement.account).where(enforcement.account.c.parked)))
        kept = enforcement.kept_record
        for row in conn.execute(select(kept).order_by(kept.c.mandant, kept.c.debtor_ref, kept.c.offset)):
            found[row.mandant, row.debtor_ref].records.append(_shown(orjson.loads(row.doc)))
    engine.dispose()
    return [found[account] for account in sorted(found)]


def parked_one(of: Installation, mandant: str, debtor_ref: str) -> Parked:
    """A parked debtor; Failure if it is not parked."""
    for each in parked(of):
        if (each.mandant, each.debtor_ref) == (mandant, debtor_ref):
            return each
    raise Failure(f"{debtor_ref} of {mandant} is not parked")


async def redrive(kafka: str, accounts: Iterable[Account]) -> int:
    """Ask for debtors to be taken up again; returns how many requests were published."""
    producer = await start_producer(kafka)
    asker = AIOKafkaConsumer(bootstrap_servers=kafka)
    try:
        await asker.start()
        place = TopicPartition(topics.REDRIVE, 0)
        first = (await asker.end_offsets([place]))[place]
        requests = [_request(account, first + n) for n, account in enumerate(accounts)]
        await append(producer, place.topic, place.partition, requests)
    finally:
        await asker.stop()
        await producer.stop()
    return len(requests)


def _request(account: Account, number: int) -> Outgoing:
    mandant, debtor_ref = account
    id_ = str(uuid5(NAMESPACE, f"{REDRIVE}|{mandant}|{debtor_ref}|{number}"))
    envelope = Envelope(id=id_, source="mahnwerk/dlq", type=REDRIVE, subject=f"{mandant}/{debtor_ref}")
    data = orjson.dumps({"mandant": mandant, "debtor_ref": debtor_ref})
    return Outgoing(mandant.encode(), data, tuple(render_headers(envelope)))


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    """Of a kept record what may be shown: its place and envelope, and the references in it."""
    data = {
        name: value
        for name, value in record["data"].items()
        if (name.endswith(_SHOWN) or name in _SHOWN_TOO) and name not in _PERSONAL
    }
    place = f"{record['topic']}/{record['lane']}/{record['offset']}"
    return {
        "at": place,
        "type": record["type"],
        "id": record["id"],
        "source": record["source"],
        "data": data,
    }
