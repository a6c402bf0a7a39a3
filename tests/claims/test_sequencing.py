"""A record of an inbound topic becomes a record of intake: what is kept, what is a flaw, which lane."""

import json

import pytest

from services.claims.sequencing import Headers, Message, Source, parse, to_intake
from shared.records import lane_of

LANES = 12
ENVELOPE = (("ce_id", b"e1"), ("ce_source", b"bank"), ("ce_type", b"payment-received.v1"))
PAYMENT = {"mandant": "wuppertal", "payment_ref": "B1", "amount_cents": 500, "booked_on": "2026-01-05"}


def record(value: object, headers: Headers = ENVELOPE, topic: str = "payment-received") -> Source:
    raw = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
    return Source(topic, 1, 7, headers, raw)


def intake(source: Source) -> Message:
    return to_intake(parse(source), LANES)


def test_what_is_readable_keeps_its_envelope_and_its_data_and_says_where_it_stood() -> None:
    message = intake(record(PAYMENT))

    assert message.headers["ce_id"] == "e1"
    assert message.headers["mw-from"] == "payment-received/1/7"
    assert "mw-flaw" not in message.headers
    assert json.loads(message.value) == PAYMENT
    assert message.lane == lane_of("wuppertal", LANES)


@pytest.mark.parametrize(
    "value",
    [None, b"", b"no json", b"[1]", b'"text"', b"\xff", b'{"a":' * 200 + b"1" + b"}" * 200],
    ids=["tombstone", "empty", "no json", "list", "text", "no utf-8", "too deep"],
)
def test_what_is_no_object_is_malformed_and_its_body_is_not_copied(value: object) -> None:
    message = intake(record(value))

    assert (message.headers["mw-flaw"], message.lane, message.value) == ("malformed", 0, b"{}")


def test_one_header_that_is_not_utf_8_makes_the_record_malformed_the_others_are_kept() -> None:
    message = intake(record(PAYMENT, (*ENVELOPE, ("trace", b"\xff\xfe"))))

    assert message.headers["mw-flaw"] == "malformed"
    assert message.headers["ce_id"] == "e1"


def test_what_dunning_feeds_back_is_as_large_as_an_account() -> None:
    headers = (("ce_id", b"n1"), ("ce_source", b"mahnwerk/dunning"), ("ce_type", b"dunning-notice-issued.v1"))
    notice = {"mandant": "wuppertal", "items": [{"kassenzeichen": "8656211473815"}] * 20_000}
    assert "mw-flaw" not in intake(record(notice, headers, "dunning-notice")).headers


@pytest.mark.parametrize(("size", "flaw"), [(256 * 1024, None), (256 * 1024 + 1, "too-large")])
def test_a_body_may_have_256_kib(size: int, flaw: str | None) -> None:
    frame = len(json.dumps({**PAYMENT, "pad": ""}))

    message = intake(record({**PAYMENT, "pad": "x" * (size - frame)}))

    assert message.headers.get("mw-flaw") == flaw


def test_of_a_remittance_only_the_numbers_are_kept_and_the_text_goes_beside() -> None:
    message = intake(record({**PAYMENT, "remittance": ["Erika Muster", "8656 1200 0001 7"]}))

    assert b"Erika" not in message.value
    assert "remittance" not in json.loads(message.value)
    assert set(json.loads(message.value)["candidates"]) == {"valid", "invalid"}
    assert message.remittance is not None
    assert message.remittance.text == "Erika Muster\n8656 1200 0001 7"


def test_with_a_kassenzeichen_the_remittance_is_not_read_and_not_kept() -> None:
    message = intake(record({**PAYMENT, "kassenzeichen": "x", "remittance": ["Erika Muster"]}))

    assert json.loads(message.value) == {**PAYMENT, "kassenzeichen": "x"}
    assert message.remittance is None


@pytest.mark.parametrize("remittance", ["Erika Muster", [1, "Erika Muster"], {"text": "Erika Muster"}])
def test_a_remittance_that_is_no_list_of_texts_stays_wrong_without_its_text(remittance: object) -> None:
    message = intake(record({**PAYMENT, "remittance": remittance}))

    assert b"Erika" not in message.value
    assert not isinstance(json.loads(message.value)["remittance"], list)


def test_fields_that_the_type_does_not_have_do_not_enter_the_log() -> None:
    assert json.loads(intake(record({**PAYMENT, "payer_name": "Erika"})).value) == PAYMENT


def test_of_an_unknown_type_only_the_mandant_is_kept() -> None:
    headers = (("ce_id", b"e1"), ("ce_source", b"bank"), ("ce_type", b"debtor-contact.v1"))

    message = intake(record({"mandant": "wuppertal", "name": "Erika"}, headers))

    assert json.loads(message.value) == {"mandant": "wuppertal"}


@pytest.mark.parametrize("topic", ["claim-created", "redrive"])
def test_of_a_redrive_its_fields_are_kept_whoever_claims_to_be_one(topic: str) -> None:
    headers = (("ce_id", b"e1"), ("ce_source", b"up"), ("ce_type", b"redrive-requested.v1"))
    account = {"mandant": "wuppertal", "debtor_ref": "D1"}

    message = intake(record(account | {"name": "Erika Muster", "remittance": ["CANARY"]}, headers, topic))

    assert json.loads(message.value) == account


def test_the_same_data_has_the_same_hash_whatever_the_order_of_its_fields() -> None:
    one = intake(record(PAYMENT)).headers["mw-hash"]
    other = intake(record(dict(reversed(PAYMENT.items())))).headers["mw-hash"]

    assert one == other
    assert intake(record({**PAYMENT, "amount_cents": 501})).headers["mw-hash"] != one


def test_without_a_readable_mandant_it_is_lane_0() -> None:
    assert intake(record({**PAYMENT, "mandant": 5})).lane == 0
    assert intake(record({"payment_ref": "B1"})).lane == 0


def test_a_business_day_on_another_topic_opens_no_day() -> None:
    headers = (("ce_id", b"e1"), ("ce_source", b"clock"), ("ce_type", b"business-day-opened.v1"))

    message = intake(record({"day": "2026-01-05"}, headers, topic="block-set"))

    assert message.headers["mw-flaw"] == "unknown-type"
