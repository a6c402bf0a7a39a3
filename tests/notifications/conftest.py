"""What the tests of notifications share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.notifications.tables import metadata
from shared.database import engine_for
from shared.policy import Policies, load_policies


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies(Path("policies"))


@pytest.fixture
def engine(both_databases: dict[str, str]) -> Iterator[Engine]:
    made = engine_for(both_databases["notifications"])
    metadata.create_all(made)
    yield made
    made.dispose()
