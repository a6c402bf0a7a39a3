"""A day with more accounts than one transaction takes, and an account with more claims than one page."""

import orjson

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
MANY = 1_100


def test_every_account_gets_its_notice_and_its_hand_over() -> None:
    t = Timeline("wuppertal", {"dunning.fees": "nrw"})
    t.day("2026-02-16")
    for number in range(MANY):
        t.debtor(f"D{number}")
        t.claim(f"K{number}", "10.00", debtor=f"D{number}", due=DUE)
    t.days("2026-03-12", "2026-04-02", "2026-04-10")

    for kind in ("dunning-notice-issued", "enforcement-requested", "enforcement-started"):
        told = t.events(kind)
        assert len({one["debtor_ref"] for one in told}) == len(told) == MANY
    assert [one["amount_cents"] for one in t.events("posting-recorded") if one["kind"] == "fee"] == [
        600
    ] * MANY
    closed = {one["service"]: one["counts"] for one in t.events("day-closed", on="2026-04-02")}
    assert closed["dunning"]["dunning-notice-issued.v1"] == MANY


def test_an_institution_with_many_claims_gets_one_notice() -> None:
    t = Timeline()
    t.day("2026-02-16")
    t.debtor("D1", kind="institution", born_on=None)
    for number in range(MANY):
        t.claim(f"K{number}", "10.00", due=DUE)
    t.day("2026-03-12")

    (notice,) = t.events("dunning-notice-issued")
    assert len(notice["items"]) == MANY
    assert notice["total_cents"] == MANY * 1000


def test_a_notice_that_is_larger_than_an_inbound_event_may_be_is_booked_all_the_same() -> None:
    t = Timeline("wuppertal", {"dunning.fees": "nrw"})
    t.day("2026-02-16")
    t.debtor("D1", kind="institution", born_on=None)
    for number in range(2_600):
        t.claim(f"K{number}", "1.00", due=DUE)
    t.days("2026-03-12", "2026-04-02", "2026-04-10")

    assert len(orjson.dumps(t.events("dunning-notice-issued")[0])) > 256 * 1024
    assert not t.events("event-rejected")
    assert t.postings("K0", "fee") == ["2026-03-12 fee 31.00 due 2026-03-02"]
    assert t.story()[-1] == "2026-04-10 office starts: 2631.00"
