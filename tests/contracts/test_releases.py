"""What was released stays what it was: only a new release changes docs/released."""

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.contracts.releases import fingerprint, flaws

ROOT = Path(__file__).parents[2]
RELEASED = ROOT / "docs" / "released"
IN_THE_MAKING = "# Changelog\n\n## 0.1.0 (not released)\n\n- Something (more).\n"
OUT = "# Changelog\n\n## 0.1.0 (2026-12-01, contracts 1234)\n"
AFTER = OUT.replace("\n\n", "\n\n## 0.2.0 (not released)\n\n", 1)
NEXT = AFTER.replace("0.2.0 (not released)", "0.2.0 (2027-02-01, contracts 5678)")


def test_the_contracts_compared_with_are_those_of_the_newest_release() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    compared = (RELEASED / "VERSION").read_text(encoding="utf-8").strip()
    assert f"## {version('mahnwerk')} (" in changelog
    assert list(flaws(changelog, compared, fingerprint(RELEASED))) == []


@pytest.mark.parametrize(
    ("changelog", "compared", "contracts"),
    [
        (IN_THE_MAKING, "0.1.0", "1234"),
        (IN_THE_MAKING, "0.1.0", "refreshed"),
        (OUT, "0.1.0", "1234"),
        (AFTER, "0.1.0", "1234"),
        (NEXT, "0.2.0", "5678"),
    ],
)
def test_they_may_be_refreshed_until_something_is_released(
    changelog: str, compared: str, contracts: str
) -> None:
    assert list(flaws(changelog, compared, contracts)) == []


@pytest.mark.parametrize(
    ("changelog", "compared", "contracts", "says"),
    [
        (IN_THE_MAKING, "0.0.9", "1234", "VERSION is 0.0.9, but what counts is 0.1.0"),
        (OUT, "0.1.0", "refreshed", "are refreshed, but 0.1.0 is said to be: 2026-12-01, contracts 1234"),
        (OUT.replace(", contracts 1234", ""), "0.1.0", "1234", "are 1234, but 0.1.0 is said to be: 2026"),
        (AFTER, "0.1.0", "refreshed", "are refreshed, but 0.1.0 is said to be"),
        (AFTER, "0.2.0", "refreshed", "VERSION is 0.2.0, but what counts is 0.1.0"),
        (NEXT, "0.1.0", "1234", "VERSION is 0.1.0, but what counts is 0.2.0"),
        (NEXT, "0.2.0", "1234", "are 1234, but 0.2.0 is said to be: 2027-02-01, contracts 5678"),
    ],
)
def test_afterwards_only_a_new_release_replaces_them(
    changelog: str, compared: str, contracts: str, says: str
) -> None:
    (flaw,) = flaws(changelog, compared, contracts)
    assert says in flaw


def test_the_fingerprint_is_that_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    for name in ("asyncapi.yaml", "schemas/a.json", "schemas/b.json"):
        (tmp_path / name).write_text(name)
    seen = {fingerprint(tmp_path)}
    (tmp_path / "README.md").write_text("is no contract")
    assert {fingerprint(tmp_path)} == seen
    (tmp_path / "schemas" / "b.json").write_text("another")
    seen.add(fingerprint(tmp_path))
    (tmp_path / "schemas" / "b.json").rename(tmp_path / "schemas" / "c.json")
    seen.add(fingerprint(tmp_path))
    (tmp_path / "asyncapi.yaml").write_text("another")
    seen.add(fingerprint(tmp_path))
    assert len(seen) == 4
