"""docs/rules.md: every rule, choice and example is somewhere, or says why not; no number is made up."""

from pathlib import Path

import pytest

from mahnwerk.rules_md import RulesError, rules_md

ROOT = Path(__file__).parents[2]
NOT_IN_THE_DOCUMENTS = {6, 7, 12, 19, 21, 22, 24, 25}  # numbers of examples that were never given


def house(folder: Path, code: str, test: str, rules: str, **more: str) -> Path:
    """A small project: one function, one test, its list of rules."""
    for name, text in {
        "services/fees.py": f'def fee() -> int:\n    """{code}"""\n    return 6\n',
        "tests/test_fees.py": f'def test_fee() -> None:\n    """{test}"""\n    assert pay("R9")\n',
        "mahnwerk/bill.py": f'def bill() -> None:\n    """{more.get("bill", "")}"""\n',
        "policies/town.toml": f'[fees]\nfee = [{{ value = 6, source = "{more.get("source", "")}" }}]\n',
        "docs/adr/1-fees.md": more.get("decision", ""),
        "docs/rules.toml": rules,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("letter", "numbers"),
    [("R", range(1, 102)), ("C", range(1, 18)), ("T", sorted({*range(1, 31)} - NOT_IN_THE_DOCUMENTS))],
)
def test_every_rule_choice_and_example_is_listed(letter: str, numbers: list[int]) -> None:
    listed = [line.split(" ")[1] for line in rules_md(ROOT).splitlines() if line.startswith(f"| {letter}")]
    assert listed == [f"{letter}{number}" for number in numbers]


def test_a_rule_names_its_function_its_policy_key_and_its_test(tmp_path: Path) -> None:
    found = rules_md(house(tmp_path, "What it costs (R2).", "R2", 'R2 = {says = "b"}', source="R2"))
    assert "| R2 | b | `services/fees.py` fee<br>`fees.fee` | `tests/test_fees.py` |" in found


@pytest.mark.parametrize(
    ("code", "test", "why"),
    [
        ("", "R1", "R1: no code names it, and nothing says why"),
        ("R1", "", "R1: no test names it, and nothing says why"),
        ("R1 R77", "R1", "there is no R77, named in `services/fees.py` fee"),
        ("R1", "R1 R78", "there is no R78, named in `tests/test_fees.py` test_fee"),
        ("R1 C3", "R1", "there is no C3, named in `services/fees.py` fee"),
        ("R1", "R1, T7", "there is no T7, named in `tests/test_fees.py` test_fee"),
        ("R1 R1–R2", "R1", "there is no R2, named in `services/fees.py` fee"),
    ],
)
def test_what_is_nowhere_or_unknown_is_told(tmp_path: Path, code: str, test: str, why: str) -> None:
    with pytest.raises(RulesError, match=f"^{why}$"):
        rules_md(house(tmp_path, code, test, 'R1 = {says = "a"}'))


def test_the_shell_may_not_make_numbers_up_either_and_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as raised:
        rules_md(house(tmp_path, "", "R1", 'R1 = {says = "a"}', bill="R1 R999"))
    assert str(raised.value).splitlines() == [
        "there is no R999, named in `mahnwerk/bill.py` bill",
        "R1: no code names it, and nothing says why",
    ]


@pytest.mark.parametrize("ranged", ["R1-R3", "R1 – R3"])
def test_one_of_a_range_is_nowhere(tmp_path: Path, ranged: str) -> None:
    rules = "".join(f'R{number} = {{says = "a"}}\n' for number in (1, 2, 3))
    with pytest.raises(RulesError) as raised:
        rules_md(house(tmp_path, f"{ranged}, R2", "R1, R2, R3", rules))
    assert str(raised.value).splitlines() == [
        "R1: no code names it, and nothing says why",
        "R3: no code names it, and nothing says why",
    ]


def test_a_rule_that_is_not_built_says_why_and_is_named_nowhere(tmp_path: Path) -> None:
    rules = 'R1 = {says = "a", not_built = "a matter of taste"}'
    found = rules_md(house(tmp_path, "", "", rules, source="R1: a limit"))
    assert "| R1 | a | *not built: a matter of taste*<br>`fees.fee` |  |" in found
    with pytest.raises(RulesError, match=r"^R1: not built, but named in `services/fees.py` fee$"):
        rules_md(house(tmp_path, "R1", "", rules))


def test_a_rule_without_a_part_is_built_and_tested_all_the_same(tmp_path: Path) -> None:
    rules = 'R1 = {says = "a", without = "the rest"}'
    found = rules_md(house(tmp_path, "R1", "R1", rules))
    assert "| R1 | a | *without: the rest*<br>`services/fees.py` fee | `tests/test_fees.py` |" in found
    with pytest.raises(RulesError, match=r"^R1: no code names it, and nothing says why$"):
        rules_md(house(tmp_path, "", "R1", rules))


def test_a_choice_is_named_by_code_policy_or_decision(tmp_path: Path) -> None:
    choice = 'C1 = {says = "a", chosen = "b, because"}'
    for place, where in (
        ({"code": "C1"}, "`services/fees.py` fee"),
        ({"source": "C1"}, "`fees.fee`"),
        ({"decision": "So it is (C1)."}, "[1-fees](adr/1-fees.md)"),
    ):
        found = rules_md(house(tmp_path, **({"code": "", "test": "", "rules": choice} | place)))
        assert f"| C1 | a | b, because | {where} |" in found
    with pytest.raises(RulesError, match=r"^C1: nothing names it, and nothing says why$"):
        rules_md(house(tmp_path, "", "C1", choice))


def test_an_example_has_a_test(tmp_path: Path) -> None:
    example = 'T1 = {says = "6 EUR"}'
    assert "| T1 | 6 EUR | `tests/test_fees.py` |" in rules_md(house(tmp_path, "", "T1", example))
    with pytest.raises(RulesError, match=r"^T1: no test names it, and nothing says why$"):
        rules_md(house(tmp_path, "T1", "", example))
