"""One seed, one run: the scheduler draws the next step, the invariants are looked at, until all is quiet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.sim.chance import chance
from tests.sim.cluster import Cluster
from tests.sim.faults import Faults
from tests.sim.journal import JournalWatch
from tests.sim.publisher import Publisher
from tests.sim.servers import Group, Server
from tests.sim.violations import ViolationError
from tests.sim.wiring import simulated
from tests.sim.world import FULL_YEAR, World, world

_SLOW: Final = ("turn", "Relay._read")  # gates that only the scheduler opens
_STUCK: Final = 5_000  # steps without anything new
_PATIENCE: Final = 1_000  # where all are stopped, what ends faults comes at once
_RATES: Final = (0.004, 0.015, 0.04)  # faults a step

Step = tuple[float, str, Callable[[], None]]
"""Its weight, its name, and what it does."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is played."""

    days: int = FULL_YEAR
    faults: bool = True


class Simulation:
    """A run."""

    def __init__(self, seed: int, settings: Settings) -> None:
        self.seed = seed
        self.settings = settings
        self.world: World = world(seed, settings.days)
        self.steps = 0
        self._random = random = chance("schedule", seed)
        self._noise = chance("faults", seed)
        self._calm = not settings.faults
        self._rate = self._noise.choice(_RATES)
        self._chunk = random.choice((1, 2, 1_000))
        self._moved = (0, 0)  # the last step that brought something new, and how much there was then
        lanes, partitions = random.choice((1, 2, 3)), random.choice((1, 2, 3))
        self.cluster = Cluster(seed, lanes, partitions, self.world.policies, self._may_pass)
        self.publisher = Publisher(self.cluster, self.world.plan, random.choice((1, 1, 2)), random)
        self.journal = JournalWatch(self.cluster.databases["claims"], self.cluster.watcher)
        self._faults = Faults(self.cluster, self._noise)

    def run(self) -> None:
        """Play it to its end; ViolationError if something was wrong."""
        cluster = self.cluster
        with simulated(cluster.loop, cluster.broker, self.seed, self._chunk):
            try:
                cluster.begin()
                while not self.publisher.is_done:
                    self._step()
                self._calm = True
                self._faults.end()
                while not (self.publisher.all_marked and cluster.is_quiet()):
                    self._step()
            finally:
                cluster.end()
        self.cluster.watcher.trace.update(f"{self.steps}".encode())

    def _may_pass(self, gate: str) -> bool:
        return gate not in _SLOW and (self._calm or self._random.random() < 0.9)

    def _step(self) -> None:
        watcher = self.cluster.watcher
        if not self._calm:
            self._faults.pass_on(self.steps)
            if self._noise.random() < self._rate:
                self._faults.happen(self.steps)
                self._look()
        steps = self._possible()
        if not steps:
            if not self._faults.pass_on(self.steps + _PATIENCE):
                raise ViolationError("stuck", "nothing can happen any more")
            return
        ((_, name, act),) = self._random.choices(steps, [weight for weight, _, _ in steps])
        act()
        watcher.trace.update(name.encode())
        self._look()
        self.steps += 1
        there = watcher.events + len(watcher.sent)
        if there != self._moved[1]:
            self._moved = (self.steps, there)
        elif self.steps - self._moved[0] > _STUCK:
            raise ViolationError("stuck", f"nothing new in {_STUCK} steps; last: {name}")

    def _look(self) -> None:
        """After each step."""
        self.cluster.loop.settle()
        if violation := self.cluster.watcher.violation:
            raise violation
        if self.cluster.trouble.endless:
            raise ViolationError("stuck", "a day's work does not end")
        self.cluster.reap()
        self.journal.look()

    # ------------------------------------------------------------------ what may happen next

    def _possible(self) -> list[Step]:
        cluster = self.cluster
        steps: list[Step] = []
        for group in cluster.groups.values():
            if group.may_finish():
                steps.append((3, f"assign {group.kind}", lambda group=group: cluster.finish_rebalance(group)))  # type: ignore[misc]
            for server in group.members:
                if server.runs:
                    steps += self._of_server(group, server)
        if self.publisher.may_publish():
            steps.append((4, "publish", self.publisher.publish))
        if cluster.trouble.late:
            steps.append((1, "late", self._land))
        timer = cluster.loop.next_timer()
        if timer is not None:
            wait = max(0.0, timer - cluster.loop.time())
            steps.append((0.3, "tick", lambda: cluster.loop.tick(wait)))
        return steps

    def _of_server(self, group: Group, server: Server) -> list[Step]:
        steps: list[Step] = []
        if group.is_stable and not server.is_busy:
            if server.stale:
                steps.append((3, f"stale {server.name}", lambda: self._handle_stale(server)))
            elif server.subscriber.ready():
                weight = 0.5 if server.kind == "notifications" else 4
                steps.append((weight, f"deliver {server.name}", lambda: self._deliver(server)))
        for gate in server.waiting:
            weight = 3 if gate != "turn" or server.unread() else 0.5
            steps.append((weight, f"{gate} {server.name}", lambda gate=gate: server.open(gate)))  # type: ignore[misc]
        return steps

    def _deliver(self, server: Server) -> None:
        batch = []
        for place in server.subscriber.ready():
            if self._random.random() < 0.8:
                batch += server.subscriber.fetch(place, self._random.choice((1, 3, 10, 1_000)))
        if batch:
            server.handle(batch)

    def _handle_stale(self, server: Server) -> None:
        batch, server.stale = server.stale, []
        self.cluster.faults["redelivery after rebalance"] += 1
        server.handle(batch)

    def _land(self) -> None:
        place, messages = self.cluster.trouble.late.pop(0)
        self.cluster.broker.append(place, messages)
