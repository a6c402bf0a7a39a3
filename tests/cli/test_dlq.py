"""`mahnwerk dlq`: what is shown of the records of a parked debtor."""

import json
from pathlib import Path

import pytest
from sqlalchemy import insert

from mahnwerk import SERVICES
from mahnwerk.migrate import migrate
from services.claims.rows import record_doc
from services.claims.tables import parked
from services.enforcement.tables import account, kept_record
from shared.database import engine_for
from shared.records import Record
from tests.cli.run import mahnwerk
from tests.cli.story import claim, debtor

NO_BROKER = "mahnwerk: no broker: `mahnwerk up` does not run here, and MAHNWERK_KAFKA is not set"


def record(event: dict[str, object], offset: int) -> Record:
    data = event["data"]
    assert isinstance(data, dict)
    return Record("intake", 3, offset, str(event["type"]), str(event["id"]), "/upstream", "", data)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    urls = {service: f"sqlite:///{tmp_path / service}.db" for service in SERVICES}
    for service, url in urls.items():
        migrate(service, url)
    kept = record_doc([record(debtor(), 7), record(claim(), 8)])
    with engine_for(urls["claims"]).begin() as conn:
        conn.execute(insert(parked).values(lane=3, mandant="wuppertal", debtor_ref="D1", records=kept))
    with engine_for(urls["enforcement"]).begin() as conn:
        row = {"mandant": "wuppertal", "debtor_ref": "D1"}
        conn.execute(insert(account).values(**row, lane=3, credit_cents=0, parked=True, doc="{}"))
        conn.execute(insert(kept_record).values(**row, offset=4, doc=record_doc(record(claim(), 4))))
    return tmp_path


def test_list_names_services_and_counts_records(data: Path) -> None:
    ran = mahnwerk("dlq", "list", "--data", data)
    assert ran.out.splitlines()[1].split() == ["wuppertal", "D1", "claims,", "enforcement", "3"]


def test_show_gives_places_and_references_and_no_personal_data(data: Path) -> None:
    text = mahnwerk("dlq", "show", "wuppertal", "D1", "--data", data).out
    assert "intake/3/7  debtor-registered.v1" in text
    assert "claim_ref" in text
    assert "1980-05-17" not in text
    shown = json.loads(mahnwerk("dlq", "show", "wuppertal", "D1", "--json", "--data", data).out)
    assert [one["at"] for one in shown["records"]] == ["intake/3/7", "intake/3/8", "intake/3/4"]
    assert shown["records"][0]["data"] == {"mandant": "wuppertal", "debtor_ref": "D1"}


def test_who_is_not_parked_is_an_error(data: Path) -> None:
    ran = mahnwerk("dlq", "show", "wuppertal", "D2", "--data", data)
    assert (ran.code, ran.err) == (1, "mahnwerk: D2 of wuppertal is not parked\n")


def test_redrive_asks_for_a_name(data: Path) -> None:
    assert mahnwerk("dlq", "redrive", "--data", data).code == 2
    assert mahnwerk("dlq", "redrive", "wuppertal", "--data", data).code == 2


def test_what_belongs_to_no_debtor_has_an_empty_name(data: Path) -> None:
    with engine_for(f"sqlite:///{data / 'claims'}.db").begin() as conn:
        conn.execute(insert(parked).values(lane=3, mandant="wuppertal", debtor_ref="", records="[]"))
    ran = mahnwerk("dlq", "redrive", "wuppertal", "", "--data", data)
    assert (ran.code, ran.err.splitlines()) == (1, [NO_BROKER])  # it is parked: all that it lacks is a broker
