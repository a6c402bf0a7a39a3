"""Policy files: what is read, what stops the start, what holds on a day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy import Policy, PolicyError, Run, assumptions, load_policies
from shared.policy.build import build
from shared.policy.policy import Line

SHIPPED = (Path(__file__).parents[2] / "policies" / "landkreis.toml").read_text(encoding="utf-8")
MIN_DAYS = next(line for line in SHIPPED.splitlines() if line.startswith("min_days_overdue"))

UP_TO_2 = "{ up_to_cents = 2, after_years = 1 }"
MANUAL = "{ manual = true, after_years = 3 }"


class Folder:
    """A folder of policy files in which one line of the Landkreis' file is written differently."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, old: str, new: str) -> Policy:
        assert SHIPPED.count(old) == 1, old
        (self.path / "kreis.toml").write_text(SHIPPED.replace(old, new), encoding="utf-8")
        return load_policies(self.path)["kreis"]

    def lines(self, *lines: str) -> Policy:
        """With these lines for dunning.min_days_overdue."""
        return self.load(MIN_DAYS, f"min_days_overdue = [{', '.join(lines)}]")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (MIN_DAYS, "", "dunning.min_days_overdue: the key is absent"),
        (MIN_DAYS, MIN_DAYS.replace("min_days", "mim_days"), "is dunning.min_days_overdue meant?"),
        (MIN_DAYS, "min_days_overdue = 14", "dunning.min_days_overdue: a list of dated lines is expected"),
        (MIN_DAYS, "min_days_overdue = []", "dunning.min_days_overdue: a list of dated lines is expected"),
        (MIN_DAYS, "min_days_overdue = [14]", "dunning.min_days_overdue, line 1: a list of dated lines"),
        ("[limitation]", "[limitatoin]", "limitatoin.years: there is no such key; is limitation.years"),
        ("[limitation]", "[foo]\n[limitation]", "foo: there is no such key"),
        ('land = "NI"', 'land = "XX"', "land: 'XX' is no German Land"),
        ('land = "NI"', "land = []", "land: [] is no German Land"),
        ('land = "NI"', 'land = "Augsburg"', "land: 'Augsburg' is no German Land"),
        ('land = "NI"', "", "land: the key is absent"),
        ('name = "Landkreis (Niedersachsen)"', "name = 3", "name: the municipality's name is expected"),
        ('name = "Landkreis (Niedersachsen)"', "", "name: the key is absent"),
        ('land = "NI"', 'land = "NI"\nlande = "NI"', "lande: there is no such key; is land meant?"),
        ("5601 = [", "5602 = [", "dunning.treatment.5602: there is no such key"),
        ("5601 = [", "5602 = [", "dunning.treatment.5601: the key is absent"),
        ('5601 = [{ value = "dun"', '5601 = [{ value = "done"', '"dun" | "kassenanzeige" | "never"'),
        ('account = [{ value = "4721100"', "account = [{ value = true", "an account number"),
        ("office_first = [{ value = false", "office_first = [{ value = 0", "true or false"),
        ('copy_to = [{ value = "FB2"', 'copy_to = [{ value = ""', "the name of an office"),
        ('conversion = [{ value = "none"', "conversion = [{ value = []", "conversion, line 1"),
        (
            'conversion = [{ value = "none"',
            f"conversion = [{{ value = [{MANUAL}, {UP_TO_2}]",
            "conversion, line 1",
        ),
        (
            'conversion = [{ value = "none"',
            f"conversion = [{{ value = [{UP_TO_2}, {UP_TO_2}]",
            "conversion, line 1",
        ),
        (
            'conversion = [{ value = "none"',
            "conversion = [{ value = [{ up_to_cents = true, after_years = 1 }]",
            "conversion, line 1",
        ),
        ("[claims]", "[claims", "cannot be read as TOML"),
    ],
)
def test_a_file_that_is_not_right_stops_the_start(folder: Folder, old: str, new: str, complaint: str) -> None:
    with pytest.raises(PolicyError) as stopped:
        folder.load(old, new)
    assert complaint in str(stopped.value)
    assert all(line.startswith(str(folder.path / "kreis.toml: ")) for line in str(stopped.value).split("\n"))


