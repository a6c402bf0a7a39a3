"""The published language: every event between the services and the world, by type."""

from typing import Final

from shared.contracts import answers, bank, claims, clock, dunning, enforcement, notifications, upstream
from shared.contracts.codes import EINNAHMEARTEN, REASONS
from shared.contracts.fields import Inbound

__all__ = ["EINNAHMEARTEN", "INBOUND", "INBOUND_TOPICS", "OUTBOUND", "REASONS"]

#: What others write, by type.
INBOUND: Final[dict[str, type[Inbound]]] = {
    model.TYPE: model
    for model in (
        upstream.DebtorRegistered,
        upstream.DebtorContact,
        upstream.ClaimCreated,
        upstream.ClaimReduced,
        upstream.ClaimEnded,
        upstream.ClaimBecameFinal,
        upstream.DueDateChanged,
        upstream.AktenzeichenChanged,
        upstream.CreditTransferred,
        upstream.CreditRefunded,
        bank.PaymentReceived,
        bank.PaymentAssigned,
        upstream.BlockSet,
        upstream.BlockLifted,
        upstream.FieldReport,
        upstream.OfficeReport,
        upstream.WriteOffDecided,
        upstream.WriteOffRevoked,
        clock.BusinessDayOpened,
    )
}

#: What the services write, by type: frozen dataclasses with TYPE and TOPIC.
OUTBOUND: Final[dict[str, type]] = {
    payload.TYPE: payload
    for payload in (
        claims.ClaimRegistered,
        answers.EventAccepted,
        answers.EventRejected,
        claims.AccountChanged,
        claims.FieldReportAdmitted,
        claims.EnforcementRequestAdmitted,
        claims.WriteOffRefused,
        claims.AccountParked,
        claims.AccountReleased,
        claims.PostingRecorded,
        claims.PaymentUnclear,
        claims.PaymentCleared,
        claims.WriteOffOrdered,
        dunning.DunningNoticeIssued,
        dunning.KassenanzeigeIssued,
        dunning.EnforcementRequested,
        enforcement.EnforcementAnnounced,
        enforcement.EnforcementStarted,
        enforcement.InstalmentPlanStarted,
        enforcement.InstalmentMissed,
        enforcement.EnforcementClosed,
        answers.HandoverIssued,
        notifications.LetterRendered,
        answers.DayMarked,
        answers.DayClosed,
    )
}

#: The topics that others write, in the order of the contracts.
INBOUND_TOPICS: Final[tuple[str, ...]] = tuple(dict.fromkeys(model.TOPIC for model in INBOUND.values()))
