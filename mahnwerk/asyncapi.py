"""The AsyncAPI 3 document of the contracts, and just enough YAML to write it."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.topics import NO_KEY, TOPICS, VERSION, Topic
from shared.topics import ONE_PARTITION, all_topics

Node = dict[str, Any]
_BINDING: Final = "0.5.0"
# What AsyncAPI's Kafka binding has a name for.
_DESCRIBED: Final = {
    "cleanup.policy",
    "retention.ms",
    "retention.bytes",
    "delete.retention.ms",
    "max.message.bytes",
}
#: The settings that each topic is created with.
SETTINGS: Final = {topic.name: topic.settings for topic in all_topics()}
_NOT_TEXT: Final = {"true", "false", "null", "on", "off", "yes", "no", "y", "n"}  # to some YAML reader
_ATTRIBUTES: Final = {
    "ce_specversion": "always 1.0",
    "ce_id": "with ce_source it identifies the event for ever",
    "ce_source": "who wrote it",
    "ce_type": "the type of the event",
    "ce_subject": "what it is about: the key",
    "ce_time": "when it was written; of what we write the start of the system's day",
    "ce_causationid": "the id of the inbound event that led to it",
    "content-type": "application/json",
    "traceparent": "W3C trace context",
}


def asyncapi(examples: Mapping[str, Node]) -> Node:
    """Describe channels, operations and messages; `examples` are structured-mode events by type."""
    public = [topic for topic in TOPICS if not topic.internal]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "mahnwerk",
            "version": VERSION,
            "description": "What mahnwerk reads and writes: CloudEvents 1.0 in binary mode on Kafka. "
            "`receive` is what others write, `send` is what the services write.",
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
                "topicConfiguration": {
                    name: [value] if name == "cleanup.policy" else int(value)
                    for name, value in created.items()
                    if name in _DESCRIBED
                },
                "bindingVersion": _BINDING,
            }
        },
    }


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
    return {
        "name": type_,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": _headers(type_),
        "payload": {"$ref": f"./schemas/{type_}.json"},
        **({"bindings": {"kafka": _key(keys)}} if keys else {}),
        "examples": [{"name": type_, "headers": _example_headers(example), "payload": example["data"]}],
    }


def _key(keys: list[str]) -> Node:
    return {"key": {"type": "string", "description": "; ".join(keys)}, "bindingVersion": _BINDING}


def _headers(type_: str) -> Node:
    properties: Node = {
        name: {"type": "string", "description": meaning} for name, meaning in _ATTRIBUTES.items()
    }
    properties["ce_type"]["const"] = type_
    required = ["ce_id", "ce_source", "ce_type"]
    if type_ in OUTBOUND:
        required = ["ce_specversion", *required, "ce_time", "ce_causationid"]
    return {"type": "object", "required": required, "properties": properties}


def _example_headers(example: Node) -> Node:
    attributes = {f"ce_{name}": value for name, value in example.items() if name != "data"}
    return attributes | {"content-type": "application/json"}


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
