"""Kassenzeichen: which are any, and which a payment names."""

from typing import Any

_LENGTH = 13


def luhn(body: str) -> str:
    """The check digit."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def is_valid(number: object) -> bool:
    """Whether it can be a Kassenzeichen."""
    arten = ("5600", "5601", "5603", "5612", "5621", "5622", "5623", "5624", "5625", "5626", "5684")
    return (
        isinstance(number, str)
        and len(number) == 13
        and number.isascii()
        and number.isdigit()
        and number[:2] == "86"
        and number[2:6] in arten
        and luhn(number[:-1]) == number[-1]
    )


def named_in(data: dict[str, Any]) -> list[str]:
    """The valid Kassenzeichen that a payment names. Written by us, so it is easy to find them."""
    return list(dict.fromkeys(each for each in _numbers(data) if is_valid(each)))


def names_wrongly(data: dict[str, Any]) -> bool:
    """Whether it names one that can be none: where there is a field, whatever stands in it."""
    named = data.get("kassenzeichen") is not None
    return any((named or len(each) == _LENGTH) and not is_valid(each) for each in _numbers(data))


def _numbers(data: dict[str, Any]) -> list[str]:
    if data.get("kassenzeichen") is not None:
        return [data["kassenzeichen"]]
    text = " ".join(data.get("remittance") or ())
    words = [word.replace(" ", "").replace("-", "") for word in text.split("/")]
    return ["".join(each for each in word if each.isdigit()) for word in words]
