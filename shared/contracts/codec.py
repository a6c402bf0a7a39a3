"""Between JSON and the types of the language."""

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.fields import Inbound, Payload

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Payload", "SchemaError", "data_hash", "decode", "payload", "to_json"]

_MESSAGES: Final = {
    "missing": "is missing",
    "bool_type": "is not true or false",
    "string_type": "is no string",
    "string_unicode": "is no valid Unicode",
    "literal_error": "is none of the allowed values",
    "tuple_type": "is no list",
    "dataclass_type": "is no object",
}
_SCALARS: Final = (str, int, date)


@dataclass(frozen=True, slots=True)
class SchemaError:
    """The first field that is missing, of the wrong type or unlawful; the message has no input in it."""

    field: str
    message: str


def decode(type_: str, data: dict[str, Any]) -> Inbound | SchemaError:
    """Read the data of an inbound event of a type in INBOUND. Null is absent, unknown fields are ignored."""
    model = INBOUND[type_]
    try:
        return model.model_validate({name: value for name, value in data.items() if value is not None})
    except ValidationError as error:
        return _first(model, error)


def _first(model: type[Inbound], error: ValidationError) -> SchemaError:
    order = list(model.model_fields)
    found: list[tuple[int, SchemaError]] = []
    for one in error.errors(include_url=False, include_input=False):
        # A check across fields may sit on another field than the one it complains about.
        field = one.get("ctx", {}).get("field") or ".".join(map(str, one["loc"]))
        text = one["msg"] if one["type"] == "unlawful" else _MESSAGES.get(one["type"], "is not lawful")
        found.append((order.index(field.split(".")[0]), SchemaError(field, f"{field} {text}")))
    return min(found, key=lambda entry: entry[0])[1]


def to_json(payload: Payload) -> bytes:
    """Write a payload (a dataclass) in the order of its fields; what is None is left out."""
    return orjson.dumps(_plain(payload))


def _plain(value: object) -> object:
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = _names(type(value))
    return {name: _plain(inner) for name in names if (inner := getattr(value, name)) is not None}


@cache
def _names(kind: type["DataclassInstance"]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def payload(type_: str, data: bytes | dict[str, Any]) -> Payload:
    """Read back what a service wrote: the dataclass of a type in OUTBOUND."""
    if isinstance(data, bytes):
        return _adapter(type_).validate_json(data)
    return _adapter(type_).validate_python(data)


@cache
def _adapter(type_: str) -> TypeAdapter[Payload]:
    return TypeAdapter(OUTBOUND[type_])


def data_hash(type_: str, data: object) -> str:
    """Hash type and JSON value: equal for the same value, however it was written (key order, 1 or 1.0)."""
    canonical = orjson.dumps(_canonical(data), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(type_.encode() + b"\n" + canonical).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and -(2**63) <= value < 2**64:
        return int(value)
    return value
