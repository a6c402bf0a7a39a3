"""The field types of the language: references, days, amounts. All strict, nothing is coerced but ISO days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Protocol

from pydantic import BaseModel, ConfigDict, PlainValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared import topics

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
MAX_CENTS: Final = 10**13
MAX_REFERENCE: Final = 64
LAST_KASSENANZEIGE: Final = 3
_TOPICS: Final = frozenset(topics.INBOUND + topics.LANED)
_BG_NUMMER: Final = re.compile(r"[0-9]{5}BG[0-9]{6}")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Inbound(BaseModel):
    """What others write. Fields we do not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]


class Payload(Protocol):
    """What the services write: a frozen dataclass with its type and its topic."""

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]


def unlawful(text: str, field: str = "") -> PydanticCustomError:
    """Build the error for a field; `field` names it where the check sits on another one."""
    return PydanticCustomError("unlawful", text, {"field": field})


def is_reference(value: object) -> bool:
    """Tell whether it is a lawful reference: 1 to 64 printable characters."""
    return isinstance(value, str) and 0 < len(value) <= MAX_REFERENCE and value.isprintable()


def _reference(value: object) -> str:
    if isinstance(value, str) and is_reference(value):
        return value
    raise unlawful("is not 1 to 64 printable characters")


def _person(value: object) -> str:
    # Persons are compared trimmed: one of blanks only would be nobody, and pass the four-eyes check.
    if isinstance(value, str) and is_reference(value) and value.strip():
        return value
    raise unlawful("is no person: 1 to 64 printable characters, not only blanks")


def _bg_nummer(value: object) -> str:
    if isinstance(value, str) and _BG_NUMMER.fullmatch(value):
        return value
    raise unlawful("is no BG-Nummer: five digits, BG, six digits")


def _day(value: object) -> date:
    # date.fromisoformat alone also reads 20260101 and 2026-W01-1.
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = date.min
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise unlawful("is no day YYYY-MM-DD from 1900 to 2199")


def _cents(value: object) -> int:
    # `type`, not isinstance: True is an int to Python.
    if type(value) is int and 1 <= value <= MAX_CENTS:
        return value
    raise unlawful("is no whole number of cents from 1 to 10^13")


def _year(value: object) -> int:
    if type(value) is int and FIRST_YEAR <= value <= LAST_YEAR:
        return value
    raise unlawful("is no year from 1900 to 2199")


def _kassenanzeige(value: object) -> int:
    if type(value) is int and 0 <= value <= LAST_KASSENANZEIGE:
        return value
    raise unlawful("is no number from 0 to 3")


def _offsets(value: object) -> dict[str, tuple[int, ...]]:
    if not isinstance(value, dict):
        raise unlawful("is no object of topics")
    if not all(
        isinstance(ends, list) and all(type(e) is int and e >= 0 for e in ends) for ends in value.values()
    ):
        raise unlawful("is no object of topics, each with the end offset of every partition")
    if not value.keys() <= _TOPICS:  # misspelt it would bound nothing: the day would take what comes after it
        raise unlawful("names a topic that is none of ours")
    return {topic: tuple(ends) for topic, ends in value.items()}


def _schema(**schema: Any) -> WithJsonSchema:  # noqa: ANN401 - JSON Schema keywords
    return WithJsonSchema(schema)


#: A name that somebody else chose.
Reference = Annotated[
    str, PlainValidator(_reference), _schema(type="string", minLength=1, maxLength=MAX_REFERENCE)
]
#: A staff number, compared trimmed and case-folded.
Person = Annotated[
    str, PlainValidator(_person), _schema(type="string", minLength=1, maxLength=MAX_REFERENCE, pattern=r"\S")
]
#: The number of a Bedarfsgemeinschaft (R40).
BgNummer = Annotated[
    str, PlainValidator(_bg_nummer), _schema(type="string", pattern=f"^{_BG_NUMMER.pattern}$")
]
#: A string that the domain judges with a reason of its own (Kassenzeichen, Aktenzeichen, Einnahmeart).
Judged = Annotated[str, Strict()]
#: Free text; personal data.
Text = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Day = Annotated[
    date, PlainValidator(_day), _schema(type="string", format="date", pattern="^(19|20|21)[0-9]{2}-")
]
Cents = Annotated[int, PlainValidator(_cents), _schema(type="integer", minimum=1, maximum=MAX_CENTS)]
Year = Annotated[int, PlainValidator(_year), _schema(type="integer", minimum=FIRST_YEAR, maximum=LAST_YEAR)]
#: The last Kassenanzeige that was issued (R62); 0: none.
KassenanzeigeNumber = Annotated[
    int, PlainValidator(_kassenanzeige), _schema(type="integer", minimum=0, maximum=LAST_KASSENANZEIGE)
]
#: Per topic the end offset of each of its partitions, in order.
Offsets = Annotated[
    dict[str, tuple[int, ...]],
    PlainValidator(_offsets),
    _schema(
        type="object",
        propertyNames={"enum": sorted(_TOPICS)},
        additionalProperties={"type": "array", "items": {"type": "integer", "minimum": 0}},
    ),
]

#: What may stand in `because.facts`: days (ISO), amounts, codes and references.
Fact = int | str | bool | list[str] | list[int]
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One rate of a plan (R8)."""

    due_on: Day
    amount_cents: Cents
