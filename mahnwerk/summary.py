"""What a run amounts to, read from the outbound topics alone: the way finance and the departments see it.

Soll, Ist and write-offs are summed from the journal (`posting-recorded`), open amounts and credits from the
accounts (`account-changed`). Two sources: that their difference is 0 says something.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

from shared.contracts import OUTBOUND, DunningNoticeWithdrawn
from shared.contracts.codes import IST_KINDS, SOLL_KINDS
from shared.records import DAY_MARKED

Claim: TypeAlias = tuple[str, str]  # mandant, Kassenzeichen

_NO_STEP: Final = "no step yet"
_CASE_STEPS: Final = {
    "enforcement-announced.v1": "enforcement announced",
    "instalment-plan-started.v1": "instalment plan",
    "instalment-missed.v1": "instalment missed",
    "enforcement-closed.v1": _NO_STEP,
}
# Topics are read side by side. Of one day, the steps about a claim count in this order: what the day's
# opening decides, then what its records bring about.
_STEPS: Final = (
    "kassenanzeige",
    "dunning-notice",
    "enforcement-requested",
    "enforcement-progress",
    "handover",
)


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event as it stands in an outbound topic; `day` is the system's, ISO."""

    topic: str
    offset: int
    type: str
    day: str
    data: dict[str, Any]


