"""The AsyncAPI 3 document of the contracts, and just enough YAML to write it."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from shared.contracts import INBOUND, OUTBOUND, DayMarked
from shared.contracts.envelope import MAX_ATTRIBUTE, MAX_BYTES, SPECVERSION
from shared.contracts.topics import NO_KEY, TOPICS, VERSION, Topic
from shared.records import NUMBER
from shared.topics import ONE_PARTITION, all_topics

Node = dict[str, Any]
_BINDING: Final = "0.5.0"
_JSON: Final = "application/json"
#: The settings that each topic is created with.
SETTINGS: Final = {topic.name: topic.settings for topic in all_topics()}
_NOT_TEXT: Final = {"true", "false", "null", "on", "off", "yes", "no", "y", "n"}  # to some YAML reader
_ATTRIBUTES: Final[dict[str, Node]] = {
    "ce_specversion": {"const": SPECVERSION, "description": "the version of CloudEvents"},
    "ce_id": {
        "minLength": 1,
        "maxLength": MAX_ATTRIBUTE,
        "description": "unique for its ce_source, for ever",
    },
    "ce_source": {"minLength": 1, "maxLength": MAX_ATTRIBUTE, "description": "who wrote it"},
    "ce_type": {"description": "the type of the event"},
    "ce_subject": {"description": "what it is about: the key"},
    "ce_time": {"description": "when it was written; of what we write the start of the system's day"},
    "ce_causationid": {"description": "the id of the inbound event that led to it"},
    "content-type": {"const": _JSON, "description": "of the value"},
    "traceparent": {"description": "W3C trace context"},
}
_NUMBERED: Final[Node] = {
    NUMBER: {
        "type": "string",
        "pattern": "^[0-9]+$",
        "description": "1, 2, 3 … of one ce_source in one partition; the same number twice is the same event",
    }
}
_MISSING_IN_REJECTIONS: Final = ["ce_time", "ce_causationid"]  # before the first day; of what has no id
# What answers an inbound event that takes effect: one event of one of these types.
_ANSWERS: Final = {
    "claim-created.v1": ["claim-registered.v1"],
    "payment-received.v1": ["posting-recorded.v1", "payment-unclear.v1"],
    "debtor-contact.v1": [],
    "business-day-opened.v1": [],
}
_ACCEPTED: Final = ["event-accepted.v1"]


def asyncapi(examples: Mapping[str, Node]) -> Node:
    """Describe channels, operations and messages; `examples` are structured-mode events by type."""
    public = [topic for topic in TOPICS if not topic.internal]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "mahnwerk",
            "version": VERSION,
            "description": "What mahnwerk reads and writes: CloudEvents 1.0 in binary mode on Kafka. "
            "`receive` is what others write, `send` is what the services write. Each event that others write "
            "is answered by exactly one of a type in `x-answered-by`, whose `ce_causationid` is the `ce_id` "
            "of the other; where only event-rejected.v1 stands there, what takes effect has no answer. "
            f"The JSON of what others write has at most {MAX_BYTES // 1024} KiB. "
            "There are no `servers`: each installation has its own Kafka.",
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in public},
        "operations": {
            f"{'receive' if topic.inbound else 'send'}-{topic.name}": _operation(topic) for topic in public
        },
        "components": {
            "messages": {
                type_: _message(type_, examples[type_])
                for type_ in dict.fromkeys(type_ for topic in public for type_ in topic.types)
            }
        },
    }


def _channel(topic: Topic) -> Node:
    created = SETTINGS[topic.name]
    partitions: Node = {"partitions": 1} if topic.name in ONE_PARTITION else {}
    return {
        "address": topic.name,
        "description": f"{topic.meaning}. Written by {', '.join(topic.writers)}. Key: {topic.key}.",
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in topic.types},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                **partitions,
                "topicConfiguration": {name: _setting(name, value) for name, value in created.items()},
                "bindingVersion": _BINDING,
            }
        },
    }


def _setting(name: str, value: str) -> list[str] | int | str:
    """A topic's setting in the form that the Kafka binding asks for."""
    if name == "cleanup.policy":
        return value.split(",")
    return int(value) if value.lstrip("-").isdigit() else value


def _operation(topic: Topic) -> Node:
    return {
        "action": "receive" if topic.inbound else "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": topic.meaning,
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{type_}"} for type_ in topic.types],
    }


def _message(type_: str, example: Node) -> Node:
    event = (INBOUND | OUTBOUND)[type_]
    keys = sorted({topic.key for topic in TOPICS if type_ in topic.types} - {NO_KEY})
    if type_ == DayMarked.TYPE:  # each partition of a topic has its own
        keys = []
    return {
        "name": type_,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": _JSON,
        **({"x-answered-by": _answers_to(type_)} if type_ in INBOUND else {}),
        "headers": _headers(type_),
        "payload": {"$ref": f"./schemas/{type_}.json"},
        **({"bindings": {"kafka": _key(keys)}} if keys else {}),
        "examples": [{"name": type_, "headers": _example_headers(example), "payload": example["data"]}],
    }


def _key(keys: list[str]) -> Node:
    return {"key": {"type": "string", "description": "; ".join(keys)}, "bindingVersion": _BINDING}


def _answers_to(type_: str) -> list[str]:
    """The types of which one answers an inbound event: the last one if it takes no effect."""
    return [*_ANSWERS.get(type_, _ACCEPTED), "event-rejected.v1"]


def _headers(type_: str) -> Node:
    written = type_ in OUTBOUND
    properties: Node = {name: {"type": "string"} | rule for name, rule in _ATTRIBUTES.items()}
    properties["ce_type"]["const"] = type_
    required = ["ce_id", "ce_source", "ce_type"]
    if written:
        properties |= _NUMBERED
        required = ["ce_specversion", *required, *_MISSING_IN_REJECTIONS, "content-type", NUMBER]
    if type_ == "event-rejected.v1":
        required = [name for name in required if name not in _MISSING_IN_REJECTIONS]
    return {"type": "object", "required": required, "properties": properties}


def _example_headers(example: Node) -> Node:
    attributes = {f"ce_{name}": value for name, value in example.items() if name != "data"}
    numbered = {NUMBER: "1"} if example["type"] in OUTBOUND else {}
    return attributes | {"content-type": _JSON} | numbered


def to_yaml(node: object, indent: int = 0) -> str:
    """Write JSON-like data as YAML in blocks; scalars and keys are JSON, which YAML reads as it is."""
    pad = "  " * indent
    if isinstance(node, dict) and node:
        return "".join(f"{pad}{_scalar(key)}:{_nested(value, indent)}" for key, value in node.items())
    if isinstance(node, list) and node:
        return "".join(f"{pad}-{_nested(value, indent)}" for value in node)
    return f"{pad}{_scalar(node)}\n"


def _nested(value: object, indent: int) -> str:
    if isinstance(value, (dict, list)) and value:
        return "\n" + to_yaml(value, indent + 1)
    return f" {_scalar(value)}\n"


def _scalar(value: object) -> str:
    if isinstance(value, str) and value.replace("_", "").isalpha() and value.lower() not in _NOT_TEXT:
        return value
    return orjson.dumps(value).decode()
