"""What a day brings for one account: Kassenanzeigen, what is withdrawn, the notice, the hand-over.

Everything is judged from the account as it stands when the day's bookings are in. Kassenanzeigen and the
hand-over for a lawsuit happen on any opened day, notices and hand-overs to enforcement on working days only.
"""

from datetime import date, timedelta
from typing import Literal, TypeAlias, cast

from services.dunning.domain import hindsight, kassenanzeige, ways_back
from services.dunning.domain.cycle import (
    asked_items,
    handover_from,
    notice_from,
    without_ended,
    without_replaced,
)
from services.dunning.domain.evolve import evolve
from services.dunning.domain.fees import dunning_fee_cents
from services.dunning.domain.model import Account, Claim
from services.dunning.domain.today import Today
from shared.accounts import AskedItem, total_due_cents
from shared.contracts.answers import Because, HandoverIssued
from shared.contracts.claims import SollsatzView
from shared.contracts.dunning import (
    DunningNoticeIssued,
    DunningNoticeWithdrawn,
    EnforcementRequested,
    KassenanzeigeIssued,
    NoticeItem,
    RequestItem,
)
from shared.contracts.fields import Fact

Decision: TypeAlias = (
    KassenanzeigeIssued | HandoverIssued | DunningNoticeWithdrawn | DunningNoticeIssued | EnforcementRequested
)


def decide(account: Account, today: Today) -> tuple[Account, list[Decision]]:
    """The day's decisions for the account, in order, and the account after them."""
    working_day = today.policy.is_working_day(today.day)
    account = without_replaced(account, working_day=working_day)
    reminded = reminders(account, today)
    account = evolve(account, reminded)
    events: list[Decision] = [*reminded]
    if not working_day:
        return account, events
    account, withdrawn = ways_back.withdraw(account, today)
    account = without_ended(account, today.day, today.policy)
    events += withdrawn
    all_asked = asked_items(account, today.day, today.policy)
    if issued := notice(account, all_asked, today):
        account = evolve(account.with_notice(hindsight.remember(account, issued, today.policy)), [issued])
        events.append(issued)
    if requested := hand_over(account, all_asked, today):
        account = evolve(account, [requested])
        events.append(requested)
    return account, events


def reminders(account: Account, today: Today) -> list[KassenanzeigeIssued | HandoverIssued]:
    """Kassenanzeigen that are due, and hand-overs for a lawsuit after the third (R62)."""
    events: list[KassenanzeigeIssued | HandoverIssued] = []
    for claim, sollsatz in account.open_items():
        due = kassenanzeige.next_due(claim, sollsatz, today.terms)
        if due is None or due.on > today.day:
            continue
        if due.number is None:
            events.append(_lawsuit(account, claim, sollsatz, due.on, today))
        else:
            events.append(_reminder(account, claim, sollsatz, due, today))
    return events


def _reminder(
    account: Account, claim: Claim, sollsatz: SollsatzView, due: kassenanzeige.Due, today: Today
) -> KassenanzeigeIssued:
    view = claim.view
    copy_to = (today.terms.kassenanzeige.copy_to,) if due.number == kassenanzeige.LAST_NUMBER else ()
    return KassenanzeigeIssued(
        mandant=account.mandant,
        kassenzeichen=view.kassenzeichen,
        aktenzeichen=view.aktenzeichen,
        debtor_ref=account.debtor_ref,
        number=cast(Literal[1, 2, 3], due.number),
        issued_on=today.day,
        due_on=sollsatz.due_on,
        open_cents=sollsatz.open_cents,
        to=view.office,
        copy_to=copy_to,
        because=today.because("R62", "R64", **_since(claim, sollsatz, due.on)),
    )


def _lawsuit(
    account: Account, claim: Claim, sollsatz: SollsatzView, reached_on: date, today: Today
) -> HandoverIssued:
    view = claim.view
    due_on = sollsatz.due_on.isoformat()
    return HandoverIssued(
        mandant=account.mandant,
        handover_id=today.new_id("lawsuit", account.mandant, view.kassenzeichen, due_on),
        kind="lawsuit",
        debtor_ref=account.debtor_ref,
        to=view.office,
        forward_to=kassenanzeige.lawsuit_office(view),
        issued_on=today.day,
        kassenzeichen=(view.kassenzeichen,),
        aktenzeichen=(view.aktenzeichen,),
        payload={"due_on": due_on, "open_cents": sollsatz.open_cents},
        because=today.because(
            *kassenanzeige.lawsuit_rules(view),
            lawsuit_after_days=today.terms.kassenanzeige.lawsuit_after_days,
            **_since(claim, sollsatz, reached_on),
        ),
    )


