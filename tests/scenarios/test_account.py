"""account-changed: the account's totals, and the claims that the change touched, each complete."""

from tests.scenarios.timeline import Data, Timeline

DUE = "2026-03-02"
TODAY = "2026-02-16"


def with_claims() -> Timeline:
    t = Timeline("wuppertal", {"dunning.fees": "nrw"})
    t.day(TODAY)
    t.debtor("D1")
    t.debtor("D2")
    t.claim("K1", "100.00", due=DUE)
    t.claim("K2", "50.00", due=DUE)
    t.claim("K3", "30.00", debtor="D2", due=DUE)
    return t


def changes(t: Timeline, cause: str) -> list[Data]:
    return [event["data"] for event in t.raw("account-changed") if event["causationid"] == cause]


def names(t: Timeline, change: Data) -> list[str]:
    return sorted(t.name(view["kassenzeichen"]) for view in change["claims"])


def test_it_names_only_the_claim_that_was_touched() -> None:
    t = with_claims()
    (change,) = changes(t, t.payment("P1", "K1", "130.00"))

    assert names(t, change) == ["K1"]
    assert (change["debtor_ref"], change["open_cents"], change["credit_cents"]) == ("D1", 5000, 3000)


def test_a_claim_is_shown_completely() -> None:
    t = with_claims()
    t.block("K1", "Y", ends_by="2026-03-31")
    t.payment("P1", "K1", "30.00")

    view = t.account("K1")
    for name, value in {
        "kassenzeichen": t.kz("K1"),
        "aktenzeichen": "32425425167854",
        "einnahmeart": "5621",
        "office": "LG",
        "due_on": DUE,
        "soll_cents": 10000,
        "ist_cents": 3000,
        "written_off_cents": 0,
        "open_cents": 7000,
        "credit_cents": 0,
        "sollsaetze": [{"due_on": DUE, "amount_cents": 10000, "open_cents": 7000}],
        "blocks": [{"reason": "Y", "set_on": TODAY, "ends_by": "2026-03-31"}],
        "holds": [],
    }.items():
        assert view[name] == value


def test_versions_count_the_changes_of_an_account() -> None:
    t = with_claims()
    t.payment("P1", "K1", "30.00")
    t.payment("P2", "K3", "10.00")

    versions = [(one["debtor_ref"], one["version"]) for one in t.events("account-changed")]
    assert versions == [("D1", 1), ("D1", 2), ("D2", 1), ("D1", 3), ("D2", 2)]


def test_one_cause_one_change_of_an_account() -> None:
    t = with_claims()
    for cause in (
        t.payment("P1", "K1", "30.00"),
        t.about("due-date-changed", "K1", due_on="2026-03-09"),
        t.reduce("K1", "5.00", DUE),
        t.write_off("K1"),
        t.payment("P2", "K1", "10.00"),
        t.reversal("P3", "P2", "10.00"),
    ):
        assert len(changes(t, cause)) == 1


def test_a_transfer_within_an_account_is_one_change_of_both_claims() -> None:
    t = with_claims()
    t.payment("P1", "K1", "130.00")
    two = {"requested_by": "S1", "approved_by": "S2", "on": TODAY, "amount_cents": 3000}
    x = t.about("credit-transferred", "K1", to_kassenzeichen=t.kz("K2"), **two)

    (change,) = changes(t, x)
    assert names(t, change) == ["K1", "K2"]
    assert (change["open_cents"], change["credit_cents"]) == (2000, 0)


def test_a_transfer_between_two_accounts_is_one_change_of_each() -> None:
    t = with_claims()
    t.payment("P1", "K1", "130.00")
    two = {"requested_by": "S1", "approved_by": "S2", "on": TODAY, "amount_cents": 3000}
    x = t.about("credit-transferred", "K1", to_kassenzeichen=t.kz("K3"), **two)

    assert sorted((change["debtor_ref"], *names(t, change)) for change in changes(t, x)) == [
        ("D1", "K1"),
        ("D2", "K3"),
    ]


def test_a_rejection_changes_no_account() -> None:
    t = with_claims()

    assert changes(t, t.reduce("K1", "500.00", DUE)) == []
    assert changes(t, t.block("K1", "V", ends_by="2099-01-01")) == []


def test_a_fee_that_a_day_brings_is_one_change() -> None:
    t = with_claims()
    x = t.day("2026-03-12")

    assert sorted((change["debtor_ref"], *names(t, change)) for change in changes(t, x)) == [
        ("D1", "K1"),
        ("D2", "K3"),
    ]
    assert t.balance("K1") == "soll 107.00 open 107.00"  # 7.00 for 150.00


def test_an_item_that_falls_due_changes_no_account() -> None:
    t = with_claims()

    assert changes(t, t.day(DUE)) == []
    assert changes(t, t.day("2026-03-03")) == []


def test_two_new_due_dates_of_one_day_are_one_change() -> None:
    t = with_claims()
    t.block("K1", "T", ends_by="2026-02-18")
    t.block("K2", "T", ends_by="2026-02-18")
    (change,) = changes(t, t.day("2026-02-19"))

    assert names(t, change) == ["K1", "K2"]


def test_the_sum_of_the_postings_is_the_accounts_balance() -> None:
    t = with_claims()
    t.payment("P1", "K1", "130.00")
    t.write_off("K2")
    t.payment("P2", "K2", "20.00")
    t.days("2026-03-12")

    for claim in ("K1", "K2", "K3"):
        view = t.account(claim)
        booked = {"soll": 0, "ist": 0, "write_off": 0}
        for one in t.events("posting-recorded", claim):
            side = {"payment": "ist", "payment_reversed": "ist", "write_off": "write_off"}
            booked[side.get(one["kind"], "soll")] += one["amount_cents"]
        assert booked["soll"] == view["soll_cents"]
        assert booked["ist"] == view["ist_cents"]
        assert -booked["write_off"] == view["written_off_cents"]
