"""The five shipped profiles say exactly what the contracts' table says, and admit what they assume."""

from datetime import date
from pathlib import Path

import pytest

from shared.policy import ConversionStep, Policies, Run, Terms, assumptions, load_policies

FOLDER = Path(__file__).parents[2] / "policies"
DAY = date(2026, 3, 2)

DAILY = Run("daily")
MONTHLY = Run("monthly", day_of_month=12)
FORTNIGHTLY = Run("fortnightly", anchor=date(2015, 1, 5))
STEPS = (ConversionStep(49_999, 1), ConversionStep(249_999, 3), ConversionStep(None, 3))

MANDANTS = ("wuppertal", "landkreis", "erkelenz", "baumberge", "leipzig")
# "*": assumed. One column a mandant, in the order of MANDANTS.
TABLE = {
    "claims.default_due_days": (42, None, None, None, None),
    "claims.large_amount_cents": (None, None, 5_000_000, None, None),
    "dunning.run*": (DAILY, DAILY, MONTHLY, FORTNIGHTLY, DAILY),
    "dunning.min_days_overdue": ("*", 10, 14, 10, "*", 3, "*", 14),
    # R4, R17: Erkelenz has a limit, too, but prints no value.
    "dunning.small_amount_cents": ("*", 0, 500, "*", 0, "*", 0, "*", 0),
    "dunning.pay_within_days": ("*", 7, "*", 7, 7, 14, "*", 7),
    "dunning.handover_after_days": ("*", 21, "*", 0, 21, 14, "*", 21),
    "dunning.handover_anchor": ("*", "notice", "*", "deadline", "notice", "notice", "*", "notice"),
    "dunning.fees*": ("none", "none", "nrw", "nrw", "none"),
    "enforcement.small_amount_cents": ("*", 0, 2000, "*", 0, "*", 0, "*", 0),
    "enforcement.announcement_days": ("*", 7, 21, 7, "*", 14, "*", 14),
    "enforcement.office_first": ("*", True, False, True, "*", True, "*", True),
    "enforcement.instalment_grace_days*": (7, 7, 7, 7, 7),
    "enforcement.insolvency_minimum_cents": ("*", 0, "*", 0, "*", 0, 100_000, "*", 0),
    "write_off.befristet_allowed": (False, True, "*", True, True, True),
    "write_off.account": (None, "4721100", None, None, None),
    "write_off.prefix_aktenzeichen": (True, False, False, False, False),
    "write_off.conversion": ((), (), (), (), STEPS),
    "limitation.years": (4, "*", 4, "*", 4, "*", 4, 3),
    "limitation.from": ("final", "*", "final", "*", "final", "*", "final", "known"),
    "limitation.cap_years": ("*", None, "*", None, "*", None, "*", None, 10),
    "limitation.ex_officio_below_cents": ("*", 0, "*", 0, "*", 0, "*", 0, 100_000),
    "limitation.warning_days*": (180, 180, 180, 180, 180),
    "kassenanzeige.lawsuit_after_days*": (14, 14, 14, 14, 14),
    "blocks.expiry_notice_days*": (30, 30, 30, 30, 30),
}
# The same in all five, assumed outside Wuppertal.
WUPPERTALS = {
    "kassenanzeige.first_after_days": 10,
    "kassenanzeige.second_after_months": 2,
    "kassenanzeige.third_after_months": 1,
    "kassenanzeige.copy_to": "FB2",
    "blocks.next_day_switch": True,
    "blocks.offset_watch_days": 60,
}
MAX_DAYS = {"T": 360, "U": 1800, "V": 1080, "W": 6500, "X": 2160, "Y": 360, "Z": 90}  # R65
TREATMENTS = {
    "5612": "kassenanzeige",
    "5622": "kassenanzeige",
    "5625*": "kassenanzeige",
    "5626*": "kassenanzeige",
    "5601": "dun",
    "5621": "dun",
    "5600*": "dun",
    "5603*": "dun",
    "5623*": "dun",
    "5624*": "dun",
    "5684*": "dun",
}


def expected(mandant: str) -> dict[str, tuple[object, bool]]:
    """Key -> (value, assumed) of a mandant's column."""
    column = MANDANTS.index(mandant)
    cells: dict[str, tuple[object, bool]] = {}
    for key, row in TABLE.items():
        values: list[tuple[object, bool]] = []
        star = False
        for cell in row:
            if cell == "*":
                star = True
            else:
                values.append((cell, star or key.endswith("*")))
                star = False
        cells[key.rstrip("*")] = values[column]
    outside = mandant != "wuppertal"
    cells |= {key: (value, outside) for key, value in WUPPERTALS.items()}
    cells |= {f"blocks.max_days.{reason}": (days, outside) for reason, days in MAX_DAYS.items()}
    cells |= {f"dunning.treatment.{e.rstrip('*')}": (t, e.endswith("*")) for e, t in TREATMENTS.items()}
    return cells


def value(terms: Terms, key: str) -> object:
    if key.startswith("dunning.treatment."):
        return terms.treatment(key.rpartition(".")[2])
    if key.startswith("blocks.max_days."):
        return terms.blocks.max_days[key.rpartition(".")[2]]
    section, name = key.split(".")
    return getattr(getattr(terms, section), "from_" if name == "from" else name)


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies(FOLDER)


def test_five_profiles_are_shipped_and_none_owes_a_value(policies: Policies) -> None:
    assert set(policies) == set(MANDANTS)
    assert {m: policies[m].land for m in MANDANTS} == {
        "wuppertal": "NW",
        "landkreis": "NI",
        "erkelenz": "NW",
        "baumberge": "NW",
        "leipzig": "SN",
    }
    for day in (date(1900, 1, 1), date(2026, 2, 3), date(2026, 2, 4), date(2199, 12, 31)):
        policies.check(day)


@pytest.mark.parametrize("mandant", MANDANTS)
def test_a_profile_says_what_the_table_says(policies: Policies, mandant: str) -> None:
    policy = policies[mandant]
    cells = expected(mandant)
    assert set(policy.lines) == set(cells)
    assert {key: value(policy.on(DAY), key) for key in cells} == {key: v for key, (v, _) in cells.items()}
    assumed = {assumption.key for assumption in assumptions(policy)}
    assert assumed == {key for key, (_, star) in cells.items() if star}


def test_only_wuppertal_changes_and_only_once(policies: Policies) -> None:
    # R86, C4: befristete Niederschlagung is abolished from 4 February 2026 on
    assert {m: policies[m].change_days for m in MANDANTS if policies[m].change_days} == {
        "wuppertal": (date(2026, 2, 4),)
    }
    wuppertal = policies["wuppertal"]
    assert wuppertal.on(date(2026, 2, 3)).write_off.befristet_allowed
    assert not wuppertal.on(date(2026, 2, 4)).write_off.befristet_allowed
    assert wuppertal.version_on(date(2026, 2, 3)) == "wuppertal@ever"
    assert wuppertal.version_on(date(2026, 2, 4)) == "wuppertal@2026-02-04"
    assert wuppertal.version_on(date(2199, 12, 31)) == "wuppertal@2026-02-04"


def test_every_line_names_its_source(policies: Policies) -> None:
    for policy in policies.values():
        assert all(line.source.strip() for lines in policy.lines.values() for line in lines)
