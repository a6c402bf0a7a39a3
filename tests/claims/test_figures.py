"""What the metrics say of the books."""

from datetime import date

from prometheus_client import CollectorRegistry
from sqlalchemy import delete, event, select, update

from services.claims import tables
from services.claims.figures import Figures
from shared.contracts import DayClosed
from shared.loop import Loop
from shared.telemetry import Telemetry
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


def differences(driver: Driver) -> dict[str, float | None]:
    registry = figures(driver)
    return {
        kind: registry.get_sample_value(
            "mahnwerk_journal_difference_cents", {"mandant": "wuppertal", "kind": kind}
        )
        for kind in ("soll", "ist", "written_off")
    }


def test_balances_are_the_sums_of_the_postings_and_a_posting_changed_by_hand_shows(owed: Driver) -> None:
    owed.pay("P1", 2_500)
    owed.write_off()
    assert balances(owed)["written_off"] == 7_500
    assert differences(owed) == {"soll": 0, "ist": 0, "written_off": 0}

    with owed.engine.begin() as conn:
        payment = tables.posting.c.kind == "payment"
        conn.execute(update(tables.posting).where(payment).values(amount_cents=2_501))
    assert differences(owed) == {"soll": 0, "ist": -1, "written_off": 0}

    with owed.engine.begin() as conn:
        conn.execute(delete(tables.posting))
    assert differences(owed) == {"soll": 10_000, "ist": 2_500, "written_off": 7_500}


def test_postings_are_summed_now_and_then_and_not_with_every_look(owed: Driver) -> None:
    statements: list[str] = []
    event.listen(owed.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    looking = Figures(CollectorRegistry())
    with owed.engine.begin() as conn:
        looking.look(conn)
        looking.look(conn)
    assert sum("posting" in statement for statement in statements) == 1


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


def test_the_day_that_is_open_is_known_from_the_database_and_one_in_work_is_not_open(owed: Driver) -> None:
    last = select(tables.lane_day.c.lane, tables.lane_day.c.day)
    owed.open("2026-04-02")
    again = Loop(owed.engine, owed.ledger)
    again.take([("intake", 0), ("intake", 1)])
    assert again.opened(last) == {("intake", 0): date(2026, 4, 2)}

    with owed.engine.begin() as conn:  # stopped in the middle of it
        conn.execute(update(tables.delivery.position).values(step=1))
    again.take([("intake", 0)])
    assert again.opened(last) == {("intake", 0): date(2026, 4, 1)}


def test_a_day_is_said_while_it_is_known() -> None:
    telemetry = Telemetry("claims")
    assert b"day_opened" not in telemetry.text()
    for _batch in range(2):
        telemetry.open_is(date(1970, 1, 2))
        assert b"mahnwerk_day_opened_timestamp_seconds 86400.0" in telemetry.text()
    for _batch in range(2):
        telemetry.open_is(None)
        assert b"day_opened" not in telemetry.text()
