"""Names, addresses and free text come out nowhere, whatever is wrong with the event that brings them."""

import copy
import logging
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from shared.contracts import INBOUND, BusinessDayOpened
from shared.contracts.envelope import line_to_record
from tests.cli.run import mahnwerk
from tests.fuzz import towns
from tests.fuzz.budget import seeds
from tests.fuzz.machine import Data, Machine, numbered
from tests.fuzz.mutations import mutated
from tests.fuzz.wire import Wire
from tests.scenarios import municipality

CANARY = "Kanarienvogel"
ADDRESS = ("salutation", "name", "street", "house_no", "postcode", "city", "country", "language")


def told(line: Data) -> Data:
    """The event with a person in every place where people may put one."""
    line = copy.deepcopy(line)
    line |= dict.fromkeys(("subject", "time", "traceparent", "causationid"), CANARY)
    data = line.get("data")
    if isinstance(data, dict):
        data["remark"] = {"to": [CANARY]}
        if line.get("type") == "payment-received.v1":
            data["remittance"] = [*_texts(data.get("remittance")), f"Miete {CANARY}", CANARY]
        if line.get("type") == "debtor-contact.v1":
            data |= dict.fromkeys(ADDRESS, CANARY)
    return line


def _texts(remittance: object) -> list[Any]:
    return remittance if isinstance(remittance, list) else []


def with_people(seed: int) -> list[Any]:
    random = Random(seed)  # noqa: S311 - a story, no secret
    lines = mutated(random, towns.town(random), 0.1)
    return [told(line) if isinstance(line, dict) else line for line in lines]


def test_no_event_no_log_and_no_row_of_claims_names_anybody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for seed in seeds(3, share=0.05):
        machine = Machine()
        machine.play(numbered(with_people(seed)))
        assert CANARY not in b"\n".join(machine.printed).decode(), seed
        assert CANARY not in "\n".join(machine.logged()), seed
        assert CANARY not in str(machine.rows("claims", "dunning", "enforcement")), seed
        assert CANARY not in caplog.text, seed


def test_a_text_is_kept_only_while_its_payment_is_unclear() -> None:
    kept = 0
    for seed in seeds(3, share=0.05):
        wire = Wire(municipality.shipped())
        wire.open_day("1900-01-01")
        for line in with_people(seed):
            model = INBOUND.get(str(line.get("type"))) if isinstance(line, dict) else None
            if model is not None and model is not BusinessDayOpened:
                wire.send(model.TOPIC, *line_to_record(line))
        wire.open_day("1900-01-02")
        kept += len(wire.texts())
        assert [state for _, _, state in wire.texts() if state != "unclear"] == [], seed
    assert kept


def test_the_command_line_says_nothing_about_anybody(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text(f'{{"data": {{"name": "{CANARY}", }}}}\n')
    file = tmp_path / "file.jsonl"
    file.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in with_people(1) if line is not None))
    for path, code in ((broken, 2), (file, 0)):
        ran = mahnwerk("play", path)
        assert ran.code == code
        assert CANARY not in ran.out + ran.err
