"""Spans to an OpenTelemetry collector: off, unless OTEL_EXPORTER_OTLP_ENDPOINT names one.

A span is a stage of a batch, which mixes what many have sent: what came in with one `traceparent` alone is
its child, with several its spans are linked to each. Attributes are counts and topics, nothing of an event.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from shared.settings import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"

_CLOSE_S: Final = 2.0
_OFF: Final = nullcontext()


class Tracing:
    """The spans of one process. One that is off costs nothing."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        """`provider`: from `to_collector`; None: off."""
        self._provider = provider

    def stage(
        self, name: str, traces: Iterable[str | None] = (), **counts: int | str
    ) -> AbstractContextManager[None]:
        """A span for as long as the context lasts; `traces`: the `traceparent` of what it is about."""
        return self._span(self._provider, name, traces, counts) if self._provider else _OFF

    def close(self) -> None:
        """Send what is left; a collector that does not answer holds nobody up."""
        if self._provider:
            ending = threading.Thread(target=self._provider.shutdown, daemon=True)
            ending.start()
            ending.join(_CLOSE_S)

    @contextlib.contextmanager
    def _span(
        self,
        provider: "TracerProvider",
        name: str,
        traces: Iterable[str | None],
        counts: Mapping[str, int | str],
    ) -> Iterator[None]:
        from opentelemetry import trace  # noqa: PLC0415 - only where it is installed
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - ditto
            TraceContextTextMapPropagator,
        )

        read = TraceContextTextMapPropagator().extract
        came = [read({"traceparent": text}) for text in sorted({text for text in traces if text})]
        above = [(context, trace.get_current_span(context).get_span_context()) for context in came]
        above = [(context, span) for context, span in above if span.is_valid]
        with provider.get_tracer("mahnwerk").start_as_current_span(
            name,
            context=above[0][0] if len(above) == 1 else None,
            links=[trace.Link(span) for _, span in above] if len(above) > 1 else [],
            attributes={f"mahnwerk.{key}": value for key, value in counts.items()},
            record_exception=False,  # its message may quote what somebody sent
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_status(trace.StatusCode.ERROR, type(error).__name__)
                raise


def to_collector(service: str) -> Tracing:
    """The tracing of a service that exports by OTLP over HTTP, as OTEL_… in the environment says.

    Raises:
        SettingsError: what exports is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - ditto
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - ditto
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - ditto
    except ImportError as error:
        raise SettingsError(f"{ENDPOINT} is set, but mahnwerk[otel] is not installed") from error
    provider = TracerProvider(
        resource=Resource.create({"service.name": f"mahnwerk-{service}"}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