SINCE_EVER = '{ value = 14, source = "R3" }'


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (['{ value = "14", source = "R3" }'], "'14' is no lawful value; expected: a whole number of days"),
        (["{ value = 14.0, source = 'R3' }"], "14.0 is no lawful value"),
        (["{ value = true, source = 'R3' }"], "True is no lawful value"),
        (["{ value = -1, source = 'R3' }"], "-1 is no lawful value"),
        (["{ value = 99999, source = 'R3' }"], "99999 is no lawful value"),
        (["{ value = 'none', source = 'R3' }"], "'none' is no lawful value"),
        (["{ value = 14 }"], "source is absent"),
        (["{ value = 14, source = ' ' }"], "source is absent"),
        (["{ value = 14, source = 3 }"], "source is absent"),
        (["{ source = 'R3' }"], "value is absent"),
        (["{ value = 14, source = 'R3', asumed = true }"], "there is no such key: asumed"),
        (["{ value = 14, source = 'R3', assumed = 1 }"], "assumed: true or false"),
        (["{ value = 14, source = 'R3', confirmed = true }"], "confirmed:"),
        (["{ value = 14, source = 'R3', confirmed = '' }"], "confirmed:"),
        (["{ value = 14, source = 'R3', from = '2026-01-01' }"], "a day is expected"),
        (["{ value = 14, source = 'R3', from = 2026-01-01T00:00:00 }"], "a day is expected"),
        ([SINCE_EVER, SINCE_EVER], "line 2: from is absent"),
        (
            [SINCE_EVER] + ["{ from = 2026-01-01, value = 7, source = 'x' }"] * 2,
            "two lines begin on 2026-01-01",
        ),
        (["{ value = 'unset', source = 'C15' }"], "unset: the municipality must set it"),
    ],
)
def test_a_line_that_is_not_right_stops_the_start(folder: Folder, lines: list[str], complaint: str) -> None:
    with pytest.raises(PolicyError) as stopped:
        folder.lines(*lines)
    assert str(folder.path / "kreis.toml: ") + "dunning.min_days_overdue" in str(stopped.value)
    assert complaint in str(stopped.value)


def test_all_problems_of_all_files_are_named_at_once(folder: Folder) -> None:
    (folder.path / "stadt.toml").write_text(SHIPPED.replace('land = "NI"', 'land = "DE"'), encoding="utf-8")
    (folder.path / "dorf.toml").write_bytes(b'name = "M\xfcnster"')
    with pytest.raises(PolicyError) as stopped:
        folder.load("5601 = [", "5602 = [")
    problems = str(stopped.value)
    assert "stadt.toml: land" in problems
    assert "dorf.toml: cannot be read" in problems
    assert problems.count("kreis.toml: dunning.treatment") == 2


