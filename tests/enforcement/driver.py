"""Drives enforcement through the real loop over its real tables, in memory.

Given accounts, when records come and days are opened, then these events.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from services.enforcement import tables
from services.enforcement.service import Enforcement
from shared import topics
from shared.contracts.answers import Because, EventAccepted, EventRejected, HandoverIssued
from shared.contracts.claims import (
    AccountChanged,
    AccountParked,
    AccountReleased,
    BlockView,
    ClaimView,
    EnforcementRequestAdmitted,
    FieldReportAdmitted,
    HoldView,
    NoticeWithdrawalAdmitted,
    SollsatzView,
    WriteOffOrdered,
    WriteOffRefused,
)
from shared.contracts.codec import Payload, to_json
from shared.contracts.dunning import RequestItem, WithdrawnItem
from shared.contracts.enforcement import (
    EnforcementAnnounced,
    EnforcementClosed,
    EnforcementStarted,
    InstalmentMissed,
    InstalmentPlanStarted,
)
from shared.database import engine_for
from shared.deciding import NextStep
from shared.events import Event
from shared.loop import DayStep, Loop
from shared.policy import Policies, load_policies
from shared.records import DAY_MARKED, Record

SHIPPED = Path(__file__).parents[2] / "policies"
PLACE = (topics.ACCOUNT_CHANGED, 0)
NO_REASON = Because(policy="", rules=())


def day(text: str) -> date:
    return date.fromisoformat(text)


def policies_with(folder: Path, mandant: str, **changed: str) -> Policies:
    """The shipped policy of a mandant with some [enforcement] or [dunning.treatment] keys replaced."""
    lines = (SHIPPED / f"{mandant}.toml").read_text(encoding="utf-8").splitlines()
    table = ""
    for n, text in enumerate(lines):
        table = text.split("]")[0].strip("[") if text.startswith("[") else table
        key = text.split(" = ")[0]
        if key in changed and table in ("enforcement", "dunning.treatment"):
            lines[n] = f"{key} = {changed[key]}"
    (folder / f"{mandant}.toml").write_text("\n".join(lines), encoding="utf-8")
    return load_policies(folder)


def claim(kassenzeichen: str, open_cents: int, due_on: str = "2026-01-05", **more: Any) -> ClaimView:  # noqa: ANN401
    """A one-off claim of 100 EUR (or what `more` says) of which `open_cents` are open, the rest paid."""
    soll = more.get("soll_cents", max(open_cents, 100_00))
    written = more.get("written_off_cents", 0)
    fields: dict[str, Any] = {
        "kassenzeichen": kassenzeichen,
        "aktenzeichen": "32425425167854",
        "einnahmeart": "5621",
        "office": "LG",
        "due_on": day(due_on),
        "soll_cents": soll,
        "ist_cents": soll - open_cents - written,
        "written_off_cents": written,
        "open_cents": open_cents,
        "credit_cents": 0,
        "sollsaetze": (SollsatzView(due_on=day(due_on), amount_cents=soll, open_cents=open_cents),),
    }
    return ClaimView(**fields | more)


def blocked(view: ClaimView, set_on: str, ends_by: str) -> ClaimView:
    """The claim with a Mahnsperre."""
    return replace(view, blocks=(BlockView(reason="Y", set_on=day(set_on), ends_by=day(ends_by)),))


def held(view: ClaimView) -> ClaimView:
    """The claim with a hold."""
    return replace(view, holds=(HoldView(cause="open-after-write-off", held_from=view.due_on),))


class Limited(Enforcement):
    """Enforcement that takes few accounts a transaction on a day."""

    def __init__(self, policies: Policies, limit: int) -> None:
        super().__init__(policies)
        self._limit = limit

    def open_day(
        self, conn: Connection, marks: Mapping[int, Record], step: Mapping[int, int], limit: int
    ) -> DayStep:
        return super().open_day(conn, marks, step, min(limit, self._limit))


class World:
    """One municipality's enforcement. `log` has every record given so far."""

    def __init__(
        self, mandant: str = "landkreis", policies: Policies | None = None, service: Enforcement | None = None
    ) -> None:
        self.mandant = mandant
        self.service = service or Enforcement(policies or load_policies(SHIPPED))
        self.log: list[Record] = []
        self.events: list[Event] = []
        self.engine: Engine = engine_for("sqlite://")
        tables.metadata.create_all(self.engine)
        self.deploy(self.service)

    def deploy(self, service: Enforcement) -> None:
        """Start another version of the service on the same database."""
        self.service = service
        self._loop = Loop(self.engine, service)
        self._loop.take([PLACE])

    def account(
        self, *claims: ClaimView, debtor: str = "D1", credit_cents: int = 0, on: str = ""
    ) -> list[Payload]:
        """Claims published the account with these claims; `on`: as of a day that is not marked yet."""
        changed = AccountChanged(
            mandant=self.mandant,
            debtor_ref=debtor,
            version=1,
            open_cents=sum(one.open_cents for one in claims),
            credit_cents=credit_cents,
            claims=claims,
            because=NO_REASON,
        )
        return self._give(changed, headers={"ce_time": f"{on}T00:00:00Z"} if on else {})

    def request(self, *claims: ClaimView, case_id: str = "C1", debtor: str = "D1") -> list[Payload]:
        """Dunning handed these claims over."""
        items = tuple(
            RequestItem(kassenzeichen=one.kassenzeichen, open_cents=one.open_cents, due_on=one.due_on)
            for one in claims
        )
        return self._give(
            EnforcementRequestAdmitted(
                mandant=self.mandant,
                debtor_ref=debtor,
                case_id=case_id,
                requested_on=day("2026-03-02"),
                items=items,
                credits_cents=0,
                total_cents=sum(item.open_cents for item in items),
                because=NO_REASON,
            )
        )

    def field(
        self, kassenzeichen: str, outcome: str, *instalments: tuple[str, int], debtor: str = "D1"
    ) -> list[Payload]:
        """A field officer reported."""
        report: dict[str, Any] = {"outcome": outcome}
        if instalments:
            report["instalments"] = [{"due_on": on, "amount_cents": cents} for on, cents in instalments]
        return self._report("field-report.v1", kassenzeichen, debtor, report)

    def office(self, kassenzeichen: str, *, exhausted: bool, debtor: str = "D1") -> list[Payload]:
        """The office reported."""
        report = {"exhausted": exhausted, "checks": ["bank-account"]}
        return self._report("office-report.v1", kassenzeichen, debtor, report)

    def _report(self, type_: str, kassenzeichen: str, debtor: str, report: dict[str, Any]) -> list[Payload]:
        whole = {
            "mandant": self.mandant,
            "kassenzeichen": kassenzeichen,
            "reported_on": "2026-03-02",
            "officer": "S17",
            **report,
        }
        return self._give(
            FieldReportAdmitted(
                mandant=self.mandant,
                debtor_ref=debtor,
                report_id=f"report-{len(self.log)}",
                report_source="upstream",
                report_type=type_,
                kassenzeichen=kassenzeichen,
                report=whole,
                because=NO_REASON,
            )
        )

    def write_off(
        self, kassenzeichen: str, kind: str, follow_up_on: str = "", debtor: str = "D1"
    ) -> list[Payload]:
        """Claims booked a write-off."""
        return self._give(
            WriteOffOrdered(
                mandant=self.mandant,
                kassenzeichen=kassenzeichen,
                debtor_ref=debtor,
                amount_cents=100_00,
                kind=kind,  # type: ignore[arg-type]
                ordered_on=day("2026-03-02"),
                original_due_on=day("2026-01-05"),
                aktenzeichen="38005425167854",
                previous_aktenzeichen="32425425167854",
                requested_by="S1",
                approved_by="S2",
                office="LG",
                follow_up_on=day(follow_up_on) if follow_up_on else None,
                because=NO_REASON,
            )
        )

    def refused(self, kassenzeichen: str, debtor: str = "D1") -> list[Payload]:
        """A write-off was refused."""
        return self._give(
            WriteOffRefused(
                mandant=self.mandant, debtor_ref=debtor, kassenzeichen=kassenzeichen, because=NO_REASON
            )
        )

    def notice_withdrawn(self, *items: tuple[str, str, str]) -> list[Payload]:
        """Claims passed on that a notice was withdrawn for items: (Kassenzeichen, due date, case)."""
        return self._give(
            NoticeWithdrawalAdmitted(
                mandant=self.mandant,
                debtor_ref="D1",
                notice_id="N1",
                on=date(2026, 3, 3),
                items=tuple(
                    WithdrawnItem(kassenzeichen=number, due_on=day(due_on), case_id=case_id)
                    for number, due_on, case_id in items
                ),
                because=NO_REASON,
            )
        )

    def parked(self, debtor: str = "D1") -> list[Payload]:
        """Claims parked the account."""
        return self._give(AccountParked(mandant=self.mandant, debtor_ref=debtor, because=NO_REASON))

    def released(self, debtor: str = "D1") -> list[Payload]:
        """Claims released the account."""
        return self._give(AccountReleased(mandant=self.mandant, debtor_ref=debtor, because=NO_REASON))

    def open(self, on: str) -> list[str]:
        """Open a day; what it brought but marks and closings, in words."""
        return [
            words(event) for event in self._run(self._record(DAY_MARKED, {"day": on, "service": "claims"}))
        ]

    def days(self, first: str, last: str) -> dict[str, list[str]]:
        """Open every day from `first` to `last`; what happened, in words, by day."""
        found = {}
        on = day(first)
        while on <= day(last):
            if events := self.open(on.isoformat()):
                found[on.isoformat()] = events
            on += timedelta(days=1)
        return found

    def next_step(self, kassenzeichen: str) -> NextStep | None:
        with self.engine.begin() as conn:
            return self.service.next_step(conn, self.mandant, kassenzeichen)

    def give(self, *records: Record) -> None:
        """Give records of another world's log, as one batch."""
        self.events += self._loop.run({PLACE: records}).emitted

    def rows(self) -> dict[str, list[str]]:
        """Everything that is stored, but the loop's positions."""
        with self.engine.begin() as conn:
            return {
                table.name: sorted(map(str, conn.execute(select(table))))
                for table in tables.metadata.sorted_tables
                if table.name != "position"
            }

    def _give(self, payload: Payload, headers: dict[str, str] | None = None) -> list[Payload]:
        return self._run(self._record(payload.TYPE, json.loads(to_json(payload)), headers))

    def _record(self, type_: str, data: dict[str, Any], headers: dict[str, str] | None = None) -> Record:
        n = len(self.log)
        record = Record(
            PLACE[0], 0, n, type_, f"record-{n}", "mahnwerk/claims", f"cause-{n}", data, headers or {}
        )
        self.log.append(record)
        return record

    def _run(self, record: Record) -> list[Payload]:
        emitted = self._loop.run({PLACE: [record]}).emitted
        self.events += emitted
        return [event.payload for event in emitted if not event.type.startswith("day-")]


