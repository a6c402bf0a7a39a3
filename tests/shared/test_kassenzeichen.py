"""R41 and T29: the Kassenzeichen, and how it is found in a remittance text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.codes import EINNAHMEARTEN
from shared.kassenzeichen import Candidates, candidates, einnahmeart, make, valid

NOTHING = Candidates((), invalid=False)
ONE = Candidates(("8656211473815",), invalid=False)
WRONG = Candidates((), invalid=True)

PRINTED = ("8656211576963", "8656211473815", "8656121235940", "8656211584652", "8656031000095")

numbers = st.builds(make, st.sampled_from(sorted(EINNAHMEARTEN)), st.integers(0, 999_999))


@pytest.mark.parametrize("number", PRINTED)
def test_the_handbooks_examples_are_valid(number: str) -> None:
    assert valid(number)
    assert make(einnahmeart(number), int(number[6:12])) == number


@pytest.mark.parametrize(
    "number",
    [
        "8656211473816",  # T29: check digit
        "8756211473814",  # prefix, its check digit right
        "8656991473816",  # Einnahmeart
        "865621147381",
        "86562114738155",
        "865621147381x",
        "86562114738١٥",  # digits, but not ours
        "8656211473815\n",
        "",
    ],
)
def test_what_is_none(number: str) -> None:
    assert not valid(number)


def test_a_serial_has_six_digits() -> None:
    assert make("5621", 0)[6:12] == "000000"
    assert make("5621", 999_999)[6:12] == "999999"
    for serial in (-1, 1_000_000):
        with pytest.raises(ValueError, match="six digits"):
            make("5621", serial)


@given(numbers, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, by: int) -> None:
    wrong = str((int(number[place]) + by) % 10)
    assert valid(number)
    assert not valid(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("remittance", "expected"),
    [
        ((), NOTHING),
        (("Miete Mai",), NOTHING),
        (("8656211473815",), ONE),
        (("KZ8656211473815.",), ONE),
        (("Kassenzeichen: 8656 2114 7381 5, danke",), ONE),
        (("865-6211-473815",), ONE),
        (("8 6 5 6 2 1 1 4 7 3 8 1 5",), ONE),
        (("86562114", "73815"), ONE),  # broken by the bank
        (("86562114 -\r\n 73815",), ONE),
        (("8656211473815", "8656211473815"), ONE),  # each once
        (("8656211473816",), WRONG),  # T29
        (("8656991473815",), WRONG),
        (("8656211473815 oder 8656211473816",), Candidates(("8656211473815",), invalid=True)),
        (("8656211576963 8656211473815",), Candidates(("8656211576963", "8656211473815"), invalid=False)),
        (("8656.211473815",), NOTHING),  # something else between
        (("8656211473815/1",), ONE),
        (("86562114738150",), NOTHING),  # one group of 14 digits
        (("98656211473815",), NOTHING),
        (("RE 2026 8656211473815 17",), ONE),  # neighbours are other groups
        (("12 86562 11473815 05",), ONE),
        (("8756211473814",), NOTHING),  # another authority's number
        (("86562114\t73815",), NOTHING),
        (("٨٦٥٦٢١١٤٧٣٨١٥",), NOTHING),
    ],
)
def test_what_a_remittance_names(remittance: tuple[str, ...], expected: Candidates) -> None:
    assert candidates(remittance) == expected


@given(numbers, st.lists(st.sampled_from(["", " ", "-", " - ", "\n", "\r\n"]), min_size=12, max_size=12))
def test_any_way_to_group_the_digits_is_read(number: str, gaps: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    assert number in candidates([written]).valid
    assert number in candidates([f"Az 17, {written}; Mai"]).valid


scraps = st.sampled_from(["8656211", "473815", "473816", "86", "56211473815", "8", "1", " ", "-", "\n", "x"])


@given(st.lists(st.lists(scraps, max_size=10).map("".join), max_size=3))
def test_a_candidate_is_a_run_of_whole_groups(lines: list[str]) -> None:
    text = "\n".join(lines)
    runs = set()
    for begin in range(len(text)):
        for end in range(begin + 1, len(text) + 1):
            part, before, after = text[begin:end], text[:begin][-1:], text[end:][:1]
            whole = part[0].isdigit() and part[-1].isdigit() and not before.isdigit() and not after.isdigit()
            if whole and "x" not in part:
                runs.add("".join(c for c in part if c.isdigit()))
    expected = {run for run in runs if len(run) == 13 and run.startswith("86")}
    found = candidates(lines)
    assert set(found.valid) == {run for run in expected if valid(run)}
    assert found.invalid == any(not valid(run) for run in expected)


def test_a_text_of_the_greatest_size_is_read_to_its_end() -> None:
    text = "8 " * 131_072
    assert candidates([text]) == NOTHING
    assert candidates([f"{text}; 8656211473815"]) == ONE
