"""Rows in sets say the same on SQLite and on PostgreSQL."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.database import engine_for
from shared.sql import among, insert_missing, insert_rows, overwrite, upsert

metadata = MetaData()
debtors = Table(
    "debtors",
    metadata,
    Column("mandant", String(20), primary_key=True),
    Column("debtor_ref", String(64), primary_key=True),
    Column("open_cents", BigInteger, nullable=False),
    Column("next_action_on", Date, index=True),
    Column("parked", Boolean, nullable=False),
    Column("doc", Text, nullable=False),
    Column("hash", LargeBinary),
)
seen = Table("seen", metadata, Column("id", String(20), primary_key=True))
KEY = ("mandant", "debtor_ref")
DAY = dt.date(2026, 11, 21)


@pytest.fixture
def engine(both_databases: dict[str, str]) -> Iterator[Engine]:
    engine = engine_for(both_databases["claims"])
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as conn:
        yield conn


def debtor(ref: str, cents: int = 0, day: dt.date | None = None, mandant: str = "leipzig") -> dict[str, Any]:
    return {
        "mandant": mandant,
        "debtor_ref": ref,
        "open_cents": cents,
        "next_action_on": day,
        "parked": cents % 2 == 1,
        "doc": '{"name": "Größe"}',
        "hash": b"\x00\xff",
    }


def all_of(conn: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(select(debtors).order_by(*debtors.primary_key)).mappings()]


def test_overwrite_changes_the_columns_it_names_and_makes_no_rows(conn: Connection) -> None:
    insert_rows(conn, debtors, [debtor("D1", 101, DAY), debtor("D2", 200)])
    days = {"D1": None, "D2": DAY, "D3": DAY}
    rows = [{"mandant": "leipzig", "debtor_ref": ref, "next_action_on": on} for ref, on in days.items()]
    overwrite(conn, debtors, rows, KEY)
    overwrite(conn, debtors, [], KEY)
    assert all_of(conn) == [debtor("D1", 101), debtor("D2", 200, DAY)]


def test_rows_come_back_as_they_went_in(conn: Connection) -> None:
    rows = [debtor("D1", 10**13, DAY), debtor("D2", -1, None)]
    insert_rows(conn, debtors, rows)
    assert all_of(conn) == rows


def test_upsert_overwrites_what_is_there_and_adds_the_rest(conn: Connection) -> None:
    upsert(conn, debtors, [debtor("D1", 1, DAY), debtor("D2", 2)], KEY)
    upsert(conn, debtors, [debtor("D2", 3, DAY), debtor("D3", 4)], KEY)
    assert all_of(conn) == [debtor("D1", 1, DAY), debtor("D2", 3, DAY), debtor("D3", 4)]


def test_of_two_rows_with_one_key_the_last_one_counts(conn: Connection) -> None:
    upsert(conn, debtors, [debtor("D1", 1), debtor("D1", 2)], KEY)
    assert all_of(conn) == [debtor("D1", 2)]


def test_upsert_of_a_row_that_is_all_key_leaves_it(conn: Connection) -> None:
    upsert(conn, seen, [{"id": "a"}], ("id",))
    upsert(conn, seen, [{"id": "a"}, {"id": "b"}], ("id",))
    assert conn.scalars(select(seen.c.id).order_by(seen.c.id)).all() == ["a", "b"]


def test_insert_missing_leaves_what_is_there(conn: Connection) -> None:
    insert_missing(conn, debtors, [debtor("D1", 1)], KEY)
    insert_missing(conn, debtors, [debtor("D1", 2), debtor("D2", 2)], KEY)
    assert all_of(conn) == [debtor("D1", 1), debtor("D2", 2)]


def test_no_rows_and_no_keys_are_nothing(conn: Connection) -> None:
    insert_rows(conn, debtors, [])
    upsert(conn, debtors, [], KEY)
    insert_rows(conn, debtors, [debtor("D1")])
    assert conn.execute(select(debtors).where(among(conn, [debtors.c.debtor_ref], []))).all() == []
    pair = [debtors.c.mandant, debtors.c.debtor_ref]
    assert conn.execute(select(debtors).where(among(conn, pair, []))).all() == []


def test_a_second_row_with_the_key_of_the_first_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as conn:
        insert_rows(conn, debtors, [debtor("D1"), debtor("D1")])


def test_rows_are_found_by_pairs_of_any_number(conn: Connection) -> None:
    insert_rows(conn, debtors, [debtor(f"D{n}", n, mandant=m) for n in range(3000) for m in ("a", "b")])
    keys = {("a", f"D{n}") for n in range(2500)} | {("b", "D7"), ("b", "nobody"), ("c", "D1")}
    pair = [debtors.c.mandant, debtors.c.debtor_ref]
    found = conn.execute(select(debtors.c.mandant, debtors.c.open_cents).where(among(conn, pair, keys))).all()
    assert sorted(tuple(row) for row in found) == [("a", n) for n in range(2500)] + [("b", 7)]


def test_rows_are_found_by_text_number_and_day(conn: Connection) -> None:
    insert_rows(conn, debtors, [debtor("D'1", 1, DAY), debtor('D"2', 2), debtor("Ä3", 3)])
    table = debtors.c
    for column, keys in (
        (table.debtor_ref, [("D'1",), ("Ä3",)]),
        (table.open_cents, [(1,), (3,)]),
    ):
        found = conn.scalars(select(table.open_cents).where(among(conn, [column], keys)))
        assert sorted(found) == [1, 3]
    assert conn.scalars(
        select(table.open_cents).where(among(conn, [table.next_action_on], [(DAY,)]))
    ).all() == [1]


def test_rows_are_deleted_by_key(conn: Connection) -> None:
    insert_rows(conn, debtors, [debtor("D1"), debtor("D2"), debtor("D3")])
    conn.execute(delete(debtors).where(among(conn, [debtors.c.debtor_ref], [("D1",), ("D3",)])))
    assert [row["debtor_ref"] for row in all_of(conn)] == ["D2"]


def test_what_is_too_long_is_never_cut(engine: Engine) -> None:
    too_long = debtor("D1", mandant="m" * 21)
    if engine.dialect.name == "sqlite":  # it keeps any length
        with engine.begin() as conn:
            insert_rows(conn, debtors, [too_long])
            assert all_of(conn) == [too_long]
        return
    with pytest.raises(DBAPIError), engine.begin() as conn:
        insert_rows(conn, debtors, [too_long])


def test_a_reader_does_not_wait_for_the_writer_and_cannot_write(engine: Engine) -> None:
    reader = engine_for(engine.url.render_as_string(hide_password=False), read_only=True)
    with engine.begin() as writing, reader.begin() as reading:
        insert_rows(writing, debtors, [debtor("D1")])
        assert reading.scalar(select(func.count()).select_from(debtors)) == 0
        with pytest.raises(DBAPIError):
            insert_rows(reading, debtors, [debtor("D2")])
    reader.dispose()


def test_an_error_names_no_values(engine: Engine) -> None:
    secret = debtor("pseudonym-4711")
    with pytest.raises(IntegrityError) as error, engine.begin() as conn:
        insert_rows(conn, debtors, [secret | {"doc": None}])
    assert "Größe" not in str(error.value)


def test_what_is_rolled_back_is_gone_and_what_is_read_first_can_be_written(engine: Engine) -> None:
    with engine.connect() as conn:
        insert_rows(conn, debtors, [debtor("D1")])
        conn.rollback()
        assert all_of(conn) == []
        insert_rows(conn, debtors, [debtor("D2")])
        conn.commit()
        assert all_of(conn) == [debtor("D2")]


def test_in_memory_all_connections_see_one_database() -> None:
    engine = engine_for("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as conn:
        insert_rows(conn, seen, [{"id": "a"}])
    with engine.begin() as conn:
        assert conn.scalars(select(seen.c.id)).all() == ["a"]
