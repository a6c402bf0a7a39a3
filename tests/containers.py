"""PostgreSQL and Kafka in containers: the images that compose.yml names, where a Docker engine runs."""

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
import yaml

from mahnwerk.brokers import DOCKER, Broker
from mahnwerk.local.container import owner, remove_orphans
from mahnwerk.local.process import LOCALHOST, StartError, free_ports

# We remove what we start; testcontainers' own reaper would be one more image to have. Read at its import.
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")

_COMPOSE = Path(__file__).parents[1] / "compose.yml"
_READY_S = 120

T = TypeVar("T")


@contextmanager
def kafka() -> Iterator[Broker | None]:
    """Kafka in a container, as `mahnwerk demo` takes it; None where Docker has none to give."""
    with ExitStack() as stack:
        yield _unless_missing(stack, Broker(rung=DOCKER))


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of PostgreSQL in a container; None where Docker has none to give."""
    with ExitStack() as stack:
        yield _unless_missing(stack, _postgres())


def _unless_missing(stack: ExitStack, container: AbstractContextManager[T]) -> T | None:
    try:
        return stack.enter_context(container)
    except StartError as error:
        if "required" in (os.environ.get("MAHNWERK_TOOLS"), os.environ.get("MAHNWERK_DOCKER")):
            pytest.fail(str(error))
        return None


@contextmanager
def _postgres() -> Iterator[str]:
    import docker  # noqa: PLC0415 - not before the setting above
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - the same

    image = yaml.safe_load(_COMPOSE.read_text(encoding="utf-8"))["services"]["postgres"]["image"]
    (port,) = free_ports(1)
    url = f"postgresql://postgres:test@{LOCALHOST}:{port}/postgres"
    with ExitStack() as stack:
        try:
            remove_orphans(docker.from_env())
            container = (
                DockerContainer(image)
                .with_kwargs(labels=owner())
                .with_envs(
                    POSTGRES_PASSWORD="test",  # noqa: S106 - nobody but this machine reaches it
                    LANG="C.UTF-8",
                )
            )
            stack.callback(container.stop)
            container.ports["5432/tcp"] = (LOCALHOST, port)  # type: ignore[assignment]  # this machine only
            container.with_tmpfs_mount("/var/lib/postgresql/data")
            # It may forget: tests make a database each, and most of that is writing to disk.
            container.with_command(["-c", "fsync=off", "-c", "max_connections=200"]).start()
        except docker.errors.DockerException as error:
            raise StartError(f"Docker has no {image}: {error}") from error
        _wait(container, url)
        yield url


def _wait(container: Any, url: str) -> None:  # noqa: ANN401 - testcontainers has no types
    deadline = time.monotonic() + _READY_S
    while True:
        try:
            # By TCP: while it is set up for the first time it listens on its socket only.
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                said = container.get_logs()[0].decode(errors="replace")[-2000:]
                raise StartError(f"PostgreSQL's container does not answer: {error}\n{said}") from error
            time.sleep(0.2)
        else:
            return