@dataclass(slots=True)
class Summary:
    """Feed it every outbound event in the order of its partition, then ask for the figures."""

    topics: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    postings: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rejections: Counter[str] = field(default_factory=Counter)
    handovers: Counter[str] = field(default_factory=Counter)
    kassenanzeigen: Counter[str] = field(default_factory=Counter)
    write_offs: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    accounts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    claims: dict[Claim, dict[str, Any]] = field(default_factory=dict)
    unclear: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    day: str = ""
    _steps: list[Emitted] = field(default_factory=list)
    _booked: Counter[Claim] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """How many events were emitted."""
        return sum(types.total() for types in self.topics.values())

    def add(self, event: Emitted) -> None:
        """Count one event."""
        if event.type == DAY_MARKED:
            self.day = max(self.day, event.data["day"])
            return
        if event.topic != OUTBOUND[event.type].TOPIC:
            return  # a copy for the services
        self.topics[event.topic][event.type] += 1
        if event.topic in _STEPS:
            self._steps.append(event)
        if handler := self._HANDLERS.get(event.type):
            handler(self, event.data)

    def _posted(self, data: dict[str, Any]) -> None:
        self.postings[data["mandant"]][data["kind"]] += data["amount_cents"]
        self._booked[data["mandant"], data["kassenzeichen"]] += 1

    def _changed(self, data: dict[str, Any]) -> None:
        self.accounts[data["mandant"], data["debtor_ref"]] = (data["open_cents"], data["credit_cents"])
        for claim in data["claims"]:
            self.claims[data["mandant"], claim["kassenzeichen"]] = claim

    def _unclear(self, data: dict[str, Any]) -> None:
        self.unclear[data["mandant"], data["payment_ref"]] = data

    def _cleared(self, data: dict[str, Any]) -> None:
        self.unclear.pop((data["mandant"], data["payment_ref"]), None)

    def _rejected(self, data: dict[str, Any]) -> None:
        self.rejections[data["reason"]] += 1

    def _announced(self, data: dict[str, Any]) -> None:
        self.kassenanzeigen[str(data["number"])] += 1

    def _handed_over(self, data: dict[str, Any]) -> None:
        self.handovers[data["kind"]] += 1

    def _written_off(self, data: dict[str, Any]) -> None:
        self.write_offs[data["kind"]].append(data["amount_cents"])

    _HANDLERS: ClassVar[dict[str, Callable[["Summary", dict[str, Any]], None]]] = {
        "posting-recorded.v1": _posted,
        "account-changed.v1": _changed,
        "payment-unclear.v1": _unclear,
        "payment-cleared.v1": _cleared,
        "event-rejected.v1": _rejected,
        "kassenanzeige-issued.v1": _announced,
        "handover-issued.v1": _handed_over,
        "write-off-ordered.v1": _written_off,
    }

    def steps(self) -> dict[Claim, list[str]]:
        """What was done about each claim, in order."""
        cases: dict[str, list[Claim]] = {}
        steps: dict[Claim, list[str]] = defaultdict(list)
        for event in sorted(self._steps, key=lambda one: (one.day, _STEPS.index(one.topic), one.offset)):
            name, claims = _step(event, cases)
            for claim in claims:
                steps[claim].append(name)
        return steps

    def eventful(self) -> Claim | None:
        """An open claim that much happened to: the one to look at first."""
        steps = self.steps()
        much = {
            claim: (len(set(steps.get(claim, ()))), self._booked[claim], claim)
            for claim, view in self.claims.items()
            if view["open_cents"]
        }
        return max(much, key=much.__getitem__, default=None)

    def open_by_stage(self) -> dict[str, dict[str, int]]:
        """Open claims by the last step taken about them; those with a block or hold by that."""
        steps = self.steps()
        stages: dict[str, dict[str, int]] = defaultdict(lambda: {"claims": 0, "open_cents": 0})
        for key, claim in self.claims.items():
            if not claim["open_cents"]:
                continue
            last = steps[key][-1] if key in steps else _NO_STEP
            if claim.get("holds"):
                last = "on hold"
            if any(block["set_on"] <= self.day <= block["ends_by"] for block in claim["blocks"]):
                last = "blocked"
            stage = stages[last]
            stage["claims"] += 1
            stage["open_cents"] += claim["open_cents"]
        return dict(sorted(stages.items(), key=lambda entry: (-entry[1]["open_cents"], entry[0])))

    def reconciliation(self, mandant: str | None = None) -> dict[str, int]:
        """Soll − Ist − write-offs − open + credits, in cents; the difference must be 0."""
        kinds: Counter[str] = Counter()
        for of, sums in self.postings.items():
            if mandant in (None, of):
                for kind, cents in sums.items():
                    kinds[kind] += cents
        accounts = [sums for (of, _), sums in self.accounts.items() if mandant in (None, of)]
        soll = sum(kinds[kind] for kind in SOLL_KINDS)
        ist = sum(kinds[kind] for kind in IST_KINDS)
        written_off = -kinds["write_off"]
        open_, credits_ = (sum(sums) for sums in zip(*accounts, strict=True)) if accounts else (0, 0)
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
            "claims": len(self.claims),
            "accounts": len(self.accounts),
            "open_by_stage": self.open_by_stage(),
            "clearing_list": {
                "entries": len(self.unclear),
                "amount_cents": sum(entry["amount_cents"] for entry in self.unclear.values()),
                "causes": dict(sorted(causes.items())),
            },
            "kassenanzeigen": {number: self.kassenanzeigen[number] for number in ("1", "2", "3")},
            "handovers": dict(sorted(self.handovers.items())),
            "write_offs": {
                kind: {"count": len(amounts), "amount_cents": sum(amounts)}
                for kind, amounts in sorted(self.write_offs.items())
            },
            "reconciliation": {
                **self.reconciliation(),
                "by_mandant": {mandant: self.reconciliation(mandant) for mandant in sorted(self.postings)},
            },
        }


def _step(event: Emitted, cases: dict[str, list[Claim]]) -> tuple[str, list[Claim]]:
    """What a step is called, and the claims it was about; a request is noted in `cases`."""
    data = event.data
    mandant = data["mandant"]
    if event.topic == "kassenanzeige":
        return f"Kassenanzeige {data['number']}", [(mandant, data["kassenzeichen"])]
    if event.topic == "handover":
        lawsuit = data["kind"] == "lawsuit"
        return "handed over for a lawsuit", [(mandant, data["kassenzeichen"][0])] if lawsuit else []
    if event.topic == "enforcement-progress":
        name = _CASE_STEPS.get(event.type) or f"in enforcement ({data['track']})"
        return name, cases.get(data["case_id"], [])
    claims = [(mandant, item["kassenzeichen"]) for item in data.get("items", ())]
    if event.topic == "enforcement-requested":
        cases[data["case_id"]] = claims
        return "handed over to enforcement", claims
    if event.type == DunningNoticeWithdrawn.TYPE:
        for case_id in {item.get("case_id") for item in data["items"]} & cases.keys():
            cases[case_id] = [claim for claim in cases[case_id] if claim not in claims]
        return "notice withdrawn", claims
    return "notice sent", claims
