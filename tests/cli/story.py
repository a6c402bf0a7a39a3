"""A few lines of a file: a debtor, a claim, a payment, days."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from shared import kassenzeichen

MANDANT = "wuppertal"
KASSENZEICHEN = kassenzeichen.make("5621", 1)

_serial = count(1)


def event(name: str, /, **data: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "specversion": "1.0",
        "id": f"e{next(_serial)}",
        "source": "/upstream",
        "type": f"{name}.v1",
        "data": {"mandant": MANDANT, **data},
    }


def day(on: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"day-{on}",
        "source": "/clock",
        "type": "business-day-opened.v1",
        "data": {"day": on},
    }


def debtor(ref: str = "D1") -> dict[str, Any]:
    return event(
        "debtor-registered",
        debtor_ref=ref,
        kind="person",
        born_on="1980-05-17",
        legal_representative=False,
        under_guardianship=False,
        address_complete=True,
        receives_benefits=False,
    )


def claim(ref: str = "D1", number: str = KASSENZEICHEN, **data: Any) -> dict[str, Any]:  # noqa: ANN401
    return event(
        "claim-created",
        **{
            "claim_ref": f"F-{number}",
            "debtor_ref": ref,
            "kassenzeichen": number,
            "aktenzeichen": "12345678901234",
            "einnahmeart": "5621",
            "office": "LG",
            "mode": "einmalig",
            "amount_cents": 10_000,
            "due_on": "2026-02-02",
            "decided_on": "2026-01-05",
            **data,
        },
    )


def payment(cents: int, number: str = KASSENZEICHEN, **data: Any) -> dict[str, Any]:  # noqa: ANN401
    serial = next(_serial)
    return event(
        "payment-received",
        **{
            "payment_ref": f"B{serial}",
            "amount_cents": cents,
            "booked_on": "2026-01-20",
            "kassenzeichen": number,
            **data,
        },
    )


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
