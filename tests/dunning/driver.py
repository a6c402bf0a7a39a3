"""Drives dunning over its real tables, in memory: given accounts, when a day is opened, then these events."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from services.dunning import tables
from services.dunning.service import Dunning
from shared.accounts import DAY
from shared.contracts.answers import Because, DayClosed, HandoverIssued
from shared.contracts.claims import (
    AccountChanged,
    AccountParked,
    AccountReleased,
    BlockView,
    ClaimView,
    HoldView,
    PaymentView,
    SollsatzView,
)
from shared.contracts.codec import Payload, to_json
from shared.contracts.dunning import (
    DunningNoticeIssued,
    DunningNoticeWithdrawn,
    EnforcementRequested,
    KassenanzeigeIssued,
)
from shared.database import engine_for
from shared.deciding import NextStep
from shared.events import Event
from shared.policy import Policies, load_policies
from shared.records import DAY_MARKED, Record

SHIPPED = Path(__file__).parents[2] / "policies"
NO_REASON = Because(policy="", rules=())
HELD = (HoldView(cause="open-after-write-off", held_from=date(2026, 3, 17)),)


def policies_with(folder: Path, mandant: str, **changed: str) -> Policies:
    """The shipped policy of a mandant with some keys' lines (`[…]` in TOML) replaced, [dunning]'s first."""
    lines = (SHIPPED / f"{mandant}.toml").read_text(encoding="utf-8").splitlines()
    for key, value in changed.items():
        at = next(n for n, line in enumerate(lines) if line.split(" = ")[0] == key)
        lines[at] = f"{key} = {value}"
    (folder / f"{mandant}.toml").write_text("\n".join(lines), encoding="utf-8")
    return load_policies(folder)


def line(value: object, start: str = "") -> str:
    """One dated line of a policy file, without its brackets."""
    since = f"from = {start}, " if start else ""
    return f'{{ {since}value = {json.dumps(value)}, source = "test" }}'


def claim(
    kassenzeichen: str,
    open_cents: int,
    due_on: str,
    *,
    art: str = "5621",
    blocks: Sequence[tuple[str, str]] = (),
    **more: Any,  # noqa: ANN401 - fields of ClaimView
) -> ClaimView:
    """A one-off claim of which `open_cents` are open; `blocks` are (set_on, ends_by)."""
    day = date.fromisoformat(due_on)
    sollsatz = SollsatzView(due_on=day, amount_cents=max(open_cents, 1_00), open_cents=open_cents)
    fields: dict[str, Any] = {
        "kassenzeichen": kassenzeichen,
        "aktenzeichen": "32425425167854",
        "einnahmeart": art,
        "office": "LG",
        "due_on": day,
        "soll_cents": sollsatz.amount_cents,
        "ist_cents": sollsatz.amount_cents - open_cents,
        "written_off_cents": 0,
        "open_cents": open_cents,
        "credit_cents": 0,
        "sollsaetze": (sollsatz,),
        "blocks": tuple(
            BlockView(reason="Y", set_on=date.fromisoformat(a), ends_by=date.fromisoformat(b))
            for a, b in blocks
        ),
    }
    return ClaimView(**fields | more)


def payment(ref: str, kassenzeichen: str, cents: int, booked_on: str, reverses: str = "") -> PaymentView:
    """Money that was booked."""
    return PaymentView(
        payment_ref=ref,
        kassenzeichen=kassenzeichen,
        booked_on=date.fromisoformat(booked_on),
        amount_cents=cents,
        reverses=reverses or None,
    )


class World:
    """One mandant's dunning. `limit` is the most accounts a transaction touches, `batch` the most records."""

    def __init__(
        self,
        mandant: str = "wuppertal",
        policies: Policies | None = None,
        *,
        limit: int = 1_000,
        batch: int = 1_000,
        url: str = "sqlite://",
    ) -> None:
        self.mandant = mandant
        self.service = Dunning(policies or load_policies(SHIPPED))
        self.emitted: list[Event] = []
        self._engine = engine_for(url)
        self._limit = limit
        self._batch = batch
        self._offset = 0
        self._waiting: list[Record] = []
        tables.metadata.create_all(self._engine)

    def account(
        self,
        *claims: ClaimView,
        debtor: str = "D1",
        credit_cents: int = 0,
        of: str = "",
        payments: Sequence[PaymentView] = (),
    ) -> None:
        """Claims published the account with these claims, and with money that was booked on them."""
        self._append(
            AccountChanged(
                mandant=of or self.mandant,
                debtor_ref=debtor,
                version=1,
                open_cents=sum(one.open_cents for one in claims),
                credit_cents=credit_cents,
                claims=claims,
                payments=tuple(payments) or None,
                because=NO_REASON,
            )
        )

    def parked(self, debtor: str = "D1") -> None:
        """Claims parked the account."""
        self._append(AccountParked(mandant=self.mandant, debtor_ref=debtor, because=NO_REASON))

    def released(self, debtor: str = "D1") -> None:
        """Claims released the account."""
        self._append(AccountReleased(mandant=self.mandant, debtor_ref=debtor, because=NO_REASON))

    def open(self, day: str, *, mark: str = "") -> list[Payload]:
        """Open a day; what it brought but marks and closings."""
        self._settle()
        events: list[Event] = []
        record = self._record(DAY_MARKED, {"day": day, "service": "claims"}, mark or f"mark-{day}")
        unfinished, step = frozenset({0}), 0
        while unfinished:
            with self._engine.begin() as conn:
                done = self.service.open_day(conn, {0: record}, {0: step}, self._limit)
            events += done.events
            unfinished, step = done.unfinished, step + 1
        self.emitted += events
        return [event.payload for event in events if not event.type.startswith("day-")]

    def days(self, first: str, last: str) -> dict[str, list[str]]:
        """Open every day from `first` to `last`; what happened, in words, by day."""
        found = {}
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            if events := self.open(day.isoformat()):
                found[day.isoformat()] = [words(event) for event in events]
            day += DAY
        return found

    def next_step(self, kassenzeichen: str) -> NextStep | None:
        """What dunning expects to do next."""
        self._settle()
        with self._engine.begin() as conn:
            return self.service.next_step(conn, self.mandant, kassenzeichen)

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        self._settle()
        with self._engine.connect() as conn:
            count: int = conn.execute(
                select(func.count()).select_from(tables.metadata.tables[table])
            ).scalar_one()
            return count

    def closed(self) -> list[DayClosed]:
        """All closings of days so far."""
        return [event.payload for event in self.emitted if isinstance(event.payload, DayClosed)]

    def _append(self, payload: Payload) -> None:
        self._waiting.append(self._record(payload.TYPE, json.loads(to_json(payload)), "given"))

    def _record(self, type_: str, data: dict[str, Any], id_: str) -> Record:
        self._offset += 1
        return Record(
            "account-changed", 0, self._offset, type_, id_, "mahnwerk/claims", f"cause-of-{id_}", data
        )

    def _settle(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            with self._engine.begin() as conn:
                assert self.service.handle(conn, {0: batch}) == []


def words(event: Payload) -> str:
    """An event in a few words."""
    match event:
        case DunningNoticeIssued():
            return f"notice {' '.join(item.kassenzeichen for item in event.items)}"
        case DunningNoticeWithdrawn():
            return f"withdrawn {' '.join(event.kassenzeichen)}: {event.cause}"
        case EnforcementRequested():
            return f"hand-over {' '.join(item.kassenzeichen for item in event.items)}"
        case KassenanzeigeIssued():
            return f"Kassenanzeige {event.number} {event.kassenzeichen}"
        case HandoverIssued():
            return f"{event.kind} {' '.join(event.kassenzeichen)}"
        case _:
            return event.TYPE


def plus(day: str, days: int) -> str:
    """The day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
