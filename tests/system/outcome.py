"""What came of a run: the events that stand in Kafka, the rows in the databases, and how two runs compare."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer

from mahnwerk.collector import OUTBOUND, partitions
from mahnwerk.play import Play
from shared import contracts
from shared.policy import load_policies
from shared.records import DAY_MARKED, NUMBER
from tests.system.world import Raw, header


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """An event as it stands in a topic of ours."""

    topic: str
    lane: int
    source: str
    number: int
    id: str
    type: str
    cause: str
    key: str
    day: str
    data: bytes


@dataclass(slots=True)
class Standing:
    """What stands in the topics, and what is wrong with how it stands there.

    Attributes:
        events: in order, without what stands there twice, byte for byte.
        repeated: how many do.
        gaps: events whose predecessor is missing.
        clashes: events that have the number of another one.
        twice: events whose id another one of the topic has.
    """

    events: list[Seen]
    repeated: int
    gaps: list[Seen]
    clashes: list[Seen]
    twice: list[Seen]


async def standing(kafka: str, names: Iterable[str] = OUTBOUND) -> list[Seen]:
    """Everything in the topics, in order; dropped is nothing but what stands there twice, byte for byte."""
    found = stand(await read(kafka, names))
    assert not found.gaps
    assert not found.clashes
    assert not found.twice
    return found.events


def stand(records: Iterable[Raw]) -> Standing:
    """Look through the records of our topics."""
    seen: dict[tuple[str, int, str, int], Seen] = {}
    last: dict[tuple[str, int, str], int] = {}
    found = Standing([], 0, [], [], [])
    for record in records:
        one = _seen(record)
        place = (one.topic, one.lane, one.source, one.number)
        if one.number > last.get(place[:3], 0) + 1:
            found.gaps.append(one)
        last[place[:3]] = max(one.number, last.get(place[:3], 0))
        if place not in seen:
            seen[place] = one
        elif seen[place] == one:
            found.repeated += 1
        else:
            found.clashes.append(one)
    found.events = list(seen.values())
    ids = Counter((one.topic, one.id) for one in found.events)
    found.twice = [one for one in found.events if ids[one.topic, one.id] > 1]
    return found


async def read(kafka: str, names: Iterable[str]) -> list[Raw]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, enable_auto_commit=False, isolation_level="read_committed"
    )
    await consumer.start()
    try:
        places = await partitions(kafka, list(names))
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        end = await consumer.end_offsets(places)
        records: list[Raw] = []
        while any([await consumer.position(place) < end[place] for place in places]):
            records += itertools.chain(*(await consumer.getmany(timeout_ms=200)).values())
        return records
    finally:
        await consumer.stop()


def _seen(record: Raw) -> Seen:
    return Seen(
        topic=record.topic,
        lane=record.partition,
        source=header(record, "ce_source"),
        number=int(header(record, NUMBER)),
        id=header(record, "ce_id"),
        type=header(record, "ce_type"),
        cause=header(record, "ce_causationid"),
        key=(record.key or b"").decode(),
        day=header(record, "ce_time")[:10],
        data=bytes(record.value or b""),
    )


def played(lines: Iterable[Any], policies: Path) -> list[Seen]:
    """What `mahnwerk play` makes of the lines."""
    emitted = Play(load_policies(policies)).run(enumerate(lines, 1))
    return [_of_line(orjson.loads(line)) for line in emitted]


def _of_line(line: dict[str, Any]) -> Seen:
    return Seen(
        topic=contracts.OUTBOUND[line["type"]].TOPIC,
        lane=0,
        source=line["source"],
        number=0,
        id=line["id"],
        type=line["type"],
        cause=line.get("causationid", ""),
        key=line.get("subject", ""),
        day=line.get("time", "")[:10],
        data=orjson.dumps(line["data"]),
    )


def decided(seen: Iterable[Seen]) -> list[tuple[str, ...]]:
    """The decisions, without what hangs on the order in which one day's events of several topics were read.

    Only these (contracts.md, "Waiting room": within a day that order changes nothing else):
    `posting_no` counts the postings of a mandant as they come; an `account-changed` and the `result` of an
    answer show an account as it stood at that moment, so of a day's only what stands at its end is compared;
    an unreadable record is known by the place where it stood, in `play` by its line.
    """
    found: list[tuple[str, ...]] = []
    accounts: dict[tuple[str, str], dict[str, Any]] = {}
    for one in seen:
        if one.type == DAY_MARKED or one.topic != contracts.OUTBOUND[one.type].TOPIC:
            continue
        data = orjson.loads(one.data)
        id_ = one.id
        if one.type == "account-changed.v1":
            account = accounts.setdefault((one.day, one.key), {"changes": 0, "claims": {}})
            account["changes"] += 1
            account |= {name: data[name] for name in ("version", "open_cents", "credit_cents")}
            account["claims"] |= {claim["kassenzeichen"]: claim for claim in data["claims"]}
            data = {"because": data["because"]}
        elif one.type == "posting-recorded.v1":
            del data["posting_no"]
        elif one.type == "event-accepted.v1":
            for moment in ("open_cents", "credit_cents"):
                data["result"].pop(moment, None)
        elif one.type == "event-rejected.v1" and "offset" in data:
            id_ = ""
            for place in ("topic", "partition", "offset"):
                del data[place]
        found.append((one.type, id_, one.source, one.cause, one.key, one.day, _text(data)))
    found += [("at the end of", day, key, _text(state)) for (day, key), state in accounts.items()]
    return sorted(found)


def _text(data: object) -> str:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def check_folder(folder: Path, messages: int) -> None:
    """Each message has its two files, complete, and one line in the manifest of its day."""
    listed = 0
    names = {path for path in folder.rglob("*") if path.is_file()}
    for manifest in folder.rglob("manifest.jsonl"):
        names.remove(manifest)
        for line in map(orjson.loads, manifest.read_text().splitlines()):
            listed += 1
            for name, digest in ((line["file"], line["sha256"]), (line["text"], line["text_sha256"])):
                names.remove(manifest.with_name(name))
                assert hashlib.sha256(manifest.with_name(name).read_bytes()).hexdigest() == digest
    assert listed == messages > 0
    assert {path.suffix for path in names} <= {".half"}, "a file that no manifest names"
