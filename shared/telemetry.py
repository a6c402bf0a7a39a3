"""What operators see of a service: its metrics, and whether it is live and ready.

Labels are bounded: topics, types, reasons, kinds, and the mandants that have a policy. No Kassenzeichen, no
debtor.
"""

import logging
import time
from collections import Counter as Counts
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from shared.contracts import INBOUND, OUTBOUND, EventAccepted, EventRejected
from shared.events import Event
from shared.tracing import Tracing

log = logging.getLogger("mahnwerk")

_KNOWN: Final = frozenset(INBOUND) | frozenset(OUTBOUND)
_OUTCOMES: Final = {
    "claim-registered.v1": ("claim-created.v1", "accepted"),
    "payment-unclear.v1": ("payment-received.v1", "unclear"),
    "payment-cleared.v1": ("payment-received.v1", "cleared"),
}
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_AGES: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_OUTBOX_AGE_S: Final = 60  # without Kafka for longer, and the service is not ready
_SIZES: Final = (1, 10, 50, 100, 250, 500, 1000, 2000)


class Telemetry:
    """The metrics of one service process, and what its readiness rests on."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self.tracing = Tracing()
        self._waiting_for: dict[str, str] = {"start": "not started"}
        self._unpublished_since: float | None = None
        self._opened: date | None = None
        of = self.registry
        self._lag = Gauge("mahnwerk_lag_records", "Records not handled yet", ["topic"], registry=of)
        self._lagging: dict[str, frozenset[str]] = {}
        self.handled = Counter("mahnwerk_records_handled", "Records handled", ["topic"], registry=of)
        self._events = Counter("mahnwerk_events", "Events emitted, by type", ["type"], registry=of)
        self._outcomes = Counter(
            "mahnwerk_inbound", "Inbound events by type and outcome", ["type", "outcome"], registry=of
        )
        self._rejections = Counter("mahnwerk_rejections", "Rejections by reason", ["reason"], registry=of)
        self.outbox_depth = Gauge("mahnwerk_outbox_depth", "Events that wait to be published", registry=of)
        Gauge(
            "mahnwerk_outbox_age_seconds",
            "For how long events have waited of a lane from which none was published",
            registry=of,
        ).set_function(self.outbox_age)
        self._day = Gauge(
            "mahnwerk_day_opened_timestamp_seconds",
            "The lowest day that is open in the lanes of this process; absent while none is known",
            registry=None,
        )
        self._day_known = False
        self.days_waiting = Gauge("mahnwerk_days_waiting", "Announced days not marked yet", registry=of)
        self._parked = Counter("mahnwerk_accounts_parked", "Debtors parked on our own bugs", registry=of)
        self._released = Counter("mahnwerk_accounts_released", "Parked debtors released", registry=of)
        self.parked = Gauge("mahnwerk_parked_debtors", "Debtors parked now", registry=of)
        self.batch_records = Histogram(
            "mahnwerk_batch_records", "Records in a batch", buckets=_SIZES, registry=of
        )
        self.batch_seconds = Histogram(
            "mahnwerk_batch_seconds", "Duration of a batch", buckets=_SECONDS, registry=of
        )
        self._ages = Histogram(
            "mahnwerk_record_age_seconds",
            "Age of the oldest record of a batch when it was done, since it came in; intake: before it",
            ["topic"],
            buckets=_AGES,
            registry=of,
        )
        self.after = Counter(
            "mahnwerk_messages_written", "Letters and messages written to files", registry=of
        )
        self.lanes = Gauge("mahnwerk_lanes_owned", "Lanes this process owns", registry=of)
        self._alarms = Gauge("mahnwerk_alarm", "Something needs a person", ["kind"], registry=of)
        self.retries = Counter("mahnwerk_retries", "Waits for infrastructure", ["part"], registry=of)
        Gauge("mahnwerk_ready", "1 while nothing keeps it from being ready", registry=of).set_function(
            lambda: not self.not_ready()
        )

    def alarm(self, kind: str, message: str) -> None:
        """Report what needs a person: it stands in the metrics until the process is started again."""
        self._alarms.labels(kind).inc()
        log.critical("ALARM %s: %s", kind, message, extra={"kind": kind})

    def emitted(self, events: Iterable[Event]) -> None:
        """Count what a batch emitted."""
        emitted = list(events)
        for type_, count in Counts(event.type for event in emitted).items():
            self._events.labels(type_).inc(count)
            if type_ in _OUTCOMES:
                self._outcomes.labels(*_OUTCOMES[type_]).inc(count)
        for event in emitted:
            payload = event.payload
            if isinstance(payload, EventRejected):
                self._rejections.labels(payload.reason).inc()
                self._outcomes.labels(_bounded(payload.rejected_type), "rejected").inc()
            elif isinstance(payload, EventAccepted):
                self._outcomes.labels(_bounded(payload.accepted_type), "accepted").inc()
            elif event.type == "account-parked.v1":
                self._parked.inc()
                log.error("a debtor is parked", extra=_about(event))
            elif event.type == "account-released.v1":
                self._released.inc()
                log.info("a parked debtor is released", extra=_about(event))

    def opened(self, day: date) -> None:
        """Note that a day was opened, once."""
        if day != self._opened:
            log.info("the day is opened", extra={"day": day})
        self._opened = day

    def open_is(self, lowest: date | None) -> None:
        """The lowest day that is open in the lanes of this process; None: not known, so nothing is said."""
        if lowest is not None:
            self._day.set((lowest - date(1970, 1, 1)).days * 86_400)
        if self._day_known != (lowest is not None):
            (self.registry.unregister if self._day_known else self.registry.register)(self._day)
            self._day_known = not self._day_known

    def behind(self, part: str, records: Mapping[str, int]) -> None:
        """How many records of each topic lie before a part of the service; of other topics none do."""
        for topic in self._lagging.get(part, frozenset()) - records.keys():
            self._lag.labels(topic).set(0)
        for topic, count in records.items():
            self._lag.labels(topic).set(count)
        self._lagging[part] = frozenset(records)

    def done(self, topic: str, arrived_ms: int) -> None:
        """Note that a batch of `topic` is done whose oldest record came in at this time."""
        self._ages.labels(topic).observe(max(0.0, time.time() - arrived_ms / 1000))

    def outbox_left(self, rows: int, since: float | None) -> None:
        """Note how many events wait, and since when (monotonic, seconds) the lane that is worst off does."""
        self.outbox_depth.set(rows)
        self._unpublished_since = since

    def outbox_age(self) -> float:
        """For how long events have waited of a lane from which none was published meanwhile, in seconds."""
        return 0.0 if self._unpublished_since is None else time.monotonic() - self._unpublished_since

    def waits_for(self, part: str, why: str) -> None:
        """Something that the service needs is not there: it is not ready until `has` says so."""
        self._waiting_for[part] = why

    def has(self, part: str) -> None:
        """What the service waited for is there."""
        self._waiting_for.pop(part, None)

    def not_ready(self) -> dict[str, str]:
        """What keeps the service from being ready; empty if nothing."""
        missing = dict(self._waiting_for)
        if (age := self.outbox_age()) > _OUTBOX_AGE_S:
            missing["outbox"] = f"nothing published for {age:.0f} s"
        return missing

    def text(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self.registry)


def _about(event: Event) -> dict[str, object]:
    """What a line of the log says of an event: nothing of its data."""
    return {"event": event.id, "lane": event.lane, "day": event.day, "topic": event.topic}


def _bounded(type_: str | None) -> str:
    return type_ if type_ in _KNOWN else "other"
