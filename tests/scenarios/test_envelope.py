"""What identifies an event, what makes it unreadable, and what came of what."""

from typing import Any

import orjson
import pytest

from mahnwerk.play import Play
from tests.scenarios import municipality
from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"


def opened() -> Timeline:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    return t


def test_the_same_event_again_has_no_effect_and_no_second_answer() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00", id="x")
    t.payment("P1", "K1", "40.00", id="x")
    t.day("2026-02-17")

    assert t.answers("x") == ["posting-recorded"]
    assert t.balance("K1") == "soll 100.00 ist 40.00 open 60.00"


def test_the_same_event_again_on_another_day_is_still_a_duplicate() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00", id="x", booked_on=DUE)
    t.days("2026-02-17", "2026-09-01")
    t.payment("P1", "K1", "40.00", id="x", booked_on=DUE)
    t.day("2026-09-02")

    assert t.answers("x") == ["posting-recorded"]


def test_the_order_of_the_fields_does_not_make_other_data() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00", id="x")
    first = t.sent[-1]
    t.line(first | {"data": dict(reversed(first["data"].items()))})

    assert t.answers("x") == ["posting-recorded"]


def test_subject_and_time_are_no_data() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00", id="x")
    t.line(t.sent[-1] | {"subject": "wuppertal/P1", "time": "2026-02-16T10:00:00Z"})

    assert t.answers("x") == ["posting-recorded"]


@pytest.mark.parametrize("change", [{"amount_cents": 5000}, {"remark": "a field that is not known"}])
def test_the_same_id_with_other_data_is_rejected(change: dict[str, Any]) -> None:
    t = opened()
    t.payment("P1", "K1", "40.00", id="x")
    t.payment("P1", "K1", "40.00", id="x", **change)

    assert t.rejected("x") == "id-reuse"
    assert t.balance("K1") == "soll 100.00 ist 40.00 open 60.00"


def test_the_same_id_with_another_type_is_rejected() -> None:
    t = opened()
    t.block("K1", "Y", id="x")
    t.lift("K1", "Y", id="x")

    assert t.rejected("x") == "id-reuse"


def test_the_same_id_from_another_source_is_another_event() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00", id="x", source="/bank")
    t.payment("P2", "K1", "10.00", id="x", source="/cash-desk")

    assert t.balance("K1") == "soll 100.00 ist 50.00 open 50.00"


def test_the_same_id_for_another_mandant_is_another_event() -> None:
    t = opened()
    t.debtor("D7", id="x")
    t.debtor("D7", id="x", mandant="erkelenz")

    assert [one["mandant"] for one in t.events("event-accepted") if one["accepted_id"] == "x"] == [
        "wuppertal",
        "erkelenz",
    ]


def test_an_id_is_remembered_though_its_event_was_rejected() -> None:
    t = opened()
    t.claim("K2", "50.00", due=DUE, office="JBC.24", id="x")
    t.claim("K2", "50.00", due=DUE, office="JBC.24", id="x")
    assert t.rejected("x") == "office-not-allowed"

    t.claim("K2", "50.00", due=DUE, office="LG", id="x")
    assert t.rejected("x") == "office-not-allowed id-reuse"


def test_a_rejected_event_leaves_its_references_free() -> None:
    t = opened()
    t.claim("K2", "50.00", due=DUE, office="JBC.24")
    again = t.claim("K2", "50.00", due=DUE)

    assert t.answers(again) == ["claim-registered"]


def test_an_unknown_field_is_ignored_and_null_is_absent() -> None:
    t = opened()
    t.line(
        {
            "specversion": "1.0",
            "id": "x",
            "source": "/upstream",
            "type": "block-set.v1",
            "data": {
                "mandant": "wuppertal",
                "kassenzeichen": t.kz("K1"),
                "reason": "Y",
                "set_on": "2026-02-16",
                "ends_by": None,
                "colour": "red",
            },
        }
    )

    assert t.accepted("x")["ends_by"] == "2027-02-11"


@pytest.mark.parametrize("line", [[], "text", 7, None, True])
def test_a_line_that_is_no_object_is_malformed(line: object) -> None:
    t = opened()
    t.line(line)

    (rejected,) = t.events("event-rejected")
    assert (rejected["reason"], rejected["offset"]) == ("malformed", 4)


