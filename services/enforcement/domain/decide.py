"""Which record leads to what: one account, one record, the state after it; its events go to the desk."""

from dataclasses import replace

from services.enforcement.domain import reports, steps, write_offs
from services.enforcement.domain.desk import Desk
from services.enforcement.domain.leaving import notice_withdrawn, settle
from services.enforcement.domain.model import Account
from shared.contracts.claims import (
    AccountChanged,
    AccountParked,
    EnforcementRequestAdmitted,
    FieldReportAdmitted,
    NoticeWithdrawalAdmitted,
    WriteOffOrdered,
    WriteOffRefused,
)
from shared.contracts.codec import decode
from shared.contracts.officers import FieldReport, OfficeReport


def decide(account: Account, event: object, desk: Desk) -> Account:
    """Take one record of the account's log; the account is looked at when the next day is opened."""
    account = _take(account, event, desk)
    if account.cases:
        return replace(account, next_action_on=desk.day)
    return replace(account, next_action_on=min((each.on for each in account.follow_ups), default=None))


def _take(account: Account, event: object, desk: Desk) -> Account:
    match event:
        case AccountChanged():
            account = _changed(account, event, desk)
        case EnforcementRequestAdmitted():
            account = steps.open_case(account, event, desk)
        case FieldReportAdmitted():
            account = _reported(account, event, desk)
        case WriteOffOrdered():
            account = write_offs.ordered(account, event, desk)
        case NoticeWithdrawalAdmitted():
            account = notice_withdrawn(account, event, desk)
        case WriteOffRefused():
            account = write_offs.refused(account, event.kassenzeichen, desk)
        case AccountParked():
            account = replace(account, parked=True)
    return account


def _changed(account: Account, event: AccountChanged, desk: Desk) -> Account:
    claims = {**account.claims, **{claim.kassenzeichen: claim for claim in event.claims}}
    changed = replace(account, credit_cents=event.credit_cents, claims=claims)
    settled = write_offs.taken_back(settle(changed, account.claims, desk), account.claims)
    return steps.take_over(settled, event.taken_over, desk) if event.taken_over else settled


def _reported(account: Account, event: FieldReportAdmitted, desk: Desk) -> Account:
    report = decode(event.report_type, event.report)
    if not isinstance(report, FieldReport | OfficeReport):
        raise TypeError(f"{event.report_type} was admitted, but is no report")
    return reports.take(account, event, report, desk)
