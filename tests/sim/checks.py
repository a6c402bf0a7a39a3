"""What has to hold when all is quiet: the reference's books and days, every answer, nothing left behind."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

from services.claims import tables as claims
from services.notifications import tables as notifications
from services.notifications.domain.messages import TYPES
from shared import topics
from tests.sim.databases import Database
from tests.sim.finance import check_finance
from tests.sim.order import check_order
from tests.sim.reference.books import Books, Claim
from tests.sim.reference.intake import Reference
from tests.sim.simulation import Simulation
from tests.sim.upstream import Sent
from tests.sim.violations import ViolationError, first_few
from tests.sim.watcher import Watcher


def check(simulation: Simulation) -> Reference:
    """Compare everything with the reference; ViolationError at the first difference."""
    watcher, world = simulation.cluster.watcher, simulation.world
    reference = Reference(world.policies, watcher.sent, watcher.refusal)
    for stored in sorted(watcher.intake, key=lambda each: (each.partition, each.offset)):
        reference.read(stored)
    databases = simulation.cluster.databases
    check_order(reference.effective, simulation.publisher.announced, watcher.sent)
    _days(watcher, reference)
    _books(databases["claims"], reference)
    check_finance(databases["claims"], watcher, reference)
    _answers(simulation, reference)
    _messages(databases["notifications"], watcher)
    return reference


def _days(watcher: Watcher, reference: Reference) -> None:
    """What was decided on each day is what the reference expects, no more, no less, no later."""
    for day in sorted(watcher.told.keys() | reference.expected.keys()):
        told, expected = watcher.told[day], reference.expected[day]
        if told != expected:
            more, less = told - expected, expected - told
            raise ViolationError(
                "decision", f"on {day} not expected: {first_few(more)}; missing: {first_few(less)}"
            )


def _books(database: Database, reference: Reference) -> None:
    """The end state, to the cent."""
    rows = {(row[0], row[1]): orjson.loads(row[-1]) for row in database.rows(claims.claim)}
    expected = {
        (mandant, claim.number): claim
        for mandant, books in reference.books().items()
        for claim in books.claims.values()
    }
    if rows.keys() != expected.keys():
        raise ViolationError("claims", f"{first_few(rows.keys() ^ expected.keys())}")
    for key, row in rows.items():
        found, wanted = _of_row(row), _of_claim(expected[key])
        if found != wanted:
            wrong = {name: (found[name], wanted[name]) for name in found if found[name] != wanted[name]}
            raise ViolationError("claim", f"{key}: {wrong} (found, expected)")
    _accounts(database, reference.books())
    _payments(database, reference.books())


def _of_row(row: dict[str, Any]) -> dict[str, object]:
    return {
        "months": [
            (
                one["due_on"],
                one["soll_cents"],
                one["fee_cents"],
                one["ordered_cents"],
                one["befristet_cents"],
            )
            for one in row["sollsaetze"]
        ],
        "ist": row["ist_cents"],
        "payer": row["payer_ref"],
        "aktenzeichen": row["aktenzeichen"],
        "held": any(each["cause"] == "open-after-write-off" for each in row["holds"]),
        "holds": sorted(
            (each["cause"], each["held_from"])
            for each in row["holds"]
            if each["cause"] != "open-after-write-off"
        ),
        "deferred": row["deferral"] is not None,
        "blocks": sorted((each["reason"], each["set_on"], each["ends_by"]) for each in row["blocks"]),
    }


def _of_claim(claim: Claim) -> dict[str, object]:
    return {
        "months": [
            (month.due_on.isoformat(), month.soll, month.fee, month.ordered, month.befristet)
            for month in claim.months
        ],
        "ist": claim.ist,
        "payer": claim.payer,
        "aktenzeichen": claim.aktenzeichen,
        "held": claim.held,
        "holds": sorted((cause, since.isoformat()) for cause, since in claim.holds.items()),
        "deferred": claim.deferral is not None,
        "blocks": sorted(
            (each.reason, each.set_on.isoformat(), each.ends_by.isoformat()) for each in claim.blocks
        ),
    }


def _accounts(database: Database, books: Mapping[str, Books]) -> None:
    expected = Counter[tuple[str, str, str]]()
    for mandant, own in books.items():
        for claim in own.claims.values():
            expected[mandant, claim.payer, "open"] += claim.open
            expected[mandant, claim.payer, "credit"] += claim.credit
    found = Counter[tuple[str, str, str]]()
    for row in database.rows(claims.account):
        found[row[0], row[1], "open"] = row[3]
        found[row[0], row[1], "credit"] = row[4]
    if +found != +expected:
        raise ViolationError("account", f"{first_few([*(found - expected), *(expected - found)])}")


def _payments(database: Database, books: Mapping[str, Books]) -> None:
    found = {
        (row[0], row[1]): (row[4], row[7] if row[4] == "booked" else None)
        for row in database.rows(claims.payment)
    }
    expected = {
        (mandant, ref): (payment.state, payment.claim if payment.state == "booked" else None)
        for mandant, own in books.items()
        for ref, payment in own.payments.items()
    }
    if found != expected:
        wrong = [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]
        first = min(wrong)
        raise ViolationError(
            "payment", f"{first}: {found.get(first)} (found) {expected.get(first)} (expected)"
        )


def _answers(simulation: Simulation, reference: Reference) -> None:
    """Every event has exactly one answer, and those of which it is known have the right one."""
    watcher = simulation.cluster.watcher
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (name, outcome), count in watcher.answers.items():
        found[name][outcome] += count
    sent: defaultdict[str, list[Sent]] = defaultdict(list)
    for place, one in watcher.sent.items():
        if one.expect not in ("again", "silent"):
            # What cannot be read is named by its place.
            sent[place if place in found else one.id].append(one)
    for name, all_sent in sent.items():
        _answer(name, all_sent, found.pop(name, Counter()))
    if found:
        raise ViolationError("answers", f"nobody asked: {sorted(found)[:3]}")
    for key, wanted in reference.results.items():
        found_result = watcher.results.get(key, wanted)
        if found_result != wanted:
            raise ViolationError("results", f"{key}: {found_result} not {wanted}")
    for name, answer in reference.answers:
        if (name, answer) not in watcher.answers:
            raise ViolationError("answers", f"report {name} is not answered with {answer}")


def _answer(name: str, sent: list[Sent], answers: Counter[str]) -> None:
    """All that was sent under one id, and what was answered."""
    reused = sum(each.expect == "id-reuse" for each in sent)
    if answers.pop("id-reuse", 0) != reused:
        raise ViolationError("answers", f"{name}: not {reused} times id-reuse")
    first = sent[0]
    if first.type == "payment-received.v1" and first.expect in ("", "ok") and not answers:
        return  # by its postings, or on the Klärungsliste: the books are compared
    is_day = first.topic == topics.BUSINESS_DAY and first.expect == "ok"
    if sum(answers.values()) != (0 if is_day else 1):
        raise ViolationError("answers", f"{first.type} {name} has {dict(answers)}")
    if first.expect and answers and first.expect not in answers:
        raise ViolationError("answers", f"{first.type} {name} has {dict(answers)}, not {first.expect}")


def _messages(database: Database, watcher: Watcher) -> None:
    """Notifications knows each message once."""
    found = Counter(row[0] for row in database.rows(notifications.message))
    expected = {
        said.id
        for ((topic, _), _), log in watcher.logs.items()
        if topic != topics.ACCOUNT_CHANGED
        for said in log
        if said.type in TYPES
    }
    if set(found) != expected:
        raise ViolationError("messages", f"{sorted(set(found) ^ expected)[:3]}")
