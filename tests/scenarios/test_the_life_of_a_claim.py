"""One claim in Wuppertal from the decision to the write-off, told in full."""

from tests.scenarios.timeline import Timeline


def test_the_life_of_a_claim() -> None:
    t = Timeline("wuppertal")
    t.day("2025-10-15")
    t.debtor("D1")
    t.claim("K1", "1000.00", decided_on="2025-10-15")  # due six weeks later: 26 November
    t.day("2025-11-05")
    t.block("K1", "T")  # an objection
    t.days("2025-12-08", "2025-12-17")
    t.lift("K1", "T")  # decided; due 42 days later: 28 January 2026
    t.days("2026-01-28", "2026-02-06", "2026-02-09", "2026-02-20")
    t.payment("P1", "K1", "100.00")  # does not stop the cycle
    t.days("2026-03-02", "2026-03-09", "2026-03-10")
    t.about("office-report", "K1", reported_on=t.today, officer="O1", exhausted=True, checks=["bank-account"])
    t.day("2026-03-11")
    rates = [{"due_on": "2026-04-01", "amount_cents": 45000}, {"due_on": "2026-05-04", "amount_cents": 45000}]
    agreed = {"outcome": "instalments_agreed", "instalments": rates}
    t.about("field-report", "K1", reported_on=t.today, officer="O2", **agreed)
    t.day("2026-03-30")
    t.payment("P2", "K1", "450.00")
    t.days("2026-04-09", "2026-05-11", "2026-05-12")
    t.about("field-report", "K1", reported_on=t.today, officer="O2", outcome="fruitless_attachment")
    t.day("2026-06-01")
    t.write_off("K1", whereabouts_unknown=True)
    t.day("2026-07-01")
    t.payment("P3", "K1", "50.00")

    assert t.story() == [
        "2026-02-09 notice: K1 1000.00; pay by 2026-02-16",
        "2026-03-02 handed over: K1 900.00",
        "2026-03-02 announced: 900.00; pay by 2026-03-09",
        "2026-03-10 office starts: 900.00",
        "2026-03-11 field starts: 900.00",
        "2026-03-11 plan: 450.00 by 2026-04-01, 450.00 by 2026-05-04",
        "2026-05-12 instalment missed: 2026-05-04",
        "2026-05-12 field starts: 450.00",
        "2026-05-12 collectability-check: K1 to Kasse",
        "2026-05-12 write-off-document: K1 to RS",
        "2026-05-12 write-off-task: K1 to LSB",
        "2026-06-01 written off unbefristet: K1 450.00",
        "2026-06-01 post-write-off: K1 to RS",
        "2026-06-01 case closed: written-off",
    ]
    assert t.postings("K1") == [
        "2025-10-15 sollzugang 1000.00 due 2025-11-26",
        "2025-12-17 sollabgang -1000.00 due 2025-11-26",
        "2025-12-17 sollzugang 1000.00 due 2026-01-28",
        "2026-02-20 payment 100.00 due 2026-01-28",
        "2026-03-30 payment 450.00 due 2026-01-28",
        "2026-06-01 write_off -450.00 due 2026-01-28",
        "2026-07-01 payment 50.00 due 2026-01-28",
        "2026-07-01 write_off 50.00 due 2026-01-28",
    ]
    assert t.balance("K1") == "soll 1000.00 ist 600.00 written_off 400.00"
    assert t.account("K1")["aktenzeichen"] == "36005425167854"
