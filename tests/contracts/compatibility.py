"""What in today's contracts would break a reader or writer that was built against the last release."""

from collections.abc import Iterator
from typing import Any, Final

Schema = dict[str, Any]
_AT_LEAST: Final = ("minLength", "minimum", "minItems", "exclusiveMinimum")
_AT_MOST: Final = ("maxLength", "maximum", "maxItems", "exclusiveMaximum")
_CHECKED: Final = frozenset(
    ("type", "enum", "const", "anyOf", "properties", "required", "items", "pattern")
) | {"additionalProperties", "propertyNames", *_AT_LEAST, *_AT_MOST}
_SAYS_NOTHING: Final = frozenset(("$schema", "title", "description", "default", "format"))


def breaks(old: Schema, new: Schema, *, inbound: bool, at: str = "") -> Iterator[str]:
    """Name each change from `old` to `new` that breaks those who write it (`inbound`) or those who read it.

    Raises:
        NotImplementedError: a schema has a keyword that is not compared here.
    """
    before, now = _alternatives(old), _alternatives(new)
    wanted, given = (before, now) if inbound else (now, before)
    for kind in sorted(wanted.keys() - given.keys()):
        yield f"{at or 'data'}: {kind} {'is not accepted any more' if inbound else 'was never written'}"
    if not before.keys() & now.keys():
        yield f"{at or 'data'}: has another type"
    for kind in sorted(before.keys() & now.keys()):
        yield from _values(before[kind], now[kind], inbound=inbound, at=at)
        yield from _fields(before[kind], now[kind], inbound=inbound, at=at)
        for keyword, mark in (("items", "[]"), ("additionalProperties", "{}"), ("propertyNames", "{name}")):
            inner_before, inner_now = before[kind].get(keyword), now[kind].get(keyword)
            if isinstance(inner_before, dict) and isinstance(inner_now, dict):
                yield from breaks(inner_before, inner_now, inbound=inbound, at=at + mark)
            elif inner_before != inner_now:
                yield f"{at}{mark}: is described in another way"


def _alternatives(schema: Schema) -> dict[str, Schema]:
    """Type -> what is said of it; of lists, one for each type of their items."""
    if unknown := schema.keys() - _CHECKED - _SAYS_NOTHING:
        raise NotImplementedError(f"cannot compare {sorted(unknown)}")
    if "anyOf" in schema:
        return {kind: one for each in schema["anyOf"] for kind, one in _alternatives(each).items()}
    kind = schema.get("type", "any")
    if kind == "array":
        kind += " of " + " or ".join(sorted(_alternatives(schema.get("items", {}))))
    if "format" in schema:
        kind += f" ({schema['format']})"
    return {kind: schema}


def _values(old: Schema, new: Schema, *, inbound: bool, at: str) -> Iterator[str]:
    before, now = _listed(old), _listed(new)
    if before is not None and (now is not None or not inbound):
        for value in sorted(before - (now or frozenset()), key=str):
            yield f"{at}: the value {value} is gone"
    if inbound and before is None and now is not None:
        yield f"{at}: only some values are accepted"
    bound, other = (new, old) if inbound else (old, new)
    if bound.get("pattern") not in (None, other.get("pattern")):
        yield f"{at}: has another pattern"
    for keywords, sign in ((_AT_LEAST, 1), (_AT_MOST, -1)):
        for keyword in keywords:
            if keyword in bound and (keyword not in other or sign * bound[keyword] > sign * other[keyword]):
                yield f"{at}: {keyword} is {'narrower' if inbound else 'wider'}"


def _listed(schema: Schema) -> frozenset[Any] | None:
    if "const" in schema:
        return frozenset([schema["const"]])
    return frozenset(schema["enum"]) if "enum" in schema else None


def _fields(old: Schema, new: Schema, *, inbound: bool, at: str) -> Iterator[str]:
    before, now = old.get("properties", {}), new.get("properties", {})
    prefix = f"{at}." if at else ""
    for name in before:
        if name not in now:
            yield f"{prefix}{name}: is gone"
        else:
            yield from breaks(before[name], now[name], inbound=inbound, at=prefix + name)
    required_before, required_now = set(old.get("required", ())), set(new.get("required", ()))
    if inbound:
        yield from (f"{prefix}{name}: is newly required" for name in sorted(required_now - required_before))
    else:
        gone = sorted((required_before - required_now) & now.keys())
        yield from (f"{prefix}{name}: may be missing now" for name in gone)


def topics_break(old: Schema, new: Schema) -> Iterator[str]:
    """Name what an AsyncAPI document says differently of a topic or a message that the old one has."""
    directions = [_directions(document) for document in (old, new)]
    messages = [document["components"]["messages"] for document in (old, new)]
    for name, before in old["channels"].items():
        now = new["channels"].get(name)
        if now is None:
            yield f"{name}: the topic is gone"
            continue
        if directions[0][name] != directions[1].get(name):
            yield f"{name}: is written by the other side"
        yield from (
            f"{name}: {type_} is gone" for type_ in before["messages"] if type_ not in now["messages"]
        )
        yield from (f"{name}: {setting} is another" for setting in _differing(_kept(before), _kept(now)))
        for type_ in before["messages"]:
            if type_ in messages[1]:
                both = (document[type_] for document in messages)
                inbound = directions[0][name] == "receive"
                yield from _message_breaks(*both, inbound=inbound, at=f"{name}: {type_}")


def _message_breaks(old: Schema, new: Schema, *, inbound: bool, at: str) -> Iterator[str]:
    yield from breaks(old["headers"], new["headers"], inbound=inbound, at=f"{at}: headers")
    yield from (f"{at}: {name} is another" for name in _differing(_said(old), _said(new)))


def _said(message: Schema) -> Schema:
    """What has to stay as it is; where the payload is described is part of its name."""
    key = message.get("bindings", {}).get("kafka", {}).get("key")
    return {"key": key} | {name: message.get(name) for name in ("contentType", "payload", "x-answered-by")}


def _kept(channel: Schema) -> Schema:
    """Where a topic is, and how it is kept."""
    kafka = channel["bindings"]["kafka"]
    where: Schema = {"address": channel["address"], "partitions": kafka.get("partitions")}
    return {**where, **kafka["topicConfiguration"]}


def _differing(old: Schema, new: Schema) -> list[str]:
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def _directions(document: Schema) -> dict[str, str]:
    return {
        one["channel"]["$ref"].rsplit("/", 1)[1]: one["action"] for one in document["operations"].values()
    }
