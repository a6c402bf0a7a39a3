"""The system as compose.yml starts it, under a name and on ports of its own."""

import json
import os
import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Self

import pytest

from mahnwerk.local.process import LOCALHOST, free_ports

ROOT = Path(__file__).parents[2]
SERVICES = ("claims", "dunning", "enforcement", "notifications")

# Ends the service as kill -9 does, from inside: its container is not told that somebody wanted this.
_KILL = """
import os, signal
for pid in filter(str.isdigit, os.listdir("/proc")):
    with open(f"/proc/{pid}/cmdline") as command:
        if "mahnwerk\\0serve" in command.read() and pid != "1":
            os.kill(int(pid), signal.SIGKILL)
"""


def engine() -> None:
    """Skip the test where no Docker engine with compose runs; fail where one must."""
    docker = shutil.which("docker")
    answers = docker and all(
        subprocess.run([docker, *command], capture_output=True, check=False).returncode == 0
        for command in (["info"], ["compose", "version"])
    )
    if answers:
        return
    if "required" in (os.environ.get("MAHNWERK_TOOLS"), os.environ.get("MAHNWERK_DOCKER")):
        pytest.fail("no Docker engine with compose runs")
    pytest.skip("no Docker engine with compose runs")


class Composed:
    """Brought up with two instances of dunning; taken down, with its data, when the context ends."""

    def __init__(self) -> None:
        kafka, prometheus = free_ports(2)
        self.kafka = f"{LOCALHOST}:{kafka}"
        self._prometheus = f"http://{LOCALHOST}:{prometheus}/api/v1"
        self._env = os.environ | {
            "COMPOSE_PROJECT_NAME": f"mahnwerk-test-{os.getpid()}",
            "COMPOSE_FILE": f"{ROOT / 'compose.yml'}:{ROOT / 'tests/system/compose.host-network.yml'}",
            "MAHNWERK_KAFKA_PORT": str(kafka),
            "MAHNWERK_PROMETHEUS_PORT": str(prometheus),
            "MAHNWERK_VERSION": "test",
            "MAHNWERK_LANES": "4",
            "COMPOSE_BAKE": "false",  # built by compose itself, whatever buildx there is
        }

    def __enter__(self) -> Self:
        try:
            self("build")
            self.up("--scale", "dunning=2")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self("--profile", "*", "down", "--volumes", "--timeout", "5")

    def __call__(self, *arguments: str) -> str:
        """`docker compose …`: what it prints; it must exit with 0."""
        ran = self.tried(*arguments)
        assert ran.returncode == 0, f"{arguments}: {ran.stdout}\n{ran.stderr}\n{self._logs()}"
        return ran.stdout

    def tried(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, where it may fail."""
        command = ["docker", "compose", *arguments]
        return subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)

    def as_written(self, heading: str, folder: Path) -> None:
        """Run the commands that docs/operations.md has below a heading, as somebody would in this folder."""
        page = (ROOT / "docs" / "operations.md").read_text()
        (commands,) = re.findall(
            rf"^## {heading}$(?:(?!^## ).)*?^```sh\n(.*?)^```$", page, re.DOTALL | re.MULTILINE
        )
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=folder,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{commands}\n{ran.stdout}\n{ran.stderr}\n{self._logs()}"

    def beside(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`docker run …` as for the installation `mahnwerk`."""
        command = [word.replace("mahnwerk_", f"{self._env['COMPOSE_PROJECT_NAME']}_") for word in arguments]
        return subprocess.run(["docker", "run", *command], capture_output=True, text=True, check=False)

    def up(self, *options: str) -> None:
        """Bring it up and wait until everything is healthy."""
        self("up", "--detach", "--wait", "--wait-timeout", "300", *options)

    def healthy(self) -> bool:
        """Whether everything that runs is."""
        states = [each["State"] for each in self.containers().values()]
        return all(state["Health"]["Status"] == "healthy" for state in states if state["Running"])

    def asked(self, path: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON
        """What Prometheus answers."""
        url = f"{self._prometheus}/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - ours
            return json.load(response)["data"]

    def configured(self) -> dict[str, Any]:
        """Service -> what compose.yml says of it."""
        said = json.loads(self("--profile", "*", "config", "--format", "json"))
        services: dict[str, Any] = said["services"]
        return services

    def containers(self) -> dict[str, dict[str, Any]]:
        """Service, or service-2 -> its container, as Docker inspects it; those too that have ended."""
        ids = self("ps", "--all", "--quiet").split()
        shown = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True).stdout
        return {_name(each["Config"]["Labels"]): each for each in json.loads(shown)}

    def inside(self, service: str, code: str) -> str:
        """What Python code prints in a service's container."""
        return self("exec", "-T", service, "python", "-c", code)

    def kill(self, service: str) -> None:
        """End a service's process as kill -9 does."""
        self.tried("exec", "-T", service, "python", "-c", _KILL)  # may end with the container

    def _logs(self) -> str:
        return self.tried("logs", "--no-color", "--tail", "20").stdout


def _name(labels: dict[str, str]) -> str:
    service, number = (labels[f"com.docker.compose.{key}"] for key in ("service", "container-number"))
    return service if number == "1" else f"{service}-{number}"
