"""A database that is only slow, or busy with others, is waited for."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, exc

from services.notifications.service import Notifications
from services.notifications.tables import metadata
from shared.database import engine_for
from shared.loop import Loop
from shared.policy import load_policies
from tests.notifications.samples import notice, record


def test_a_batch_that_gets_no_connection_blames_no_record_and_can_be_run_again(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/db", pool_size=1, max_overflow=0, pool_timeout=0.01)
    metadata.create_all(engine)
    place = ("dunning-notice", 0)
    loop = Loop(engine, Notifications(load_policies(Path("policies"))))
    loop.take([place])
    batch = {place: [record(notice(), "e-0")]}

    with engine.connect(), pytest.raises(exc.TimeoutError):  # somebody else has the only one
        loop.run(batch)

    assert loop.run(batch).handled == 1
    engine.dispose()


def test_all_who_use_the_database_of_claims_get_a_connection(postgres_databases: dict[str, str]) -> None:
    engine = engine_for(postgres_databases["claims"])
    with ExitStack() as users:
        for _ in ("loop", "relay", "sequencer", "its lock", "figures", "parked", "one more look"):
            users.enter_context(engine.connect())
    engine.dispose()
