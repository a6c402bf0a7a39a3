"""What can be wrong with a file: odd values, strange fields, another order, lines twice or never."""

import copy
from collections.abc import Callable
from random import Random
from typing import Any, Final

from shared.contracts import INBOUND, OUTBOUND, REASONS
from shared.contracts.codes import EINNAHMEARTEN
from tests.fuzz.towns import Line

DAYS: Final = (
    "1900-01-01", "1899-12-31", "2199-12-31", "2200-01-01", "2026-02-29", "2028-02-29", "9999-12-31",
    "0000-00-00", "2026-2-3", "20260203", "2026-W06-2", "2026-02-03T00:00:00Z", "٢٠٢٦-٠٢-٠٣", " 2026-02-03",
)  # fmt: skip
NUMBERS: Final = (
    0, -1, 1, 2, 10**13, 10**13 + 1, 1.0, 1e3, 0.5, -0.0, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1,
    1e300,
)  # fmt: skip
TEXTS: Final = (
    "", " ", "x" * 64, "x" * 65, "😀" * 64, "ß", "SS", "İ", "e\u0301", "\u00e9", "\u200b", "\u202e", "\x00",
    "a\x00b", "\n", "/", "a/b", "%", "_", "'", '"', "\\", "²²²²", "٥٦٢١", "5621", "8656210000017", "none",
    "wuppertal", "Wuppertal", "wuppertal ", "mahnwerk/claims", "redrive", "../../etc", "\ufffd", "\u2028",
)  # fmt: skip
OTHERS: Final[tuple[object, ...]] = (
    None,
    True,
    False,
    [],
    {},
    [None],
    [[]],
    {"": None},
    [""],
    [{}],
    {"a": {"b": []}},
)
CODES: Final = (
    *EINNAHMEARTEN,
    *REASONS,
    "T",
    "U",
    "V",
    "W",
    "X",
    "Y",
    "Z",
    "LG",
    "einmalig",
    "laufend_offen",
)
TYPES: Final = (*INBOUND, *OUTBOUND, "day-marked.v1", "redrive-requested.v1", "x", "", "claim-created.v2")


class Changes:
    """What can be done to a line."""

    def __init__(self, random: Random, lines: list[Line]) -> None:
        self.random = random
        self.lines = lines

    def odd(self) -> object:
        """A value that a field does not expect, or only just."""
        return self.random.choice(self.random.choice((DAYS, NUMBERS, TEXTS, OTHERS, CODES)))

    def field(self, line: Line) -> None:
        data = line["data"]
        if isinstance(data, dict) and data:
            data[self.random.choice(list(data))] = self.odd()

    def lawful_field(self, line: Line) -> None:
        """The value that the same field has elsewhere."""
        data = line["data"]
        if not isinstance(data, dict) or not data:
            return
        name = self.random.choice(list(data))
        found = [
            other["data"][name]
            for other in self.lines
            if isinstance(other["data"], dict) and name in other["data"]
        ]
        data[name] = copy.deepcopy(self.random.choice(found))

    def inside(self, line: Line) -> None:
        """A value in a list of the data, or a list where there is none."""
        data = line["data"]
        lists = (
            [value for value in data.values() if isinstance(value, list) and value]
            if _is_object(data)
            else []
        )
        if not lists:
            return
        entries = self.random.choice(lists)
        place = self.random.randrange(len(entries))
        if isinstance(entries[place], dict) and entries[place]:
            entries[place][self.random.choice(list(entries[place]))] = self.odd()
        else:
            entries[place] = self.odd()

    def no_field(self, line: Line) -> None:
        if _is_object(line["data"]) and line["data"]:
            del line["data"][self.random.choice(list(line["data"]))]

    def another_field(self, line: Line) -> None:
        if _is_object(line["data"]):
            names = (
                "candidates",
                "remittance",
                "reverses",
                "payer_ref",
                "ends_on",
                "items",
                "through",
                "mandant",
            )
            line["data"][self.random.choice((*names, "\x00", ""))] = self.odd()

    def data(self, line: Line) -> None:
        line["data"] = self.odd()

    def large(self, line: Line) -> None:
        if _is_object(line["data"]):
            line["data"]["remark"] = "x" * self.random.choice((1000, 262_000, 300 * 1024))

    def deep(self, line: Line) -> None:
        value: object = 1
        for _ in range(self.random.choice((3, 99, 100, 101, 240, 400))):
            value = [value] if self.random.random() < 0.5 else {"a": value}
        if _is_object(line["data"]):
            line["data"]["remark"] = value

    def type(self, line: Line) -> None:
        line["type"] = self.random.choice(TYPES)

    def envelope(self, line: Line) -> None:
        names = ("type", "subject", "time", "specversion", "causationid", "traceparent", "source")
        line[self.random.choice(names)] = self.random.choice((self.odd(), "y" * 300))

    def id(self, line: Line) -> None:
        """The identity of another line, or one that is none."""
        other = self.random.choice(self.lines)
        if self.random.random() < 0.5:
            line["id"], line["source"] = other.get("id"), other.get("source")
        else:
            line["id"] = self.random.choice((self.odd(), "y" * 257, "\x00"))

    def no_attribute(self, line: Line) -> None:
        line.pop(self.random.choice(("id", "source", "type", "specversion")), None)


_IN_LINE: Final[tuple[tuple[int, Callable[[Changes, Line], None]], ...]] = (
    (10, Changes.field), (10, Changes.lawful_field), (4, Changes.inside), (3, Changes.no_field),
    (3, Changes.another_field), (1, Changes.data), (1, Changes.large), (1, Changes.deep), (2, Changes.type),
    (2, Changes.envelope), (2, Changes.id), (1, Changes.no_attribute),
)  # fmt: skip


def mutated(random: Random, good: list[Line], share: float) -> list[Any]:
    """A copy of the lines in which about that share is changed, moved, dropped or said twice."""
    lines: list[Any] = copy.deepcopy(good)
    weights, changes = zip(*_IN_LINE, strict=True)
    ours = Changes(random, lines)
    for line in lines:
        # A day that is far too late ends the story: all that follow are not after it.
        if random.random() < (share / 10 if "day" in line["data"] else share):
            for _ in range(random.choice((1, 1, 1, 2))):
                random.choices(changes, weights)[0](ours, line)
                if not _is_object(line.get("data")):
                    break
    _move(ours, share)
    return lines


def _move(ours: Changes, share: float) -> None:
    random = ours.random
    lines: list[Any] = ours.lines
    for _ in range(int(len(lines) * share)):
        place = random.randrange(len(lines))
        near = max(0, place + random.randint(-12, 12))
        match random.randrange(6):
            case 0:
                lines.insert(near, lines.pop(place))
            case 1 | 2 if place + 1 < len(lines):
                lines[place], lines[place + 1] = lines[place + 1], lines[place]
            case 3:
                lines.insert(near, copy.deepcopy(lines[place]))
            case 4 if len(lines) > 1:
                del lines[place]
            case _ if random.random() < 0.2:
                lines.insert(place, ours.odd())


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