def _since(claim: Claim, sollsatz: SollsatzView, reached_on: date) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "due_on": sollsatz.due_on.isoformat(),
        "open_cents": sollsatz.open_cents,
        "reached_on": reached_on.isoformat(),
    }
    if last := claim.progress.item(sollsatz.due_on).reminder:
        facts |= {"previous_number": last.number, "previous_on": last.issued_on.isoformat()}
    return facts


def notice(account: Account, all_asked: tuple[AskedItem, ...], today: Today) -> DunningNoticeIssued | None:
    """One notice for all items that are overdue long enough and in no cycle, on a run day (R3, R4, R14)."""
    if not today.run_owed:
        return None
    day, policy = today.day, today.policy
    items = [
        item
        for item in all_asked
        if account.item(item.key).cycle is None and notice_from(item.due_on, day, policy) <= day
    ]
    if not items:
        return None
    pay_by = policy.working_day(day + timedelta(days=today.terms.dunning.pay_within_days))
    charged = [item for item in items if not account.claims[item.claim.kassenzeichen].progress.charged]
    base = total_due_cents(charged)
    fee = dunning_fee_cents(today.terms.dunning.fees, base)
    bearer = charged[0].key if fee else None
    return DunningNoticeIssued(
        mandant=account.mandant,
        debtor_ref=account.debtor_ref,
        notice_id=today.new_id("notice", account.mandant, account.debtor_ref),
        issued_on=day,
        pay_by=pay_by,
        items=tuple(_notice_item(item, fee if item.key == bearer else 0) for item in items),
        credits_cents=sum(item.credit_share_cents for item in items),
        total_cents=total_due_cents(items) + fee,
        because=_because_notice(all_asked, items, (base, fee), today),
    )


def _notice_item(item: AskedItem, fee_cents: int) -> NoticeItem:
    return NoticeItem(
        kassenzeichen=item.claim.kassenzeichen,
        einnahmeart=item.claim.einnahmeart,
        due_on=item.due_on,
        open_cents=item.open_cents,
        fee_cents=fee_cents,
    )


def _because_notice(
    all_asked: tuple[AskedItem, ...], items: list[AskedItem], fee: tuple[int, int], today: Today
) -> Because:
    dunning = today.terms.dunning
    facts: dict[str, Fact] = {
        "oldest_due_on": items[0].due_on.isoformat(),
        "min_days_overdue": dunning.min_days_overdue,
        "total_due_cents": total_due_cents(all_asked),
        "small_amount_cents": dunning.small_amount_cents,
        "pay_within_days": dunning.pay_within_days,
        "run": dunning.run.kind,
    }
    if not fee[1]:
        return today.because("R3", "R4", "R14", "R15", **facts)
    facts |= {"fees": dunning.fees, "fee_base_cents": fee[0], "fee_cents": fee[1]}
    return today.because("R3", "R4", "R14", "R15", "d3", **facts)


def hand_over(
    account: Account, all_asked: tuple[AskedItem, ...], today: Today
) -> EnforcementRequested | None:
    """One request to enforce for all dunned items whose time to pay has passed (R15, R28)."""
    day, policy = today.day, today.policy
    items = []
    noticed_on = set()
    for item in all_asked:
        cycle = account.item(item.key).cycle
        if cycle and cycle.case_id is None and handover_from(cycle, day, policy) <= day:
            items.append(item)
            noticed_on.add(cycle.issued_on.isoformat())
    if not items:
        return None
    dunning = today.terms.dunning
    return EnforcementRequested(
        mandant=account.mandant,
        debtor_ref=account.debtor_ref,
        case_id=today.new_id("case", account.mandant, account.debtor_ref),
        requested_on=day,
        items=tuple(
            RequestItem(
                kassenzeichen=item.claim.kassenzeichen, open_cents=item.open_cents, due_on=item.due_on
            )
            for item in items
        ),
        credits_cents=sum(item.credit_share_cents for item in items),
        total_cents=total_due_cents(items),
        because=today.because(
            "R4",
            "R15",
            "R28",
            noticed_on=sorted(noticed_on),
            handover_after_days=dunning.handover_after_days,
            handover_anchor=dunning.handover_anchor,
            total_due_cents=total_due_cents(all_asked),
            small_amount_cents=dunning.small_amount_cents,
        ),
    )
