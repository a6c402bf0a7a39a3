"""A service that answers every record, run as a process of its own: `python -m tests.system.echo`."""

import os
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select

from shared.contracts import Because, DayMarked, EventAccepted, Result
from shared.database import engine_for
from shared.events import Emitter, Event
from shared.loop import DayStep
from shared.outbox import delivery_tables
from shared.records import Record
from shared.runtime import Runtime
from shared.settings import Settings
from shared.sql import upsert

METADATA = MetaData()
DELIVERY = delivery_tables(METADATA)
COUNT = Table(
    "counted", METADATA, Column("mandant", String(64), primary_key=True), Column("n", Integer, nullable=False)
)
DAY = date(2026, 1, 5)


class Echo:
    """Counts per mandant, and answers each record with the count: what is lost or handled twice shows."""

    name = "claims"
    delivery = DELIVERY
    day_topic: str | None = "intake"

    def handle(self, conn: Connection, batch: Mapping[int, Sequence[Record]]) -> list[Event]:
        counts = {row.mandant: row.n for row in conn.execute(select(COUNT))}
        touched = set()
        events = []
        for lane, records in sorted(batch.items()):
            for record in records:
                mandant = record.data["mandant"]
                touched.add(mandant)
                counts[mandant] = counts.get(mandant, 0) + 1
                emitter = Emitter(self.name, lane, record.id, record.cause, DAY)
                emitter.emit(
                    EventAccepted(
                        accepted_id=record.id,
                        accepted_source=record.source,
                        accepted_type=record.type,
                        mandant=mandant,
                        day=DAY,
                        result=Result(open_cents=counts[mandant]),
                        because=Because(policy="echo", rules=()),
                    )
                )
                events += emitter.events
        upsert(conn, COUNT, [{"mandant": m, "n": counts[m]} for m in sorted(touched)], ("mandant",))
        return events

    def open_day(
        self,
        conn: Connection,  # noqa: ARG002
        marks: Mapping[int, Record],
        step: Mapping[int, int],  # noqa: ARG002
        limit: int,  # noqa: ARG002
    ) -> DayStep:
        events = []
        for lane, mark in sorted(marks.items()):
            emitter = Emitter(self.name, lane, f"{mark.id}/{lane}", mark.cause, DAY)
            emitter.emit(DayMarked(day=date.fromisoformat(mark.data["day"]), service="claims"))
            events += emitter.events
        return DayStep(events)


def main() -> None:
    settings = Settings.of("claims", os.environ)
    METADATA.create_all(engine_for(settings.database))
    Runtime(Echo(), ["intake"], settings).run()


if __name__ == "__main__":
    main()
