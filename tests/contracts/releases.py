"""Which contracts are compared with: those of the newest release in the changelog, and of no other day."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

_HEADING: Final = re.compile(r"^## (\S+) \((.*)\)$", re.MULTILINE)
_NOT_YET: Final = "not released"


def fingerprint(released: Path) -> str:
    """Of the contracts in a folder, in any order of writing."""
    seen = sha256()
    for path in (released / "asyncapi.yaml", *sorted((released / "schemas").iterdir())):
        seen.update(
            f"{path.relative_to(released).as_posix()} {sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return seen.hexdigest()[:16]


def flaws(changelog: str, compared: str, contracts: str) -> Iterator[str]:
    """What is wrong with comparing with the contracts of this version and fingerprint.

    As long as nothing is released, they are those of the version in the making, and may be refreshed. From
    then on they are those of the newest release, whose heading names their fingerprint.
    """
    headings = _HEADING.findall(changelog)  # the newest first
    newest, said = next((one for one in headings if one[1] != _NOT_YET), headings[0])
    if compared != newest:
        yield f"docs/released/VERSION is {compared}, but what counts is {newest}"
    elif said != _NOT_YET and not said.endswith(f"contracts {contracts}"):
        yield f"the contracts in docs/released are {contracts}, but {newest} is said to be: {said}"
