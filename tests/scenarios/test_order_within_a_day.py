"""Within a day it changes nothing in which order debtors, claims, payments, blocks and reductions arrive."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.timeline import Data, Timeline

YESTERDAY, TODAY = "2026-03-02", "2026-03-03"
LATER = ("2026-03-04", "2026-03-16", "2026-04-09", "2026-04-20")
Saying = tuple[str, Data]

names = st.sampled_from(["D1", "D2", "D3"])
claims = st.sampled_from(["K1", "K2", "K3", "K4"])
amounts = st.sampled_from(["1.00", "4.99", "20.00", "50.00", "100.00"])


@st.composite
def days_business(draw: st.DrawFn) -> list[Saying]:
    """What is said of up to three debtors and four claims; some of it can only be rejected or is unclear."""
    refs = draw(st.lists(names, min_size=1, unique=True))
    complete = st.sampled_from([True, True, False])
    said: list[Saying] = [("debtor", {"ref": ref, "address_complete": draw(complete)}) for ref in refs]
    for name in draw(st.lists(claims, min_size=1, unique=True)):
        due = draw(st.sampled_from(["2026-01-12", "2026-02-20", "2026-03-02", "2026-03-20"]))
        art = draw(st.sampled_from(["5621", "5621", "5612"]))
        roles = {"debtor": draw(names), "payer_ref": draw(st.none() | names)}
        said.append(("claim", {"name": name, "amount": "100.00", "due": due, "art": art, **roles}))
        if draw(st.booleans()):
            reason = draw(st.sampled_from(["T", "V", "Y", "Z"]))
            said.append(
                ("block", {"claim": name, "reason": reason, "ends_by": draw(st.none() | st.just(LATER[1]))})
            )
        if draw(st.booleans()):
            said.append(("reduce", {"claim": name, "amount": draw(amounts), "due": due}))
    for number in range(draw(st.integers(0, 4))):
        ref, amount = f"P{number}", draw(amounts)
        said.append(("payment", {"ref": ref, "claim": draw(claims), "amount": amount}))
        if draw(st.booleans()):
            back = {"ref": f"R{number}", "reverses": ref, "amount": draw(st.sampled_from([amount, "0.01"]))}
            said.append(("payment", {"claim": None, **back}))
    return said


def lived(said: Sequence[Saying], arts: dict[str, str], known: int) -> Timeline:
    """The first ``known`` sayings on the day before, the others today, and then the days that follow."""
    t = Timeline()
    for name, art in arts.items():
        t.kz(name, art)
    t.day(YESTERDAY)
    for number, (kind, data) in enumerate(said):
        if number == known:
            t.day(TODAY)
        _say(t, kind, dict(data))
    for day in LATER if known < len(said) else (TODAY, *LATER):
        t.day(day)
    return t


def _say(t: Timeline, kind: str, data: dict[str, Any]) -> None:
    subject = data.pop("ref", "") or data.pop("name", "") or data.pop("claim", "")
    id_ = f"{kind}-{subject}"
    if kind == "debtor":
        t.debtor(subject, id=id_, **data)
    elif kind == "claim":
        t.claim(subject, id=id_, decided_on="2026-01-12", **data)
    elif kind == "block":
        t.block(subject, id=id_, set_on=TODAY, **data)
    elif kind == "reduce":
        t.reduce(subject, id=id_, **data)
    else:
        t.payment(subject, data.pop("claim"), id=id_, booked_on=YESTERDAY, **data)


def outcome(t: Timeline) -> dict[str, Any]:
    """Everything that may not depend on the order."""
    views = {view["kassenzeichen"]: view for one in t.events("account-changed") for view in one["claims"]}
    accounts = {
        one["debtor_ref"]: (one["open_cents"], one["credit_cents"]) for one in t.events("account-changed")
    }
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in t.events("posting-recorded"):
        sums[one["kassenzeichen"], one["kind"], one["due_on"]] += one["amount_cents"]
    return {
        "views": views,
        "accounts": accounts,
        "postings": dict(sums),
        "unclear": {one["payment_ref"]: one["cause"] for one in t.events("payment-unclear")},
        "cleared": {one["payment_ref"]: one.get("kassenzeichen") for one in t.events("payment-cleared")},
        "rejected": {one["rejected_id"]: one["reason"] for one in t.events("event-rejected")},
        "story": Counter(t.story()),
        "balances": [
            (one["mandant"], one["day"], one["totals_cents"], one["balances_cents"])
            for one in t.events("day-closed")
            if one["service"] == "claims"
        ],
    }


@given(data=st.data())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_any_order_gives_the_same(data: st.DataObject) -> None:
    said = data.draw(days_business())
    known = data.draw(st.integers(0, len(said)))
    arts = {one["name"]: one["art"] for kind, one in said if kind == "claim"}
    shuffled = [*said[:known], *data.draw(st.permutations(said[known:]))]

    straight, mixed = lived(said, arts, known), lived(shuffled, arts, known)
    assert outcome(mixed) == outcome(straight)
    for t in (straight, mixed):
        for line in t.sent:
            if line["source"] == "/upstream":
                assert len(t.answers(line["id"])) == 1