def announced(*claims: ClaimView) -> World:
    """Given a case requested on Monday 2 March 2026: to be paid by the 9th, to start on the 10th."""
    world = World("wuppertal")
    world.open("2026-03-02")
    world.account(*claims)
    world.request(*claims)
    return world


def words(event: Payload) -> str:  # noqa: PLR0911 - one line a type
    """An event in a few words."""
    match event:
        case EnforcementAnnounced():
            return f"{event.case_id} announced {event.total_cents} by {event.pay_by}"
        case EnforcementStarted():
            return f"{event.case_id} started {event.track} {event.total_cents}"
        case InstalmentPlanStarted():
            rates = " ".join(f"{each.due_on}:{each.amount_cents}" for each in event.instalments)
            return f"{event.case_id} plan {rates}"
        case InstalmentMissed():
            return f"{event.case_id} missed {event.due_on}"
        case EnforcementClosed():
            return f"{event.case_id} closed {event.outcome}"
        case EventAccepted():
            return "accepted"
        case EventRejected():
            return f"rejected {event.reason}"
        case HandoverIssued():
            return f"{event.kind} to {event.to}: {' '.join(event.kassenzeichen)}"
        case _:
            return event.TYPE


def said(events: Sequence[Payload]) -> list[str]:
    return [words(event) for event in events]
