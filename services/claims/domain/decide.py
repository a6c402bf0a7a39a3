"""decide(turn, event) -> decision: which rule judges which event."""

from collections.abc import Callable
from typing import Any, Final

from services.claims.domain import deferral
from services.claims.domain.amend import (
    change_aktenzeichen,
    change_due_date,
    claim_became_final,
    end_claim,
    reduce_claim,
)
from services.claims.domain.blocks import lift_block
from services.claims.domain.credits import refund_credit, transfer_credit
from services.claims.domain.desk import Turn
from services.claims.domain.feedback import admit_report, admit_request, book_fees, withdraw_notice
from services.claims.domain.holds import release
from services.claims.domain.outcome import Decision, Refused
from services.claims.domain.payments import assign_payment, receive_payment
from services.claims.domain.register import register_claim, register_debtor
from services.claims.domain.watches import set_block
from services.claims.domain.whereabouts import check_whereabouts
from services.claims.domain.write_off import decide_write_off, revoke_write_off
from shared import contracts as language
from shared.policy import PolicyError

_JUDGES: Final[dict[type, Callable[[Turn, Any], Decision]]] = {
    language.DebtorRegistered: register_debtor,
    language.ClaimCreated: register_claim,
    language.ClaimReduced: reduce_claim,
    language.ClaimEnded: end_claim,
    language.ClaimBecameFinal: claim_became_final,
    language.DueDateChanged: change_due_date,
    language.AktenzeichenChanged: change_aktenzeichen,
    language.CreditTransferred: transfer_credit,
    language.CreditRefunded: refund_credit,
    language.DeferralGranted: deferral.grant,
    language.DeferralEnded: deferral.end,
    language.PaymentReceived: receive_payment,
    language.PaymentAssigned: assign_payment,
    language.BlockSet: set_block,
    language.BlockLifted: lift_block,
    language.HoldReleased: release,
    language.FieldReport: admit_report,
    language.OfficeReport: admit_report,
    language.WhereaboutsChecked: check_whereabouts,
    language.WriteOffDecided: decide_write_off,
    language.WriteOffRevoked: revoke_write_off,
    language.DunningNoticeIssued: book_fees,
    language.DunningNoticeWithdrawn: withdraw_notice,
    language.EnforcementRequested: admit_request,
}

FEEDBACK: Final = (
    language.DunningNoticeIssued.TYPE,
    language.DunningNoticeWithdrawn.TYPE,
    language.EnforcementRequested.TYPE,
)


# Judged by the policy of a day that they name, which may lie before the policy's first line.
_JUDGED_BY: Final[dict[type, str]] = {language.BlockSet: "set_on", language.WriteOffDecided: "decided_on"}


def decide(turn: Turn, event: object) -> Decision:
    """Judge an event that could be read and whose mandant is known.

    All values are set on the system's day. One that is unset on the day that the event names is no guess and
    no reason to stop the account: the event is refused.
    """
    try:
        return _JUDGES[type(event)](turn, event)
    except PolicyError:
        if type(event) not in _JUDGED_BY:
            raise
        return Refused("schema", _JUDGED_BY[type(event)], "the policy has no value for that day")
