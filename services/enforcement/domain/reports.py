"""Field and office reports: each is answered at once, and has its effect on the case (R8, R10, R11, R18)."""

from dataclasses import replace
from datetime import date
from typing import Final

from services.enforcement.domain import plans
from services.enforcement.domain.desk import Desk
from services.enforcement.domain.figures import figures
from services.enforcement.domain.model import Account, Case, Stage, Start
from shared.contracts.answers import EventAccepted, EventRejected, HandoverIssued, Result
from shared.contracts.claims import FieldReportAdmitted
from shared.contracts.codes import HandoverKind, Reason
from shared.contracts.fields import Fact
from shared.contracts.officers import FieldReport, OfficeReport

Report = FieldReport | OfficeReport

# R10, R11: the check for the Kasse (C14), the document for the Rechenstelle, the task for the LSB.
FRUITLESS: Final[tuple[tuple[HandoverKind, str], ...]] = (
    ("collectability-check", "Kasse"),
    ("write-off-document", "RS"),
    ("write-off-task", "LSB"),
)


def take(account: Account, admitted: FieldReportAdmitted, report: Report, desk: Desk) -> Account:
    """Answer a report and let it take effect."""
    case = account.case_of(admitted.kassenzeichen)
    if case is None:
        _reject(admitted, "no-open-case", "the Kassenzeichen is in no open case", desk)
        return account
    if isinstance(report, OfficeReport):
        _accept(admitted, desk, "R18", reported_on=report.reported_on, exhausted=report.exhausted)
        return account.with_case(_exhausted(case, desk)) if report.exhausted else account
    if report.outcome == "instalments_agreed":
        return _instalments(account, case, admitted, report, desk)
    _accept(admitted, desk, "R8", outcome=report.outcome, reported_on=report.reported_on)
    if report.outcome != "paid":  # money counts when it arrives
        _hand_over(account, case, report, desk)
    return account


def _exhausted(case: Case, desk: Desk) -> Case:
    """On to the field, on the next working day; a plan, and the time to pay before it, are left alone."""
    case = replace(case, track="field")
    if case.stage is not Stage.STARTED:
        return case
    return case.to_start(Start.EXHAUSTED, desk.next_working_day, desk.policy)


def _instalments(
    account: Account, case: Case, admitted: FieldReportAdmitted, report: FieldReport, desk: Desk
) -> Account:
    today = figures(account, desk)
    if sum(instalment.amount_cents for instalment in report.instalments) < today.of(case):
        _reject(admitted, "instalments-mismatch", "the instalments sum to less than what is asked", desk)
        return account
    _accept(admitted, desk, "R8", outcome=report.outcome, reported_on=report.reported_on)
    return account.with_case(plans.begin(account, case, report.instalments, today, desk))


def _hand_over(account: Account, case: Case, report: FieldReport, desk: Desk) -> None:
    """Prepare the write-off, in this order (R10, R11)."""
    kassenzeichen = tuple(dict.fromkeys(item.kassenzeichen for item in case.items))
    total = figures(account, desk).of(case)
    for kind, to in FRUITLESS:
        desk.out.emit(
            HandoverIssued(
                mandant=account.mandant,
                handover_id=desk.out.new_id("handover", kind, case.case_id),
                kind=kind,
                debtor_ref=account.debtor_ref,
                to=to,
                issued_on=desk.day,
                kassenzeichen=kassenzeichen,
                aktenzeichen=tuple(account.claims[each].aktenzeichen for each in kassenzeichen),
                payload={
                    "case_id": case.case_id,
                    "outcome": report.outcome,
                    "reported_on": report.reported_on.isoformat(),
                    "total_cents": total,
                },
                because=desk.because(
                    "R8", "R10", "R11", outcome=report.outcome, reported_on=report.reported_on
                ),
            )
        )


def _accept(admitted: FieldReportAdmitted, desk: Desk, rule: str, **facts: Fact | date) -> None:
    desk.out.emit(
        EventAccepted(
            accepted_id=admitted.report_id,
            accepted_source=admitted.report_source,
            accepted_type=admitted.report_type,
            mandant=admitted.mandant,
            day=desk.day,
            result=Result(kassenzeichen=admitted.kassenzeichen),
            because=desk.because(rule, **facts),
        )
    )


def _reject(admitted: FieldReportAdmitted, reason: Reason, message: str, desk: Desk) -> None:
    field = "kassenzeichen" if reason == "no-open-case" else "instalments"
    rule = "R18" if admitted.report_type == OfficeReport.TYPE else "R8"
    desk.out.emit(
        EventRejected(
            rejected_id=admitted.report_id,
            rejected_source=admitted.report_source,
            rejected_type=admitted.report_type,
            mandant=admitted.mandant,
            reason=reason,
            field=field,
            message=message,
            because=desk.because(rule, kassenzeichen=admitted.kassenzeichen),
        )
    )
