"""What came of it: every event's answer, every cent, every row, against the harness' own list."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from mahnwerk.collector import OUTBOUND
from mahnwerk.drained import Drained
from mahnwerk.summary import Emitted, Summary
from shared.contracts import OUTBOUND as TYPES
from shared.policy import load_policies
from shared.topics import INBOUND, INTAKE
from tests.faults.order import as_read
from tests.faults.upstream import POISONED, Line
from tests.fuzz.answers import Owed, given
from tests.system.outcome import Seen, check_folder, decided, played, read, stand
from tests.system.poison import REASONS
from tests.system.replay import replay, rows_of
from tests.system.world import Raw, header

KINDS: Final = ("header", "broken", "no", "tombstone", "huge", "field", "type")
_SOLL: Final = ("sollzugang", "sollabgang", "fee", "fee_cancelled")
_IST: Final = ("payment", "payment_reversed", "credit_transferred", "credit_refunded")
# These wait for the next day by rule; how long that is says nothing about the system.
_WAITED: Final = ("unknown-", "reversal-unmatched")


@dataclass(slots=True)
class Verdict:
    """How many of each; all but what only informs must be 0."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong_cents: list[str] = field(default_factory=list)
    wrong_decisions: list[str] = field(default_factory=list)
    wrong_rejections: list[str] = field(default_factory=list)
    wrong_rows: list[str] = field(default_factory=list)
    wrong_files: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    emitted: int = 0
    rejected: int = 0
    repeated: int = 0
    latencies_ms: list[tuple[int, int]] = field(default_factory=list)  # (published at, until the answer)


async def judge(
    kafka: str, databases: Mapping[str, str], lines: Sequence[Line], policies: Path, folder: Path
) -> Verdict:
    """Look at everything that stands in Kafka and in the databases, once all is quiet."""
    verdict = Verdict()
    async with Drained(kafka, databases) as drained:
        verdict.left = await drained.left()
    inbound = await read(kafka, INBOUND)
    records = await read(kafka, OUTBOUND)
    standing = stand(records)
    verdict.emitted, verdict.repeated = len(standing.events), standing.repeated
    verdict.lost += [f"missing before {one}" for one in standing.gaps]
    verdict.doubled += [f"{one.topic}/{one.lane} {one.id}" for one in (*standing.clashes, *standing.twice)]

    poison = [record for record in inbound if _is_poison(record)]
    events, refusals = _without_poison(standing.events, poison)
    verdict.rejected = sum(one.type == "event-rejected.v1" for one in standing.events)
    _poison(verdict, poison, refusals)

    ordered, missing = as_read(lines, inbound, await read(kafka, [INTAKE]))
    verdict.lost += [f"not in intake, or not in upstream's order: {id_}" for id_ in missing]
    expected = played(ordered, policies)
    _answers(verdict, lines, events, policies)
    _decisions(verdict, events, expected)
    _cents(verdict, events, expected)
    await _undisturbed(verdict, kafka, databases, policies, standing.events)
    try:
        letters = rows_of(databases)["notifications.message"].total()
        check_folder(folder / "outbox", letters)
    except (AssertionError, KeyError, OSError) as error:
        verdict.wrong_files.append(repr(error))
    verdict.latencies_ms = _latencies(inbound, records)
    return verdict


def _is_poison(record: Raw) -> bool:
    kind, _, rest = header(record, "ce_id").partition("-")
    return kind in KINDS and rest.removeprefix("object-").startswith(record.topic)


