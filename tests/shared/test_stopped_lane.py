"""What is said of a record on which our own code fails: its place, and nothing that others wrote into it."""

import pytest

from shared.database import engine_for
from shared.loop import LaneStoppedError, Loop
from shared.records import Record
from tests.system.echo import METADATA, Echo


@pytest.mark.parametrize(
    ("type_", "named"),
    [("claim-created.v1", "claim-created.v1"), ("Erika Schäfer", "a type that is not ours")],
)
def test_its_type_is_named_only_if_it_is_one_of_ours(type_: str, named: str) -> None:
    engine = engine_for("sqlite://")
    METADATA.create_all(engine)
    loop = Loop(engine, Echo())
    loop.take([("intake", 0)])
    without_mandant = Record("intake", 0, 0, type_, "e-1", "lmg", "e-1", {})
    with pytest.raises(LaneStoppedError) as stopped:
        loop.run({("intake", 0): [without_mandant]})
    assert stopped.value.why == f"KeyError on {named} at offset 0"
