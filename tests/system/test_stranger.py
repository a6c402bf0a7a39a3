"""A stranger's client, kcat, with nothing but docs/asyncapi.yaml: it writes a claim and reads the answer."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from mahnwerk.brokers import Broker
from tests.asyncapi.document import PATH, document
from tests.cli.running import Up, until
from tests.tools import tool

Node = dict[str, Any]


class Stranger:
    """Knows the document and where Kafka is."""

    def __init__(self, bootstrap: str) -> None:
        self._kcat = [tool("kcat"), "-q", "-b", bootstrap]

    def write(self, type_: str, *without: str, trace: str = "", **changes: str) -> str:
        """Publish the example of a type as the document shows it, or with changes; returns its id."""
        (shown,) = document()["components"]["messages"][type_]["examples"]
        named = {"ce_id": f"changed-{'-'.join(changes.values())}"} if changes else {}
        headers = shown["headers"] | named | ({"traceparent": trace} if trace else {})
        keyed = [f"-k{headers['ce_subject']}"] if "ce_subject" in headers else []
        payload = {name: value for name, value in shown["payload"].items() if name not in without}
        subprocess.run(
            [*self._kcat, "-P", "-t", _address(type_), *keyed, *(f"-H{k}={v}" for k, v in headers.items())],
            input=json.dumps(payload | changes),
            text=True,
            check=True,
            timeout=60,
        )
        return str(headers["ce_id"])

    def answers(self, type_: str, id_: str) -> list[Node]:
        """The events that answer an event of this type: headers and payload."""
        answers = document()["components"]["messages"][type_]["x-answered-by"]
        return [event for answer in answers for event in self.caused(answer, id_)]

    def caused(self, type_: str, id_: str) -> list[Node]:
        """The events of a type that the event of this id led to: key, headers and payload."""
        read = [*self._kcat, "-C", "-t", _address(type_), "-o", "beginning", "-e", "-J"]
        out = subprocess.run(read, capture_output=True, text=True, check=True, timeout=60).stdout
        found = []
        for record in map(json.loads, out.splitlines()):
            names = iter(record["headers"])
            headers = dict(zip(names, names, strict=True))
            if (headers["ce_type"], headers.get("ce_causationid")) == (type_, id_):
                found.append(
                    {"key": record["key"], "headers": headers, "data": json.loads(record["payload"])}
                )
        return found


def _address(type_: str) -> str:
    channels = document()["channels"].values()
    (address,) = (channel["address"] for channel in channels if type_ in channel["messages"])
    return str(address)


@pytest.fixture
def kafka(request: pytest.FixtureRequest, kafka_in_a_container: Broker | None) -> Broker:
    """The official image where Docker runs: the stranger does not know which Kafka it is."""
    broker: Broker = kafka_in_a_container or request.getfixturevalue("kafka")
    return broker


@pytest.fixture
def running(clean_kafka: Broker, tmp_path: Path) -> Iterator[Up]:
    up = Up(tmp_path / "data", clean_kafka.bootstrap)
    yield up
    assert up.end() == 0


@pytest.mark.usefixtures("running")
def test_it_writes_a_claim_and_reads_the_answer(clean_kafka: Broker) -> None:
    stranger = Stranger(clean_kafka.bootstrap)
    stranger.write("business-day-opened.v1", "through")  # the offsets are those of a busier Kafka
    debtor = stranger.write("debtor-registered.v1")
    claim = stranger.write("claim-created.v1")

    until(lambda: bool(stranger.answers("claim-created.v1", claim)))

    (answer,) = stranger.answers("claim-created.v1", claim)
    message = document()["components"]["messages"]["claim-registered.v1"]
    Draft202012Validator(message["headers"]).validate(answer["headers"])
    schema = json.loads((PATH.parent / message["payload"]["$ref"]).read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(answer["data"])
    assert answer["key"] == answer["headers"]["ce_subject"] == "wuppertal/d-4711"
    assert (answer["data"]["kassenzeichen"], answer["data"]["amount_cents"]) == ("8656214152119", 41_250)
    (accepted,) = stranger.answers("debtor-registered.v1", debtor)
    assert accepted["headers"]["ce_type"] == "event-accepted.v1"


@pytest.mark.usefixtures("running")
def test_what_an_event_leads_to_carries_its_trace_through_every_service(clean_kafka: Broker) -> None:
    of_claim, of_day = (f"00-{digit * 32}-{digit * 16}-01" for digit in "ab")
    stranger = Stranger(clean_kafka.bootstrap)
    stranger.write("business-day-opened.v1", "through")
    stranger.write("debtor-registered.v1")
    claim = stranger.write("claim-created.v1", trace=of_claim)
    day = stranger.write("business-day-opened.v1", "through", trace=of_day, day="2026-05-13")

    def traces(type_: str, id_: str) -> set[str | None]:
        return {event["headers"].get("traceparent") for event in stranger.caused(type_, id_)}

    until(lambda: bool(stranger.caused("dunning-notice-issued.v1", day)))
    for type_ in ("claim-registered.v1", "posting-recorded.v1"):
        assert traces(type_, claim) == {of_claim}
    assert traces("dunning-notice-issued.v1", day) == {of_day}  # by way of claims and its day mark
    until(lambda: len(stranger.caused("day-closed.v1", day)) == 3)
    assert traces("day-closed.v1", day) == {of_day}


@pytest.mark.usefixtures("running")
def test_the_topics_are_kept_as_the_document_says(clean_kafka: Broker) -> None:
    admin = AdminClient({"bootstrap.servers": clean_kafka.bootstrap})
    channels = {channel["address"]: channel for channel in document()["channels"].values()}
    asked = admin.describe_configs([ConfigResource(ResourceType.TOPIC, name) for name in channels])
    for resource, answer in asked.items():
        kept = {name: entry.value for name, entry in answer.result(timeout=30).items()}
        said = channels[resource.name]["bindings"]["kafka"]["topicConfiguration"]
        for setting, value in said.items():
            assert kept[setting] == (",".join(value) if isinstance(value, list) else str(value))
    partitions = {name: len(topic.partitions) for name, topic in admin.list_topics(timeout=30).topics.items()}
    for name, channel in channels.items():
        assert partitions[name] == channel["bindings"]["kafka"].get("partitions", partitions[name])
