"""What finance reconciles against (R95): one figure sheet per mandant, service and day."""

from tests.scenarios.timeline import Data, Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"
TOMORROW = "2026-02-17"


def sheets(t: Timeline, service: str = "claims", mandant: str = "wuppertal") -> dict[str, Data]:
    """Day -> sheet; fails if there are two for a day."""
    found = [one for one in t.events("day-closed") if (one["service"], one["mandant"]) == (service, mandant)]
    assert len({one["day"] for one in found}) == len(found)
    return {one["day"]: one for one in found}


def test_it_comes_when_the_next_day_is_opened() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    assert sheets(t) == {}

    t.day("2026-02-20")
    assert list(sheets(t)) == [TODAY]  # the days left out have none
    t.day("2026-02-23")
    assert list(sheets(t)) == [TODAY, "2026-02-20"]


def test_the_figures_of_a_day() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.claim("K2", "50.00", due=DUE)
    t.payment("P1", "K1", "130.00")
    t.payment("P2", "K2", "20.00")
    t.payment("P3", None, "7.00")
    t.reduce("K2", "5.00", DUE)
    t.write_off("K2")
    t.reversal("P4", "P2", "20.00")
    t.block("K1", "V", ends_by="2099-01-01")  # rejected
    t.day(TOMORROW)

    sheet = sheets(t)[TODAY]
    assert sheet["totals_cents"] == {
        "sollzugang": 15000,
        "payment": 15000,
        "sollabgang": -500,
        "write_off": -2500,
        "payment_reversed": -2000,
    }
    assert sheet["balances_cents"] == {
        "soll": 14500,
        "ist": 13000,
        "written_off": 2500,
        "open": 2000,
        "credit": 3000,
        "unclear": 700,
    }
    counts = sheet["counts"]
    assert counts["claim-registered.v1"] == 2
    assert counts["posting-recorded.v1"] == 7
    assert counts["payment-unclear.v1"] == 1
    assert counts["event-accepted.v1"] == 3  # debtor, reduction, write-off
    assert counts["event-rejected.v1"] == 1
    assert counts["write-off-ordered.v1"] == 1


def test_soll_less_ist_less_written_off_is_open_less_credit() -> None:
    t = Timeline("erkelenz")
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.claim("K2", "50.00", due=DUE)
    t.payment("P1", "K2", "80.00")
    t.days("2026-03-12", "2026-03-13", "2026-04-02", "2026-04-10")

    for sheet in sheets(t, mandant="erkelenz").values():
        sums = sheet["balances_cents"]
        assert sums["soll"] - sums["ist"] - sums["written_off"] == sums["open"] - sums["credit"]
    assert sheets(t, mandant="erkelenz")["2026-03-12"]["totals_cents"] == {"fee": 600}


def test_counts_and_totals_are_the_days_balances_go_on() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.day(TOMORROW)
    t.payment("P1", "K1", "40.00")
    t.days("2026-02-18", "2026-02-19")

    by_day = sheets(t)
    assert by_day[TOMORROW]["totals_cents"] == {"payment": 4000}
    assert by_day["2026-02-18"]["totals_cents"] == {}
    assert [sheet["balances_cents"]["open"] for sheet in by_day.values()] == [10000, 6000, 6000]


def test_the_other_services_have_theirs() -> None:
    t = Timeline()
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.days("2026-03-12", "2026-04-02", "2026-04-10", "2026-04-13")

    dunning, enforcement = sheets(t, "dunning"), sheets(t, "enforcement")
    assert dunning["2026-03-12"]["counts"]["dunning-notice-issued.v1"] == 1
    assert dunning["2026-04-02"]["counts"]["enforcement-requested.v1"] == 1
    assert enforcement["2026-04-02"]["counts"]["enforcement-announced.v1"] == 1
    assert enforcement["2026-04-10"]["counts"]["enforcement-started.v1"] == 1
    assert "balances_cents" not in dunning["2026-03-12"]


def test_each_mandant_has_its_own() -> None:
    t = Timeline()
    t.day(TODAY)
    for mandant, amount in (("wuppertal", "100.00"), ("erkelenz", "70.00")):
        t.debtor("D1", mandant=mandant)
        t.claim("K1", amount, due=DUE, mandant=mandant)
    t.day(TOMORROW)

    assert sheets(t)[TODAY]["balances_cents"]["open"] == 10000
    assert sheets(t, mandant="erkelenz")[TODAY]["balances_cents"]["open"] == 7000
    assert sheets(t, mandant="leipzig") == {}


def test_the_postings_of_a_day_are_its_totals() -> None:
    t = Timeline("erkelenz")
    t.day(TODAY)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    t.payment("P1", "K1", "30.00")
    t.days("2026-03-12")
    t.payment("P2", "K1", "76.00")
    t.day("2026-03-13")

    totals = [sheet["totals_cents"] for sheet in sheets(t, mandant="erkelenz").values()]
    assert totals == [{"sollzugang": 10000, "payment": 3000}, {"fee": 600, "payment": 7600}]
