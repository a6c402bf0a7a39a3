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
from tests.asyncapi.document import PATH, document, key, messages, operations
from tests.asyncapi.story import STORY, Step
from tests.cli.running import Up, until
from tests.tools import tool

Node = dict[str, Any]
# letter-rendered: nobody writes it yet. The others: a fault of ours, tests/claims/test_parking.py
NOT_IN_THE_STORY = {"letter-rendered.v1", "account-parked.v1", "account-released.v1"}


class Stranger:
    """Knows the document and where Kafka is; what is written to `heard` are all records of our topics."""

    def __init__(self, bootstrap: str, heard: Path) -> None:
        self._kcat = [tool("kcat"), "-q", "-b", bootstrap]
        self._heard = heard.open("rb")
        self._line = b""
        self._events: list[Node] = []

    def write(self, type_: str, *without: str, trace: str = "", **changes: object) -> str:
        """Publish the example of a type as the document shows it, or with changes; returns its id."""
        (shown,) = document()["components"]["messages"][type_]["examples"]
        payload = {name: value for name, value in shown["payload"].items() if name not in without} | changes
        named = {"ce_id": f"changed-{'-'.join(map(str, changes.values()))}"} if changes else {}
        headers = shown["headers"] | named | ({"traceparent": trace} if trace else {})
        wanted = key(type_, payload)
        keyed = [f"-k{wanted}"] if wanted else []
        subprocess.run(
            [*self._kcat, "-P", "-t", _address(type_), *keyed, *(f"-H{k}={v}" for k, v in headers.items())],
            input=json.dumps(payload),
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
        """The events of a type that the event of this id led to."""
        return [
            event
            for event in self.heard()
            if (event["headers"]["ce_type"], event["headers"].get("ce_causationid")) == (type_, id_)
        ]

    def heard(self) -> list[Node]:
        """Everything written until now: topic, key, headers and data."""
        for part in self._heard:
            self._line += part
            if self._line.endswith(b"\n"):
                self._events.append(_read(json.loads(self._line)))
                self._line = b""
        return self._events


def _read(record: Node) -> Node:
    names = iter(record["headers"])
    headers = dict(zip(names, names, strict=True))
    data = json.loads(record["payload"])
    return {"topic": record["topic"], "key": record["key"], "headers": headers, "data": data}


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


@pytest.fixture
def stranger(clean_kafka: Broker, running: Up) -> Iterator[Stranger]:
    named = [one["channel"]["$ref"].rsplit("/", 1)[1] for one in operations("send")]
    addresses = [document()["channels"][name]["address"] for name in named]
    read = [tool("kcat"), "-q", "-u", "-J", "-b", clean_kafka.bootstrap, "-X", "auto.offset.reset=earliest"]
    with (running.data.parent / "heard").open("wb") as heard:
        listening = subprocess.Popen([*read, "-G", "stranger", *addresses], stdout=heard)
        yield Stranger(clean_kafka.bootstrap, Path(heard.name))
        listening.terminate()
        listening.wait(60)


def test_it_writes_a_claim_and_reads_the_answer(stranger: Stranger) -> None:
    stranger.write("business-day-opened.v1", "through")  # it waits for nothing
    debtor = stranger.write("debtor-registered.v1")
    claim = stranger.write("claim-created.v1")

    until(lambda: bool(stranger.answers("claim-created.v1", claim)))

    (answer,) = stranger.answers("claim-created.v1", claim)
    assert answer["key"] == "wuppertal/d-4711"
    assert (answer["data"]["kassenzeichen"], answer["data"]["amount_cents"]) == ("8656214152119", 41_250)
    (accepted,) = stranger.answers("debtor-registered.v1", debtor)
    assert accepted["headers"]["ce_type"] == "event-accepted.v1"


def test_what_an_event_leads_to_carries_its_trace_through_every_service(stranger: Stranger) -> None:
    of_claim, of_day = (f"00-{digit * 32}-{digit * 16}-01" for digit in "ab")
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


def test_every_example_gets_exactly_its_answer_and_what_is_written_is_as_described(
    stranger: Stranger,
) -> None:
    told: list[tuple[Step, str]] = []
    for step in STORY:
        told.append((step, stranger.write(step.type_, *step.without, **step.changes)))
        if any(each.type_ == "business-day-opened.v1" for each, _ in told):  # before it nothing is answered
            until(lambda: all(_settled(stranger, each.type_, id_) for each, id_ in told))

    assert messages("receive").keys() == {step.type_ for step, _ in told if step == Step(step.type_)}
    for step, id_ in told:
        *lawful, _ = document()["components"]["messages"][step.type_]["x-answered-by"]
        answers = [event["headers"]["ce_type"] for event in stranger.answers(step.type_, id_)]
        assert (len(answers), set(answers) <= set(lawful)) == (bool(lawful), True), (step, answers)

    mistaken = stranger.write("block-set.v1", set_on="tomorrow")
    until(lambda: bool(stranger.answers("block-set.v1", mistaken)))
    (rejected,) = stranger.caused("event-rejected.v1", mistaken)
    assert (rejected["data"]["reason"], rejected["data"]["field"]) == ("schema", "set_on")

    for event in stranger.heard():
        _is_as_described(event)
    types = {event["headers"]["ce_type"] for event in stranger.heard()}
    assert messages("send").keys() - types == NOT_IN_THE_STORY


def _settled(stranger: Stranger, type_: str, id_: str) -> bool:
    if type_ == "business-day-opened.v1":
        closed = {event["data"]["service"] for event in stranger.caused("day-closed.v1", id_)}
        return id_ == "day-2026-03-02" or len(closed) == 3  # before the first one there is none to close
    return type_ == "debtor-contact.v1" or bool(stranger.answers(type_, id_))


def _is_as_described(event: Node) -> None:
    type_ = event["headers"]["ce_type"]
    message = messages("send")[type_]
    assert event["headers"].keys() == message["examples"][0]["headers"].keys()
    Draft202012Validator(message["headers"]).validate(event["headers"])
    schema = json.loads((PATH.parent / message["payload"]["$ref"]).read_text(encoding="utf-8"))
    Draft202012Validator(_closed(schema)).validate(event["data"])
    assert event["key"] == event["headers"].get("ce_subject") == key(type_, event["data"])
    assert type_ in document()["channels"][event["topic"]]["messages"]


def _closed(schema: Node) -> Node:
    """The schema without any field that it does not name."""
    closed = {name: _closed(part) if isinstance(part, dict) else part for name, part in schema.items()}
    return {"additionalProperties": False} | closed if "type" in schema and "properties" in schema else closed


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
