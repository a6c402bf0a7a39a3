"""What comes in: debtors, claims and payments of five towns, as records of the inbound topics."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from zlib import crc32

import orjson

from services.claims.sequencing import Source
from shared import kassenzeichen
from shared.contracts import INBOUND
from shared.contracts.envelope import Envelope, render_headers
from shared.producing import Outgoing, append, start_producer

MANDANTS: Final = ("wuppertal", "landkreis", "erkelenz", "baumberge", "leipzig")
PARTITIONS: Final = 3
FIRST_DAY: Final = "2026-02-02"
_ART: Final = "5621"
_AT_ONCE: Final = 5_000

# Of ten records of a round: new claims of debtors who are known, money for claims that are, new debtors.
_MIX: Final = ("claim", "payment") * 4 + ("claim", "debtor")


@dataclass(frozen=True, slots=True)
class Inbound:
    """A record as upstream writes it."""

    topic: str
    partition: int
    outgoing: Outgoing

    def source(self, offset: int) -> Source:
        """The same as the sequencer reads it."""
        return Source(self.topic, self.partition, offset, self.outgoing.headers, self.outgoing.value)


class Upstream:
    """Makes records that refer only to what was there before their round, so that none has to wait."""

    def __init__(self, mandants: Sequence[str] = MANDANTS) -> None:
        self._mandants = mandants
        self._debtors = self._claims = self._payments = 0

    def stock(self, claims: int) -> Iterator[Inbound]:
        """So many debtors with one claim each."""
        for _ in range(claims):
            yield self._debtor()
        for number in range(claims):
            yield self._claim(number)

    def round(self, events: int) -> Iterator[Inbound]:
        """A round of events of all three kinds."""
        debtors, claims = self._debtors, self._claims
        for number in range(events):
            kind = _MIX[number % len(_MIX)]
            if kind == "debtor":
                yield self._debtor()
            elif kind == "claim":
                yield self._claim(self._claims % debtors)
            else:
                yield self._payment(self._payments % claims)

    def claims(self, events: int) -> Iterator[Inbound]:
        """Claims of debtors who are known."""
        for _ in range(events):
            yield self._claim(self._claims % self._debtors)

    def _debtor(self) -> Inbound:
        number = self._debtors = self._debtors + 1
        return _inbound(
            "debtor-registered.v1",
            self._mandants[(number - 1) % len(self._mandants)],
            number,
            debtor_ref=f"D{number - 1:07}",
            kind="person",
            legal_representative=False,
            under_guardianship=False,
            address_complete=True,
            receives_benefits=False,
        )

    def _claim(self, debtor: int) -> Inbound:
        serial = self._claims = self._claims + 1
        return _inbound(
            "claim-created.v1",
            self._mandants[debtor % len(self._mandants)],
            serial,
            claim_ref=f"C{serial:07}",
            debtor_ref=f"D{debtor:07}",
            kassenzeichen=_number(serial),
            aktenzeichen="32425425167854",
            einnahmeart=_ART,
            office="LG",
            mode="einmalig",
            amount_cents=10_000 + serial % 9_000,
            due_on="2026-03-31",
            decided_on="2026-01-17",
        )

    def _payment(self, claim: int) -> Inbound:
        # A claim's number tells its debtor and its town: there are always as many debtors in each town.
        number = self._payments = self._payments + 1
        return _inbound(
            "payment-received.v1",
            self._mandants[claim % len(self._mandants)],
            number,
            payment_ref=f"P{number:08}",
            amount_cents=500,
            booked_on="2026-02-01",
            kassenzeichen=_number(claim + 1),
        )


def _number(serial: int) -> str:
    return kassenzeichen.make(_ART, serial)


def _inbound(type_: str, mandant: str, number: int, **data: Any) -> Inbound:  # noqa: ANN401 - JSON
    envelope = Envelope(id=f"{type_[0]}{number:012}-7f3a-4c52-9d1e", source="bench/upstream", type=type_)
    value = orjson.dumps({"mandant": mandant, **data})
    key = f"{mandant}/{data.get('debtor_ref') or data.get('kassenzeichen')}".encode()
    headers = tuple(render_headers(envelope))
    return Inbound(INBOUND[type_].TOPIC, crc32(key) % PARTITIONS, Outgoing(key, value, headers))


async def publish(bootstrap: str, records: Sequence[Inbound]) -> None:
    """Publish them as fast as the broker takes them, in order within a partition."""
    producer = await start_producer(bootstrap)
    try:
        places = sorted(records, key=_place)  # stable: the order within a partition stays
        parts = {place: [one.outgoing for one in part] for place, part in groupby(places, key=_place)}
        await asyncio.gather(*(_append(producer, place, part) for place, part in parts.items()))
    finally:
        await producer.stop()


async def _append(producer: Any, place: tuple[str, int], part: Sequence[Outgoing]) -> None:  # noqa: ANN401
    for start in range(0, len(part), _AT_ONCE):
        await append(producer, *place, part[start : start + _AT_ONCE])


def _place(record: Inbound) -> tuple[str, int]:
    return record.topic, record.partition