def _without_poison(events: Iterable[Seen], poison: Iterable[Raw]) -> tuple[list[Seen], Counter[str]]:
    """The events that are not about poison, and the reasons given to it by place or id."""
    places = {f"{one.topic}/{one.partition}/{one.offset}" for one in poison}
    ids = {header(one, "ce_id") for one in poison}
    rest: list[Seen] = []
    refusals: Counter[str] = Counter()
    for one in events:
        data = orjson.loads(one.data)
        if one.key.partition("/")[0] == POISONED:
            if one.type != "event-rejected.v1":
                continue
        elif one.type != "event-rejected.v1" or (
            data.get("rejected_id") not in ids and _place(data) not in places
        ):
            rest.append(one)
            continue
        name = data["rejected_id"] if data.get("rejected_id") in ids else _place(data)
        refusals[f"{name} {data['reason']}"] += 1
    return rest, refusals


def _place(data: dict[str, Any]) -> str:
    return f"{data.get('topic')}/{data.get('partition')}/{data.get('offset')}"


def _poison(verdict: Verdict, poison: Iterable[Raw], refusals: Counter[str]) -> None:
    """Each has its one rejection, with its reason; what has an id only once, however often it came."""
    expected: Counter[str] = Counter()
    for one in poison:
        id_ = header(one, "ce_id")
        reason = REASONS[KINDS.index(id_.partition("-")[0])]
        if one.value is None and one.topic == "debtor-contact":
            continue
        place = f"{one.topic}/{one.partition}/{one.offset}"
        if f"{id_} {reason}" in refusals:
            expected[f"{id_} {reason}"] = 1
        else:
            expected[f"{place} {reason}"] += 1
    verdict.wrong_rejections += [f"missing: {one}" for one in (expected - refusals).elements()]
    verdict.wrong_rejections += [f"too many: {one}" for one in (refusals - expected).elements()]


def _answers(verdict: Verdict, lines: Sequence[Line], events: Iterable[Seen], policies: Path) -> None:
    """Each event of the list has one answer."""
    owed = Owed(set(load_policies(policies)))
    for number, line in enumerate(lines, 1):
        owed.line(number, line)
    answers = given(
        (
            {"type": one.type, "data": orjson.loads(one.data), "causationid": one.cause}
            for one in events
            if one.topic == TYPES[one.type].TOPIC
        ),
        enumerate(lines, 1),
    )
    verdict.lost += [f"no answer: {name}" for name in (owed.answers - answers).elements()]
    verdict.doubled += [f"more than one answer: {name}" for name in (answers - owed.answers).elements()]


def _decisions(verdict: Verdict, events: Iterable[Seen], expected: Iterable[Seen]) -> None:
    """What was decided, when and why, is what a run in one process decides."""
    found, wanted = Counter(decided(events)), Counter(decided(expected))
    verdict.wrong_decisions += [f"missing: {one}" for one in (wanted - found).elements()]
    verdict.wrong_decisions += [f"too many: {one}" for one in (found - wanted).elements()]
    reasons = [
        Counter(one[-1] for one in decisions.elements() if one[0] == "event-rejected.v1")
        for decisions in (found, wanted)
    ]
    verdict.wrong_rejections += list(((reasons[0] - reasons[1]) + (reasons[1] - reasons[0])).elements())


def _cents(verdict: Verdict, events: Sequence[Seen], expected: Sequence[Seen]) -> None:
    """Each claim as expected and as its postings say; each day's balances; the reconciliation."""
    found, wanted = _accounts(events), _accounts(expected)
    verdict.wrong_cents += [
        f"{claim}: {found.get(claim)} not {wanted.get(claim)}"
        for claim in sorted(found.keys() | wanted.keys())
        if found.get(claim) != wanted.get(claim)
    ]
    sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    summary = Summary()
    for number, one in enumerate(events):
        if one.type not in TYPES or one.topic != TYPES[one.type].TOPIC:
            continue
        data = orjson.loads(one.data)
        summary.add(Emitted(one.topic, number, one.type, one.day, data))
        if one.type == "posting-recorded.v1":
            of = sums[data["mandant"], data["kassenzeichen"]]
            of["soll"] += data["amount_cents"] * (data["kind"] in _SOLL)
            of["ist"] += data["amount_cents"] * (data["kind"] in _IST)
            of["written_off"] -= data["amount_cents"] * (data["kind"] == "write_off")
    for claim, (soll, ist, written_off, *_) in found.items():
        of = sums[claim]
        if (of["soll"], of["ist"], of["written_off"]) != (soll, ist, written_off):
            verdict.wrong_cents.append(f"{claim}: {dict(of)} posted, {soll}, {ist}, {written_off} stated")
    if difference := summary.figures()["reconciliation"]["difference_cents"]:
        verdict.wrong_cents.append(f"the reconciliation's difference is {difference}")
    closed, closed_wanted = _closed(events), _closed(expected)
    verdict.wrong_cents += [
        f"{day}: {closed.get(day)} not {closed_wanted.get(day)}"
        for day in sorted(closed.keys() | closed_wanted.keys())
        if closed.get(day) != closed_wanted.get(day)
    ]


