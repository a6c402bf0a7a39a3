"""Events as the other services write them."""

from datetime import date
from typing import Any, Literal

import orjson

from shared.contracts import (
    Because,
    DunningNoticeIssued,
    DunningNoticeWithdrawn,
    EnforcementAnnounced,
    EnforcementStarted,
    HandoverIssued,
    KassenanzeigeIssued,
    NoticeFee,
    NoticeItem,
    Payload,
    WithdrawnItem,
    WriteOffOrdered,
)
from shared.contracts.codec import to_json
from shared.contracts.codes import HandoverKind, Track, WriteOffKind
from shared.records import Record

DAY = date(2026, 3, 5)
BECAUSE = Because(policy="wuppertal@2026-02-04", rules=("R15",), facts={"due_on": "2026-02-20"})


def notice(**changes: object) -> DunningNoticeIssued:
    fields: dict[str, Any] = {
        "mandant": "wuppertal",
        "debtor_ref": "P-0001",
        "notice_id": "n-1",
        "issued_on": DAY,
        "pay_by": date(2026, 3, 12),
        "items": (
            NoticeItem(
                kassenzeichen="8656211576963",
                einnahmeart="5621",
                due_on=date(2026, 2, 20),
                open_cents=123_456,
                fee_cents=0,
            ),
        ),
        "credits_cents": 0,
        "total_cents": 123_456,
        "because": BECAUSE,
    }
    return DunningNoticeIssued(**(fields | changes))


def withdrawn(**changes: object) -> DunningNoticeWithdrawn:
    fields: dict[str, Any] = {
        "mandant": "wuppertal",
        "debtor_ref": "P-0001",
        "notice_id": "n-1",
        "on": date(2026, 3, 9),
        "kassenzeichen": ("8656211576963",),
        "cause": "paid-before",
        "issued_on": DAY,
        "items": (WithdrawnItem(kassenzeichen="8656211576963", due_on=date(2026, 2, 20)),),
        "because": BECAUSE,
    }
    return DunningNoticeWithdrawn(**(fields | changes))


def fee(cents: int, kassenzeichen: str = "8656211576963") -> NoticeFee:
    return NoticeFee(kassenzeichen=kassenzeichen, due_on=date(2026, 2, 20), fee_cents=cents)


def kassenanzeige(number: Literal[1, 2, 3] = 1, copy_to: tuple[str, ...] = ()) -> KassenanzeigeIssued:
    return KassenanzeigeIssued(
        mandant="wuppertal",
        kassenzeichen="8656121235940",
        aktenzeichen="32425425167854",
        debtor_ref="I-001",
        number=number,
        issued_on=DAY,
        due_on=date(2026, 2, 23),
        open_cents=98_765,
        to="LG",
        copy_to=copy_to,
        because=Because(policy="wuppertal@ever", rules=("R62",), facts={"reached_on": "2026-03-05"}),
    )


def announcement() -> EnforcementAnnounced:
    because = Because(policy="landkreis@ever", rules=("R5",), facts={"kassenzeichen": ["8656211576963"]})
    return EnforcementAnnounced(
        mandant="landkreis",
        debtor_ref="P-0001",
        case_id="c-1",
        on=DAY,
        pay_by=date(2026, 3, 26),
        total_cents=50_000,
        because=because,
    )


def started(track: Track = "office") -> EnforcementStarted:
    because = Because(
        policy="wuppertal@ever", rules=("R6", "R18"), facts={"kassenzeichen": ["8656211576963"]}
    )
    return EnforcementStarted(
        mandant="wuppertal",
        debtor_ref="P-0001",
        case_id="c-1",
        on=DAY,
        track=track,
        total_cents=50_000,
        because=because,
    )


def write_off(kind: WriteOffKind = "unbefristet") -> WriteOffOrdered:
    return WriteOffOrdered(
        mandant="landkreis",
        kassenzeichen="8656211576963",
        debtor_ref="P-0001",
        amount_cents=30_890,
        kind=kind,
        ordered_on=DAY,
        original_due_on=date(2025, 12, 6),
        account="4721100",
        aktenzeichen="38005425167854",
        previous_aktenzeichen="32425425167854",
        requested_by="P4711",
        approved_by="P4712",
        because=BECAUSE,
    )


def handover(kind: HandoverKind = "lawsuit") -> HandoverIssued:
    return HandoverIssued(
        mandant="wuppertal",
        handover_id="h-1",
        kind=kind,
        debtor_ref="I-001",
        to="LG",
        forward_to="JBC.21",
        issued_on=DAY,
        kassenzeichen=("8656121235940",),
        aktenzeichen=("32425425167854",),
        payload={"open_cents": 98_765},
        because=BECAUSE,
    )


def record(event: Payload, id_: str, *, lane: int = 0, offset: int = 0) -> Record:
    return Record(
        topic=event.TOPIC,
        lane=lane,
        offset=offset,
        type=event.TYPE,
        id=id_,
        source="mahnwerk/dunning",
        cause="day-1",
        data=orjson.loads(to_json(event)),
    )
