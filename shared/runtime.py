"""The shell that runs one service on Kafka; the only file that knows FastStream.

FastStream's defaults lose events (at most once, committed on failure, a bad header drops a batch). So: manual
acknowledgement, a parser that cannot fail, and positions that are ours. Its consumer gives batches, its
application serves metrics and health.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.asgi import AsgiFastStream, AsgiResponse, get
from faststream.kafka import KafkaBroker, KafkaMessage
from sqlalchemy import Connection, Select
from sqlalchemy.exc import SQLAlchemyError

from shared.backoff import Backoff
from shared.database import engine_for
from shared.decoding import Reader
from shared.lanes import Lanes, Raw
from shared.logs import told
from shared.loop import Loop, Service
from shared.producing import TROUBLE, no_stray_cancellation
from shared.relay import Relay
from shared.settings import Settings
from shared.telemetry import Telemetry
from shared.tracing import ENDPOINT, to_collector

log = logging.getLogger("mahnwerk")

_BATCH: Final = 1_000
_WAIT_MS: Final = 100
_DRAIN_S: Final = 5.0
_LOOK_S: Final = 10.0
_GARBAGE: Final = (200_000, 20, 50)


class _PatientBroker(KafkaBroker):
    """Starts when Kafka is there; until then it waits, and metrics and health are served all the same."""

    async def start(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await super().start()
            except TROUBLE as error:
                log.warning("waiting for Kafka: %s", told(error))
                with contextlib.suppress(*TROUBLE):
                    await super().stop()
                await backoff.wait()
            else:
                return


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, lanes: Lanes, consumer: Callable[[], AIOKafkaConsumer | None]) -> None:
        self._lanes = lanes
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if revoked:
            await self._lanes.revoked()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        if (consumer := self._consumer()) is not None:
            self._lanes.assigned(consumer, assigned)


class Runtime:
    """One service process: its lanes, its relay, its endpoints, and what else runs beside them."""

    def __init__(
        self,
        service: Service,
        topics: Sequence[str],
        settings: Settings,
        foreign: Mapping[str, Reader] | None = None,
    ) -> None:
        """`topics`: what the service reads; `foreign`: how to read those of them that others write."""
        self.telemetry = telemetry = Telemetry(service.name)
        if os.environ.get(ENDPOINT):
            telemetry.tracing = to_collector(service.name)
        self.engine = engine = engine_for(settings.database)
        self._settings = settings
        self._relay = Relay(engine, service.delivery, service.name, settings.kafka, telemetry)
        self._lanes = Lanes(Loop(engine, service), self._relay, settings.kafka, telemetry, foreign)
        self._broker = _PatientBroker(
            settings.kafka.split(","),  # it would take a list in one string for one host
            client_id=f"mahnwerk-{service.name}",
            allow_auto_create_topics=False,
            consumer_only=True,
            apply_types=False,
            graceful_timeout=_DRAIN_S,
            logger=None,
        )
        self._subscribe(service.name, topics, settings.instance)
        self._beside: list[Callable[[], Coroutine[Any, Any, None]]] = [
            self._relay.run,
            self._lanes.run,
            self._lanes.hints,
        ]

    def beside(self, task: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run this too, as long as the service runs."""
        self._beside.append(task)

    def after_batches(self, step: Callable[[Connection, frozenset[int]], int]) -> None:
        """At the start and after each batch, call this in its own transactions until it does nothing."""
        self.beside(partial(self._after_batches, step))

    def count_parked(self, count: Select[int]) -> None:
        """The statement that counts the parked debtors, for the metrics."""
        self.look(lambda conn: self.telemetry.parked.set(conn.execute(count).scalar_one()))

    def days(self, last: Select[Any]) -> None:
        """The statement for (lane, last day of which the opening has begun), for the metrics."""
        self._lanes.last_days = last

    def look(self, look: Callable[[Connection], None]) -> None:
        """Every few seconds call this in a transaction of its own: what the metrics say of the database."""
        self.beside(partial(self._look, look))

    def run(self) -> None:
        """Run until SIGTERM or Ctrl-C."""
        # uvicorn stops on these signals, then raises them again: by then we have ended in order.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        options: dict[str, Any] = {
            "host": self._settings.host,
            "port": str(self._settings.port),
            "access_log": "false",
            "timeout_graceful_shutdown": 2,
            "log_config": None,  # its own would be plain text, with what exceptions say
        }
        try:
            asyncio.run(self._app().run(log_level=logging.WARNING, run_extra_options=options))
        except SystemExit:  # uvicorn's, which has logged why: its 3 is ours for policies
            sys.exit(1)
        self.telemetry.tracing.close()

    def _subscribe(self, group: str, topics: Sequence[str], instance: str | None) -> None:
        subscriber: Any = None
        listener = _Listener(self._lanes, lambda: subscriber.consumer)
        subscriber = self._broker.subscriber(
            *topics,
            group_id=f"mahnwerk-{group}",
            # With a name the group knows a process again that was killed: its lanes need not wait until the
            # session of its former self has run out.
            group_instance_id=instance,
            batch=True,
            max_records=_BATCH,
            batch_timeout_ms=_WAIT_MS,
            fetch_max_wait_ms=_WAIT_MS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            partition_assignment_strategy=(RangePartitionAssignor,),
            listener=listener,
            parser=_parse,
            decoder=_decode,
        )
        subscriber(self._handle)

    async def _handle(self, records: Sequence[Raw]) -> None:
        await self._lanes.handle(records)

    def _app(self) -> AsgiFastStream:
        return AsgiFastStream(
            self._broker,
            lifespan=self._life,
            logger=None,
            asgi_routes=[
                ("/metrics", get(self._metrics)),
                ("/health/live", get(self._live)),
                ("/health/ready", get(self._ready)),
            ],
        )

    @contextlib.asynccontextmanager
    async def _life(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._guarded(task)) for task in self._beside]
        self.telemetry.has("start")
        self.telemetry.waits_for("lanes", "not in the group yet")
        rarely_collect()
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_DRAIN_S)

    async def _after_batches(self, step: Callable[[Connection, frozenset[int]], int]) -> None:
        backoff = Backoff()
        while True:
            try:
                while done := await asyncio.to_thread(self._once, step):
                    self.telemetry.after.inc(done)
                    backoff.reset()
                await self._lanes.committed.wait()
                self._lanes.committed.clear()
            except (SQLAlchemyError, OSError) as error:
                log.warning("work after a batch waits: %s", told(error))
                self.telemetry.retries.labels("after").inc()
                await backoff.wait()

    async def _look(self, look: Callable[[Connection], None]) -> None:
        while True:
            try:
                await asyncio.to_thread(self._looked, look)
            except SQLAlchemyError as error:  # what the metrics say is old from now on
                log.warning("figures wait: %s", told(error))
                self.telemetry.retries.labels("look").inc()
            await asyncio.sleep(_LOOK_S)

    def _looked(self, look: Callable[[Connection], None]) -> None:
        with self.engine.begin() as conn:
            look(conn)

    def _once(self, step: Callable[[Connection, frozenset[int]], int]) -> int:
        with self.engine.begin() as conn:
            return step(conn, self._lanes.owned())

    async def _guarded(self, task: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """A task that dies of a bug is begun again, with an alarm; it never goes missing silently."""
        backoff = Backoff()
        while True:
            try:
                with no_stray_cancellation():
                    await task()
            except Exception as error:
                log.exception("a task failed")
                self.telemetry.alarm("task", type(error).__name__)
                await backoff.wait()
            else:
                return

    async def _metrics(self, _scope: object) -> AsgiResponse:
        return AsgiResponse(self.telemetry.text(), 200, {"Content-Type": "text/plain; version=0.0.4"})

    async def _live(self, _scope: object) -> AsgiResponse:
        return AsgiResponse(b"alive\n", 200)

    async def _ready(self, _scope: object) -> AsgiResponse:
        missing = self.telemetry.not_ready()
        body = orjson.dumps({"ready": not missing, "waits_for": missing})
        return AsgiResponse(body, 503 if missing else 200, {"Content-Type": "application/json"})


def rarely_collect() -> None:
    """Look for garbage rarely, and never at what is here now.

    A batch makes some hundred thousand objects and lets all of them go: to look for cycles meanwhile costs a
    tenth of the CPU and finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


async def _parse(records: tuple[Raw, ...]) -> KafkaMessage:
    """Build the message of a batch without looking into the records: nothing in them can make this fail."""
    return KafkaMessage(raw_message=records, body=b"", headers={}, consumer=_NoConsumer())


async def _decode(message: KafkaMessage) -> Any:  # noqa: ANN401 - FastStream hands it on as it is
    return message.raw_message


class _NoConsumer:
    """FastStream acknowledges nothing here: the database's positions are the acknowledgement."""

    async def commit(self) -> None:
        raise NotImplementedError

    def seek(self, partition: TopicPartition, offset: int) -> None:
        raise NotImplementedError
