"""What holds whatever is said."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import orjson

from shared.contracts.codec import payload, to_json
from shared.policy import Policies
from tests.fuzz.answers import Owed, given
from tests.fuzz.machine import Data, Machine, Numbered
from tests.scenarios import municipality

_POLICY = re.compile(r"([a-z]+)@(ever|[0-9]{4}-[0-9]{2}-[0-9]{2})")
_ENVELOPE = {"specversion", "id", "source", "type", "subject", "time", "causationid", "data"}
_SIDES = {
    "sollzugang": "soll",
    "sollabgang": "soll",
    "fee": "soll",
    "fee_cancelled": "soll",
    "write_off": "written_off",
}


def everything(machine: Machine, lines: Sequence[Numbered], policies: Policies | None = None) -> None:
    """All of it, on what the machine emitted for these lines."""
    events = machine.events()
    assert not [line for line in machine.logged() if "Traceback" in line], machine.logged()
    assert not [event for event in events if event["type"] == "account-parked.v1"]
    events_are_lawful(events, policies or municipality.shipped())
    everybody_is_answered_once(events, lines, machine.waiting(), policies or municipality.shipped())
    the_journal_is_the_accounts(events)
    days_add_up(events)
    nobody_is_dunned_twice(events)


def events_are_lawful(events: Iterable[Data], policies: Policies) -> None:
    """Each is one of the contract, says why, and has an id of its own."""
    ids = set()
    for event in events:
        assert set(event) <= _ENVELOPE
        assert event["specversion"] == "1.0"
        assert event["id"] not in ids, event
        ids.add(event["id"])
        data = event["data"]
        assert orjson.loads(to_json(payload(event["type"], data))) == data, event
        if data["because"]["policy"] != "none":
            named = _POLICY.fullmatch(data["because"]["policy"])
            assert named, event
            assert named[1] == data["mandant"], event
        else:
            assert event["type"] == "event-rejected.v1", event
        if event["type"] != "event-rejected.v1":
            assert data["mandant"] in policies
            assert event["subject"] == "/".join(filter(None, (data["mandant"], data.get("debtor_ref"))))


def everybody_is_answered_once(
    events: Iterable[Data], lines: Iterable[Numbered], waiting: int, policies: Policies
) -> None:
    """Nobody twice, and nobody never but those who still wait."""
    owed = Owed(policies)
    for number, line in lines:
        owed.line(number, line)
    answered = given(events, lines)
    assert not answered - owed.answers, (answered - owed.answers, owed.answers - answered)
    assert (owed.answers - answered).total() == waiting, owed.answers - answered


def the_journal_is_the_accounts(events: Iterable[Data]) -> None:
    """Postings without a gap; what they sum up to is what the accounts show, and `day-closed`."""
    numbers: Counter[str] = Counter()
    versions: Counter[tuple[str, str]] = Counter()
    booked: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    views: dict[tuple[str, str], Data] = {}
    accounts: dict[tuple[str, str], Data] = {}
    payers: dict[tuple[str, str], str] = {}
    for event in events:
        data, kind = event["data"], event["type"]
        mandant = data.get("mandant")
        if kind == "posting-recorded.v1":
            numbers[mandant] += 1
            assert data["posting_no"] == numbers[mandant]
            assert data["amount_cents"] != 0
            assert data["fiscal_year"] == date.fromisoformat(data["due_on"]).year
            side = _SIDES.get(data["kind"], "ist")
            sign = -1 if side == "written_off" else 1
            booked[mandant, data["kassenzeichen"]][side] += sign * data["amount_cents"]
        elif kind == "account-changed.v1":
            key = (mandant, data["debtor_ref"])
            versions[key] += 1
            assert data["version"] == versions[key]
            accounts[key] = data
            for view in data["claims"]:
                views[mandant, view["kassenzeichen"]] = view
                assert payers.setdefault((mandant, view["kassenzeichen"]), key[1]) == key[1]
    for number, view in views.items():
        stands_as_booked(view, booked[number])
    for key, account in accounts.items():
        ours = [view for number, view in views.items() if (number[0], payers[number]) == key]
        assert account["open_cents"] == sum(view["open_cents"] for view in ours)
        assert account["credit_cents"] == sum(view["credit_cents"] for view in ours)


def stands_as_booked(view: Data, booked: Counter[str]) -> None:
    """A claim's figures are the sums of its postings, and open what is not paid nor written off."""
    for side in ("soll", "ist", "written_off"):
        assert view[f"{side}_cents"] == booked[side], (side, view, booked)
    rest = view["soll_cents"] - view["ist_cents"] - view["written_off_cents"]
    assert view["written_off_cents"] >= 0
    assert view["soll_cents"] >= 0
    assert (view["open_cents"], view["credit_cents"]) == (max(0, rest), max(0, -rest)), view
    assert sum(one["amount_cents"] for one in view["sollsaetze"]) == view["soll_cents"]
    assert sum(one["open_cents"] for one in view["sollsaetze"]) == view["open_cents"]
    for block in view.get("blocks", ()):
        assert block["set_on"] <= block["ends_by"]


