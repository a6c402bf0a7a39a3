"""One unpaid claim in each of the five municipalities, as their policies are shipped (R35)."""

from tests.scenarios.timeline import Timeline


def one_claim(mandant: str, due: str, amount: str = "100.00") -> Timeline:
    t = Timeline(mandant)
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", amount, due=due)
    return t


def test_wuppertal() -> None:
    t = one_claim("wuppertal", "2026-03-02")
    t.days("2026-03-11", "2026-03-12", "2026-04-01", "2026-04-02", "2026-04-09", "2026-04-10")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00; pay by 2026-03-19",
        "2026-04-02 handed over: K1 100.00",
        "2026-04-02 announced: 100.00; pay by 2026-04-09",
        "2026-04-10 office starts: 100.00",
    ]


def test_landkreis() -> None:
    # R3, R5, R7: two weeks after the due date, announced with three weeks, then the field officer.
    t = one_claim("landkreis", "2026-03-02")
    t.days("2026-03-13", "2026-03-16", "2026-03-23", "2026-03-24", "2026-04-14", "2026-04-15")

    assert t.story() == [
        "2026-03-16 notice: K1 100.00; pay by 2026-03-23",
        "2026-03-24 handed over: K1 100.00",
        "2026-03-24 announced: 100.00; pay by 2026-04-14",
        "2026-04-15 field starts: 100.00",
    ]


def test_leipzig() -> None:
    t = one_claim("leipzig", "2026-03-02")
    t.days("2026-03-13", "2026-03-16", "2026-04-02", "2026-04-07", "2026-04-21", "2026-04-22")

    assert t.story() == [
        "2026-03-16 notice: K1 100.00; pay by 2026-03-23",
        "2026-04-07 handed over: K1 100.00",  # 6 April is Easter Monday
        "2026-04-07 announced: 100.00; pay by 2026-04-21",
        "2026-04-22 office starts: 100.00",
    ]


def test_their_accounts_do_not_mix() -> None:
    # The same debtor, the same Kassenzeichen: three claims, three accounts.
    t = Timeline("wuppertal")
    t.day("2026-02-16")
    for mandant in ("wuppertal", "landkreis", "leipzig"):
        t.debtor("D1", mandant=mandant)
        t.claim("K1", "100.00", due="2026-03-02", mandant=mandant)
    t.payment("P1", "K1", "100.00", mandant="landkreis")
    t.days("2026-03-12", "2026-03-16", "2026-04-02")

    told = [(one["mandant"], one["issued_on"]) for one in t.events("dunning-notice-issued")]
    assert told == [("wuppertal", "2026-03-12"), ("leipzig", "2026-03-16")]
    assert [one["mandant"] for one in t.events("enforcement-requested")] == ["wuppertal"]


def test_erkelenz() -> None:
    # R14, R15: once a month, what was due 10 days before; 7 days to pay; 21 days later to the office.
    t = Timeline("erkelenz")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-02")
    t.days("2026-03-12", "2026-04-02", "2026-04-10")

    assert t.story() == [
        "2026-03-12 notice: K1 100.00 + fee 6.00; pay by 2026-03-19",
        "2026-04-02 handed over: K1 106.00",
        "2026-04-02 announced: 106.00; pay by 2026-04-09",
        "2026-04-10 office starts: 106.00",
    ]


def test_baumberge() -> None:
    # R28: every two weeks, two weeks to pay, then automatically to enforcement.
    t = Timeline("baumberge")
    t.day("2026-02-16")
    t.debtor("D1")
    t.claim("K1", "100.00", due="2026-03-13")
    t.days("2026-03-16", "2026-03-30", "2026-03-31", "2026-04-14", "2026-04-15")

    assert t.story() == [
        "2026-03-16 notice: K1 100.00 + fee 6.00; pay by 2026-03-30",
        "2026-03-31 handed over: K1 106.00",
        "2026-03-31 announced: 106.00; pay by 2026-04-14",
        "2026-04-15 office starts: 106.00",
    ]
