"""What a service logs: one JSON object a line, and nothing of what somebody sent."""

import json
import logging
import traceback
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from shared.contracts import AccountParked, Because
from shared.events import Event
from shared.logs import JsonLines, told
from shared.telemetry import Telemetry

PARKED = Event(
    topic="account-changed",
    lane=3,
    type="account-parked.v1",
    id="4f1c",
    cause="e-1",
    key="wuppertal/d-4711",
    day=date(2026, 4, 1),
    payload=AccountParked(
        mandant="wuppertal", debtor_ref="d-4711", because=Because(policy="none", rules=(), facts={})
    ),
)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    written = [JsonLines("claims").format(record) for record in caplog.records]
    assert all(len(line.splitlines()) == 1 for line in written)
    return [json.loads(line) for line in written]


def test_a_parked_debtor_is_told_by_event_lane_and_day_without_his_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Telemetry("claims").emitted([PARKED])

    (line,) = lines(caplog)
    said = {name: line[name] for name in ("level", "service", "event", "lane", "day")}
    assert said == {"level": "ERROR", "service": "claims", "event": "4f1c", "lane": "3", "day": "2026-04-01"}
    assert "d-4711" not in json.dumps(line)


def test_a_day_is_told_once_and_an_alarm_with_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    telemetry = Telemetry("claims")
    for _lane in range(2):
        telemetry.opened(date(2026, 4, 1))
    telemetry.alarm("lane", "intake/3 stopped")

    opened, alarm = lines(caplog)
    assert (opened["message"], opened["day"]) == ("the day is opened", "2026-04-01")
    assert (alarm["level"], alarm["kind"]) == ("CRITICAL", "lane")


def test_of_an_exception_its_type_and_place_are_told_not_what_it_quotes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        int("Erika Beispiel")
    except ValueError:
        logging.getLogger("mahnwerk").exception("it failed\non two lines")

    (line,) = lines(caplog)
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in line["at"][-1]
    assert "Erika" not in json.dumps(line)


def test_of_an_exception_that_stands_in_what_a_library_says_only_the_first_line_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        int("Erika Beispiel")
    except ValueError as error:
        logging.getLogger("asyncio").exception("Task exception was never retrieved\nfuture: %r", error)  # noqa: TRY401
        logging.getLogger("uvicorn.error").error(traceback.format_exc())  # noqa: TRY400

    said = [line["message"] for line in lines(caplog)]
    assert said == ["Task exception was never retrieved", "Traceback (most recent call last):"]
    assert "Erika" not in json.dumps(lines(caplog))


def test_a_database_that_is_away_is_quoted_one_that_speaks_of_data_is_not() -> None:
    away = OperationalError("SELECT 1", None, Exception("connection refused"))
    clash = IntegrityError("INSERT", None, Exception("Key (name)=(Erika Beispiel) already exists"))
    assert told(away) == "OperationalError: connection refused"
    assert told(clash) == "IntegrityError"
    assert told(OSError(28, "No space left on device")) == "OSError: [Errno 28] No space left on device"
