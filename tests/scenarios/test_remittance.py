"""Which Kassenzeichen a remittance text names (T29)."""

import pytest

from shared import kassenzeichen as kz
from tests.scenarios.timeline import Timeline

KZ = "8656211473815"  # T29: the check digit is right
DUE = "2026-03-02"


def with_claim() -> Timeline:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K147381", "100.00", due=DUE)
    assert t.kz("K147381") == KZ
    return t


@pytest.mark.parametrize(
    "lines",
    [
        [KZ],
        [f"Kassenzeichen {KZ}."],
        [f"KZ:{KZ}/Rate 3"],
        ["8656 2114 7381 5"],
        ["8656-2114-7381-5"],
        ["8656 - 2114 7381 5"],
        ["86562114", "73815"],  # a line break
        ["Rate 865621147", "3815 Danke"],
        ["8656\n2114\r\n73815"],
        [f"12 {KZ} 2026"],  # other groups beside it
        [f"{KZ} und nochmal {KZ}"],
        ["", KZ, ""],
    ],
)
def test_one_is_found(lines: list[str]) -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=lines)

    assert t.balance("K147381") == "soll 100.00 ist 40.00 open 60.00"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        ["rent for March"],
        ["865621147381"],  # 12 digits
        [f"{KZ}0"],  # 14 digits
        [f"0{KZ}"],
        ["8656/2114/7381/5"],  # neither spaces nor hyphens
        ["8656.2114.7381.5"],
        ["86 56x 21147 3815"],
        ["1656211473815"],  # does not begin with 86
    ],
)
def test_nothing_that_looks_like_one(lines: list[str]) -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=lines)

    assert [one["cause"] for one in t.events("payment-unclear")] == ["no-reference"]


def test_without_any_remittance_there_is_no_reference() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")

    assert [one["cause"] for one in t.events("payment-unclear")] == ["no-reference"]


@pytest.mark.parametrize(
    "lines",
    [
        ["8656211473816"],  # T29
        ["8656 2114 7381 6"],
        ["869999123456" + kz.check_digit("869999123456")],  # no such Einnahmeart
    ],
)
def test_candidates_of_which_none_is_valid(lines: list[str]) -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=lines)

    assert [one["cause"] for one in t.events("payment-unclear")] == ["check-digit"]


def test_one_valid_beside_an_invalid_one_is_that_one() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=["8656211473816", KZ])

    assert t.balance("K147381") == "soll 100.00 ist 40.00 open 60.00"


def test_two_valid_ones_are_several_even_if_only_one_is_known() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=[f"{KZ} and {kz.make('5601', 7)}"])

    assert [one["cause"] for one in t.events("payment-unclear")] == ["several-kassenzeichen"]


def test_a_valid_one_that_is_not_registered_yet_waits() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00", remittance=[kz.make("5601", 7)])
    assert not t.events("payment-unclear")

    t.claim("K7", "50.00", art="5601", due=DUE)
    assert t.balance("K7") == "soll 50.00 ist 40.00 open 10.00"
