"""Where the environment says a service's database is."""

from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from mahnwerk.databases import drop, on_server
from shared.settings import SettingsError, database_url

OWN = "postgresql+psycopg://claims@db/mahnwerk_claims"


def test_the_password_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/word\n")
    env = {"MAHNWERK_DB_CLAIMS": OWN, "MAHNWERK_DB_PASSWORD_FILE": str(file)}
    assert database_url("claims", env, tmp_path) == OWN.replace("claims@", "claims:p%40ss%2Fword@")
    server = {"MAHNWERK_DB": "postgresql+psycopg://me@db/postgres", "MAHNWERK_DB_PASSWORD_FILE": str(file)}
    assert database_url("dunning", server, tmp_path).endswith("me:p%40ss%2Fword@db/mahnwerk_dunning")


def test_who_makes_the_databases_reads_the_password_there_too(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(postgres_url)
    file = tmp_path / "password"
    file.write_text(str(url.password or "none is asked for"))
    monkeypatch.setenv("MAHNWERK_DB_PASSWORD_FILE", str(file))
    without = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)

    made = on_server(without.render_as_string(), "test_password")
    drop(without.render_as_string(), "test_password")

    assert make_url(made["claims"]).password == file.read_text()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    env = {"MAHNWERK_DB_CLAIMS": OWN, "MAHNWERK_DB_PASSWORD_FILE": str(tmp_path / "none")}
    with pytest.raises(SettingsError, match="MAHNWERK_DB_PASSWORD_FILE: No such file"):
        database_url("claims", env, tmp_path)


def test_without_it_the_url_is_taken_as_it_is_and_without_a_url_a_file(tmp_path: Path) -> None:
    assert database_url("claims", {"MAHNWERK_DB_CLAIMS": OWN}, tmp_path) == OWN
    assert database_url("claims", {}, tmp_path) == f"sqlite:///{tmp_path / 'claims.db'}"
