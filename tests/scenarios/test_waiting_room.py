"""What refers to something not known yet waits until the next business day is opened."""

from tests.scenarios.timeline import Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"
TOMORROW = "2026-02-17"


def opened() -> Timeline:
    t = Timeline()
    t.day(TODAY)
    return t


def with_claim() -> Timeline:
    t = opened()
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    return t


def test_a_claim_waits_for_its_debtor() -> None:
    t = opened()
    x = t.claim("K1", "100.00", due=DUE)
    assert t.answers(x) == []

    t.debtor("D1")
    assert t.answers(x) == ["claim-registered"]


def test_a_claim_waits_for_its_payer_too() -> None:
    t = opened()
    t.debtor("D1")
    x = t.claim("K1", "100.00", payer_ref="D2", due=DUE)
    assert t.answers(x) == []

    t.debtor("D2")
    assert t.answers(x) == ["claim-registered"]


def test_everything_about_a_claim_waits_for_it_and_takes_effect_at_once() -> None:
    t = opened()
    paid = t.payment("P1", "K1", "30.00")
    blocked = t.block("K1", "Y")
    reduced = t.reduce("K1", "20.00", DUE)
    t.claim("K1", "100.00", due=DUE)
    assert [t.answers(id_) for id_ in (paid, blocked, reduced)] == [[], [], []]

    t.debtor("D1")
    assert t.answers(paid) == ["posting-recorded"]
    assert t.accepted(blocked)["ends_by"] == "2027-02-11"
    assert t.accepted(reduced)["kassenzeichen"] == t.kz("K1")
    assert t.balance("K1") == "soll 80.00 ist 30.00 open 50.00"


def test_what_a_waiting_event_leads_to_carries_its_own_id_as_cause() -> None:
    t = opened()
    paid = t.payment("P1", "K1", "30.00")
    claim = t.claim("K1", "100.00", due=DUE)
    debtor = t.debtor("D1")

    causes = {(event["type"], event["causationid"]) for event in t.raw()}
    assert ("event-accepted.v1", debtor) in causes
    assert ("claim-registered.v1", claim) in causes
    assert [event["causationid"] for event in t.raw("posting-recorded")] == [claim, paid]
    assert ("account-changed.v1", debtor) not in causes


def test_still_unknown_when_the_next_day_opens_it_is_rejected() -> None:
    t = opened()
    claim = t.claim("K1", "100.00", debtor="D8", due=DUE)
    block = t.block("K7", "Y")
    amended = t.reduce("K7", "1.00", DUE)
    t.day(TOMORROW)

    assert t.rejected(claim) == "unknown-debtor"
    assert t.rejected(block) == "unknown-kassenzeichen"
    assert t.rejected(amended) == "unknown-kassenzeichen"


def test_the_field_that_refers_to_the_unknown_is_named() -> None:
    t = with_claim()
    t.payment("P1", "K1", "120.00")
    t.claim("K2", "1.00", debtor="D8", due=DUE)
    t.claim("K3", "1.00", payer_ref="D9", due=DUE)
    t.block("K7", "Y")
    move = {"amount_cents": 1, "on": TODAY, "requested_by": "S1", "approved_by": "S2"}
    t.about("credit-transferred", "K1", to_kassenzeichen=t.kz("K7"), **move)
    t.about("payment-assigned", "K1", payment_ref="P9", assigned_by="S1")
    t.day(TOMORROW)

    assert [(one["reason"], one["field"]) for one in t.events("event-rejected")] == [
        ("unknown-debtor", "debtor_ref"),
        ("unknown-debtor", "payer_ref"),
        ("unknown-kassenzeichen", "kassenzeichen"),
        ("unknown-kassenzeichen", "to_kassenzeichen"),
        ("unknown-payment", "payment_ref"),
    ]


def test_a_claim_that_comes_after_the_day_opened_does_not_bring_back_what_was_rejected() -> None:
    t = opened()
    block = t.block("K1", "Y")
    t.day(TOMORROW)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)

    assert t.answers(block) == ["event-rejected"]
    assert t.account("K1")["blocks"] == []


def test_days_left_out_do_not_lengthen_the_wait() -> None:
    t = opened()
    block = t.block("K1", "Y")
    t.day("2026-06-01")

    assert t.rejected(block) == "unknown-kassenzeichen"


def test_a_claim_whose_debtor_never_comes_takes_what_waits_for_it_along() -> None:
    t = opened()
    t.claim("K1", "100.00", debtor="D8", due=DUE)
    paid = t.payment("P1", "K1", "30.00")
    block = t.block("K1", "Y")
    t.day(TOMORROW)

    assert t.answers(paid) == ["payment-unclear"]
    assert t.events("payment-unclear")[0]["cause"] == "unknown-kassenzeichen"
    assert t.rejected(block) == "unknown-kassenzeichen"


