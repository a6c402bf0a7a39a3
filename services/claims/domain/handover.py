"""A message to a department about one claim."""

from typing import Any

from services.claims.domain.desk import Desk
from services.claims.domain.model import Claim
from shared.contracts import Because, HandoverIssued
from shared.contracts.codes import HandoverKind


def handover(  # noqa: PLR0913 - the fields of the message, by name
    desk: Desk,
    claim: Claim,
    because: Because,
    *,
    kind: HandoverKind,
    handover_id: str,
    payload: dict[str, Any],
    to: str = "",
) -> HandoverIssued:
    """The message, issued on the system's day; to the claim's office unless another is named."""
    return HandoverIssued(
        mandant=claim.mandant,
        handover_id=handover_id,
        kind=kind,
        debtor_ref=claim.payer_ref,
        to=to or claim.office,
        issued_on=desk.day,
        kassenzeichen=(claim.kassenzeichen,),
        aktenzeichen=(claim.aktenzeichen,),
        payload=payload,
        because=because,
    )
