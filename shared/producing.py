"""Appending to Kafka in order: a partition's messages as whole batches, one in flight at a time."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from msgspec import Struct

TROUBLE: Final = (KafkaError, OSError, TimeoutError)
"""What a broker in trouble raises: make a new producer and begin again from what is known to stand."""

_BATCH_BYTES: Final = 768 * 1024  # a batch is a message to the broker; its default limit is 1 MiB
_PATIENCE_S: Final = 60


@contextlib.contextmanager
def no_stray_cancellation() -> Iterator[None]:
    """Make trouble of a cancellation that nobody asked this task for.

    aiokafka's consumer, stopped while it waits to fetch again from a broker that is away, lets the
    cancellation of its own tasks slip. Ours must not end of that: nobody would hear of it.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise KafkaConnectionError("cancelled, though nobody wanted it") from error


class Outgoing(Struct, frozen=True):
    """A message as it is to stand in a partition; `timestamp` in ms, None: now."""

    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int | None = None


async def start_producer(bootstrap: str) -> AIOKafkaProducer:
    """An idempotent producer. After an error make a new one: it can stick after broker trouble."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        max_batch_size=_BATCH_BYTES,
        max_request_size=4 * 1024 * 1024,
        request_timeout_ms=30_000,
    )
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return producer


async def append(
    producer: AIOKafkaProducer, topic: str, partition: int, messages: Sequence[Outgoing]
) -> None:
    """Append messages to one partition, in order, and wait until the broker has acknowledged all of them."""
    rest = messages
    while rest:
        batch = producer.create_batch()
        rest = rest[_fill(batch, rest) :]
        await _send(producer, batch, topic, partition)


def _fill(batch: object, messages: Sequence[Outgoing]) -> int:
    """Put in as many messages as fit, of which the first always does; returns how many."""
    for n, message in enumerate(messages):
        added = batch.append(  # type: ignore[attr-defined]
            timestamp=message.timestamp,
            key=message.key,
            value=message.value,
            headers=list(message.headers),
        )
        if added is None and n:
            return n
    return len(messages)


async def _send(producer: AIOKafkaProducer, batch: object, topic: str, partition: int) -> None:
    batch.close()  # type: ignore[attr-defined]
    async with asyncio.timeout(_PATIENCE_S):
        acknowledged = await producer.send_batch(batch, topic, partition=partition)
        await acknowledged
