"""Payments whose claim comes too late: the Klärungsliste, and how they leave it by themselves."""

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


def test_a_payment_goes_to_the_klaerungsliste_and_is_assigned_by_itself_if_its_claim_comes_later() -> None:
    t = opened()
    t.payment("P1", "K1", "30.00", booked_on="2026-02-13")
    t.day(TOMORROW)
    assert t.events("payment-unclear")[0]["cause"] == "unknown-kassenzeichen"

    t.day("2026-02-18")
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    (cleared,) = t.events("payment-cleared")
    assert (cleared["payment_ref"], cleared["kassenzeichen"]) == ("P1", t.kz("K1"))
    assert t.postings("K1", "payment") == ["2026-02-13 payment 30.00 due 2026-03-02"]
    assert t.balance("K1") == "soll 100.00 ist 30.00 open 70.00"


def test_a_payment_known_by_its_text_is_assigned_by_itself_too() -> None:
    t = opened()
    t.payment("P1", None, "30.00", remittance=[f"Rate {t.kz('K1')}"])
    t.day(TOMORROW)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)

    assert t.balance("K1") == "soll 100.00 ist 30.00 open 70.00"


def test_a_payment_that_was_unclear_for_another_reason_is_not_assigned_by_itself() -> None:
    t = opened()
    t.payment("P1", None, "30.00", remittance=[t.kz("K1"), t.kz("K2")])
    t.day(TOMORROW)
    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)

    assert not t.events("payment-cleared")


def test_an_event_that_waits_is_known_by_its_id() -> None:
    t = opened()
    t.payment("P1", "K1", "30.00", id="x")
    t.payment("P1", "K1", "30.00", id="x")
    t.payment("P1", "K1", "31.00", id="x")
    assert t.rejected("x") == "id-reuse"

    t.debtor("D1")
    t.claim("K1", "100.00", due=DUE)
    assert t.balance("K1") == "soll 100.00 ist 30.00 open 70.00"


def test_what_was_settled_meanwhile_is_not_assigned_again() -> None:
    t = with_claim()
    t.payment("P1", "K7", "30.00")
    t.payment("P2", "K7", "20.00")
    t.day(TOMORROW)
    t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")
    t.reversal("P3", "P2", "20.00")
    t.claim("K7", "100.00", due=DUE)

    assert t.balance("K7") == "soll 100.00 open 100.00"
    assert t.balance("K1") == "soll 100.00 ist 30.00 open 70.00"


def test_what_was_assigned_by_itself_can_be_reversed() -> None:
    t = with_claim()
    t.payment("P1", "K7", "30.00")
    t.day(TOMORROW)
    t.claim("K7", "100.00", due=DUE)
    t.reversal("P3", "P1", "30.00")

    assert t.balance("K7") == "soll 100.00 open 100.00"


def test_a_claim_that_was_rejected_and_comes_again_is_paid_from_the_list() -> None:
    t = opened()
    t.claim("K1", "100.00", debtor="D8", due=DUE)
    t.payment("P1", "K1", "30.00")
    t.day(TOMORROW)
    t.debtor("D8")
    t.claim("K1", "100.00", debtor="D8", due=DUE)

    assert t.balance("K1") == "soll 100.00 ist 30.00 open 70.00"


def test_what_assigned_itself_is_what_its_claim_brought_about() -> None:
    t = with_claim()
    paid = t.payment("P1", "K7", "30.00")
    t.day(TOMORROW)
    claim = t.claim("K7", "100.00", due=DUE)

    assert t.answers(paid) == ["payment-unclear"]
    (cleared,) = t.raw("payment-cleared")
    assert cleared["causationid"] == claim


def test_the_first_of_two_reversals_of_an_entry_takes_it_off() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")
    t.reversal("R1", "P1", "40.00")
    t.reversal("R2", "P1", "40.00")

    assert [one["cause"] for one in t.events("payment-unclear")] == ["no-reference", "reversal-unmatched"]


def test_a_reversal_of_another_amount_leaves_the_entry_on_the_list() -> None:
    t = with_claim()
    t.payment("P1", None, "40.00")
    t.reversal("R1", "P1", "39.00")
    x = t.about("payment-assigned", "K1", payment_ref="P1", assigned_by="S1")

    assert t.answers(x) == ["event-accepted"]


def test_a_reversal_of_what_is_no_reference_cannot_be_read() -> None:
    t = opened()
    empty = t.reversal("R1", "", "30.00")
    long = t.reversal("R2", "P" * 65, "30.00")
    unknown = t.reversal("R3", "P" * 64, "30.00")
    t.day("2026-12-01")

    assert t.rejected(empty) == t.rejected(long) == "schema"
    assert t.answers(unknown) == ["payment-unclear"]