def days_add_up(events: Iterable[Data]) -> None:
    """What a `day-closed` of the ledger says is what was printed since the one before."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    books: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        data, service = event["data"], event["source"].removeprefix("mahnwerk/")
        mandant = data.get("mandant")
        if event["type"] == "day-closed.v1":
            if service == "claims":
                assert data["counts"] == dict(counts.pop((mandant, service), {})), event
                assert data["totals_cents"] == dict(totals.pop(mandant, {})), event
                balances = data["balances_cents"]
                sums = books[mandant]
                for side in ("soll", "ist", "written_off", "unclear"):
                    assert balances[side] == sums[side], event
                assert balances["open"] - balances["credit"] == (
                    balances["soll"] - balances["ist"] - balances["written_off"]
                )
            continue
        counts[mandant, service][event["type"]] += 1
        if event["type"] == "posting-recorded.v1":
            totals[mandant][data["kind"]] += data["amount_cents"]
            side = _SIDES.get(data["kind"], "ist")
            books[mandant][side] += (-1 if side == "written_off" else 1) * data["amount_cents"]
        books[mandant]["unclear"] += _unclear(event["type"], data)


def _unclear(kind: str, data: Data) -> int:
    """What an event puts on the Klärungsliste, or takes off it."""
    if kind not in ("payment-unclear.v1", "payment-cleared.v1"):
        return 0
    money_back = data["cause"] == "reversal-unmatched"
    return int(data["amount_cents"]) * (1 if (kind == "payment-unclear.v1") != money_back else -1)


def nobody_is_dunned_twice(events: Iterable[Data]) -> None:
    """Never a level skipped, never two in a day for one item, one charge of a claim that is not withdrawn."""
    noticed: dict[tuple[str, str, str], str] = {}
    charged: set[tuple[str, str]] = set()
    for event in events:
        data = event["data"]
        if stock := data.get("taken_over"):  # what another system had sent
            charged |= {(data["mandant"], stock["kassenzeichen"])} if stock["charged"] else set()
            for due_on in stock["due_ons"] if "cycle" in stock else ():
                item = (data["mandant"], stock["kassenzeichen"], due_on)
                noticed[item] = stock["cycle"]["issued_on"]
            continue
        if event["type"] == "dunning-notice-withdrawn.v1":
            charged -= {(data["mandant"], number) for number in data["kassenzeichen"]}
            for item in data["items"]:
                noticed.pop((data["mandant"], item["kassenzeichen"], item["due_on"]), None)
            continue
        if event["type"] not in ("dunning-notice-issued.v1", "enforcement-requested.v1"):
            continue
        items = [(data["mandant"], item["kassenzeichen"], item["due_on"]) for item in data["items"]]
        assert len(set(items)) == len(items)
        asked = sum(item["open_cents"] for item in data["items"]) - data["credits_cents"]
        fees = [item for item in data["items"] if item.get("fee_cents")]
        assert data["total_cents"] - sum(item["fee_cents"] for item in fees) == asked > 0
        if event["type"] == "dunning-notice-issued.v1":
            assert not charged & {(data["mandant"], item["kassenzeichen"]) for item in fees}
            if fees:
                charged |= {(item[0], item[1]) for item in items}
            noticed |= dict.fromkeys(items, data["issued_on"])
            assert data["issued_on"] <= data["pay_by"]
        else:
            for item in items:
                assert noticed.pop(item) < data["requested_on"]
