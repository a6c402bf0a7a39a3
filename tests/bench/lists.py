"""`python -m tests.bench.lists`: the clerks' lists and a statement, over a million claims of one town.

On a PostgreSQL of its own, read to the last row, as the commands do. Two of three claims are paid in part,
one in fifty is written off, 2,000 payments are on the Klärungsliste. Each figure is the median of three.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace as changed
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, func, select

from mahnwerk.migrate import migrate
from services.claims import lists, rows, tables
from services.claims.domain.books import Recorded
from services.claims.domain.model import Claim, Payment, WrittenOff
from services.claims.statement import statements
from shared.contracts import Because, PostingRecorded
from shared.database import engine_for
from shared.records import lane_of
from tests.bench.claims import LANES
from tests.bench.machine import about, cpu_s, family, figure
from tests.bench.places import places
from tests.bench.portfolio import LATER, MANDANTS, NUMBER, Portfolio, blocked_claim, fill_claims, put

CLAIMS: Final = 1_000_000
TOWN: Final = MANDANTS[-1]
DAYS: Final = tuple(date(2026, 1, 5) + timedelta(days=n) for n in range(20))  # on which all was posted
GIVEN_UP: Final = 50  # every fiftieth claim
UNCLEAR: Final = 500
TIMES: Final = 3
ONE: Final = "8656215000000"

READ: Final[dict[str, Callable[[Connection], Iterable[object]]]] = {
    "soll-ist": lambda conn: lists.comparison(conn, TOWN),
    "soll-ist --state ueberzahlung": lambda conn: lists.comparison(conn, TOWN, "ueberzahlung"),
    "top": lambda conn: lists.comparison(conn, TOWN, largest=50),
    "journal, a day": lambda conn: lists.journal(conn, TOWN, DAYS[7], DAYS[7]),
    "journal, a claim": lambda conn: lists.journal(conn, TOWN, kassenzeichen=ONE),
    "write-offs": lambda conn: lists.write_offs(conn, TOWN),
    "clearing-list": lambda conn: lists.clearing_list(conn, TOWN),
    "find": lambda conn: lists.find(conn, "d50000"),
    "statement": lambda conn: statements(conn, ONE),
}


def main() -> None:
    """Fill, read, and print seconds and rows of each."""
    with places() as here, here.databases("postgres") as databases:
        migrate("claims", databases["claims"])
        engine = engine_for(databases["claims"])
        fill_claims(engine, Portfolio(CLAIMS * len(MANDANTS), due=len(MANDANTS), days=0), (TOWN,))
        with engine.begin() as conn:
            postings = _fill(conn)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")
        facts = about(here.postgres.url)
        lines = [f"{CLAIMS:,} claims, {postings:,} postings; {facts}"]
        server = here.server("postgres")
        lines += [_measured(engine, server, name, read) for name, read in READ.items()]
        sys.stdout.write("\n".join(lines) + "\n")
        engine.dispose()


def _measured(engine: Engine, server: int, name: str, read: Callable[[Connection], Iterable[object]]) -> str:
    seconds, ours, servers = [], [], []
    count = 0
    for _ in range(TIMES):
        started, cpu, of_server = time.perf_counter(), time.process_time(), cpu_s(family(server))
        with engine.begin() as conn:
            count = sum(1 for _ in read(conn))
        seconds.append(time.perf_counter() - started)
        ours.append(time.process_time() - cpu)
        servers.append(cpu_s(family(server)) - of_server)
    return (
        f"{name:<30} {figure(seconds)} s; CPU {figure(ours)} s, of the server {figure(servers)} s; "
        f"{count:,} rows"
    )


def _fill(conn: Connection) -> int:
    """What was posted, on which claims, and which payments nobody knows; the number of postings."""
    given_up = replace(
        blocked_claim(TOWN, LATER),
        written_off=WrittenOff(
            kind="unbefristet",
            ordered_on=DAYS[-1],
            decided_on=DAYS[-1],
            requested_by="S1",
            approved_by="S2",
            whereabouts_unknown=False,
        ),
    )
    put(conn, tables.claim, rows.claim_row(given_up, lane_of(TOWN, LANES)), _numbers(f"n % {GIVEN_UP} = 0"))
    soll = _posting(given_up)
    payment = changed(soll, kind="payment", amount_cents=4_000, payment_ref=f"P{NUMBER}")
    written_off = changed(soll, kind="write_off", amount_cents=-1_000)
    kinds = ((soll, "true"), (payment, "n % 3 > 0"), (written_off, f"n % {GIVEN_UP} = 0"))
    for number, day in enumerate(DAYS):
        for n, (posting, which) in enumerate(kinds):
            chosen = _numbers(f"n % {len(DAYS)} = {number} AND {which}")
            first = CLAIMS * (number * len(kinds) + n)  # numbers with gaps: nothing is read by them here
            put(conn, tables.posting, rows.posting_row(Recorded(day, posting)), chosen, ("posting_no", first))
    unclear = Payment(
        mandant=TOWN,
        payment_ref=f"P{NUMBER}",
        amount_cents=777,
        booked_on=DAYS[0],
        state="unclear",
        since=1,
        cause="no-reference",
    )
    booked = replace(unclear, state="booked", cause=None, kassenzeichen=given_up.kassenzeichen)
    put(conn, tables.payment, rows.payment_row(booked), _numbers("n % 3 > 0"))
    put(conn, tables.payment, rows.payment_row(unclear), _numbers(f"n % {UNCLEAR} = 0"))
    return conn.execute(select(func.count()).select_from(tables.posting)).scalar_one()


def _posting(about_claim: Claim) -> PostingRecorded:
    return PostingRecorded(
        mandant=TOWN,
        posting_no=0,
        kassenzeichen=about_claim.kassenzeichen,
        debtor_ref=about_claim.payer_ref,
        einnahmeart=about_claim.einnahmeart,
        kind="sollzugang",
        amount_cents=about_claim.amount_cents,
        booked_on=DAYS[0],
        due_on=date(2025, 12, 1),
        fiscal_year=2025,
        because=Because(policy=f"{TOWN} 2026-01-05", rules=("R79", "R82"), facts={"amount_cents": 12_345}),
    )


def _numbers(which: str) -> str:
    return f"SELECT n FROM numbers WHERE n < {CLAIMS} AND {which}"  # noqa: S608 - our own figures


if __name__ == "__main__":
    main()
