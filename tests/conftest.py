"""What tests share: a real Kafka and a real PostgreSQL for the session, and clean ones for a test."""

import itertools
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from hypothesis import HealthCheck, settings

from mahnwerk.brokers import BUILT_IN, Broker
from mahnwerk.databases import databases, drop, on_server
from mahnwerk.local.postgres import LocalPostgres
from tests import containers

_NEEDS = {"kafka": "kafka", "kafka_in_a_container": "kafka", "postgres_url": "postgres"}  # fixture -> marker
_serial = itertools.count(1)

# How busy the machine is decides nothing. The same examples each time, so that a red run can be had again;
# `make fuzz` looks for others.
settings.register_profile(
    "ours",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="MAHNWERK_FUZZ_SECONDS" not in os.environ,
)
settings.load_profile("ours")


def pytest_configure() -> None:
    """On SIGTERM, as on Ctrl-C, containers and processes are taken down."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture, marker in _NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The best Kafka that this machine has. MAHNWERK_KAFKA_RUNG makes anything less a failure, as in CI."""
    with Broker(tmp_path_factory.mktemp("kafka")) as broker:
        if broker.rung == BUILT_IN and not os.environ.get("MAHNWERK_KAFKA_RUNG"):
            pytest.skip(broker.describe())
        yield broker


@pytest.fixture
def clean_kafka(kafka: Broker) -> Broker:
    """The session's Kafka without topics; what groups had committed on them is gone with them."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    deadline = time.monotonic() + 90
    while names := [name for name in admin.list_topics(timeout=10).topics if not name.startswith("__")]:
        assert time.monotonic() < deadline, f"topics do not go away: {names}"
        for deleted in admin.delete_topics(names).values():
            deleted.exception(timeout=10)
        time.sleep(0.1)
    return kafka


@pytest.fixture(scope="session")
def kafka_in_a_container() -> Iterator[Broker | None]:
    """Kafka from the official image; None where Docker does not run."""
    with containers.kafka() as broker:
        yield broker


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server that MAHNWERK_DB names, else the official image where Docker runs, else one of our own."""
    with ExitStack() as stack:
        given = os.environ.get("MAHNWERK_DB") or stack.enter_context(containers.postgres())
        yield given or stack.enter_context(_own_postgres())


@contextmanager
def _own_postgres() -> Iterator[str]:
    # Not in pytest's folder, which only its owner may enter: run by root, the server runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="mahnwerk-postgres-", ignore_cleanup_errors=True) as folder:
        server = LocalPostgres(Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@pytest.fixture
def postgres_databases(postgres_url: str) -> Iterator[dict[str, str]]:
    """Service -> the URL of an empty PostgreSQL database, for this test only."""
    prefix = f"test_{os.getpid()}_{next(_serial)}"
    yield on_server(postgres_url, prefix)
    drop(postgres_url, prefix)


@pytest.fixture(params=["sqlite", "postgres"])
def both_databases(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Service -> the URL of an empty database; the test runs once on SQLite files and once on PostgreSQL."""
    if request.param == "postgres":
        urls: dict[str, str] = request.getfixturevalue("postgres_databases")
        return urls
    monkeypatch.delenv("MAHNWERK_DB", raising=False)
    return databases(tmp_path)
