"""What is done to the cluster: processes stopped and killed, databases restored, Kafka out of reach."""

import sqlite3
from collections.abc import Callable
from random import Random
from typing import Final

from tests.sim import locks
from tests.sim.cluster import Cluster
from tests.sim.servers import KINDS, Server
from tests.sim.trouble import AFTER_COMMIT, AFTER_SEND, AT_BEGIN, BEFORE_COMMIT, BEFORE_SEND, MID_DUE_WORK

_ARMABLE: Final = (*AT_BEGIN, *BEFORE_COMMIT, *AFTER_COMMIT, *BEFORE_SEND, *AFTER_SEND, *(MID_DUE_WORK,) * 2)
_PAUSES: Final = (5, 20, 60, 150)
_MOST_MEMBERS: Final = 3


class Faults:
    """Draws faults, and ends those that last."""

    def __init__(self, cluster: Cluster, random: Random) -> None:
        self._cluster = cluster
        self._random = random
        self._backups: dict[str, sqlite3.Connection] = {}
        self._later: list[tuple[int, Callable[[], None]]] = []
        self._kinds: tuple[Callable[[int], None], ...] = (
            *(self._arm,) * 6, self._rebalance, self._join_or_leave, self._kill, self._stop, self._stop,
            self._steal, self._usurp, self._unreachable, *(self._back_up,) * 2, self._restore,
        )  # fmt: skip

    def happen(self, step: int) -> None:
        """One of them."""
        self._random.choice(self._kinds)(step)

    def pass_on(self, step: int) -> bool:
        """End what has lasted long enough; whether there was anything."""
        due = [entry for entry in self._later if entry[0] <= step]
        self._later = [entry for entry in self._later if entry[0] > step]
        for _, end in due:
            end()
        return bool(due)

    def end(self) -> None:
        """End them all."""
        self._cluster.trouble.disarm()
        while self._later:
            self._later.pop(0)[1]()
        for server in self._cluster.servers():
            server.stops_at = ""

    # ------------------------------------------------------------------ kinds

    def _one(self) -> Server | None:
        servers = [server for server in self._cluster.servers() if server.runs]
        return self._random.choice(servers) if servers else None

    def _arm(self, _step: int) -> None:
        if server := self._one():
            self._cluster.trouble.arm(
                server, self._random.choice(_ARMABLE), self._random.choice((1, 1, 2, 4))
            )

    def _rebalance(self, _step: int) -> None:
        if server := self._one():
            self._cluster.groups[server.kind].begin()
            self._cluster.faults["rebalance"] += 1

    def _join_or_leave(self, _step: int) -> None:
        group = self._cluster.groups[self._random.choice(list(KINDS))]
        if len(group.members) < _MOST_MEMBERS:
            self._cluster.start(group.kind)
            self._cluster.faults["instance joined"] += 1
        elif all(member.runs for member in group.members):
            self._cluster.remove(self._random.choice(group.members))
            self._cluster.faults["instance left"] += 1
        group.begin()

    def _kill(self, _step: int) -> None:
        if server := self._one():
            server.alive = False
            self._cluster.faults["killed"] += 1

    def _stop(self, step: int) -> None:
        """SIGSTOP, with a batch under way; the group gives its lanes to others; SIGCONT."""
        server = self._one()
        if server is None:
            return
        server.stopped = True
        if not server.is_busy and (places := server.subscriber.ready()):
            server.handle([record for place in places for record in server.subscriber.fetch(place, 50)])
        self._cluster.loop.settle()
        group = self._cluster.groups[server.kind]
        if not any(member.runs for member in group.members):
            self._cluster.start(server.kind)
        group.begin()
        self._cluster.faults["old owner still writing"] += 1
        if server.kind == "claims" and self._random.random() < 0.7:
            locks.steal(self._cluster.databases["claims"].engine)
            self._cluster.faults["two sequencers"] += 1
        self._go_on(server, step + self._random.choice(_PAUSES))

    def _go_on(self, server: Server, step: int) -> None:
        """SIGCONT. It writes on for a while until it learns that its lanes are gone."""
        group = self._cluster.groups[server.kind]
        self._later.append((step, lambda: setattr(server, "stopped", False)))
        self._later.append((step + self._random.choice(_PAUSES), group.begin))

    def _usurp(self, step: int) -> None:
        """The sequencer is stopped before its next append, in the belief that it is the only one."""
        engine = self._cluster.databases["claims"].engine
        holder = locks.holder(engine)
        if not isinstance(holder, Server) or not holder.runs or holder.stops_at:
            return
        holder.stops_at = "send intake"

        def usurp() -> None:
            holder.stops_at = ""  # it may have been stopped elsewhere, and would stop again for ever
            if not holder.stopped:
                return
            locks.steal(engine)
            self._cluster.start("claims")
            self._cluster.groups["claims"].begin()
            self._cluster.faults["two sequencers"] += 1
            self._go_on(holder, step + self._random.choice(_PAUSES))

        self._later.append((step + 10, usurp))

    def _steal(self, _step: int) -> None:
        if locks.steal(self._cluster.databases["claims"].engine):
            self._cluster.faults["sequencer's lock lost"] += 1

    def _unreachable(self, step: int) -> None:
        self._cluster.broker.reachable = False
        self._cluster.faults["broker out of reach"] += 1
        end = step + self._random.choice(_PAUSES[:2])
        self._later.append((end, lambda: setattr(self._cluster.broker, "reachable", True)))

    def _back_up(self, _step: int) -> None:
        kind = self._random.choice(list(KINDS))
        self._backups[kind] = self._cluster.databases[kind].snapshot()

    def _restore(self, _step: int) -> None:
        if not self._backups:
            return
        kind = self._random.choice(sorted(self._backups))
        if all(member.runs for member in self._cluster.groups[kind].members):
            self._cluster.restore(kind, self._backups[kind])
            self._cluster.faults["database restored, positions ahead"] += 1
