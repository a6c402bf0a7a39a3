"""Whatever is said: the books balance, everything is answered once, nobody is dunned twice."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.timeline import Data, Timeline

FIRST = date(2026, 2, 16)
POLICY = {"dunning.fees": "nrw", "dunning.small_amount_cents": 500, "enforcement.small_amount_cents": 2000}
KINDS = [
    *("debtor", "claim", "claim", "claim", "payment", "payment", "payment", "reversal", "assign", "reduce"),
    *("cancel", "due", "transfer", "refund", "block", "lift", "write_off", "revoke", "report", "office"),
    *("day", "day"),
]

names = st.sampled_from(["K1", "K2", "K3", "K4", "K5"])
debtors = st.sampled_from(["D1", "D2"])
amounts = st.sampled_from(["0.01", "4.99", "20.00", "50.00", "100.00"])
reasons = st.sampled_from("TUVXYZ")
refs = st.sampled_from([f"P{number}" for number in range(8)])
TWO = {"requested_by": "S1", "approved_by": "S2"}


def say(t: Timeline, kind: str, draw: Any) -> None:  # noqa: ANN401, C901, PLR0912 - one case a kind
    today = date.fromisoformat(t.today)
    day = st.integers(-40, 40).map(lambda days: (today + timedelta(days)).isoformat())
    match kind:
        case "day":
            t.day((today + timedelta(draw(st.sampled_from([1, 1, 3, 10, 25])))).isoformat())
        case "debtor":
            t.debtor(draw(debtors), address_complete=draw(st.sampled_from([True, True, True, False])))
        case "claim":
            art = draw(st.sampled_from(["5621", "5601", "5612"]))
            name = draw(names)
            t.claim(name, draw(amounts), debtor=draw(debtors), art=t.art(name, art), due=draw(day))
        case "payment":
            t.payment(draw(refs), draw(names), draw(amounts))
        case "reversal":
            t.reversal(f"R{len(t.sent)}", draw(refs), draw(amounts))
        case "assign":
            t.about("payment-assigned", draw(names), payment_ref=draw(refs), assigned_by="S1")
        case "reduce":
            name = draw(names)
            known = views(t).get(t.kz(name))
            t.reduce(name, draw(amounts), known["due_on"] if known else draw(day))
        case "cancel":
            t.about("claim-ended", draw(names), cancelled=True)
        case "due":
            t.about("due-date-changed", draw(names), due_on=draw(day))
        case "transfer":
            to = t.kz(draw(names))
            t.about(
                "credit-transferred", draw(names), to_kassenzeichen=to, amount_cents=100, on=t.today, **TWO
            )
        case "refund":
            t.about(
                "credit-refunded",
                draw(names),
                amount_cents=draw(st.sampled_from([1, 3000])),
                on=t.today,
                **TWO,
            )
        case "block":
            t.block(draw(names), draw(reasons), set_on=draw(day), ends_by=None)
        case "lift":
            t.lift(draw(names), draw(reasons))
        case "write_off":
            t.write_off(draw(names), draw(st.sampled_from(["unbefristet", "erlass", "refused"])))
        case "revoke":
            t.about("write-off-revoked", draw(names), decided_on=t.today, **TWO)
        case "report":
            rates = [{"due_on": draw(day), "amount_cents": 10000}]
            outcome = draw(st.sampled_from(["paid", "instalments_agreed", "fruitless_attachment"]))
            told = {"outcome": outcome, "instalments": rates}
            t.about("field-report", draw(names), reported_on=t.today, officer="O1", **told)
        case "office":
            t.about(
                "office-report", draw(names), reported_on=t.today, officer="O1", exhausted=True, checks=[]
            )


@given(data=st.data())
@settings(max_examples=12, deadline=None, derandomize=True)
def test_whatever_is_said(data: st.DataObject) -> None:
    t = Timeline("wuppertal", POLICY)
    t.day(FIRST.isoformat())
    t.debtor("D1")
    for kind in data.draw(st.lists(st.sampled_from(KINDS), min_size=10, max_size=40)):
        say(t, kind, data.draw)
    for days in (1, 1, 20, 40):
        t.day((date.fromisoformat(t.today) + timedelta(days)).isoformat())

    everything_is_answered_once(t)
    nobody_is_parked(t)
    the_journal_is_the_accounts(t)
    the_sheets_balance(t)
    notices_add_up(t)
    never_two_levels_on_one_day(t)


def everything_is_answered_once(t: Timeline) -> None:
    for line in t.sent:
        if line["source"] == "/upstream":
            assert len(t.answers(line["id"])) == 1, line
    assert len({event["id"] for event in t.raw()}) == len(t.raw())


def nobody_is_parked(t: Timeline) -> None:
    assert not t.raw("account-parked")


def the_journal_is_the_accounts(t: Timeline) -> None:
    postings = t.events("posting-recorded")
    assert [one["posting_no"] for one in postings] == list(range(1, len(postings) + 1))
    booked: dict[str, Counter[str]] = defaultdict(Counter)
    sides = {
        "payment": "ist",
        "payment_reversed": "ist",
        "credit_transferred": "ist",
        "credit_refunded": "ist",
    }
    for one in postings:
        booked[one["kassenzeichen"]][sides.get(str(one["kind"]), str(one["kind"]))] += one["amount_cents"]
    for number, view in views(t).items():
        sums = booked[number]
        soll = sums["sollzugang"] + sums["sollabgang"] + sums["fee"] + sums["fee_cancelled"]
        assert (view["soll_cents"], view["ist_cents"]) == (soll, sums["ist"])
        assert view["written_off_cents"] == -sums["write_off"]
        rest = soll - sums["ist"] + sums["write_off"]
        assert (view["open_cents"], view["credit_cents"]) == (max(0, rest), max(0, -rest))
        assert sum(one["amount_cents"] for one in view["sollsaetze"]) == soll
        assert sum(one["open_cents"] for one in view["sollsaetze"]) == view["open_cents"]


def views(t: Timeline) -> dict[str, Data]:
    return {view["kassenzeichen"]: view for one in t.events("account-changed") for view in one["claims"]}


def the_sheets_balance(t: Timeline) -> None:
    sheets = [one["balances_cents"] for one in t.events("day-closed") if one["service"] == "claims"]
    for sums in sheets:
        assert sums["soll"] - sums["ist"] - sums["written_off"] == sums["open"] - sums["credit"]
    last = {
        name: sum(view[f"{name}_cents"] for view in views(t).values())
        for name in sheets[-1]
        if name != "unclear"
    }
    accounts = {one["debtor_ref"]: one for one in t.events("account-changed")}
    assert last["open"] == sum(one["open_cents"] for one in accounts.values())
    assert last["credit"] == sum(one["credit_cents"] for one in accounts.values())


def notices_add_up(t: Timeline) -> None:
    charged: set[str] = set()
    for notice in t.events("dunning-notice-issued"):
        items = notice["items"]
        asked = sum(item["open_cents"] for item in items) - notice["credits_cents"]
        assert asked > 0
        assert notice["total_cents"] == asked + sum(item["fee_cents"] for item in items)
        fresh = {item["kassenzeichen"] for item in items} - charged
        assert all(item["kassenzeichen"] in fresh for item in items if item["fee_cents"])
        assert bool(fresh) == any(item["fee_cents"] for item in items)
        charged |= fresh
    for request in t.events("enforcement-requested"):
        asked = sum(item["open_cents"] for item in request["items"]) - request["credits_cents"]
        assert request["total_cents"] == asked > 0


def never_two_levels_on_one_day(t: Timeline) -> None:
    steps: Counter[tuple[str, str, str]] = Counter()
    for kind, day in (("dunning-notice-issued", "issued_on"), ("enforcement-requested", "requested_on")):
        for one in t.events(kind):
            for item in one["items"]:
                steps[item["kassenzeichen"], item["due_on"], one[day]] += 1
    assert set(steps.values()) <= {1}
    noticed = set()
    for event in t.raw():
        if event["type"] == "dunning-notice-issued.v1":
            noticed |= {(item["kassenzeichen"], item["due_on"]) for item in event["data"]["items"]}
        elif event["type"] == "enforcement-requested.v1":
            handed = {(item["kassenzeichen"], item["due_on"]) for item in event["data"]["items"]}
            assert handed <= noticed  # never a level skipped
            noticed -= handed
