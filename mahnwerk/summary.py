"""What a run amounts to, read from the outbound topics alone: the way finance and the departments see it.

Soll, Ist and write-offs are summed from the journal (`posting-recorded`), open amounts and credits from the
accounts (`account-changed`). Two sources: that their difference is 0 says something.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import OUTBOUND
from shared.records import DAY_MARKED

_SOLL = ("sollzugang", "sollabgang", "fee", "fee_cancelled")
_IST = ("payment", "payment_reversed", "credit_transferred", "credit_refunded")
_BLOCKED = "blocked"
_NO_STEP = "no step yet"
_STEPS = {
    "enforcement-announced.v1": "enforcement announced",
    "instalment-plan-started.v1": "instalment plan",
    "instalment-missed.v1": "instalment missed",
    "enforcement-closed.v1": _NO_STEP,
}


@dataclass(slots=True)
class Summary:
    """Feed it every outbound event in the order of its partition, then ask for the figures."""

    topics: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    postings: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    handovers: Counter[str] = field(default_factory=Counter)
    kassenanzeigen: Counter[str] = field(default_factory=Counter)
    write_offs: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    accounts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    claims: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    unclear: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    steps: dict[tuple[str, str], str] = field(default_factory=dict)
    cases: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    day: str = ""

    def add(self, topic: str, type_: str, data: dict[str, Any]) -> None:
        """Count one event."""
        if type_ == DAY_MARKED:
            self.day = max(self.day, data["day"])
            return
        if topic != OUTBOUND[type_].TOPIC:
            return  # a copy for the services
        self.topics[topic][type_] += 1
        name = "_" + type_.rpartition(".")[0].replace("-", "_")
        if handler := getattr(self, name, None):
            handler(data)
        elif topic == "enforcement-progress":
            self._progress(type_, data)

    def _event_rejected(self, data: dict[str, Any]) -> None:
        self.rejections[data["reason"]] += 1

    def _posting_recorded(self, data: dict[str, Any]) -> None:
        self.postings[data["kind"]] += data["amount_cents"]

    def _account_changed(self, data: dict[str, Any]) -> None:
        self.accounts[data["mandant"], data["debtor_ref"]] = (data["open_cents"], data["credit_cents"])
        for claim in data["claims"]:
            self.claims[data["mandant"], claim["kassenzeichen"]] = claim

    def _payment_unclear(self, data: dict[str, Any]) -> None:
        self.unclear[data["mandant"], data["payment_ref"]] = data

    def _payment_cleared(self, data: dict[str, Any]) -> None:
        self.unclear.pop((data["mandant"], data["payment_ref"]), None)

    def _kassenanzeige_issued(self, data: dict[str, Any]) -> None:
        self.kassenanzeigen[str(data["number"])] += 1
        self.steps[data["mandant"], data["kassenzeichen"]] = f"Kassenanzeige {data['number']}"

    def _handover_issued(self, data: dict[str, Any]) -> None:
        self.handovers[data["kind"]] += 1
        if data["kind"] == "lawsuit":
            self.steps[data["mandant"], data["kassenzeichen"][0]] = "handed over for a lawsuit"

    def _write_off_ordered(self, data: dict[str, Any]) -> None:
        self.write_offs[data["kind"]].append(data["amount_cents"])

    def _dunning_notice_issued(self, data: dict[str, Any]) -> None:
        for item in data["items"]:
            self.steps[data["mandant"], item["kassenzeichen"]] = "notice sent"

    def _enforcement_requested(self, data: dict[str, Any]) -> None:
        items = [(data["mandant"], item["kassenzeichen"]) for item in data["items"]]
        self.cases[data["case_id"]] = items
        for item in items:
            self.steps[item] = "handed over to enforcement"

    def _progress(self, type_: str, data: dict[str, Any]) -> None:
        step = _STEPS.get(type_) or f"in enforcement ({data['track']})"
        for item in self.cases.get(data["case_id"], []):
            self.steps[item] = step

    def open_by_stage(self) -> dict[str, dict[str, int]]:
        """Open claims by the last step taken about them; those with a block in force by that."""
        stages: dict[str, dict[str, int]] = defaultdict(lambda: {"claims": 0, "open_cents": 0})
        for key, claim in self.claims.items():
            if not claim["open_cents"]:
                continue
            blocked = any(block["set_on"] <= self.day <= block["ends_by"] for block in claim["blocks"])
            stage = stages[_BLOCKED if blocked else self.steps.get(key, _NO_STEP)]
            stage["claims"] += 1
            stage["open_cents"] += claim["open_cents"]
        return dict(sorted(stages.items(), key=lambda entry: -entry[1]["open_cents"]))

    def reconciliation(self) -> dict[str, int]:
        """Soll − Ist − write-offs − open + credits, in cents; the difference must be 0."""
        soll = sum(self.postings[kind] for kind in _SOLL)
        ist = sum(self.postings[kind] for kind in _IST)
        written_off = -self.postings["write_off"]
        open_ = sum(account[0] for account in self.accounts.values())
        credits_ = sum(account[1] for account in self.accounts.values())
        return {
            "soll_cents": soll,
            "ist_cents": ist,
            "written_off_cents": written_off,
            "open_cents": open_,
            "credit_cents": credits_,
            "difference_cents": soll - ist - written_off - open_ + credits_,
        }

    def figures(self) -> dict[str, Any]:
        """Everything, for machines; the same on every run."""
        causes = Counter(entry["cause"] for entry in self.unclear.values())
        return {
            "day": self.day,
            "events": {
                topic: {"total": types.total(), "types": dict(sorted(types.items()))}
                for topic, types in sorted(self.topics.items())
            },
            "rejections": dict(sorted(self.rejections.items())),
            "open_by_stage": self.open_by_stage(),
            "clearing_list": {
                "entries": len(self.unclear),
                "amount_cents": sum(entry["amount_cents"] for entry in self.unclear.values()),
                "causes": dict(sorted(causes.items())),
            },
            "kassenanzeigen": {number: self.kassenanzeigen[number] for number in ("1", "2", "3")},
            "handovers": dict(sorted(self.handovers.items())),
            "enforcement_requests": len(self.cases),
            "write_offs": {
                kind: {"count": len(amounts), "amount_cents": sum(amounts)}
                for kind, amounts in sorted(self.write_offs.items())
            },
            "postings_cents": dict(sorted(self.postings.items())),
            "reconciliation": self.reconciliation(),
        }
