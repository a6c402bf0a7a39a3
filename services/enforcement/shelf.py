"""The accounts that one transaction works on, and what is to be saved of them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.enforcement import store
from services.enforcement.domain.decide import decide
from services.enforcement.domain.desk import Desk
from services.enforcement.domain.model import Account
from services.enforcement.store import Key, Stored
from shared.contracts.claims import (
    AccountChanged,
    AccountParked,
    AccountReleased,
    EnforcementRequestAdmitted,
    FieldReportAdmitted,
    NoticeWithdrawalAdmitted,
    WriteOffOrdered,
    WriteOffRefused,
)
from shared.contracts.codec import payload
from shared.events import Emitter, Event
from shared.policy import Policies
from shared.records import Record

_LOG = logging.getLogger(__name__)
# What may open a case, or is judged by what is asked: it needs the claims of the account.
_ASKING = frozenset({EnforcementRequestAdmitted.TYPE, FieldReportAdmitted.TYPE, WriteOffOrdered.TYPE})
_HEARD = _ASKING | {
    AccountChanged.TYPE,
    NoticeWithdrawalAdmitted.TYPE,
    WriteOffRefused.TYPE,
    AccountParked.TYPE,
    AccountReleased.TYPE,
}


@dataclass(slots=True)
class Shelf:
    """Accounts by (mandant, debtor_ref), changed in memory and saved at the end."""

    policies: Policies
    accounts: dict[Key, Stored]
    asked: set[Key]  # accounts that came with their claims though they have no case
    kept: dict[Key, list[Record]]  # taken from the database for a release, or newly parked
    claims: dict[Key, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)

    def take(self, lane: int, record: Record, day: date | None) -> list[Event]:
        """Let one record take effect. If that fails, its account is parked and the record kept."""
        key = _account_of(record)
        account = self.accounts[key].account if key in self.accounts else Account(*key)
        if record.type == AccountReleased.TYPE:
            return self._release(lane, key, replace(account, parked=False), day)
        if account.parked:
            if record.type == AccountParked.TYPE:
                return []
            self.kept.setdefault(key, []).append(record)
            return []
        emitter = Emitter("enforcement", lane, record.id, record.cause, day).follow(record)
        try:
            account = self._decide(account, record, day, emitter)
        except Exception:  # noqa: BLE001 - our bug, whatever it is: this account stops, all others go on
            _LOG.exception("an account is parked", extra={"event": record.id, "lane": lane, "day": day})
            self.accounts[key] = Stored(lane, replace(account, parked=True))
            self.kept.setdefault(key, []).append(record)
            return []
        self.accounts[key] = Stored(lane, account)
        return emitter.events

    def _decide(self, account: Account, record: Record, day: date | None, emitter: Emitter) -> Account:
        key = (account.mandant, account.debtor_ref)
        pursued = bool(account.cases or account.follow_ups) or key in self.asked
        if record.type == AccountChanged.TYPE and not pursued:
            account = replace(account, credit_cents=record.data["credit_cents"])
        elif day is None:
            raise ValueError(f"{record.type} before the first day was opened")
        else:
            desk = Desk(day, self.policies[account.mandant], emitter)
            account = decide(account, payload(record.type, record.data), desk)
        if record.type == AccountChanged.TYPE:
            for view in record.data["claims"]:
                self.claims[account.mandant, view["kassenzeichen"]] = (account.debtor_ref, view)
        return account

    def _release(self, lane: int, key: Key, account: Account, day: date | None) -> list[Event]:
        self.accounts[key] = Stored(lane, account)
        return [event for record in self.kept.pop(key, []) for event in self.take(lane, record, day)]

    def save(self, conn: Connection) -> None:
        """Write all that changed."""
        store.save(conn, self.accounts.values())
        store.save_claims(conn, self.claims)
        store.keep(conn, self.kept)


def heard(records: Sequence[Record]) -> list[Record]:
    """The records that enforcement listens to."""
    return [record for record in records if record.type in _HEARD]


def fetch(conn: Connection, policies: Policies, records: Sequence[Record]) -> Shelf:
    """Everything that the records need, in a few statements."""
    kept = store.take_kept(conn, {_account_of(r) for r in records if r.type == AccountReleased.TYPE})
    coming = [*records, *(record for again in kept.values() for record in again)]
    asked = {
        _account_of(record) for record in coming if record.type in _ASKING or record.data.get("taken_over")
    }
    named = {
        (record.data["mandant"], item["kassenzeichen"])
        for record in coming
        if record.type == EnforcementRequestAdmitted.TYPE
        for item in record.data["items"]
    }
    accounts = store.load(conn, {_account_of(record) for record in coming}, asked, named)
    return Shelf(policies, accounts, asked, kept)


def _account_of(record: Record) -> Key:
    return record.data["mandant"], record.data["debtor_ref"]