def test_no_policy_at_all_stops_the_start(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(PolicyError, match="no policy file"):
            load_policies(path)


@pytest.mark.parametrize(
    ("written", "run"),
    [
        ("daily", Run("daily")),
        ("monthly:1", Run("monthly", day_of_month=1)),
        ("monthly:31", Run("monthly", day_of_month=31)),
        ("fortnightly:2015-01-05", Run("fortnightly", anchor=date(2015, 1, 5))),
    ],
)
def test_runs_that_can_be_written(folder: Folder, written: str, run: Run) -> None:
    policy = folder.load('run = [{ value = "daily"', f'run = [{{ value = "{written}"')
    assert policy.on(date(2026, 1, 1)).dunning.run == run


@pytest.mark.parametrize(
    "written",
    [
        "weekly",
        "Daily",
        "daily:1",
        "monthly",
        "monthly:0",
        "monthly:32",
        "monthly:٣",
        "monthly:012",
        "fortnightly:2015-02-30",
        "fortnightly:2015-W01-1",
        "fortnightly:20150105",
    ],
)
def test_runs_that_cannot(folder: Folder, written: str) -> None:
    with pytest.raises(PolicyError, match=r"dunning\.run, line 1"):
        folder.load('run = [{ value = "daily"', f'run = [{{ value = "{written}"')


def test_an_account_may_be_written_as_a_number(folder: Folder) -> None:
    policy = folder.load('account = [{ value = "4721100"', "account = [{ value = 4721100")
    assert policy.on(date(2026, 1, 1)).write_off.account == "4721100"


class TestTime:
    """What holds on which day."""

    def test_a_line_holds_from_its_day_on(self, folder: Folder) -> None:
        policy = folder.lines(SINCE_EVER, "{ from = 2026-01-01, value = 7, source = 'x' }")
        assert policy.on(date(2025, 12, 31)).dunning.min_days_overdue == 14
        assert policy.on(date(2026, 1, 1)).dunning.min_days_overdue == 7
        assert policy.version_on(date(2025, 12, 31)) == "kreis@ever"
        assert policy.version_on(date(2026, 1, 1)) == "kreis@2026-01-01"

    def test_lines_may_stand_in_any_order(self, folder: Folder) -> None:
        policy = folder.lines(
            "{ from = 2026-01-01, value = 7, source = 'x' }", "{ from = 2020-01-01, value = 9, source = 'x' }"
        )
        assert policy.on(date(2025, 12, 31)).dunning.min_days_overdue == 9
        assert policy.change_days == (date(2020, 1, 1), date(2026, 1, 1))

    def test_a_line_that_repeats_the_value_is_no_change(self, folder: Folder) -> None:
        policy = folder.lines(SINCE_EVER, "{ from = 2026-01-01, value = 14, source = 'a better one' }")
        assert policy.change_days == ()
        assert policy.version_on(date(2026, 1, 1)) == "kreis@ever"

    def test_terms_between_two_changes_are_the_same_object(self, folder: Folder) -> None:
        policy = folder.lines(SINCE_EVER, "{ from = 2026-01-01, value = 7, source = 'x' }")
        assert policy.on(date(2026, 1, 1)) is policy.on(date(2199, 12, 31))

    @given(st.dictionaries(st.dates(date(2020, 1, 1), date(2020, 2, 9)), st.integers(0, 3), min_size=1))
    def test_the_last_line_not_after_the_day_is_in_force(self, values: dict[date, int]) -> None:
        lines = tuple(
            Line(day, value, str(value), "x", assumed=False, confirmed=None)
            for day, value in sorted(values.items())
        )
        policy = build("kreis", "Kreis", "NI", "kreis.toml", {"dunning.min_days_overdue": lines})
        for day in (date(2019, 12, 30) + timedelta(days=n) for n in range(50)):
            began = [since for since in values if since <= day]
            terms = policy.on(day)
            if not began:
                assert terms.unset
                continue
            assert terms.dunning.min_days_overdue == values[max(began)]
            assert terms.version <= f"kreis@{day}"


class TestUnset:
    """What the municipality still owes is never guessed (C8, C15)."""

    def test_before_the_first_line_a_value_is_unset(self, folder: Folder) -> None:
        policy = folder.lines("{ from = 2026-01-01, value = 7, source = 'x' }")
        policy.check(date(2026, 1, 1))
        with pytest.raises(PolicyError) as stopped:
            policy.check(date(2025, 12, 31))
        assert str(stopped.value) == (
            f"{folder.path / 'kreis.toml'}: dunning.min_days_overdue is unset before 2026-01-01: "
            "the municipality must set it"
        )

    def test_a_value_may_become_unset(self, folder: Folder) -> None:
        folder.lines(SINCE_EVER, "{ from = 2026-01-01, value = 'unset', source = 'x' }")
        policies = load_policies(folder.path)
        policies.check(date(2025, 12, 31))
        with pytest.raises(PolicyError, match=r"dunning\.min_days_overdue is unset from 2026-01-01"):
            policies.check(date(2026, 1, 1))

    def test_only_who_asks_for_it_is_refused(self, folder: Folder) -> None:
        policy = folder.lines("{ from = 2026-01-01, value = 7, source = 'x' }")
        terms = policy.on(date(2025, 12, 31))
        assert terms.dunning.pay_within_days == 7
        with pytest.raises(PolicyError, match=r"dunning\.min_days_overdue is unset"):
            _ = terms.dunning.min_days_overdue

    def test_tables_by_code_refuse_too(self, folder: Folder) -> None:
        policy = folder.load("\nT = [{ value = 360", "\nT = [{ from = 2026-01-01, value = 360")
        assert policy.on(date(2026, 1, 1)).blocks.max_days["T"] == 360
        old = policy.on(date(2025, 12, 31))
        assert old.blocks.max_days["U"] == 1800
        with pytest.raises(PolicyError, match=r"blocks\.max_days\.T is unset"):
            _ = old.blocks.max_days["T"]
        with pytest.raises(KeyError):
            _ = old.blocks.max_days["Q"]

    def test_an_einnahmeart_refuses_too(self, folder: Folder) -> None:
        policy = folder.load('5601 = [{ value = "dun"', '5601 = [{ from = 2026-01-01, value = "dun"')
        with pytest.raises(PolicyError, match=r"dunning\.treatment\.5601 is unset"):
            policy.on(date(2025, 12, 31)).treatment("5601")


def test_an_assumption_that_is_confirmed_is_none_any_more(folder: Folder) -> None:
    before = folder.lines("{ value = 14, source = 'a guess', assumed = true }")
    after = folder.lines(
        "{ value = 14, source = 'a guess', assumed = true, confirmed = 'Kasse, 2026-01-07' }"
    )
    new = {str(assumption) for assumption in assumptions(before)} - {str(a) for a in assumptions(after)}
    assert new == {f"{folder.path / 'kreis.toml'}: dunning.min_days_overdue = 14 (assumed: a guess)"}
