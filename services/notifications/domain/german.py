"""How figures are written in a German letter."""

from datetime import date

_CENTS = 100
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_ISO_LENGTH = len("2026-03-05")


def euro(cents: int) -> str:
    """An amount: 123456 -> `1.234,56 EUR`."""
    whole, rest = divmod(abs(cents), _CENTS)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d} EUR"


def day(value: date) -> str:
    """A day: 2026-03-05 -> `05.03.2026`."""
    return value.strftime("%d.%m.%Y")


def day_of(text: str) -> date | None:
    """The day that an ISO text names, if it names one."""
    if len(text) != _ISO_LENGTH:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month(text: str) -> str:
    """A month: `2026-03` -> `März 2026`."""
    year, _, number = text.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def listed(parts: tuple[str, ...] | list[str]) -> str:
    """An enumeration: `a, b und c`."""
    if len(parts) < 2:  # noqa: PLR2004 - an enumeration needs two
        return "".join(parts)
    return ", ".join(parts[:-1]) + " und " + parts[-1]
