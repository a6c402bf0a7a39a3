"""What the metrics say of the books."""

from prometheus_client import CollectorRegistry
from sqlalchemy import update

from services.claims import tables
from services.claims.figures import Figures
from shared.contracts import DayClosed
from tests.claims.driver import Driver, told


def figures(driver: Driver) -> CollectorRegistry:
    registry = CollectorRegistry()
    looking = Figures(registry)
    with driver.engine.begin() as conn:
        looking.look(conn)
    return registry


def balances(driver: Driver) -> dict[str, float | None]:
    registry = figures(driver)
    return {
        kind: registry.get_sample_value("mahnwerk_balance_cents", {"mandant": "wuppertal", "kind": kind})
        for kind in ("soll", "ist", "written_off", "open", "credit", "unclear")
    }


def test_the_balances_are_those_that_close_the_day(owed: Driver) -> None:
    owed.pay("P1", 2_500)
    owed.pay("P2", 300, None)
    assert balances(owed) == {
        "soll": 10_000, "ist": 2_500, "written_off": 0, "open": 7_500, "credit": 0, "unclear": 300,
    }  # fmt: skip
    (closed,) = told(owed.open("2026-04-02"), DayClosed)
    assert balances(owed) == closed.balances_cents


def test_what_waits_is_counted(ledger: Driver) -> None:
    ledger.claim()
    assert figures(ledger).get_sample_value("mahnwerk_waiting_events") == 1
    ledger.debtor()
    assert figures(ledger).get_sample_value("mahnwerk_waiting_events") == 0


def test_a_block_that_ended_on_an_opened_day_and_was_not_seen_to_is_counted(owed: Driver) -> None:
    owed.about("block-set.v1", reason="T", set_on="2026-04-01", ends_by="2026-04-02")
    owed.open("2026-04-02")
    assert figures(owed).get_sample_value("mahnwerk_calendar_overdue_claims") == 0

    owed.open("2026-04-03")
    assert figures(owed).get_sample_value("mahnwerk_calendar_overdue_claims") == 0

    with owed.engine.begin() as conn:  # as where the day passed it by
        day = conn.execute(tables.lane_day.select()).one().day
        conn.execute(update(tables.claim).values(next_action_on=day))
    assert figures(owed).get_sample_value("mahnwerk_calendar_overdue_claims") == 1
