"""docs/events.md: one table per topic."""

from collections.abc import Iterator
from typing import Any, Final

from mahnwerk.asyncapi import SETTINGS
from mahnwerk.schemas import schema_of
from shared.contracts import EINNAHMEARTEN, INBOUND, OUTBOUND, REASONS
from shared.contracts.fields import MAX_REFERENCE
from shared.contracts.topics import TOPICS, Topic
from shared.topics import ONE_PARTITION

Schema = dict[str, Any]
_DAY_MS: Final = 86_400_000
_INTRODUCTION: Final = """\
# Events

Generated from the contracts by `mahnwerk describe`; do not edit. JSON Schemas are in [schemas](schemas), the
AsyncAPI document is [asyncapi.yaml](asyncapi.yaml), one event of each type in
[examples.jsonl](examples.jsonl).

Events are CloudEvents 1.0, in binary mode on Kafka (headers `ce_id`, `ce_source`, `ce_type` …, the value is
the JSON of `data`) and in structured mode in files, one object a line. A `?` marks what may be absent; what
others write may be `null` there. Fields that are not named here are ignored when we read. A *reference* is
1 to 64 printable characters, a *day* `YYYY-MM-DD` in 1900–2199, *cents* a whole number (inbound 1 to 10^13).
The first unlawful field in the order of the table is the one that `event-rejected` names.

Every event that we write but `day-marked.v1` ends with `because`: `{policy, rules, facts}`, the policy in
force (`<mandant>@<day of its last change>`), the rules by number, and the days, amounts, codes and
references that decided.

`through` of `business-day-opened.v1` is `{"<topic>": [<end offset of partition 0>, <of partition 1>, …]}`:
what stands from there on counts for the next day. A topic that is left out has no bound; one that there is
not is refused.
"""


def events_md() -> str:
    """Write the whole page."""
    inbound = [_section(topic) for topic in TOPICS if topic.inbound]
    outbound = [_section(topic) for topic in TOPICS if not (topic.inbound or topic.internal)]
    internal = [_section(topic) for topic in TOPICS if topic.internal]
    reasons = " · ".join(f"`{reason}`" for reason in REASONS)
    offices = [f"| `{code}` | {', '.join(sorted(allowed))} |" for code, allowed in EINNAHMEARTEN.items()]
    parts = [
        _INTRODUCTION,
        "# Written by others\n",
        *inbound,
        "# Written by the services\n",
        *outbound,
        "# Internal\n",
        *internal,
        "# Rejection reasons\n",
        "When several apply, the first in this order is named.\n",
        f"{reasons}\n",
        "# Einnahmearten\n",
        "\n".join(["| Einnahmeart | booked by |", "| --- | --- |", *offices]) + "\n",
    ]
    return "\n".join(parts)


def _section(topic: Topic) -> str:
    about = (
        f"{topic.meaning[0].upper()}{topic.meaning[1:]}. Written by {', '.join(topic.writers)}; "
        f"key: {topic.key}; {_partitions(topic)}; kept: {_kept(topic)}."
    )
    lines = [
        f"## {topic.name}",
        "",
        about,
        "",
    ]
    if not topic.types:
        return "\n".join(lines)
    lines += ["| type | field | form |", "| --- | --- | --- |"]
    for type_ in topic.types:
        lines += list(_rows(type_))
    return "\n".join([*lines, ""])


def _partitions(topic: Topic) -> str:
    if topic.name in ONE_PARTITION:
        return "one partition"
    return "any number of partitions" if topic.inbound else "one partition a lane"


def _kept(topic: Topic) -> str:
    settings = SETTINGS[topic.name]
    if settings["cleanup.policy"] == "compact":
        return "the latest one of a key"
    kept_ms = int(settings["retention.ms"])
    return "for ever" if kept_ms < 0 else f"{kept_ms // _DAY_MS} days"


def _rows(type_: str) -> Iterator[str]:
    event = (INBOUND | OUTBOUND)[type_]
    yield f"| **[{type_}](schemas/{type_}.json)** | | {' '.join((event.__doc__ or '').split())} |"
    for path, form in _fields(schema_of(type_), ""):
        yield f"| | `{path}` | {form} |"


def _fields(schema: Schema, prefix: str) -> Iterator[tuple[str, str]]:
    for name, described in schema["properties"].items():
        if name == "because":
            continue
        part, default = _present(described)
        path = f"{prefix}{name}{'' if name in schema['required'] else '?'}"
        yield path, _form(name, part) + (f", default `{default}`" if default else "")
        inner = part.get("items", part)
        if "properties" in inner:
            yield from _fields(inner, f"{prefix}{name}[]." if "items" in part else f"{prefix}{name}.")


def _present(described: Schema) -> tuple[Schema, object]:
    """The schema of a value that is there, and its default."""
    kinds = [kind for kind in described.get("anyOf", ()) if kind != {"type": "null"}]
    return (kinds[0] if len(kinds) == 1 else described), described.get("default")


def _form(name: str, part: Schema) -> str:
    if "enum" in part:
        return " \\| ".join(f"`{value}`" for value in part["enum"])
    kind: str = part["type"]
    if kind == "array":
        return f"list of {_form(name, part['items'])}"
    if kind == "integer" and name.endswith("_cents"):
        return "cents"
    if kind == "string" and part.get("format") == "date":
        return "day"
    if kind == "string" and part.get("maxLength") == MAX_REFERENCE:
        return "reference"
    return kind if "properties" in part or "additionalProperties" not in part else _object(name, part)


def _object(name: str, part: Schema) -> str:
    values = part["additionalProperties"]
    return f"object of {_form(name, values)}" if isinstance(values, dict) else "object"
