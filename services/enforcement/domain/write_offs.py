"""What write-offs mean for enforcement: messages to the departments, and going on where they are refused."""

from collections.abc import Mapping
from dataclasses import replace

from services.enforcement.domain.desk import Desk
from services.enforcement.domain.model import Account, FollowUp, Stage, Start
from shared.contracts.answers import HandoverIssued
from shared.contracts.claims import ClaimView, WriteOffOrdered


def ordered(account: Account, order: WriteOffOrdered, desk: Desk) -> Account:
    """Tell the Rechenstelle (R11, R12); a befristete one is followed up by its office on the day given.

    A befristete one that becomes unbefristet (R93) posts nothing, so there is nothing to tell.
    """
    if order.amount_cents:
        desk.out.emit(_to_post(order, account, desk))
    if order.kind == "erlass":  # of what else was open: what is befristet stays so
        return account
    # A later order for the same claim (a conversion, say) takes the place of the earlier one.
    others = tuple(each for each in account.follow_ups if each.kassenzeichen != order.kassenzeichen)
    if order.kind != "befristet" or order.follow_up_on is None or order.office is None:
        return replace(account, follow_ups=others)
    new = FollowUp(order.kassenzeichen, order.office, order.follow_up_on)
    return replace(account, follow_ups=(*others, new))


def _to_post(order: WriteOffOrdered, account: Account, desk: Desk) -> HandoverIssued:
    return HandoverIssued(
        mandant=account.mandant,
        handover_id=desk.out.new_id("handover", "post-write-off", order.kassenzeichen),
        kind="post-write-off",
        debtor_ref=account.debtor_ref,
        to="RS",
        issued_on=desk.day,
        kassenzeichen=(order.kassenzeichen,),
        aktenzeichen=(order.aktenzeichen,),
        payload={
            "kind": order.kind,
            "amount_cents": order.amount_cents,
            "ordered_on": order.ordered_on.isoformat(),
            "original_due_on": order.original_due_on.isoformat(),
            **({"account": order.account} if order.account else {}),
        },
        because=desk.because(
            *(("R11", "R12") if order.account else ("R11",)), kind=order.kind, ordered_on=order.ordered_on
        ),
    )


def follow_up(account: Account, desk: Desk) -> Account:
    """Send what is to be followed up by now, on any opened day; not where nothing is written off any more."""
    due = [each for each in account.follow_ups if each.on <= desk.day]
    for each in due:
        claim = account.claims.get(each.kassenzeichen)
        if claim is None or claim.written_off_cents == 0:
            continue
        desk.out.emit(
            HandoverIssued(
                mandant=account.mandant,
                handover_id=desk.out.new_id("handover", "follow-up", account.mandant, each.kassenzeichen),
                kind="follow-up",
                debtor_ref=account.debtor_ref,
                to=each.office,
                issued_on=desk.day,
                kassenzeichen=(each.kassenzeichen,),
                aktenzeichen=(claim.aktenzeichen,),
                payload={
                    "kind": "befristet",
                    "follow_up_on": each.on.isoformat(),
                    "amount_cents": claim.written_off_cents,
                },
                because=desk.because("R11", kind="befristet", follow_up_on=each.on),
            )
        )
    return replace(account, follow_ups=tuple(each for each in account.follow_ups if each not in due))


def taken_back(account: Account, before: Mapping[str, ClaimView]) -> Account:
    """Nothing is followed up where a write-off was taken back: less is written off, and more is open."""
    kept = tuple(each for each in account.follow_ups if not _is_taken_back(each, account, before))
    return replace(account, follow_ups=kept)


def _is_taken_back(follow_up: FollowUp, account: Account, before: Mapping[str, ClaimView]) -> bool:
    was, now = before.get(follow_up.kassenzeichen), account.claims.get(follow_up.kassenzeichen)
    if was is None or now is None:
        return False
    return now.written_off_cents < was.written_off_cents and now.open_cents > was.open_cents


def refused(account: Account, kassenzeichen: str, desk: Desk) -> Account:
    """Nothing is written off: a case that was started is started again on the next working day."""
    case = account.case_of(kassenzeichen)
    if case is None or case.stage is not Stage.STARTED:
        return account
    return account.with_case(case.to_start(Start.REFUSED, desk.next_working_day, desk.policy))
