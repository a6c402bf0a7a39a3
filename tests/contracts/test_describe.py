"""The generated documents are up to date, and say what the code does."""

from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from mahnwerk.asyncapi import asyncapi, to_yaml
from mahnwerk.describe import describe, examples
from mahnwerk.schemas import schema_of
from shared.contracts import EINNAHMEARTEN, INBOUND, OUTBOUND, REASONS
from shared.contracts.codec import SchemaError, decode, payload, to_json
from shared.contracts.topics import TOPICS
from shared.topics import all_topics

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = examples(DOCS)


def test_the_documents_are_up_to_date() -> None:
    assert describe(DOCS, check=True) == []


def test_describe_writes_what_differs_and_removes_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "examples.jsonl").write_bytes((DOCS / "examples.jsonl").read_bytes())
    (tmp_path / "schemas").mkdir()
    gone = tmp_path / "schemas" / "gone.v1.json"
    gone.write_text("{}")
    assert gone in describe(tmp_path, check=True)
    assert gone.exists()
    describe(tmp_path)
    assert not gone.exists()
    assert describe(tmp_path, check=True) == []


def test_there_is_one_example_of_each_type() -> None:
    assert list(EXAMPLES) == [*INBOUND, *OUTBOUND]


@pytest.mark.parametrize("type_", [*INBOUND, *OUTBOUND])
def test_the_example_is_lawful_by_schema_and_by_code(type_: str) -> None:
    data = EXAMPLES[type_]["data"]
    Draft202012Validator(schema_of(type_)).validate(data)
    if type_ in INBOUND:
        assert not isinstance(decode(type_, data), SchemaError)
    else:
        assert orjson.loads(to_json(payload(type_, data))) == data


@pytest.mark.parametrize("type_", INBOUND)
def test_schema_and_code_agree_on_what_is_missing_or_of_the_wrong_type(type_: str) -> None:
    valid = Draft202012Validator(schema_of(type_))
    data = EXAMPLES[type_]["data"]
    for name in data:
        for changed in (
            {key: value for key, value in data.items() if key != name},
            data | {name: None},
            data | {name: 0},
            data | {name: ""},
            data | {name: True},
        ):
            error = decode(type_, changed)
            # What only the code can tell: calendar days, two fields that do not fit.
            if isinstance(error, SchemaError) and not valid.is_valid(changed):
                continue
            told = isinstance(error, SchemaError) and ("day" in error.message or "needed" in error.message)
            assert told or valid.is_valid(changed) is not isinstance(error, SchemaError), (
                name,
                changed[name],
            )


@pytest.mark.parametrize(
    ("day", "lawful"),
    [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False)],
)
def test_schema_and_code_agree_on_the_years(day: str, *, lawful: bool) -> None:
    data = EXAMPLES["block-set.v1"]["data"] | {"set_on": day, "ends_by": "2199-12-31"}
    assert Draft202012Validator(schema_of("block-set.v1")).is_valid(data) is lawful
    assert isinstance(decode("block-set.v1", data), SchemaError) is not lawful


def test_every_type_stands_in_its_topic() -> None:
    for type_, event in (INBOUND | OUTBOUND).items():
        (topic,) = (topic for topic in TOPICS if topic.name == event.TOPIC)
        assert type_ in topic.types
        assert topic.inbound == (type_ in INBOUND)


def test_the_topics_described_are_those_created() -> None:
    assert {topic.name for topic in TOPICS} == {topic.name for topic in all_topics()}


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi(EXAMPLES)

    def follow(node: object) -> None:
        if isinstance(node, list):
            for part in node:
                follow(part)
        if isinstance(node, dict):
            target = node.get("$ref", "")
            if target.startswith("./"):
                assert (DOCS / target).exists()
            elif target:
                found = document
                for step in target.removeprefix("#/").split("/"):
                    found = found[step]
            for part in node.values():
                follow(part)

    follow(document)


def test_yaml_in_blocks() -> None:
    node = {"a": [1, {"b-c": "x: y"}, []], "on": {"true": None, "d": {}}}
    assert to_yaml(node) == ('a:\n  - 1\n  -\n    "b-c": "x: y"\n  - []\n"on":\n  "true": null\n  d: {}\n')


def test_closed_lists() -> None:
    assert len(REASONS) == len(set(REASONS)) == 41
    assert set(EINNAHMEARTEN) == {
        *("5600", "5601", "5603", "5612", "5621", "5622", "5623", "5624", "5625", "5626", "5684"),
    }
