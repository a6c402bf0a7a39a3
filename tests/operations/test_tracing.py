"""With OTEL_EXPORTER_OTLP_ENDPOINT set, a real `mahnwerk up` sends its spans to a real collector."""

import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from mahnwerk.brokers import Broker
from shared.tracing import ENDPOINT, Tracing, to_collector
from tests.cli.running import Up, until
from tests.cli.story import KASSENZEICHEN, claim, day, debtor, write
from tests.operations.collector import Collector

OF_DEBTOR, OF_CLAIM, OF_DAY = (f"00-{digit * 32}-{digit * 16}-01" for digit in "abc")
STAGES = {"sequence", "decode", "decide and save", "publish"}


def trace_of(traceparent: str) -> tuple[str, str]:
    return traceparent[3:35], traceparent[36:52]


def above(span: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - protobuf's own class
    """What it is a child of or linked to."""
    links = {(link.trace_id.hex(), link.span_id.hex()) for link in span.links}
    return links | {(span.trace_id.hex(), span.parent_span_id.hex())}


def test_the_stages_of_a_batch_belong_to_the_traces_of_what_is_in_it(
    clean_kafka: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        {**debtor(), "traceparent": OF_DEBTOR},
        {**claim(), "traceparent": OF_CLAIM},
        day("2026-02-02"),
        {**day("2026-03-02"), "traceparent": OF_DAY},
    ]
    with Collector() as collector:
        monkeypatch.setenv(ENDPOINT, collector.endpoint)
        up = Up(tmp_path / "data", clean_kafka.bootstrap)
        try:
            assert up.beside("publish", write(tmp_path / "events.jsonl", *lines)).code == 0

            def stages_of(traceparent: str) -> set[tuple[str, str]]:
                its = trace_of(traceparent)
                return {(service, span.name) for service, span in collector.spans if its in above(span)}

            claims = {("mahnwerk-claims", stage) for stage in STAGES}
            until(lambda: claims <= stages_of(OF_CLAIM) & stages_of(OF_DEBTOR))
            # The day goes through all services: dunning sends a notice, notifications makes it a letter.
            others = {
                ("mahnwerk-dunning", "publish"),
                ("mahnwerk-enforcement", "publish"),
                ("mahnwerk-notifications", "decide and save"),
            }
            until(lambda: others <= stages_of(OF_DAY))
        finally:
            assert up.end() == 0

    for _, span in collector.spans:
        assert {attribute.key for attribute in span.attributes} == {"mahnwerk.records"}
        assert KASSENZEICHEN not in str(span)
        assert not span.events


def test_a_collector_that_does_not_answer_neither_stops_the_work_nor_the_end(
    clean_kafka: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{silent.getsockname()[1]}")
        up = Up(tmp_path / "data", clean_kafka.bootstrap)
        try:
            lines = [day("2026-02-02"), debtor(), claim()]
            assert up.beside("publish", write(tmp_path / "events.jsonl", *lines)).code == 0
            until(lambda: up.beside("statement", KASSENZEICHEN).code == 0)
        finally:
            assert up.end(signal.SIGTERM) == 0


def test_several_traces_are_links_a_broken_one_is_none_and_an_error_tells_its_type_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Collector() as collector:
        monkeypatch.setenv(ENDPOINT, collector.endpoint)
        tracing = to_collector("claims")
        with tracing.stage("both", [OF_CLAIM, OF_DAY, OF_CLAIM, None, "00-no-trace"], records=5):
            pass
        with pytest.raises(ValueError, match="Erika"), tracing.stage("failed", [OF_CLAIM]):
            raise ValueError("Erika Mustermann")
        tracing.close()

    (_, both), (_, failed) = collector.spans
    assert {(link.trace_id.hex(), link.span_id.hex()) for link in both.links} == {
        trace_of(OF_CLAIM),
        trace_of(OF_DAY),
    }
    assert not both.parent_span_id
    assert (failed.trace_id.hex(), failed.parent_span_id.hex()) == trace_of(OF_CLAIM)
    assert failed.status.message == "ValueError"
    assert "Erika" not in str(failed)


def test_it_is_off_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENDPOINT, raising=False)
    with Tracing().stage("nothing", [OF_CLAIM]) as span:
        assert span is None
