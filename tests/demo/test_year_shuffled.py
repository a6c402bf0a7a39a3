"""The demo's output must not depend on which topic is read first on a day."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

import orjson

from mahnwerk.play import Play
from mahnwerk.publish import key_of, topic_of
from mahnwerk.year import year
from mahnwerk.year.agenda import StructuredEvent
from shared.policy import load_policies

_DAYS = 150


def as_read(random: Random | None) -> Iterator[StructuredEvent]:
    """The first months; what has no order between it on Kafka (other topic, other key) in any order."""
    for _, (opening, *events) in list(year())[:_DAYS]:
        yield opening
        queues = defaultdict(list)
        for event in events:
            queues[topic_of(event), key_of(event)].append(event)
        turns = [place for place, queue in queues.items() for _ in queue]
        if random:
            random.shuffle(turns)
        for place in turns if random else ():
            yield queues[place].pop(0)
        if not random:
            yield from events


def answers(random: Random | None) -> dict[str, list[str]]:
    """Event id -> what it was answered with."""
    given: dict[str, list[str]] = defaultdict(list)
    for line in Play(load_policies(Path("policies"))).run(list(enumerate(as_read(random), 1))):
        event = orjson.loads(line)
        data = event["data"]
        if id_ := data.get("rejected_id") or data.get("accepted_id"):
            given[id_].append(data.get("reason", "accepted"))
    return {id_: sorted(reasons) for id_, reasons in given.items()}


def test_any_order_between_topics_gives_the_same_answers() -> None:
    assert answers(Random(1)) == answers(None)  # noqa: S311 - a shuffle, no secret
