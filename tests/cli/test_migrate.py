"""Migrations: the same on both databases, and in agreement with the tables that the code declares."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from mahnwerk import SERVICES
from mahnwerk.console import Failure
from mahnwerk.migrate import check, metadata_of, migrate
from shared.database import engine_for


@pytest.mark.parametrize("service", SERVICES)
def test_from_nothing_to_what_the_code_declares(service: str, both_databases: dict[str, str]) -> None:
    url = both_databases[service]
    revision = migrate(service, url)
    engine = engine_for(url)
    with engine.begin() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata_of(service)) == []
    engine.dispose()
    check(service, url)
    assert migrate(service, url) == revision  # again: nothing to do


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_does_not_start_on_a_database_that_was_not_migrated(
    service: str, both_databases: dict[str, str]
) -> None:
    with pytest.raises(Failure, match=f"mahnwerk migrate {service}"):
        check(service, both_databases[service])


def test_references_are_ordered_by_byte_on_postgresql(postgres_databases: dict[str, str]) -> None:
    for service in SERVICES:
        migrate(service, postgres_databases[service])
        engine = engine_for(postgres_databases[service])
        with engine.begin() as conn:
            query = text(
                "SELECT DISTINCT collation_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name <> 'remittance'"
                " AND column_name IN ('mandant', 'debtor_ref', 'payer_ref')"
            )
            assert conn.scalars(query).all() == ["C"]
        engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
def test_keys_and_indexes_are_those_of_the_code(service: str, both_databases: dict[str, str]) -> None:
    migrate(service, both_databases[service])
    engine = engine_for(both_databases[service])
    inspector = inspect(engine)
    for table in metadata_of(service).sorted_tables:
        key = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key.columns]
        found = {index["name"] for index in inspector.get_indexes(table.name)}
        assert found == {index.name for index in table.indexes}
    engine.dispose()
