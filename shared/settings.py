"""What the environment says. Every value has the name that `--help` and the README use."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

_PORTS: Final = {"claims": 8601, "dunning": 8602, "enforcement": 8603, "notifications": 8604}


class SettingsError(Exception):
    """A setting is missing or makes no sense."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one service process.

    Args:
        kafka: MAHNWERK_KAFKA, bootstrap servers.
        database: MAHNWERK_DB_<SERVICE>, or the database mahnwerk_<service> on the server of MAHNWERK_DB, or a
            file in the data folder; with the password in the file MAHNWERK_DB_PASSWORD_FILE, if it is set.
        policies: MAHNWERK_POLICIES, the folder with one TOML file per Mandant.
        data: MAHNWERK_DATA, the folder for SQLite files and the messages that notifications writes.
        host: MAHNWERK_HOST, where metrics and health are served.
        port: MAHNWERK_PORT.
        instance: MAHNWERK_INSTANCE, a name that this process has alone and keeps over a restart.
    """

    service: str
    kafka: str
    database: str
    policies: Path
    data: Path
    host: str
    port: int
    instance: str | None

    @classmethod
    def of(cls, service: str, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings of a service; SettingsError if one is missing."""
        kafka = env.get("MAHNWERK_KAFKA", "")
        if not kafka:
            raise SettingsError("MAHNWERK_KAFKA is not set: the bootstrap servers, host:port")
        data = Path(env.get("MAHNWERK_DATA", "var"))
        port = env.get("MAHNWERK_PORT", str(_PORTS[service]))
        if not port.isdigit():
            raise SettingsError(f"MAHNWERK_PORT is no number: {port}")
        return cls(
            service=service,
            kafka=kafka,
            database=database_url(service, env, data),
            policies=Path(env.get("MAHNWERK_POLICIES", "policies")),
            data=data,
            host=env.get("MAHNWERK_HOST", "127.0.0.1"),
            port=int(port),
            instance=_instance(env.get("MAHNWERK_INSTANCE", "")),
        )


def _instance(name: str) -> str | None:
    if name and not re.fullmatch(r"[a-zA-Z0-9._-]{1,200}", name):
        raise SettingsError("MAHNWERK_INSTANCE may have letters, digits, '.', '_' and '-' only")
    return name or None


def database_url(service: str, env: Mapping[str, str], data: Path) -> str:
    """The database of a service: each has its own; its password may stand in a file.

    Raises:
        SettingsError: the file that MAHNWERK_DB_PASSWORD_FILE names cannot be read.
    """
    url = env.get(f"MAHNWERK_DB_{service.upper()}")
    if not url and (base := env.get("MAHNWERK_DB")):
        url = make_url(base).set(database=f"mahnwerk_{service}").render_as_string(hide_password=False)
    if not url:
        return f"sqlite:///{data / service}.db"
    if not (file := env.get("MAHNWERK_DB_PASSWORD_FILE")):
        return url
    try:
        password = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"MAHNWERK_DB_PASSWORD_FILE: {error.strerror}: {file}") from None
    return make_url(url).set(password=password).render_as_string(hide_password=False)