def _accounts(events: Iterable[Seen]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Each claim's cents, as last stated."""
    last: dict[tuple[str, str], tuple[int, ...]] = {}
    for one in events:
        if one.type == "account-changed.v1":
            data = orjson.loads(one.data)
            for claim in data["claims"]:
                names = ("soll_cents", "ist_cents", "written_off_cents", "open_cents", "credit_cents")
                last[data["mandant"], claim["kassenzeichen"]] = tuple(claim[name] for name in names)
    return last


def _closed(events: Iterable[Seen]) -> dict[tuple[str, ...], object]:
    found: dict[tuple[str, ...], object] = {}
    for one in events:
        if one.type == "day-closed.v1":
            data = orjson.loads(one.data)
            found[data["mandant"], data["service"], data["day"]] = (
                data.get("balances_cents"),
                data.get("totals_cents"),
            )
    return found


async def _undisturbed(
    verdict: Verdict, kafka: str, databases: Mapping[str, str], policies: Path, events: Iterable[Seen]
) -> None:
    """The same order run once more in one process: the same events to the last number, the same rows."""
    again = await replay(kafka, policies)
    found, wanted = Counter(events), Counter(again.events)
    verdict.wrong_decisions += [f"not in the replay: {one}" for one in (found - wanted).elements()]
    verdict.wrong_decisions += [f"only in the replay: {one}" for one in (wanted - found).elements()]
    rows, rows_wanted = rows_of(databases), again.rows()
    for table in rows.keys() | rows_wanted.keys():
        here, there = rows.get(table, Counter()), rows_wanted.get(table, Counter())
        verdict.wrong_rows += [f"{table}: {one}" for one in ((here - there) + (there - here)).elements()]


def _latencies(inbound: Iterable[Raw], outbound: Iterable[Raw]) -> list[tuple[int, int]]:
    """When each event was there, and how long until its answer was, by the broker's clock."""
    published: dict[str, int] = {}
    for record in inbound:
        id_ = header(record, "ce_id")
        published[id_] = min(record.timestamp, published.get(id_, record.timestamp))
    answered: dict[str, int] = {}
    for record in outbound:
        data = orjson.loads(record.value or b"{}")
        reason = str(data.get("reason") or data.get("cause") or "")
        if reason.startswith(_WAITED):
            continue
        type_ = header(record, "ce_type")
        if type_ in ("claim-registered.v1", "payment-unclear.v1", "posting-recorded.v1"):
            id_ = header(record, "ce_causationid")
        elif type_ in ("event-accepted.v1", "event-rejected.v1"):
            id_ = data.get("accepted_id") or data.get("rejected_id") or ""
        else:
            continue
        answered[id_] = min(record.timestamp, answered.get(id_, record.timestamp))
    return [
        (at, answered[id_] - at)
        for id_, at in published.items()
        if id_ in answered and not id_.startswith("day-")
    ]


def percentile(values: Iterable[int], share: float) -> float:
    """The value in milliseconds that so large a share does not exceed; nan without values."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, math.ceil(len(ordered) * share) - 1)]) if ordered else math.nan
