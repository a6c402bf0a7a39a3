"""What cannot be used, and what it has to be told: a record of every kind of damage."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from tests.system.flood import CLAIM
from tests.system.world import envelope

Line = dict[str, Any]

GOOD: Final[dict[str, Line]] = {
    "debtor-contact": {
        "mandant": "wuppertal",
        "debtor_ref": "D",
        "salutation": "Frau",
        "name": "Erika Muster",
        "street": "Am Wall",
        "house_no": "1",
        "postcode": "42103",
        "city": "Wuppertal",
    },
    "claim-created": {"mandant": "wuppertal", **CLAIM},
}

# A tombstone is malformed as a claim; of a contact it erases, and nobody answers.
REASONS: Final = ("malformed", "malformed", "malformed", "malformed", "too-large", "schema", "unknown-type")


def line(id_: str, type_: str, data: Line) -> Line:
    return {"specversion": "1.0", "id": id_, "source": "upstream", "type": type_, "data": data}


def good(topic: str, number: int, data: Line) -> tuple[bytes, list[tuple[str, bytes]]]:
    own = {"claim_ref": str(number)} if topic == "claim-created" else {"debtor_ref": f"D-{number}"}
    return orjson.dumps(data | own), list(envelope(f"good-{topic}-{number}", f"{topic}.v1"))


def bad(
    topic: str, number: int, data: Line, huge: int = 2_000_000
) -> Iterator[tuple[bytes | None, list[tuple[str, bytes]]]]:
    """A record of each kind; the reason with which each is rejected is in REASONS, in the same order."""
    body = orjson.dumps(data)
    wrong = {"amount_cents": "10000"} if topic == "claim-created" else {"name": 7}

    def headers(what: str, version: int = 1) -> list[tuple[str, bytes]]:
        return list(envelope(f"{what}-{topic}-{number}", f"{topic}.v{version}"))

    yield body, [*headers("header"), ("ce_subject", b"\xff")]
    yield b'{"mandant":', headers("broken")
    yield b"[]", headers("no-object")
    yield None, headers("tombstone")
    yield orjson.dumps(data | {"x": "x" * huge}), headers("huge")
    yield orjson.dumps(data | wrong), headers("field")
    yield body, headers("type", version=0)
