"""Files that somebody made up, and what became of them on the way: what must hold, holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from tests.fuzz import holds, towns
from tests.fuzz.budget import seeds
from tests.fuzz.machine import Data, Machine, Numbered, numbered
from tests.fuzz.mutations import mutated

REJECTED = "event-rejected.v1"
GUIDE = Path(__file__).parents[2] / "docs" / "migration.jsonl"
Base = Callable[[Random], list[Data]]
SHARES = (0.0, 0.02, 0.1, 0.3)  # of the lines that are changed, moved, dropped or said twice
# What is noted of every record, whatever becomes of it.
NOTED = (
    ".position",
    ".outbox",
    ".outbox_number",
    ".inbox",
    ".source_position",
    ".contact_event",
    "_day",
    ".tally",
)


def file(seed: int, base: Base) -> list[Numbered]:
    """The seed's file. Most end with a day on which nobody waits any longer."""
    random = Random(seed)  # noqa: S311 - a story, no secret
    lines: list[Any] = mutated(random, base(random), random.choice(SHARES))
    if random.random() < 0.8:
        head = {"specversion": "1.0", "id": "end", "source": "/clock", "type": "business-day-opened.v1"}
        lines.append(head | {"data": {"day": "2199-12-31"}})
    return numbered(lines)


@contextmanager
def file_of(seed: int, base: Base) -> Iterator[list[Numbered]]:
    """The seed's file; what fails says which it was."""
    lines = file(seed, base)
    try:
        yield lines
    except Exception as error:
        error.add_note(f"file({seed}, {base.__name__})")
        raise


@pytest.mark.parametrize(("base", "few"), [(towns.town, 10), (towns.sample, 2)])
def test_whatever_is_said(base: Base, few: int) -> None:
    for seed in seeds(few, share=0.25):
        with file_of(seed, base) as lines:
            machine = Machine()
            machine.play(lines)
            holds.everything(machine, lines)


def test_a_notice_that_another_system_sent_is_one() -> None:
    """file(20, sample): what was taken over as noticed is handed over without a notice of ours."""
    lines = numbered([orjson.loads(line) for line in GUIDE.read_bytes().splitlines()])
    machine = Machine()
    machine.play(lines)
    holds.everything(machine, lines)
    assert "enforcement-requested.v1" in {event["type"] for event in machine.events()}


def test_each_line_by_itself_gives_the_same_and_a_rejected_one_changes_nothing() -> None:
    for seed in seeds(2, share=0.2):
        with file_of(seed, towns.town) as lines:
            together, alone = Machine(), Machine()
            together.play(lines)
            for line in lines:
                before = state(alone)
                told = alone.play([line])
                if told and all(event["type"] == REJECTED and answers(event, line) for event in told):
                    assert state(alone) == before, line
            assert alone.printed == together.printed
            assert alone.rows("claims") == together.rows("claims")


def answers(event: Data, line: Numbered) -> bool:
    """Whether it was said to this line, and not to one that was waiting or held."""
    return isinstance(line[1], dict) and event["data"].get("rejected_id") == line[1].get("id")


def test_the_same_file_twice_gives_the_same_bytes() -> None:
    for seed in seeds(2, share=0.05):
        with file_of(seed, towns.town) as lines:
            first, second = Machine(), Machine()
            first.play(lines)
            second.play(lines)
            assert first.printed == second.printed


def state(machine: Machine) -> dict[str, list[str]]:
    """What the services know, but for the records they have seen and what they count."""
    rows = {name: found for name, found in machine.rows().items() if not name.endswith(NOTED)}
    rows["claims.journal"] = [
        row.split('"counts"')[0] for row in rows["claims.journal"] if '"posting_no":0' not in row
    ]
    return rows


def by_service(events: Iterable[Data]) -> dict[str, list[bytes]]:
    """What each service said, in its order."""
    said: defaultdict[str, list[bytes]] = defaultdict(list)
    for event in events:
        said[event["source"]].append(orjson.dumps(event))
    return said
