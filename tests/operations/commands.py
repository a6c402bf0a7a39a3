"""The commands that documents tell people to type."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path


def commands(text: str) -> Iterator[list[str]]:
    """Each command of a document, from fences and from the text, without what a shell does around it."""
    fenced = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in fenced for line in block.splitlines()]
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines += re.findall(r"`((?:docker|mahnwerk) [^`]+)`", prose)
    for line in lines:
        words = shlex.shlex(line.replace("$(date +\\%F)", "2026-11-21"), posix=True, punctuation_chars=True)
        words.whitespace_split = True
        command: list[str] = []
        for word in [*words, ";"]:
            if not set(word) <= set("();<>|&"):
                command.append(word)
            elif command:
                yield command
                command = []


def first_look(runbook: Path) -> list[list[str]]:
    """The commands of a runbook by which one finds out what is the matter."""
    _, after = runbook.read_text(encoding="utf-8").split("## First look", 1)
    return list(commands(after.split("## What to do")[0]))
