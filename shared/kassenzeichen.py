"""The Kassenzeichen (R41): ``86`` + Einnahmeart (4) + serial (6) + Luhn check digit.

It is the payment reference, so it is also looked for in remittance texts ("Remittance" in the contracts).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.contracts.codes import EINNAHMEARTEN

PREFIX = "86"
LENGTH = 13
MAX_SERIAL = 999_999

_THIRTEEN_DIGITS = re.compile(r"[0-9]{13}")
# Groups of digits with nothing but spaces, hyphens or line breaks between them.
_SEQUENCE = re.compile(r"[0-9]+(?:[ \-\r\n]+[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_DOUBLED = tuple(d * 2 - 9 if d > 4 else d * 2 for d in range(10))  # noqa: PLR2004 - the digit sum of 2d


def check_digit(digits: str) -> str:
    """The Luhn digit that makes ``digits`` + it valid (R41)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += int(digit) if place % 2 else _DOUBLED[int(digit)]
    return str(-total % 10)


def make(einnahmeart: str, serial: int) -> str:
    """The Kassenzeichen of an Einnahmeart and a serial number (R41); ValueError beyond 999999."""
    if not 0 <= serial <= MAX_SERIAL:
        raise ValueError(f"serial {serial} has more than six digits")
    body = f"{PREFIX}{einnahmeart}{serial:06}"
    return body + check_digit(body)


def einnahmeart(kassenzeichen: str) -> str:
    """The four digits after the prefix: the Einnahmeart that a Kassenzeichen names (R41)."""
    return kassenzeichen[2:6]


@lru_cache(maxsize=16_384)  # an event's is asked about again and again
def valid(kassenzeichen: str) -> bool:
    """Thirteen digits, beginning with 86, a known Einnahmeart, the right check digit (R41, T29)."""
    return (
        _THIRTEEN_DIGITS.fullmatch(kassenzeichen) is not None
        and kassenzeichen.startswith(PREFIX)
        and einnahmeart(kassenzeichen) in EINNAHMEARTEN
        and check_digit(kassenzeichen[:-1]) == kassenzeichen[-1]
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a remittance text names: the valid Kassenzeichen, each once, in their order.

    ``invalid``: there was a candidate that is none (``check-digit`` rather than ``no-reference``).
    """

    valid: tuple[str, ...]
    invalid: bool


def candidates(remittance: Iterable[str]) -> Candidates:
    """Every Kassenzeichen that the lines of a remittance can be read as (T29).

    Groups may be split by spaces, hyphens and line breaks, and stand beside other numbers: each run of
    whole neighbouring groups that together are 13 digits and begin with 86 is a candidate.
    """
    found: dict[str, None] = {}
    invalid = False
    for sequence in _SEQUENCE.findall("\n".join(remittance)):
        for number in _runs(_GROUP.findall(sequence)):
            if valid(number):
                found[number] = None
            else:
                invalid = True
    return Candidates(tuple(found), invalid)


def _runs(groups: list[str]) -> Iterator[str]:
    for start in range(len(groups)):
        number = ""
        for group in groups[start : start + LENGTH]:
            number += group
            if len(number) >= LENGTH:
                break
        if len(number) == LENGTH and number.startswith(PREFIX):
            yield number
