"""What all commands share towards the user: expected failures, exit codes, amounts, tables, progress."""

import re
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

EXIT_FAILED: Final = 1
EXIT_FILE: Final = 2
EXIT_POLICY: Final = 3

_NUMBER: Final = re.compile(r"-?[\d,]+(\.\d+)?")
_EVERY_S: Final = 5.0  # between progress lines, where they are not overwritten


class Failure(Exception):  # noqa: N818 - not a bug of ours: what the user is told
    """A problem that was to be expected: one message, no traceback, an exit code."""

    def __init__(self, message: str, code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """Tell the user something that is no result: on stderr."""
    print(message, file=sys.stderr, flush=True)


def as_text(figures: object) -> str:
    """What `--json` prints."""
    return orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode()


def euros(cents: int) -> str:
    """An amount as people read it: 1234567 is 12,345.67."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def printable(text: str) -> str:
    """A stranger's text without what moves the cursor, colours the terminal or breaks a line."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)


def table(rows: Iterable[Sequence[Any]], heads: Sequence[str] = ()) -> list[str]:
    """Rows in columns; columns of nothing but numbers stand to the right, but for the first."""
    cells = [list(map(str, row)) for row in rows]
    if heads:
        cells.insert(0, list(heads))
    if not cells:
        return []
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    right = [n > 0 and all(_is_number(row[n]) for row in cells[bool(heads) :]) for n in range(len(widths))]
    return [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell))


class Progress:
    """One line on stderr that says how far something is: overwritten on a terminal, else now and then."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown_at = time.monotonic()
        self._open = False

    def show(self, line: str) -> None:
        """Show how far it is."""
        now = time.monotonic()
        if self._terminal:
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
            self._open = True
        elif now - self._shown_at >= _EVERY_S:
            say(line)
            self._shown_at = now

    def done(self, line: str) -> None:
        """Show the last line and leave it there."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr)
            self._open = False
        say(line)
