"""The product's processes: loop, lanes, relay and (in claims) sequencer as they are, each in its group."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiokafka import TopicPartition
from sqlalchemy import MetaData

from services.claims import tables as claims
from services.claims.ledger import Ledger
from services.claims.sequencer import Sequencer
from services.dunning import tables as dunning
from services.dunning.service import Dunning
from services.enforcement import tables as enforcement
from services.enforcement.service import Enforcement
from services.notifications import contacts
from services.notifications import tables as notifications
from services.notifications.app import READ
from services.notifications.service import Notifications
from shared import topics
from shared.decoding import Reader
from shared.lanes import Lanes
from shared.loop import Loop, Service
from shared.policy import Policies
from shared.relay import Relay
from shared.telemetry import Telemetry
from tests.sim.databases import Database
from tests.sim.kafka import Broker, Stored, Subscriber
from tests.sim.process import Process, Stepping

AT = "simulated"


@dataclass(frozen=True, slots=True)
class Kind:
    """A service: how it is made, what it reads."""

    make: Callable[[Policies], Service]
    metadata: MetaData
    reads: tuple[str, ...]
    foreign: Mapping[str, Reader] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    "claims": Kind(Ledger, claims.metadata, (topics.INTAKE,)),
    "dunning": Kind(Dunning, dunning.metadata, (topics.ACCOUNT_CHANGED,)),
    "enforcement": Kind(Enforcement, enforcement.metadata, (topics.ACCOUNT_CHANGED,)),
    "notifications": Kind(
        Notifications, notifications.metadata, READ, {topics.DEBTOR_CONTACT: contacts.read}
    ),
}


class Server(Process):
    """One process of a service."""

    def __init__(  # noqa: PLR0913 - what a process is made of
        self,
        loop: Stepping,
        broker: Broker,
        kind: str,
        database: Database,
        *,
        policies: Policies,
        name: str,
        may_pass: Callable[[str], bool],
    ) -> None:
        super().__init__(loop, name, may_pass)
        self.kind = kind
        self.subscriber = Subscriber(broker)
        self.stale: list[Stored] = []  # fetched before a rebalance, handled after it
        self.telemetry = Telemetry(kind)
        service = KINDS[kind].make(policies)
        self.relay = Relay(database.engine, service.delivery, kind, AT, self.telemetry)
        self.lanes = Lanes(
            Loop(database.engine, service), self.relay, AT, self.telemetry, KINDS[kind].foreign
        )
        self._handling: asyncio.Task[Any] | None = None
        self.start(self.relay.run())
        self.start(self.lanes.run())
        if kind == "claims":
            sequencer = self.call(Sequencer, database.engine, claims.sequencer, AT, self.telemetry)
            self.start(sequencer.run())

    @property
    def runs(self) -> bool:
        """Whether it is neither dead nor stopped."""
        return self.alive and not self.stopped

    @property
    def is_busy(self) -> bool:
        """Whether a batch is under way."""
        return self._handling is not None and not self._handling.done()

    def handle(self, batch: list[Stored]) -> None:
        """What the framework does with what it fetched."""
        self._handling = self.start(self.lanes.handle(batch))

    def stopped_lanes(self) -> list[str]:
        """What needs a person: lanes that were stopped, and other alarms."""
        lines = self.telemetry.text().decode().splitlines()
        return [line for line in lines if line.startswith("mahnwerk_alarm{")]


class Group:
    """The processes of one service, and who reads what. A member that is stopped loses its partitions."""

    def __init__(self, kind: str, broker: Broker, random: Random) -> None:
        self.kind = kind
        self.members: list[Server] = []
        self._broker = broker
        self._random = random
        self._revoking: list[asyncio.Task[Any]] = []
        self.is_due = False

    @property
    def is_stable(self) -> bool:
        """Whether everybody reads."""
        return not self.is_due and not self._revoking

    def begin(self) -> None:
        """Take all partitions from those that answer; the rest is given up by the group."""
        self.is_due = True
        self._revoking = []
        for member in self.members:
            if member.runs:
                if not member.is_busy and self._random.random() < 0.5:
                    member.stale = self._some(member)
                self._revoking.append(member.start(member.lanes.revoked()))

    def may_finish(self) -> bool:
        """Whether all have let go."""
        return self.is_due and all(task.done() for task in self._revoking)

    def finish(self) -> dict[TopicPartition, int]:
        """Give the partitions out, lane by lane; returns where the group would let each begin."""
        self.is_due, self._revoking = False, []
        members = sorted((member for member in self.members if member.runs), key=lambda each: each.name)
        if not members:
            return {}
        given: dict[str, dict[TopicPartition, int]] = {member.name: {} for member in members}
        for topic in KINDS[self.kind].reads:
            for partition in range(self._broker.topics[topic]):
                place = TopicPartition(topic, partition)
                owner = members[partition % len(members)]
                given[owner.name][place] = self._random.choice((0, self._broker.end(place)))
        for member in members:
            member.subscriber.assign(given[member.name])
            member.call(member.lanes.assigned, member.subscriber, list(given[member.name]))
        return {place: at for positions in given.values() for place, at in positions.items()}

    def _some(self, member: Server) -> list[Stored]:
        batch: list[Stored] = []
        for place in member.subscriber.ready():
            batch += member.subscriber.fetch(place, 20)
        return batch


def everyone(groups: Collection[Group]) -> list[Server]:
    """All processes that are there, in one order."""
    return [member for group in groups for member in group.members]
