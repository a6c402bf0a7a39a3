"""Looks at every record that is appended: numbers, ids, answers, personal data; collects what was said."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

import orjson

from services.claims.sequencing import LOGS
from shared import topics
from tests.sim.kafka import Stored
from tests.sim.told import Told, told
from tests.sim.upstream import CANARY, Sent
from tests.sim.violations import ViolationError

_NAMES: Final = re.compile(CANARY.encode())
_PERSONAL: Final = re.compile(CANARY.encode() + rb"|(?:19\d\d|200\d|201[0-5])-\d\d-\d\d")
_INBOUND: Final = frozenset((*LOGS, topics.DEBTOR_CONTACT))
_NEVER_COUNTED: Final = ("day-closed.v1", "day-marked.v1")
_ORDERED: Final = "write-off-ordered.v1"  # goes to two topics, and counts once
_BORN: Final = b"debtor-registered.v1"

Place = tuple[str, int]


def personal(text: bytes) -> bytes | None:
    """A name, a birth date or a free text that stands where none may."""
    found = _PERSONAL.search(text)
    return found[0] if found else None


@dataclass(slots=True)
class Said:
    """An event that counts: the first with its number."""

    number: int
    id: str
    type: str
    digest: bytes
    day: date | None
    data: dict[str, Any]


@dataclass(slots=True)
class Watcher:
    """What stands in the topics."""

    sent: dict[str, Sent] = field(default_factory=dict)
    trace: Any = field(default_factory=sha256)
    logs: defaultdict[tuple[Place, str], list[Said]] = field(default_factory=lambda: defaultdict(list))
    intake: list[Stored] = field(default_factory=list)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)  # (id or place, outcome)
    rejections: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    told: defaultdict[date, Counter[Told]] = field(default_factory=lambda: defaultdict(Counter))
    results: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    counts: defaultdict[tuple[str, str, date | None], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    closed: dict[tuple[str, str, date], dict[str, Any]] = field(default_factory=dict)
    postings: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    marks: Counter[tuple[str, str]] = field(default_factory=Counter)
    violation: ViolationError | None = None
    events: int = 0
    twice: int = 0

    def saw(self, stored: Stored) -> None:
        """A record was appended."""
        self.trace.update(f"{stored.topic}/{stored.partition}/{stored.offset}".encode())
        self.trace.update(stored.value or b"")
        if stored.topic in _INBOUND:
            return
        try:
            self._no_person(stored)
            if stored.topic == topics.INTAKE:
                self.intake.append(stored)
            else:
                self._said(stored)
        except ViolationError as violation:  # raised here it would be taken for the product's own trouble
            self.violation = self.violation or violation

    def _no_person(self, stored: Stored) -> None:
        text = b"\n".join((stored.key or b"", *(value for _, value in stored.headers), stored.value or b""))
        # The ledger needs birth dates, and has them from nowhere else.
        pattern = _NAMES if stored.topic == topics.INTAKE and _BORN in text else _PERSONAL
        if found := pattern.search(text):
            raise ViolationError("personal data", f"{found[0]!r} in {stored.topic}/{stored.partition}")

    def _said(self, stored: Stored) -> None:
        headers = {name: value.decode() for name, value in stored.headers}
        number, writer = int(headers["mw-number"]), headers["ce_source"]
        log = self.logs[(stored.topic, stored.partition), writer]
        digest = sha256(headers["ce_type"].encode() + (stored.value or b"")).digest()
        if number <= len(log):
            before = log[number - 1]
            if (before.id, before.digest) != (headers["ce_id"], digest):
                raise ViolationError("one number, two events", f"{stored.topic}/{stored.partition} {number}")
            self.twice += 1
            return
        if number != len(log) + 1:
            raise ViolationError(
                "gap", f"{stored.topic}/{stored.partition}: {number} after {len(log)} of {writer}"
            )
        time = headers.get("ce_time", "")
        day = date.fromisoformat(time[:10]) if time else None
        said = Said(
            number, headers["ce_id"], headers["ce_type"], digest, day, orjson.loads(stored.value or b"")
        )
        if log and log[-1].day and day and day < log[-1].day:
            raise ViolationError("order", f"{stored.topic}/{stored.partition}: {day} after {log[-1].day}")
        log.append(said)
        self.events += 1
        self._heard(stored, said, headers.get("ce_causationid", ""))
        copied = said.type == _ORDERED and stored.topic == topics.ACCOUNT_CHANGED
        if said.type not in _NEVER_COUNTED and not copied:
            self.counts[writer, said.data.get("mandant", ""), day][said.type] += 1

    def _heard(self, stored: Stored, said: Said, cause: str) -> None:
        data = said.data
        match said.type:
            case "event-accepted.v1":
                self.answers[data["accepted_id"], "ok"] += 1
                key = data["mandant"], data["accepted_source"], data["accepted_id"]
                self.results[key] = data["result"]
            case "event-rejected.v1":
                self._rejected(data)
            case "claim-registered.v1":
                self.answers[cause, "ok"] += 1
            case "posting-recorded.v1":
                self._posted(data)
            case "account-changed.v1":
                self._account(data)
            case "day-closed.v1":
                self._closed(data)
            case "day-marked.v1":
                self.marks[data["service"], data["day"]] += 1
        line = told(said.type, data)
        if line is not None and stored.topic != topics.ACCOUNT_CHANGED:
            self.told[said.day or date.min][line] += 1

    def _rejected(self, data: dict[str, Any]) -> None:
        name = data.get("rejected_id") or f"{data['topic']}/{data['partition']}/{data['offset']}"
        self.answers[name, data["reason"]] += 1
        self.rejections[name].append(data["reason"])

    def refusal(self, id_: str) -> str:
        """Why the event of this id has no effect; what others had that misused the id does not count."""
        return next((reason for reason in self.rejections.get(id_, ()) if reason != "id-reuse"), "")

    def _posted(self, data: dict[str, Any]) -> None:
        key = (data["mandant"], data["posting_no"])
        if key in self.postings:
            raise ViolationError("posting twice", str(key))
        if data["posting_no"] > 1 and (key[0], key[1] - 1) not in self.postings:
            raise ViolationError("gap in the journal", str(key))
        if data["fiscal_year"] != int(data["due_on"][:4]):
            raise ViolationError("fiscal year", str(key))
        if any((part["amount_cents"] < 0) != (data["amount_cents"] < 0) for part in data.get("parts") or ()):
            raise ViolationError("parts of a posting", str(key))
        self.postings[key] = data

    def _account(self, data: dict[str, Any]) -> None:
        key = (data["mandant"], data["debtor_ref"])
        if data["version"] != self.versions.get(key, 0) + 1:
            raise ViolationError("versions", f"{key}: {data['version']} after {self.versions.get(key)}")
        self.versions[key] = data["version"]
        for claim in data["claims"]:
            owed = claim["soll_cents"] - claim["ist_cents"] - claim["written_off_cents"]
            if (claim["open_cents"], claim["credit_cents"]) != (max(0, owed), max(0, -owed)):
                raise ViolationError("money of a claim", f"{key} {claim['kassenzeichen']}")
            if sum(each["open_cents"] for each in claim["sollsaetze"]) != claim["open_cents"]:
                raise ViolationError("money of a claim", f"{key} {claim['kassenzeichen']}: its Sollsätze")
            due = [each["due_on"] for each in claim["sollsaetze"] if each["open_cents"]]
            if claim["sollsaetze"] and claim["due_on"] != (due or [claim["sollsaetze"][-1]["due_on"]])[0]:
                raise ViolationError("due date of a claim", f"{key} {claim['kassenzeichen']}")

    def _closed(self, data: dict[str, Any]) -> None:
        key = (data["service"], data["mandant"], date.fromisoformat(data["day"]))
        if key in self.closed:
            raise ViolationError("day closed twice", str(key))
        self.closed[key] = data
