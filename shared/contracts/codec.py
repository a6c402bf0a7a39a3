"""Between JSON and the types of the language."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, cast, get_args, get_origin, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError

from shared.contracts import INBOUND, OUTBOUND
from shared.contracts.fields import Inbound, Payload

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Payload", "SchemaError", "data_hash", "decode", "payload", "to_json"]

_MAY_HAVE_FLOATS: Final = re.compile(rb"[0-9][.e]")  # as the JSON writer spells them; also in a text
_MESSAGES: Final = {
    "missing": "is missing",
    "bool_type": "is not true or false",
    "string_type": "is no string",
    "string_unicode": "is no valid Unicode",
    "literal_error": "is none of the allowed values",
    "tuple_type": "is no list",
    "dataclass_type": "is no object",
}


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
    return orjson.dumps(_plain(cast("DataclassInstance", payload)))


def _plain(value: "DataclassInstance") -> dict[str, object]:
    form = _form(type(value))
    plain = {
        name: inner for name, inner in zip(form.names, form.read(value), strict=True) if inner is not None
    }
    for name, convert in form.converters:
        if name in plain:
            plain[name] = convert(plain[name])
    return plain


@dataclass(frozen=True, slots=True)
class _Form:
    """The fields of a dataclass, how to read them all at once, and which the JSON writer needs help with."""

    names: tuple[str, ...]
    read: Callable[[object], tuple[Any, ...]]
    converters: tuple[tuple[str, Callable[[Any], object]], ...]


@cache
def _form(kind: type["DataclassInstance"]) -> _Form:
    hints = get_type_hints(kind)
    names = tuple(field.name for field in fields(kind))
    converters = tuple((name, convert) for name in names if (convert := _convert(hints[name])))
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    return _Form(names, read, converters)


def _convert(hint: object) -> Callable[[Any], object] | None:
    """Dataclasses without optional fields (a Sollsatz, a block) are left to the JSON writer as they are."""
    for inner in (hint, *get_args(hint)):
        if isinstance(inner, type) and is_dataclass(inner) and not _is_complete(inner):
            return _plain if get_origin(hint) is not tuple else _plain_all
    for inner in get_args(hint):
        if get_args(inner) and (convert := _convert(inner)):
            return convert
    return None


def _is_complete(kind: type["DataclassInstance"]) -> bool:
    """Whether no field of it, or of what is in it, may be None."""
    hints = get_type_hints(kind)
    return all(
        NoneType not in get_args(hints[field.name]) and _convert(hints[field.name]) is None
        for field in fields(kind)
    )


def _plain_all(values: Iterable["DataclassInstance"]) -> list[dict[str, object]]:
    return [_plain(value) for value in values]


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
    canonical = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    if _MAY_HAVE_FLOATS.search(canonical):
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
