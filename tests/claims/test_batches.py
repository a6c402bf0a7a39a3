"""Any split of the stream into batches gives the same rows and the same events; so does what comes twice."""

from collections.abc import Callable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.claims import tables
from shared.database import engine_for
from shared.events import Event
from shared.loop import Loop
from shared.policy import Policies, load_policies
from shared.records import DAY_MARKED, Record
from tests.claims.conftest import POLICIES
from tests.claims.driver import PERSONS, Driver

SHIPPED = load_policies(POLICIES)


def a_month(driver: Driver) -> Iterator[Record]:
    """Some of everything, in an awkward order."""
    mandants = ("wuppertal", "landkreis")

    def send(type_: str, **data: object) -> Record:
        return driver.inbound(type_, **data)

    yield driver.inbound("debtor-registered.v1", mandant="nowhere")
    for mandant in mandants:
        driver.mandant = mandant
        yield from _first_day(driver, send)
    yield driver.mark("2026-04-01")
    for mandant in mandants:
        driver.mandant = mandant
        yield from _second_day(driver, send)
    yield driver.mark("2026-04-02")
    yield driver.mark("2026-04-20")
    for mandant in mandants:
        driver.mandant = mandant
        yield from _third_day(driver, send)
    yield driver.mark("2026-05-04")


def _debtor(ref: str, **data: object) -> dict[str, object]:
    return {
        "debtor_ref": ref,
        "kind": "person",
        "legal_representative": False,
        "under_guardianship": False,
        "address_complete": True,
        "receives_benefits": False,
    } | data


def _claim(ref: str, debtor_ref: str, **data: object) -> dict[str, object]:
    return {
        "claim_ref": ref,
        "debtor_ref": debtor_ref,
        "aktenzeichen": "32425425167854",
        "einnahmeart": "5621",
        "office": "LG",
        "mode": "einmalig",
        "amount_cents": 10_000,
        "due_on": "2026-03-31",
        "decided_on": "2026-02-17",
    } | data


Send = Callable[..., Record]


def _first_day(driver: Driver, send: Send) -> Iterator[Record]:
    money = {"booked_on": "2026-03-30", "amount_cents": 2_500}
    yield send("payment-received.v1", payment_ref="R1", reverses="P1", **money)
    yield send("payment-received.v1", payment_ref="P1", kassenzeichen=driver.kz(1), **money)
    yield send(
        "block-set.v1", kassenzeichen=driver.kz(1), reason="T", set_on="2026-03-30", ends_by="2026-04-10"
    )
    yield send("claim-created.v1", **_claim("C1", "D1", kassenzeichen=driver.kz(1)))
    yield send("claim-created.v1", **_claim("C2", "D1"))
    yield send("claim-created.v1", **_claim("C3", "D2", payer_ref="D1", office="JBC.24"))
    yield send("debtor-registered.v1", **_debtor("D1"))


def _second_day(driver: Driver, send: Send) -> Iterator[Record]:
    money = {"booked_on": "2026-04-01"}
    yield send(
        "payment-received.v1", payment_ref="P2", amount_cents=20_500, kassenzeichen=driver.kz(2), **money
    )
    yield send("payment-received.v1", payment_ref="P3", amount_cents=300, **money)
    yield send("payment-received.v1", payment_ref="P4", amount_cents=400, kassenzeichen=driver.kz(7), **money)
    moved = {"amount_cents": 500, "to_kassenzeichen": driver.kz(1), "on": "2026-04-01"} | PERSONS
    yield send("credit-transferred.v1", kassenzeichen=driver.kz(2), **moved)
    yield send("payment-assigned.v1", kassenzeichen=driver.kz(1), payment_ref="P3", assigned_by="x")
    yield send("claim-reduced.v1", kassenzeichen=driver.kz(7), amount_cents=1, due_on="2026-03-31")
    yield send("claim-created.v1", **_claim("C7", "D9", kassenzeichen=driver.kz(7)))
    yield send("block-set.v1", kassenzeichen=driver.kz(1), reason="U", set_on="2026-03-30")


def _third_day(driver: Driver, send: Send) -> Iterator[Record]:
    decision = {"decided_on": "2026-02-03", "whereabouts_unknown": True} | PERSONS
    yield send("write-off-decided.v1", kassenzeichen=driver.kz(1), decision="unbefristet", **decision)
    yield send("claim-created.v1", **_claim("C8", "D1", kassenzeichen=driver.kz(7)))
    yield send(
        "payment-received.v1", payment_ref="R2", reverses="P2", amount_cents=20_500, booked_on="2026-04-20"
    )
    yield send("write-off-revoked.v1", kassenzeichen=driver.kz(1), decided_on="2026-04-20", **PERSONS)
    yield send("claim-ended.v1", kassenzeichen=driver.kz(2), cancelled=True)


def play(records: list[Record], sizes: list[int], policies: Policies = SHIPPED) -> Driver:
    driver = Driver(policies)
    rest = list(records)
    for size in [*sizes, len(records)]:
        driver.feed(rest[:size])
        rest = rest[size:]
    return driver


RECORDS = list(a_month(Driver(SHIPPED)))
WHOLE = play(RECORDS, [])


def told(events: list[Event]) -> list[Event]:
    """What is told, wherever the record stood that led to it."""
    return [replace(event, at=None) for event in events]


def test_the_month_has_some_of_everything() -> None:
    kinds = {event.type for event in WHOLE.events}
    assert len(kinds) == 11
    assert len(WHOLE.events) > 100
    assert len({event.id for event in WHOLE.events}) == len(WHOLE.events)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 9), max_size=20))
def test_any_split_gives_the_same(sizes: list[int]) -> None:
    split = play(RECORDS, sizes)
    assert split.events == WHOLE.events
    assert split.dump() == WHOLE.dump()


def test_one_by_one_gives_the_same() -> None:
    assert play(RECORDS, [1] * len(RECORDS)).dump() == WHOLE.dump()


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(0, len(RECORDS) - 1)))
def test_what_the_sequencer_appends_twice_changes_nothing(twice: set[int]) -> None:
    driver = Driver(SHIPPED)
    appended = [
        record
        for n, record in enumerate(RECORDS)
        for record in ([record, record] if n in twice else [record])
    ]
    log = [
        Record(r.topic, r.lane, offset, r.type, r.id, r.source, r.cause, r.data, r.headers)
        for offset, r in enumerate(appended)
    ]
    driver.feed(log)
    assert told(driver.events) == told(WHOLE.events)


def test_a_day_in_small_chunks_gives_the_same() -> None:
    driver = Driver(SHIPPED)
    events = []
    for record in RECORDS:
        if record.type != DAY_MARKED:
            with driver.engine.begin() as conn:
                events += driver.ledger.handle(conn, {0: [record]})
            continue
        for n in range(100):
            with driver.engine.begin() as conn:
                step = driver.ledger.open_day(conn, {0: record}, {0: n}, 1)
            events += step.events
            if not step.unfinished:
                break
    assert events == WHOLE.events
    assert driver.dump() == WHOLE.dump()


def test_postgresql_has_the_same_rows(postgres_databases: dict[str, str]) -> None:
    driver = Driver(SHIPPED)
    driver.engine = engine_for(postgres_databases["claims"])
    tables.metadata.create_all(driver.engine)
    driver.loop = Loop(driver.engine, driver.ledger)
    driver.loop.take([("intake", 0)])
    for start in range(0, len(RECORDS), 7):
        driver.feed(RECORDS[start : start + 7])
    assert driver.events == WHOLE.events
    assert driver.dump() == WHOLE.dump()
    driver.engine.dispose()
