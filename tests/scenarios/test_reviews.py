"""What is written off for good is looked at again: yearly reviews (R88)."""

from typing import Any

import pytest

from tests.scenarios.timeline import Timeline


def unbefristet(*, today: str = "2020-02-29", unknown: bool = True, mandant: str = "wuppertal") -> Timeline:
    t = Timeline(mandant)
    t.day(today)
    t.debtor("D1")
    t.claim("K1", "100.00", due=today)
    t.write_off("K1", whereabouts_unknown=unknown)
    return t


def test_t26_five_reviews_then_3700_and_no_more() -> None:
    """R88, R42, T26."""
    t = unbefristet()
    t.days("2021-02-27", "2021-02-28", "2022-02-28", "2023-02-28", "2024-02-28")
    assert t.story()[2:] == [
        "2021-02-28 review 1: K1",
        "2021-02-28 follow-up: K1 to Vollstreckung",
        "2022-02-28 review 2: K1",
        "2022-02-28 follow-up: K1 to Vollstreckung",
        "2023-02-28 review 3: K1",
        "2023-02-28 follow-up: K1 to Vollstreckung",
    ]
    t.days("2024-02-29", "2025-02-27")
    assert t.account("K1")["aktenzeichen"] == "36005425167854"

    t.days("2025-02-28", "2026-02-28")
    assert t.story()[8:] == [
        "2024-02-29 review 4: K1",
        "2024-02-29 follow-up: K1 to LG",
        "2025-02-28 review 5: K1, finished",
        "2025-02-28 follow-up: K1 to LG",
    ]
    assert t.account("K1")["aktenzeichen"] == "37005425167854"
    assert t.events("write-off-reviewed")[-1]["aktenzeichen"] == "37005425167854"


def test_a_claim_written_off_years_ago_is_made_up_for_on_the_day_that_is_opened() -> None:
    t = unbefristet()
    t.day("2025-03-03")

    assert [one["number"] for one in t.events("write-off-reviewed")] == [1, 2, 3, 4, 5]
    assert t.account("K1")["aktenzeichen"] == "37005425167854"


@pytest.mark.parametrize(("mandant", "unknown"), [("wuppertal", False), ("landkreis", True)])
def test_only_3600_is_reviewed(mandant: str, *, unknown: bool) -> None:
    t = unbefristet(mandant=mandant, unknown=unknown)
    t.day("2021-03-01")

    assert not t.events("write-off-reviewed")


def test_reviews_end_with_the_money() -> None:
    t = unbefristet()
    t.payment("P1", "K1", "100.00")
    t.day("2021-03-01")

    assert not t.events("write-off-reviewed")


def test_one_cent_less_and_it_is_reviewed() -> None:
    t = unbefristet()
    t.payment("P1", "K1", "99.99")
    t.day("2021-03-01")

    assert len(t.events("write-off-reviewed")) == 1


def test_reviews_end_when_it_is_revoked_even_after_years() -> None:
    t = unbefristet()
    t.days("2021-03-01", "2022-03-01")
    t.about("write-off-revoked", "K1", decided_on="2022-03-01", requested_by="S1", approved_by="S2")
    t.days("2022-03-02", "2023-03-01")

    assert len(t.events("write-off-reviewed")) == 2
    assert t.account("K1")["aktenzeichen"] == "32425425167854"
    assert t.events("dunning-notice-issued")[0]["issued_on"] == "2022-03-02"


def test_reviews_end_under_another_aktenzeichen() -> None:
    """R42: the archive."""
    t = unbefristet()
    t.about("aktenzeichen-changed", "K1", aktenzeichen="39005425167854")
    t.day("2021-03-01")

    assert not t.events("write-off-reviewed")


def of_stock(*, unknown: bool) -> Timeline:
    """Written off by the system before, in January 2023, and taken over in March 2026 (docs/migration.md)."""
    t = Timeline()
    t.day("2026-03-02")
    t.debtor("D1")
    before = {"stage": "none", "fee_charged": False}
    t.claim("K1", "100.00", due="2022-05-02", taken_over=before)
    t.write_off("K1", decided_on="2023-01-10", whereabouts_unknown=unknown)
    return t


def test_of_stock_reviews_count_from_the_take_over_and_end_when_told_to() -> None:
    t = of_stock(unknown=True)
    t.days("2027-03-01", "2027-03-02", "2028-03-02")
    assert [(one["on"], one["number"]) for one in t.events("write-off-reviewed")] == [
        ("2027-03-02", 1),
        ("2028-03-02", 2),
    ]

    t.about("aktenzeichen-changed", "K1", aktenzeichen="37005425167854")
    t.days("2029-03-02", "2031-03-03")
    assert len(t.events("write-off-reviewed")) == 2


def test_of_stock_what_was_reviewed_five_times_is_not_reviewed_again() -> None:
    t = of_stock(unknown=False)
    t.about("aktenzeichen-changed", "K1", aktenzeichen="37005425167854")
    t.day("2027-03-02")

    assert t.events("write-off-reviewed") == []
    assert t.story() == [
        "2026-03-02 written off unbefristet: K1 100.00",
        "2026-03-02 post-write-off: K1 to RS",
    ]
    assert t.account("K1")["aktenzeichen"] == "37005425167854"


def test_they_go_on_where_the_file_moves_to_another_desk() -> None:
    """R39: digits six to nine."""
    t = unbefristet()
    t.about("aktenzeichen-changed", "K1", aktenzeichen="36005999967854")
    t.day("2021-03-01")

    assert t.events("write-off-reviewed")[0]["aktenzeichen"] == "36005999967854"


def test_an_unbefristete_one_is_not_converted_once_more() -> None:
    t = unbefristet()

    assert t.rejected(t.write_off("K1")) == "nothing-open"


def reviewed(**second: Any) -> list[tuple[str, int]]:  # noqa: ANN401
    """3600 since 2 March 2020; in June 2021 a payment bounced, and was written off as well."""
    t = Timeline()
    t.day("2020-03-02")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2020-03-02")
    t.payment("P1", "K1", "30.00")
    t.write_off("K1", whereabouts_unknown=True)
    t.days("2021-03-02", "2021-06-01")
    t.reversal("P2", "P1", "30.00")
    t.write_off("K1", **second)
    t.days("2022-03-02", "2022-06-01", "2023-03-02", "2024-03-02", "2025-03-02")
    return [(one["on"], one["number"]) for one in t.events("write-off-reviewed")]


FIVE = [(f"{2020 + n}-03-02", n) for n in range(1, 6)]


def test_reviews_go_on_when_more_is_written_off_under_3600() -> None:
    """R88: five years from the first order."""
    assert reviewed(whereabouts_unknown=True) == FIVE


def test_nor_does_an_erlass_or_a_befristete_one_end_them() -> None:
    assert reviewed(decision="erlass") == FIVE
    assert reviewed(decision="befristet", decided_on="2026-02-03") == FIVE


def test_reviews_end_when_the_whereabouts_are_known() -> None:
    """R42: 3800."""
    assert reviewed(whereabouts_unknown=False) == FIVE[:1]
