"""JSON Schemas of the contracts, one per type of event."""

from typing import Any, Final

from pydantic import TypeAdapter

from shared.contracts import INBOUND, OUTBOUND

Schema = dict[str, Any]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NULL: Final = {"type": "null"}


def schema_of(type_: str) -> Schema:
    """Describe the data of a type, without references.

    What others write may hold null where it may be absent; what we write never holds null.
    """
    written = type_ in OUTBOUND
    raw = (
        TypeAdapter(OUTBOUND[type_]).json_schema(mode="serialization")
        if written
        else INBOUND[type_].model_json_schema()
    )
    described: Schema = _tidy(raw, raw.pop("$defs", {}), written=written)
    return {"$schema": DIALECT, "title": type_} | described


def _tidy(node: Any, named: Schema, *, written: bool) -> Any:  # noqa: ANN401 - any part of a schema
    """Put named definitions where they are used, and drop the names that repeat the key."""
    if isinstance(node, list):
        return [_tidy(part, named, written=written) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _tidy(named[node["$ref"].removeprefix("#/$defs/")], named, written=written)
    tidy: Schema = {}
    for keyword, value in node.items():
        if keyword == "properties":
            tidy[keyword] = {name: _tidy(part, named, written=written) for name, part in value.items()}
        elif keyword != "title":
            tidy[keyword] = _tidy(value, named, written=written)
    if "properties" in tidy:
        _presence(tidy, written=written)
    return tidy


def _presence(described: Schema, *, written: bool) -> None:
    """Say of each property whether it is required, and whether it may be null, as it is on the wire."""
    required = set(described.get("required", ()))
    for name, part in described["properties"].items():
        nullable = _NULL in part.get("anyOf", ())
        if part.get("default", ...) is None:
            del part["default"]
        if written and nullable:
            (inner,) = (kind for kind in part.pop("anyOf") if kind != _NULL)
            part.update(inner)
        elif written:
            required.add(name)
            part.pop("default", None)
        elif name not in required and not nullable:
            default = part.pop("default")
            described["properties"][name] = {"anyOf": [part, _NULL], "default": default}
    described["required"] = [name for name in described["properties"] if name in required]
