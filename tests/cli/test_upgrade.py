"""Upgrade and the way back: migrations only add, and the version before runs on the tables of a later one."""

import ast
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from mahnwerk import SERVICES
from mahnwerk.console import Failure
from mahnwerk.migrate import check, migrate
from shared.database import engine_for
from tests.cli import later
from tests.cli.run import environment
from tests.cli.running import Serving

ROOT = Path(__file__).parents[2]


def only_adds(source: str) -> list[str]:
    """What of a migration the version before could not live with."""
    (upgrade,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    new: set[str] = set()
    found = []
    for call in (node for node in ast.walk(upgrade) if isinstance(node, ast.Call)):
        what = ast.unparse(call.func)
        match what, [ast.unparse(argument) for argument in call.args]:
            case "op.create_table", [table, *parts] if "ForeignKey" not in "".join(parts):
                new.add(table)
            case "op.create_index", [_name, table, _columns]:
                unique = {ast.unparse(each.value) for each in call.keywords if each.arg == "unique"}
                if table not in new and unique != {"False"}:
                    found.append(f"{what} of an old table, unique")
            case "op.add_column", [_table, column]:
                if "nullable=True" not in column and "server_default=" not in column:
                    found.append(f"{what} that must be filled")
            case "op.f", _:
                pass
            case _:
                if what.startswith("op."):
                    found.append(what)
    return found


@pytest.fixture(scope="module")
def later_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This code with one more migration for each service, as a later version would have it."""
    folder = tmp_path_factory.mktemp("later")
    for package in ("mahnwerk", "services", "shared"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for service in SERVICES:
        (folder / "services" / service / "migrations" / f"{later.REVISION}_later.py").write_text(
            later.migration(service)
        )
    return folder


@pytest.fixture
def upgraded(later_version: Path, both_databases: dict[str, str]) -> dict[str, str]:
    """Databases that this version made and the later one migrated."""
    for service, url in both_databases.items():
        migrate(service, url)
    ran = subprocess.run(
        [sys.executable, "-m", "mahnwerk", "migrate"],
        cwd=later_version,
        env=environment({f"MAHNWERK_DB_{service.upper()}": url for service, url in both_databases.items()}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "".join(f"{service}: {later.REVISION}\n" for service in SERVICES)
    return both_databases


def test_the_version_before_starts_on_tables_of_a_later_one_and_leaves_them_as_they_are(
    upgraded: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    for service, url in upgraded.items():
        with caplog.at_level(logging.WARNING):
            check(service, url)
        assert f"at revision {later.REVISION}, newer than" in caplog.text
        assert migrate(service, url).startswith(f"{later.REVISION}, newer than ")
        assert migrate(service, url).endswith("nothing to do")
        engine = engine_for(url)
        assert inspect(engine).has_table("later")
        engine.dispose()


def test_a_service_of_the_version_before_starts_on_them(upgraded: dict[str, str], tmp_path: Path) -> None:
    serving = Serving(tmp_path, upgraded["dunning"])
    assert serving.end() == 0
    assert f"at revision {later.REVISION}, newer than" in serving.said


@pytest.mark.parametrize("revision", ["0001", "unknown"])
def test_what_is_behind_or_nobody_knows_is_refused(revision: str, both_databases: dict[str, str]) -> None:
    url = both_databases["dunning"]
    migrate("dunning", url)
    engine = engine_for(url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
    with pytest.raises(Failure, match=f"at revision {revision}, not .* `mahnwerk migrate dunning`"):
        check("dunning", url)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_are_numbered_and_only_add(service: str) -> None:
    files = later.migrations(service)
    assert [file.name[:4] for file in files] == [f"{number + 1:04}" for number in range(len(files))]
    assert {file.name: only_adds(file.read_text()) for file in files} == {file.name: [] for file in files}


@pytest.mark.parametrize(
    "step",
    [
        'op.drop_column("claim", "doc")',
        'op.drop_table("claim")',
        'op.execute("UPDATE claim SET doc = NULL")',
        'op.alter_column("claim", "doc", nullable=True)',
        'op.add_column("claim", sa.Column("new", sa.Text(), nullable=False))',
        'op.create_index("one", "claim", ["doc"], unique=True)',
        'op.create_unique_constraint("one", "claim", ["doc"])',
        'op.create_table("new", sa.Column("of", sa.Text(), sa.ForeignKey("claim.doc")))',
    ],
)
def test_a_migration_that_the_version_before_could_not_live_with_is_found(step: str) -> None:
    assert only_adds(f"def upgrade():\n    {step}\n")


def test_what_a_later_version_does_here_is_what_is_allowed() -> None:
    assert only_adds(later.migration("claims")) == []
