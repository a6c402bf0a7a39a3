"""Publishes the world's plan: events to their partitions, days with or without the ends of the topics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from aiokafka import TopicPartition

from services.claims.sequencing import LOGS
from shared import topics
from tests.sim.cluster import Cluster
from tests.sim.upstream import Opening, Plan, Sent, opening

_CONTROL = 0.05  # the end of somebody's transaction: takes an offset, is no record


@dataclass(frozen=True, slots=True)
class Announced:
    """A day that was announced: where its record stands, and where the other topics ended then."""

    day: str
    place: str
    ends: Mapping[str, Sequence[int]]
    exact: bool


class Publisher:
    """What others send, in the order of the plan. `lag`: days that may be announced and not worked off."""

    def __init__(self, cluster: Cluster, plan: Plan, lag: int, random: Random) -> None:
        self._cluster = cluster
        self._plan = plan
        self._lag = lag
        self._random = random
        self._at = 0
        self.announced: list[Announced] = []
        self._days: dict[str, Sent] = {}

    @property
    def is_done(self) -> bool:
        """Whether all was sent."""
        return self._at == len(self._plan.items)

    @property
    def all_marked(self) -> bool:
        """Whether dunning has worked off each announced day in every lane."""
        return not self._open_days()

    @property
    def days(self) -> int:
        """How many days were announced."""
        return len(self.announced)

    def may_publish(self) -> bool:
        """Whether the next thing may be sent now."""
        if self.is_done or not self._cluster.broker.reachable:
            return False
        item = self._plan.items[self._at]
        return not isinstance(item, Opening) or self._open_days() < self._lag

    def publish(self) -> None:
        """Send the next, and sometimes some more."""
        for _ in range(self._random.choice((1, 2, 5))):
            if not self.may_publish():
                return
            item = self._plan.items[self._at]
            self._at += 1
            self._send(self._day(item) if isinstance(item, Opening) else item)

    def _open_days(self) -> int:
        marks = self._cluster.watcher.marks
        partitions = 3 * self._cluster.lanes  # of the topics that dunning marks
        return sum(marks["dunning", each.day] < partitions for each in self.announced)

    def _day(self, item: Opening) -> Sent:
        if item.repeat_of:
            return self._days[item.repeat_of]
        broker = self._cluster.broker
        ends = {
            topic: [broker.end(TopicPartition(topic, n)) for n in range(broker.topics[topic])]
            for topic in LOGS
            if topic != topics.BUSINESS_DAY
        }
        if item.expect == "ok":
            offset = broker.end(TopicPartition(topics.BUSINESS_DAY, 0))
            place = f"{topics.BUSINESS_DAY}/0/{offset}"
            self.announced.append(Announced(item.day.isoformat(), place, ends, item.exact))
        self._days[item.id] = sent = opening(item, ends if item.exact else None)
        return sent

    def _send(self, sent: Sent) -> None:
        broker = self._cluster.broker
        place = TopicPartition(sent.topic, sent.partition(broker.topics[sent.topic]))
        if place.topic != topics.BUSINESS_DAY and self._random.random() < _CONTROL:
            broker.append(place, [(None, None, ())], control=True)
        self._cluster.watcher.sent[f"{place.topic}/{place.partition}/{broker.end(place)}"] = sent
        broker.append(place, [(sent.key.encode(), sent.value, sent.headers)])
