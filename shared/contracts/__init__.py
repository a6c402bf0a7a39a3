"""The published language: every event between the services and the world, by type."""

from typing import Final

from shared.contracts.answers import (
    Because,
    DayClosed,
    DayMarked,
    EventAccepted,
    EventRejected,
    HandoverIssued,
    Result,
)
from shared.contracts.bank import (
    PaymentAssigned,
    PaymentReceived,
)
from shared.contracts.claims import (
    AccountChanged,
    AccountParked,
    AccountReleased,
    BlockView,
    ClaimRegistered,
    ClaimView,
    CycleView,
    EnforcementRequestAdmitted,
    FieldReportAdmitted,
    HoldView,
    PaymentCleared,
    PaymentUnclear,
    PostingPart,
    PostingRecorded,
    ReminderView,
    SollsatzView,
    StockView,
    WriteOffOrdered,
    WriteOffRefused,
    WriteOffReviewed,
)
from shared.contracts.clock import (
    BusinessDayOpened,
)
from shared.contracts.codes import (
    EINNAHMEARTEN,
    REASONS,
    Reason,
)
from shared.contracts.dunning import (
    DunningNoticeIssued,
    EnforcementRequested,
    KassenanzeigeIssued,
    NoticeItem,
    RequestItem,
)
from shared.contracts.enforcement import (
    EnforcementAnnounced,
    EnforcementClosed,
    EnforcementStarted,
    InstalmentMissed,
    InstalmentPlanStarted,
)
from shared.contracts.fields import (
    Fact,
    Facts,
    Inbound,
    Instalment,
    Payload,
)
from shared.contracts.notifications import (
    LetterRendered,
)
from shared.contracts.officers import (
    FieldReport,
    OfficeReport,
    WhereaboutsChecked,
    WriteOffDecided,
    WriteOffRevoked,
)
from shared.contracts.upstream import (
    AktenzeichenChanged,
    BlockLifted,
    BlockSet,
    ClaimBecameFinal,
    ClaimCreated,
    ClaimEnded,
    ClaimItem,
    ClaimReduced,
    CreditRefunded,
    CreditTransferred,
    DebtorContact,
    DebtorRegistered,
    DueDateChanged,
    HoldReleased,
    TakenOver,
)

__all__ = [
    "EINNAHMEARTEN",
    "INBOUND",
    "INBOUND_TOPICS",
    "OUTBOUND",
    "REASONS",
    "AccountChanged",
    "AccountParked",
    "AccountReleased",
    "AktenzeichenChanged",
    "Because",
    "BlockLifted",
    "BlockSet",
    "BlockView",
    "BusinessDayOpened",
    "ClaimBecameFinal",
    "ClaimCreated",
    "ClaimEnded",
    "ClaimItem",
    "ClaimReduced",
    "ClaimRegistered",
    "ClaimView",
    "CreditRefunded",
    "CreditTransferred",
    "CycleView",
    "DayClosed",
    "DayMarked",
    "DebtorContact",
    "DebtorRegistered",
    "DueDateChanged",
    "DunningNoticeIssued",
    "EnforcementAnnounced",
    "EnforcementClosed",
    "EnforcementRequestAdmitted",
    "EnforcementRequested",
    "EnforcementStarted",
    "EventAccepted",
    "EventRejected",
    "Fact",
    "Facts",
    "FieldReport",
    "FieldReportAdmitted",
    "HandoverIssued",
    "HoldReleased",
    "HoldView",
    "Inbound",
    "Instalment",
    "InstalmentMissed",
    "InstalmentPlanStarted",
    "KassenanzeigeIssued",
    "LetterRendered",
    "NoticeItem",
    "OfficeReport",
    "Payload",
    "PaymentAssigned",
    "PaymentCleared",
    "PaymentReceived",
    "PaymentUnclear",
    "PostingPart",
    "PostingRecorded",
    "Reason",
    "ReminderView",
    "RequestItem",
    "Result",
    "SollsatzView",
    "StockView",
    "TakenOver",
    "WhereaboutsChecked",
    "WriteOffDecided",
    "WriteOffOrdered",
    "WriteOffRefused",
    "WriteOffReviewed",
    "WriteOffRevoked",
]

#: What others write, by type.
INBOUND: Final[dict[str, type[Inbound]]] = {
    model.TYPE: model
    for model in (
        DebtorRegistered,
        DebtorContact,
        ClaimCreated,
        ClaimReduced,
        ClaimEnded,
        ClaimBecameFinal,
        DueDateChanged,
        AktenzeichenChanged,
        CreditTransferred,
        CreditRefunded,
        PaymentReceived,
        PaymentAssigned,
        BlockSet,
        BlockLifted,
        HoldReleased,
        FieldReport,
        OfficeReport,
        WhereaboutsChecked,
        WriteOffDecided,
        WriteOffRevoked,
        BusinessDayOpened,
    )
}

#: What the services write, by type: frozen dataclasses.
OUTBOUND: Final[dict[str, type[Payload]]] = {
    payload.TYPE: payload
    for payload in (
        ClaimRegistered,
        EventAccepted,
        EventRejected,
        AccountChanged,
        FieldReportAdmitted,
        EnforcementRequestAdmitted,
        WriteOffRefused,
        AccountParked,
        AccountReleased,
        PostingRecorded,
        PaymentUnclear,
        PaymentCleared,
        WriteOffOrdered,
        WriteOffReviewed,
        DunningNoticeIssued,
        KassenanzeigeIssued,
        EnforcementRequested,
        EnforcementAnnounced,
        EnforcementStarted,
        InstalmentPlanStarted,
        InstalmentMissed,
        EnforcementClosed,
        HandoverIssued,
        LetterRendered,
        DayMarked,
        DayClosed,
    )
}

#: The topics that others write, in the order of the contracts.
INBOUND_TOPICS: Final[tuple[str, ...]] = tuple(dict.fromkeys(model.TOPIC for model in INBOUND.values()))
