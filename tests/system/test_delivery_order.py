"""In which order a day's debtors, claims, payments, blocks and reductions are read changes nothing."""

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
import pytest

from mahnwerk.brokers import Broker
from mahnwerk.databases import databases
from mahnwerk.year import year
from tests.system.delivery import POLICIES, system
from tests.system.outcome import Seen, decided, standing
from tests.system.replay import Rows, rows_of
from tests.system.sample import Line, names_of

pytestmark = pytest.mark.kafka

PATTERN: Final = "baumberge"  # with fees and fortnightly runs
# Each from a topic of its own.
DEBTORS: Final = "debtor-registered.v1"
CLAIMS: Final = "claim-created.v1"
REDUCTIONS: Final = "claim-reduced.v1"
PAYMENTS: Final = "payment-received.v1"
BLOCKS: Final = "block-set.v1"
TYPES: Final = (DEBTORS, CLAIMS, REDUCTIONS, PAYMENTS, BLOCKS)
DAYS: Final = (
    "2026-07-02",
    "2026-07-13",
    "2026-07-27",
    "2026-08-10",
    "2026-08-24",
    "2026-09-14",
    "2026-12-01",
)

Told: TypeAlias = list[list[Line]]
"""What is published of a day, one part after the other: each is read before the next is there."""


def of_types(events: list[Line], *order: str) -> Told:
    return [[event for event in events if event["type"] == type_] for type_ in order]


def in_slices(events: list[Line]) -> Told:
    """Some of each type in each part."""
    chance = random.Random(5)  # noqa: S311 - any slices will do
    parts: Told = [[] for _ in TYPES]
    for of_type in of_types(events, *TYPES):
        cuts = sorted(chance.choices(range(len(of_type) + 1), k=len(parts) - 1))
        for part, start, end in zip(parts, [0, *cuts], [*cuts, len(of_type)], strict=True):
            part.extend(of_type[start:end])
    return parts


ORDERS: Final[dict[str, Callable[[list[Line]], Told]]] = {
    "what-it-refers-to-first": lambda events: of_types(events, DEBTORS, CLAIMS, REDUCTIONS, BLOCKS, PAYMENTS),
    "what-it-refers-to-last": lambda events: of_types(events, PAYMENTS, BLOCKS, REDUCTIONS, CLAIMS, DEBTORS),
    "claims-last": lambda events: of_types(events, BLOCKS, PAYMENTS, DEBTORS, REDUCTIONS, CLAIMS),
    "as-it-was-told": lambda events: [events],
    "some-of-each": in_slices,
}


async def test_the_order_of_topics_within_a_day_changes_nothing(clean_kafka: Broker, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    for town in ORDERS:
        shutil.copy(POLICIES / f"{PATTERN}.toml", policies / f"{town}.toml")
    told = [order(half_a_year(town)) for town, order in ORDERS.items()]
    async with system(clean_kafka.bootstrap, databases(tmp_path / "db"), tmp_path, policies) as running:
        await running.publish([day_opened("2026-07-01")])
        for number in range(len(TYPES)):
            await running.publish([line for parts in told for line in (*parts, *[[]] * 5)[number]])
            await running.until_drained()
        for day in DAYS:
            await running.publish([day_opened(day)])
        await running.until_drained()
        assert await running.alarms() == []
        events = await standing(clean_kafka.bootstrap)
        rows = rows_of(running.databases, without=("lane", "posting_no", "hash"))

    first, *others = [(of_town(events, town), rows_of_town(rows, town)) for town in ORDERS]
    types = Counter(one[0] for one in first[0])
    assert (
        min(types["dunning-notice-issued.v1"], types["enforcement-started.v1"], types["event-rejected.v1"])
        > 5
    )
    for other in others:
        assert other[0] == first[0]
        assert other[1] == first[1]


def half_a_year(mandant: str) -> list[Line]:
    """What happens at a town until the summer, as if all of it had come on one day."""
    used: set[tuple[str, str]] = set()
    found = []
    for event in (event for day, events in year() if day < date(2026, 7, 1) for event in events):
        data = event["data"]
        # Two that use one reference: which one counts is a matter of order; so is who gets which new number.
        if data.get("mandant") != PATTERN or event["type"] not in TYPES or used & names_of(event):
            continue
        if event["type"] != CLAIMS or "kassenzeichen" in data:
            used |= names_of(event)
            found.append({**event, "data": data | {"mandant": mandant}})
    return found


def day_opened(day: str) -> Line:
    return {
        "specversion": "1.0",
        "id": day,
        "source": "clock",
        "type": "business-day-opened.v1",
        "data": {"day": day},
    }


def of_town(events: Iterable[Seen], town: str) -> list[Any]:
    """The decisions about a town, without its name and without ids, which hang on its name."""
    own = [one for one in events if one.key.partition("/")[0] == town]
    return sorted(tuple(_nameless(text, town) for text in one) for one in decided(own))


def rows_of_town(rows: Rows, town: str) -> dict[str, Counter[tuple[str, ...]]]:
    """The rows about a town, likewise, and without the numbers of postings: they count as it comes."""
    return {
        table: Counter(
            tuple(_nameless(_in_order(value), town) for value in row)
            for row in of_table.elements()
            if town in row
        )
        for table, of_table in rows.items()
    }


def _in_order(value: object) -> str:
    if not (isinstance(value, str) and value.startswith("{")):
        return str(value)
    document = {name: part for name, part in orjson.loads(value).items() if name != "posting_no"}
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def _nameless(text: str, town: str) -> str:
    return re.sub("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text.replace(town, "town"))
