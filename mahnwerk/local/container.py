"""Apache Kafka in a container, where a Docker engine runs."""

import contextlib
import hashlib
import os
import platform
import time
from pathlib import Path
from typing import Any

from mahnwerk.local.kafka import READY, version
from mahnwerk.local.process import LOCALHOST, StartError, free_ports

_DATA = "/var/lib/kafka/data"
_TIMEOUT_S = 60
_OWNER = "mahnwerk.owner"


class KafkaContainer:
    """One Kafka node from the official image, on the same port at every start.

    Args:
        data: the folder that the data belongs to: it is in a volume named after it. None: gone with the
            container.
    """

    def __init__(self, data: Path | None) -> None:
        try:
            import docker  # noqa: PLC0415 - only where testcontainers is installed
            from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - the same
        except ImportError as error:
            raise StartError("testcontainers is not installed") from error
        try:
            remove_orphans(docker.from_env(timeout=5))
        except docker.errors.DockerException as error:
            raise StartError("no Docker engine is running") from error
        (port,) = free_ports(1)
        self.bootstrap = f"{LOCALHOST}:{port}"
        self._container = DockerContainer(f"apache/kafka:{version()}").with_envs(**_settings(port))
        self._container.with_kwargs(labels=owner())
        self._container.ports["9092/tcp"] = (LOCALHOST, port)  # type: ignore[assignment]  # this machine only
        if data:
            mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:8]
            self._container.with_volume_mapping(f"mahnwerk-kafka-{mark}", _DATA, "rw")
        self._made = False

    def start(self) -> None:
        """Start, or start again on the same port and data; returns when it answers."""
        before = self._readies() if self._made else 0
        if self._made:
            self._container.get_wrapped_container().start()
        else:
            self._create()
        deadline = time.monotonic() + _TIMEOUT_S
        while self._readies() == before:
            if time.monotonic() > deadline:
                said = self._container.get_logs()[0].decode(errors="replace")[-2000:]
                self.close()
                raise StartError(f"Kafka's container did not start:\n{said}")
            time.sleep(0.2)

    def stop(self, *, hard: bool = False) -> None:
        """Stop, keeping the data; `hard` is kill -9."""
        container = self._container.get_wrapped_container()
        if hard:
            container.kill()
        else:
            container.stop()

    def close(self) -> None:
        """Remove the container."""
        self._container.stop()

    def _create(self) -> None:
        try:
            self._container.start()
        except Exception as error:
            self.close()
            raise StartError(f"Docker could not start {self._container.image}: {error}") from error
        self._made = True

    def _readies(self) -> int:
        return self._container.get_logs()[0].count(READY.encode())


def owner() -> dict[str, str]:
    """The label of a container that is to be gone when this process is."""
    return {_OWNER: f"{platform.node()}/{os.getpid()}"}


def remove_orphans(client: Any) -> None:  # noqa: ANN401 - docker has no types
    """Remove what processes of this machine left that were killed; volumes with a name stay."""
    for container in client.containers.list(all=True, filters={"label": _OWNER}, ignore_removed=True):
        host, _, pid = container.labels[_OWNER].rpartition("/")
        if host == platform.node() and not _alive(int(pid)):
            with contextlib.suppress(Exception):  # another start removes it too
                container.remove(force=True, v=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _settings(port: int) -> dict[str, str]:
    """What deploy/kafka/server.properties says, in the image's own spelling."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        # The broker is a client of itself, inside; at the port outside it would try in vain for ever.
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INTERNAL",
        "KAFKA_LISTENERS": "INTERNAL://localhost:29092,EXTERNAL://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"INTERNAL://localhost:29092,EXTERNAL://{LOCALHOST}:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_LOG_DIRS": _DATA,
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_GROUP_COORDINATOR_APPEND_LINGER_MS": "0",
    }
