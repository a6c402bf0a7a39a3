"""The steps of a case: announcement, start, start again (R5, R6, R16, R18)."""

from dataclasses import replace
from datetime import timedelta

from services.enforcement.domain.desk import Desk
from services.enforcement.domain.figures import Figures, figures
from services.enforcement.domain.leaving import settle
from services.enforcement.domain.model import Account, Case, Item, Start
from shared.contracts.claims import EnforcementRequestAdmitted, StockView
from shared.contracts.codes import Track
from shared.contracts.enforcement import EnforcementAnnounced, EnforcementStarted


def open_case(account: Account, request: EnforcementRequestAdmitted, desk: Desk) -> Account:
    """A request is a case, announced at once, from our own figures: money may have come since."""
    items = (Item(item.kassenzeichen, item.due_on) for item in request.items)
    taken = {item for case in account.cases for item in case.items}
    case = Case(request.case_id, tuple(item for item in items if item not in taken))
    if not case.items:
        return account
    account = settle(replace(account, cases=(*account.cases, case)), {}, desk)
    opened = account.case(case.case_id)
    return account.with_case(announce(account, opened, figures(account, desk), desk)) if opened else account


def take_over(account: Account, stock: StockView, desk: Desk) -> Account:
    """A case that another system started goes on here, and nobody is told again (R5, R6, R18).

    Which track it is on nobody says: it is the one on which a case starts here.
    """
    if stock.cycle is None or stock.cycle.case_id is None:
        return account
    items = tuple(Item(stock.kassenzeichen, due_on) for due_on in stock.due_ons)
    if case := account.case(stock.cycle.case_id):
        return settle(account.with_case(replace(case, items=(*case.items, *items))), {}, desk)
    case = Case(
        case_id=stock.cycle.case_id,
        items=items,
        announced_on=desk.day,
        pay_by=stock.cycle.pay_by,
        track=_first_track(desk),
        started_on=desk.day,
    )
    return settle(replace(account, cases=(*account.cases, case)), {}, desk) if items else account


def _first_track(desk: Desk) -> Track:
    """Office before field where the policy says so (R18)."""
    return "office" if desk.terms.enforcement.office_first else "field"


def announce(account: Account, case: Case, today: Figures, desk: Desk) -> Case:
    """Announce a case (R5, R16); while nothing is asked for it, it waits: nobody is told to pay 0 EUR."""
    total = today.of(case)
    if total <= 0:
        return case
    days = desk.terms.enforcement.announcement_days
    pay_by = desk.policy.working_day(desk.day + timedelta(days=days))
    desk.out.emit(
        EnforcementAnnounced(
            mandant=account.mandant,
            debtor_ref=account.debtor_ref,
            case_id=case.case_id,
            on=desk.day,
            pay_by=pay_by,
            total_cents=total,
            because=desk.because(
                "R5",
                "R16",
                announcement_days=days,
                pay_by=pay_by,
                total_cents=total,
                kassenzeichen=today.kassenzeichen(case),
            ),
        )
    )
    announced = replace(case, announced_on=desk.day, pay_by=pay_by)
    return announced.to_start(Start.ANNOUNCED, desk.day, desk.policy)


def start(account: Account, case: Case, today: Figures, desk: Desk) -> Case:
    """Start a case (again) whose day has come, or let it rest.

    R6: what is asked for all the account's cases must reach the small amount, and something must be asked for
    this one. Office before field where the policy says so (R18); a case that starts again keeps its track.
    """
    terms = desk.terms.enforcement
    total, of_all = today.of(case), today.of_all(account)
    if total <= 0 or of_all < terms.small_amount_cents:
        return case
    track = case.track or _first_track(desk)
    desk.out.emit(
        EnforcementStarted(
            mandant=account.mandant,
            debtor_ref=account.debtor_ref,
            case_id=case.case_id,
            on=desk.day,
            track=track,
            total_cents=total,
            because=desk.because(
                "R6",
                "R18",
                kassenzeichen=today.kassenzeichen(case),
                cause=case.start_cause.value,
                pay_by=case.pay_by,
                track=track,
                account_cents=of_all,
                small_amount_cents=terms.small_amount_cents,
            ),
        )
    )
    return replace(case, track=track, started_on=desk.day, start_on=None)
