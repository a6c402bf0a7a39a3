"""The naive rival: one message, one ORM transaction, one commit, and what comes of it published one by one.

Written as tutorials do it, and spared all judgement: it is told what rows and events each message leads to.
"""

import gc
import time
from collections.abc import Sequence
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.orm import Session, registry

from services.claims import tables
from shared.contracts.codec import decode
from shared.producing import Outgoing
from tests.bench.claims import Round
from tests.bench.recording import Batch
from tests.bench.upstream import Inbound, publish

_registry: Final = registry()
_MODELS: Final[dict[str, type]] = {}


def _model(name: str) -> type:
    """A class whose instances are rows of a table."""
    if name not in _MODELS:
        _MODELS[name] = type(name, (), {})
        _registry.map_imperatively(_MODELS[name], tables.metadata.tables[name])
    return _MODELS[name]


async def naive(
    kafka: str, database: str, topic: str, inbound: Sequence[Inbound], results: Sequence[Batch]
) -> Round:
    """Take in the records, of which each leads to one of the results; `topic` is new, with one partition.

    What they refer to is in the database.
    """
    await _create(kafka, topic, f"{topic}-out")
    await publish(kafka, [Inbound(topic, 0, one.outgoing) for one in inbound])
    engine = create_engine(_url(database))
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, group_id=topic, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await consumer.start()
    await producer.start()
    try:
        await consumer.getone()  # it is in the group now
        await consumer.seek_to_beginning()
        gc.collect()
        started, cpu = time.monotonic(), time.process_time()
        for result in results:
            message = await consumer.getone()
            headers = {name: value.decode() for name, value in message.headers}
            decode(headers["ce_type"], orjson.loads(message.value))
            with Session(engine) as session:
                for table, rows in result.rows:
                    for row in rows:
                        _put(session, table.name, row)
                session.commit()
            for outgoing in result.outgoing.values():
                for one in outgoing:
                    await _send(producer, f"{topic}-out", one)
        return Round(len(results), time.monotonic() - started, time.process_time() - cpu)
    finally:
        await consumer.stop()
        await producer.stop()
        engine.dispose()


def _url(database: str) -> URL:
    """As the documentation of SQLAlchemy has it: no settings of ours."""
    url = make_url(database)
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg")


async def _create(kafka: str, *names: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, 1) for name in names])
    await admin.close()


def _put(session: Session, table: str, row: Any) -> None:  # noqa: ANN401 - a row
    """Get or create, then set what is different."""
    model = _model(table)
    key = tuple(row[column.name] for column in tables.metadata.tables[table].primary_key)
    found: object | None = session.get(model, key)
    if found is None:
        session.add(model(**row))
        return
    for name, value in row.items():
        setattr(found, name, value)


async def _send(producer: AIOKafkaProducer, topic: str, one: Outgoing) -> None:
    await producer.send_and_wait(topic, one.value, one.key, headers=list(one.headers))
