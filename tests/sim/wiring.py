"""Puts the simulated Kafka, time and threads in the place of the real ones, for as long as a run lasts."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import services.claims.sequencer
import services.claims.sequencer_term
import shared.lanes
import shared.loop
import shared.producing
import shared.published
from tests.sim import clients
from tests.sim.kafka import Broker
from tests.sim.locks import Lock
from tests.sim.process import OWNER, Stepping


async def _at_once(function: Callable[..., Any], /, *arguments: object, **named: object) -> Any:  # noqa: ANN401
    """Instead of asyncio.to_thread: in this thread, when the scheduler lets us."""
    process = OWNER.get()
    if process is not None:
        await process.gate(getattr(function, "__qualname__", "thread"))
    return function(*arguments, **named)


@contextmanager
def simulated(loop: Stepping, broker: Broker, seed: int, chunk: int) -> Iterator[None]:
    """Simulate Kafka, time and threads; `chunk`: accounts in a transaction of a day's work."""
    term = services.claims.sequencer_term
    consumer = clients.of(clients.Consumer, broker)
    clock = SimpleNamespace(monotonic=loop.time, time_ns=lambda: int(loop.time() * 1_000_000_000))
    fakes: list[tuple[Any, str, object]] = [
        (asyncio, "to_thread", _at_once),
        (shared.producing, "AIOKafkaProducer", clients.of(clients.Producer, broker)),
        (shared.published, "AIOKafkaConsumer", consumer),
        (shared.lanes, "AIOKafkaConsumer", consumer),
        (term, "AIOKafkaConsumer", consumer),
        (term, "AIOKafkaAdminClient", clients.of(clients.Admin, broker)),
        (services.claims.sequencer, "lock_for", Lock),
        (term, "time", clock),
        (shared.loop, "DAY_CHUNK", chunk),
    ]
    real = [(where, name, getattr(where, name)) for where, name, _ in fakes]
    spread = random.getstate()
    random.seed(seed)  # what spreads the product's retries
    try:
        for where, name, fake in fakes:
            setattr(where, name, fake)
        yield
    finally:
        for where, name, thing in real:
            setattr(where, name, thing)
        random.setstate(spread)