def test_what_follows_about_the_same_kassenzeichen_in_its_topic_waits_behind_it() -> None:
    # The transfer waits for K2. The refund could be done at once, but it came after.
    t = with_claim()
    t.payment("P1", "K1", "150.00")
    persons = {"requested_by": "S1", "approved_by": "S2", "on": TODAY}
    moved = t.about("credit-transferred", "K1", amount_cents=5000, to_kassenzeichen=t.kz("K2"), **persons)
    refunded = t.about("credit-refunded", "K1", amount_cents=5000, **persons)
    assert t.answers(moved) + t.answers(refunded) == []

    t.claim("K2", "70.00", due=DUE)
    assert t.answers(moved) == ["event-accepted"]
    assert t.rejected(refunded) == "exceeds-credit"
    assert t.balance("K2") == "soll 70.00 ist 50.00 open 20.00"


def test_what_waits_behind_is_done_when_the_one_before_it_is_rejected() -> None:
    t = with_claim()
    t.payment("P1", "K1", "150.00")
    persons = {"requested_by": "S1", "approved_by": "S2", "on": TODAY}
    moved = t.about("credit-transferred", "K1", amount_cents=5000, to_kassenzeichen=t.kz("K2"), **persons)
    refunded = t.about("credit-refunded", "K1", amount_cents=5000, **persons)
    t.day(TOMORROW)

    assert t.rejected(moved) == "unknown-kassenzeichen"
    assert t.answers(refunded) == ["event-accepted"]


def test_what_follows_in_another_topic_does_not_wait() -> None:
    t = with_claim()
    t.payment("P1", "K1", "150.00")
    persons = {"requested_by": "S1", "approved_by": "S2", "on": TODAY}
    t.about("credit-transferred", "K1", amount_cents=5000, to_kassenzeichen=t.kz("K2"), **persons)
    block = t.block("K1", "Y")

    assert t.answers(block) == ["event-accepted"]


def test_what_follows_about_another_kassenzeichen_does_not_wait() -> None:
    t = with_claim()
    t.reduce("K7", "1.00", DUE)
    x = t.reduce("K1", "1.00", DUE)

    assert t.answers(x) == ["event-accepted"]


def test_a_reversal_waits_for_its_payment() -> None:
    t = with_claim()
    x = t.reversal("P2", "P1", "40.00")
    assert t.answers(x) == []

    t.payment("P1", "K1", "40.00")
    assert t.answers(x) == ["posting-recorded"]
    assert t.postings("K1") == [
        "2026-02-16 sollzugang 100.00 due 2026-03-02",
        "2026-02-16 payment 40.00 due 2026-03-02",
        "2026-02-16 payment_reversed -40.00 due 2026-03-02",
    ]


def test_an_assignment_waits_for_its_payment_and_for_its_claim() -> None:
    t = opened()
    x = t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    t.payment("P1", None, "40.00", remittance=["rent"])
    assert t.answers(x) == []

    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    assert t.answers(x) == ["event-accepted"]
    assert t.balance("K1") == "soll 100.00 ist 40.00 open 60.00"


def test_an_assignment_of_a_payment_that_never_comes() -> None:
    t = with_claim()
    x = t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    t.day(TOMORROW)

    assert t.rejected(x) == "unknown-payment"


def test_what_no_waiting_can_mend_is_rejected_on_arrival() -> None:
    t = opened()
    bad_number = t.block("8656211473816", "Y")
    one_person = t.write_off("K7", requested_by="S1", approved_by="S1")
    bad_office = t.claim("K8", "1.00", debtor="D8", due=DUE, office="JBC.24")

    assert t.rejected(bad_number) == "kassenzeichen-invalid"
    assert t.rejected(one_person) == "same-person"
    assert t.rejected(bad_office) == "office-not-allowed"


def test_what_waited_is_judged_as_the_last_act_of_the_day_before() -> None:
    t = with_claim()
    t.block("K7", "Y")
    t.payment("P1", "K7", "30.00")
    t.days(TOMORROW, "2026-02-18")

    first, second = (one for one in t.events("day-closed") if one["service"] == "claims")
    assert first["day"] == TODAY
    assert (first["counts"]["event-rejected.v1"], first["counts"]["payment-unclear.v1"]) == (1, 1)
    assert first["balances_cents"]["unclear"] == 3000
    assert second["day"] == TOMORROW
    assert "event-rejected.v1" not in second["counts"]


def test_a_payment_released_in_time_spares_the_notice() -> None:
    t = opened()
    t.payment("P1", "K1", "100.00")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-01-05")
    t.day(TOMORROW)

    assert t.story() == []


def test_who_depends_on_an_amount_is_judged_when_it_is_read() -> None:
    # The payment comes after: at the moment of the write-off 100.00 are open.
    t = with_claim()
    t.write_off("K1")
    t.payment("P1", "K1", "40.00")

    assert t.events("write-off-ordered")[0]["amount_cents"] == 10000
    assert t.balance("K1") == "soll 100.00 ist 40.00 written_off 60.00"


def test_the_same_debtor_may_be_known_to_one_mandant_and_unknown_to_another() -> None:
    t = opened()
    t.debtor("D1", mandant="erkelenz")
    x = t.claim("K1", "100.00", due=DUE)
    t.day(TOMORROW)

    assert t.rejected(x) == "unknown-debtor"
