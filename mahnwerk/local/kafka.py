"""Apache Kafka itself as a child process: Java runs it, Maven fetches it (deploy/kafka/pom.xml pins what)."""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from string import Template

from mahnwerk.local.process import LOCALHOST, Server, StartError, free_ports

DEPLOY = Path(__file__).parents[2] / "deploy" / "kafka"
READY = "Kafka Server started"
_JAVA = 17


class ApacheKafka:
    """One Kafka node: its data in a folder, the same port at every start."""

    def __init__(self, data: Path) -> None:
        data = data.resolve()
        data.mkdir(parents=True, exist_ok=True)
        self._java = java()
        self._jars = jars()
        port, controller_port = free_ports(2)
        self.bootstrap = f"{LOCALHOST}:{port}"
        self._config = data / "server.properties"
        template = Template((DEPLOY / "server.properties").read_text())
        self._config.write_text(
            template.substitute(port=port, controller_port=controller_port, data=data / "log")
        )
        command = self._run(["-Xms256m", "-Xmx512m"], "kafka.Kafka", str(self._config))
        self._server = Server(command, data / "kafka.log", READY)
        if not (data / "log" / "meta.properties").exists():
            self._format()

    def start(self) -> None:
        """Start on the same port and data; returns when it answers."""
        self._server.start()

    def stop(self, *, hard: bool = False) -> None:
        """Stop; `hard` is kill -9."""
        self._server.stop(hard=hard)

    def close(self) -> None:
        """Stop; the data stays where it is."""
        self.stop()

    def _format(self) -> None:
        # 16 bytes in base64url; the first letter is ours, for a leading "-" would be read as an option.
        cluster = "M" + secrets.token_urlsafe(16)[1:]
        format_ = ["format", "--standalone", "-t", cluster, "-c", str(self._config)]
        command = self._run(["-Xmx128m"], "kafka.tools.StorageTool", *format_)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"Kafka could not format its folder: {done.stdout}{done.stderr}")

    def _run(self, memory: list[str], *main: str) -> list[str]:
        log4j = f"-Dlog4j2.configurationFile={DEPLOY / 'log4j2.properties'}"
        return [self._java, "-XX:+UseSerialGC", *memory, log4j, "-cp", f"{self._jars}/*", *main]


def java() -> str:
    """The path of a Java that can run Kafka.

    Raises:
        StartError: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    path = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if not path:
        raise StartError(f"no Java {_JAVA} or later")
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < _JAVA:
        raise StartError(f"Java is too old, Kafka needs {_JAVA} or later: {said.splitlines()[:1]}")
    return path


def version() -> str:
    """The version of Kafka that the pom pins."""
    found = re.search(r"<kafka.version>(.+)</kafka.version>", (DEPLOY / "pom.xml").read_text())
    if not found:
        raise StartError("deploy/kafka/pom.xml names no kafka.version")
    return found[1]


def jars() -> Path:
    """The folder with Kafka's jars in the user's cache, filled by Maven on the first call.

    Raises:
        StartError: they are not there and Maven is not, or cannot fetch them.
    """
    pom = DEPLOY / "pom.xml"
    if not pom.exists():
        raise StartError("deploy/kafka/pom.xml is not here: this is no clone of the repository")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mahnwerk"
    mark = hashlib.sha256(pom.read_bytes()).hexdigest()[:8]
    folder = cache / f"kafka-{version()}-{mark}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two starts one downloads, the other waits and finds it done
        if not folder.exists():
            _fetch(pom, folder)
    return folder


def _fetch(pom: Path, folder: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise StartError("no Maven to fetch Kafka with")
    # Renamed into its place when complete: a download that breaks off leaves nothing that looks finished.
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={scratch}/jars"]
        done = subprocess.run(
            [maven, "-q", "-B", "-f", str(pom), *goal], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StartError(f"Maven could not fetch Kafka: {(done.stdout + done.stderr)[-2000:]}")
        Path(scratch, "jars").rename(folder)
