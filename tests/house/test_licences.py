"""Every dependency that is installed has its licence listed, in the version that is locked."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_list_of_licences_is_that_of_the_lock() -> None:
    locked = {
        tuple(line.split("==")) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").split()
    }
    rows = re.findall(
        r"^\| (\S+) +\| (\S+) +\| (.*\S) +\|$",
        (ROOT / "docs/licences.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    listed = {(name, version) for name, version, _ in rows if name != "Name"}

    assert listed == locked, "run `make licences`"
    assert not [name for name, _, licence in rows if licence == "UNKNOWN"]