@pytest.mark.parametrize("data", [[], "text", None])
def test_data_that_is_no_object_is_malformed(data: object) -> None:
    t = opened()
    t.line({"specversion": "1.0", "id": "x", "source": "/upstream", "type": "block-set.v1", "data": data})

    assert [one["reason"] for one in t.events("event-rejected")] == ["malformed"]


@pytest.mark.parametrize(
    "kind",
    [
        "claim-deleted",
        "day-marked",
    ],
)
def test_a_type_that_nobody_knows(kind: str) -> None:
    t = opened()
    x = t.about(kind, "K1", decided_on="2026-02-16")

    assert t.rejected(x) == "unknown-type"


def test_an_outbound_event_is_no_inbound_one() -> None:
    t = opened()
    x = t.send("dunning-notice-issued", debtor_ref="D1", notice_id="n", issued_on=DUE, items=[])

    assert t.rejected(x) == "unknown-type"


def test_256_kib_are_the_limit_of_the_data() -> None:
    t = opened()
    data: dict[str, Any] = {
        "mandant": "wuppertal",
        "payment_ref": "P1",
        "amount_cents": 1,
        "booked_on": DUE,
        "remittance": [""],
    }
    room = 256 * 1024 - len(orjson.dumps(data))
    fits = t.send("payment-received", **(data | {"remittance": ["x" * room]}))
    too_large = t.send("payment-received", **(data | {"payment_ref": "P2", "remittance": ["x" * (room + 1)]}))
    t.day("2026-02-17")

    assert t.answers(fits) == ["payment-unclear"]
    assert [one["reason"] for one in t.events("event-rejected")] == ["too-large"]
    assert t.answers(too_large) in (["event-rejected"], [])  # with its id, or with its place only


def test_what_an_event_brought_about_names_it() -> None:
    t = opened()
    x = t.payment("P1", "K1", "40.00")

    assert {event["type"] for event in t.raw() if event["causationid"] == x} == {
        "posting-recorded.v1",
        "account-changed.v1",
    }


def test_what_a_day_brought_about_names_the_day() -> None:
    t = Timeline("wuppertal", {"dunning.fees": "nrw"})
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    x = t.day("2026-03-12")

    caused = [event["type"] for event in t.raw(on="2026-03-12") if event["causationid"] == x]
    assert caused.count("dunning-notice-issued.v1") == 1
    assert caused.count("posting-recorded.v1") == 1  # the fee
    assert caused.count("account-changed.v1") == 1


def test_every_emitted_event_says_what_caused_it_and_why() -> None:
    t = opened()
    t.block("K1", "Z", ends_by="2026-03-12")
    t.payment("P1", "K1", "40.00")
    t.payment("P2", None, "40.00")
    t.write_off("K1", requested_by="S1", approved_by="s1 ")
    t.days("2026-03-12", "2026-03-13", "2026-04-07", "2026-04-15")
    t.write_off("K1")

    sent = {line["id"] for line in t.sent}
    for event in t.raw():
        assert event["causationid"] in sent
        assert event["specversion"] == "1.0"
        because = event["data"]["because"]
        assert because["policy"].startswith("wuppertal@")
        assert because["rules"]
    assert len({event["id"] for event in t.raw()}) == len(t.raw())


def test_the_policy_is_named_by_the_last_day_on_which_a_value_changed() -> None:
    t = Timeline()
    t.day("2026-02-04")
    t.debtor("D1")
    t.days("2026-02-05")

    assert t.events("event-accepted")[0]["because"]["policy"] == "wuppertal@2026-02-04"


def test_the_same_lines_give_the_same_bytes_alone_or_together() -> None:
    t = opened()
    t.payment("P1", "K1", "40.00")
    t.payment("P2", None, "7.00")
    t.days("2026-03-12", "2026-04-02", "2026-04-10")
    lines = list(enumerate(t.sent, 1))
    together = list(Play(municipality.shipped()).run(lines))
    assert together == list(Play(municipality.shipped()).run(lines))

    one_by_one = Play(municipality.shipped())
    assert [out for line in lines for out in one_by_one.run([line])] == together
    assert [orjson.loads(out) for out in together] == t.raw()
