"""What the environment says. Every value has the name that `--help` and the README use."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_BROKER: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s,:\[\]]+)(:(?P<port>[0-9]{1,5}))?")
_LAST_PORT: Final = 65_535
_PORTS: Final = {"claims": 8601, "dunning": 8602, "enforcement": 8603, "notifications": 8604}


_NO_URL: Final = "MAHNWERK_DB is no URL of a database: postgresql://user@host:port/postgres"


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
            kafka=brokers(kafka),
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


def brokers(text: str) -> str:
    """Bootstrap servers, as they were given; SettingsError if they are none."""
    found = [_BROKER.fullmatch(one.strip()) for one in text.split(",")]
    if not all(one and int(one["port"] or 0) <= _LAST_PORT for one in found):
        raise SettingsError(f"{text} is no Kafka broker: host:port, several separated by commas")
    return text


def read_url(text: str, env: Mapping[str, str] = os.environ) -> URL:
    """A database's URL, with the password of the file that MAHNWERK_DB_PASSWORD_FILE names, if it is set.

    Raises:
        SettingsError: it is no URL, or the file cannot be read.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # not told what it is: a password may stand in it
        raise SettingsError(_NO_URL) from None
    if url.get_backend_name() not in ("postgresql", "sqlite"):
        raise SettingsError(_NO_URL)
    file = env.get("MAHNWERK_DB_PASSWORD_FILE")
    if not file or url.get_backend_name() == "sqlite":
        return url
    try:
        return url.set(password=Path(file).read_text(encoding="utf-8").strip())
    except OSError as error:
        raise SettingsError(f"MAHNWERK_DB_PASSWORD_FILE: {error.strerror}: {file}") from None


def database_url(service: str, env: Mapping[str, str], data: Path) -> str:
    """The database of a service: each has its own. SettingsError as of `read_url`."""
    if own := env.get(f"MAHNWERK_DB_{service.upper()}"):
        url = read_url(own, env)
    elif base := env.get("MAHNWERK_DB"):
        url = read_url(base, env).set(database=f"mahnwerk_{service}")
    else:
        return f"sqlite:///{data / service}.db"
    return url.render_as_string(hide_password=False)
