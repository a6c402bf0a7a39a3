"""docs/rules.md: every rule is somewhere, or says why not; no number is made up."""

from pathlib import Path

import pytest

from mahnwerk.rules_md import RulesError, rules_md

ROOT = Path(__file__).parents[2]


def house(folder: Path, code: str, test: str, rules: str) -> Path:
    """A small project: one function, one test, its list of rules."""
    for name, text in {
        "services/fees.py": f'def fee() -> int:\n    """{code}"""\n    return 6\n',
        "tests/test_fees.py": f'def test_fee() -> None:\n    """{test}"""\n    assert pay("R9")\n',
        "docs/rules.toml": rules,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return folder


def test_every_rule_from_1_to_101_is_listed() -> None:
    listed = [line.split(" ")[1] for line in rules_md(ROOT).splitlines() if line.startswith("| R")]
    assert listed == [f"R{number}" for number in range(1, 102)]


def test_a_rule_names_its_function_and_its_test(tmp_path: Path) -> None:
    found = rules_md(
        house(tmp_path, "What it costs (R1–R2).", "R1, R2", 'R1 = {says = "a"}\nR2 = {says = "b"}')
    )
    assert "| R2 | b | `services/fees.py` fee | `tests/test_fees.py` |" in found


@pytest.mark.parametrize(
    ("code", "test", "why"),
    [
        ("", "R1", "R1: no code names it, and nothing says why"),
        ("R1", "", "R1: no test names it, and nothing says why"),
        ("R1 R77", "R1", "there is no rule R77, named in `services/fees.py` fee"),
        ("R1", "R1 R78", "there is no rule R78, named in `tests/test_fees.py` test_fee"),
    ],
)
def test_what_is_nowhere_or_unknown_is_told(tmp_path: Path, code: str, test: str, why: str) -> None:
    with pytest.raises(RulesError, match=f"^{why}$"):
        rules_md(house(tmp_path, code, test, 'R1 = {says = "a"}'))


def test_a_rule_that_is_not_built_says_why(tmp_path: Path) -> None:
    found = rules_md(house(tmp_path, "", "", 'R1 = {says = "a", not_built = "a matter of taste"}'))
    assert "| R1 | a | *not built: a matter of taste* |  |" in found
