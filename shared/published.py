"""What of a service stands in Kafka already: its last number in each (topic, lane), and the ids before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.offsets import know
from shared.records import NUMBER

Place = tuple[str, int]  # (topic, lane)
_FIRST_LOOK: Final = 200  # records from the end; the others in the topic may be another service's
_WIDER: Final = 8


@dataclass(slots=True)
class Published:
    """The last number that stands, and the ids of the numbers that were looked at."""

    last: int = 0
    ids: dict[int, str] = field(default_factory=dict)


async def published(bootstrap: str, source: str, lowest: Mapping[Place, int]) -> dict[Place, Published]:
    """Look up, for each (topic, lane), what stands of `source` from the number `lowest` on.

    Reads back from the end, further each time, until it meets a number below `lowest` or the beginning.
    """
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none")
    await reader.start()
    try:
        places = [TopicPartition(*place) for place in lowest]
        know(reader, places)
        begin = await reader.beginning_offsets(places)
        end = await reader.end_offsets(places)
        found = {place: Published() for place in lowest}
        spans = {place: (max(begin[place], end[place] - _FIRST_LOOK), end[place]) for place in places}
        while spans:
            for place, ids in (await _read(reader, spans, source)).items():
                # Sent twice, the first one counts: readers drop the second.
                found[place].ids |= ids
                found[place].last = max(found[place].last, *ids)
            spans = {
                place: (max(begin[place], start - _WIDER * (end[place] - start)), start)
                for place, (start, _) in spans.items()
                if start > begin[place] and min(found[place].ids, default=lowest[place]) >= lowest[place]
            }
        return found
    finally:
        await reader.stop()


async def _read(
    reader: AIOKafkaConsumer, spans: Mapping[TopicPartition, tuple[int, int]], source: str
) -> dict[Place, dict[int, str]]:
    reader.assign(list(spans))
    for place, (start, _) in spans.items():
        reader.seek(place, start)
    left = {place for place, (start, end) in spans.items() if start < end}
    reader.pause(*(place for place in spans if place not in left))
    found: dict[Place, dict[int, str]] = {}
    while left:
        for place, records in (await reader.getmany(timeout_ms=1_000)).items():
            for number, id_ in _numbers(records, source):
                found.setdefault(place, {}).setdefault(number, id_)
        reached = {place for place in left if await reader.position(place) >= spans[place][1]}
        if reached:
            reader.pause(*reached)
            left -= reached
    return found


def _numbers(records: Iterable[ConsumerRecord[bytes, bytes]], source: str) -> Iterable[tuple[int, str]]:
    for record in records:
        headers = dict(record.headers)
        if headers.get("ce_source") == source.encode() and (number := headers.get(NUMBER, b"")).isdigit():
            yield int(number), headers.get("ce_id", b"").decode()
