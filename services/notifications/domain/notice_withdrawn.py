"""The withdrawal of a Mahnung: a letter to the debtor about what it does not stand for any more (R3, R64)."""

from services.notifications.domain import because, german
from services.notifications.domain.page import Letter, Part
from shared.contracts import DunningNoticeWithdrawn
from shared.contracts.codes import WithdrawalCause

_WHAT = "unsere Mahnung vom {issued} nehmen wir zu folgenden Forderungen zurück:"

_WHY: dict[WithdrawalCause, str] = {
    "paid-before": """
Eine Zahlung, die bei der Bank schon gebucht war, als wir gemahnt haben, ist erst danach bei uns
eingegangen. Mit ihr wären diese Forderungen nicht gemahnt worden.
""",
    "blocked-before": """
Am Tag der Mahnung durfte hier nicht gemahnt werden. Das haben wir erst danach erfahren.
""",
    "cancelled": """
Diese Forderungen wurden aufgehoben.
""",
}

_FEE_CANCELLED = "Die Mahngebühr von {cancelled} wird Ihnen erlassen."

_FEE_CHANGED = """
Die Mahngebühr von {cancelled} wird Ihnen erlassen. Für die Forderungen, zu denen die Mahnung bestehen bleibt,
beträgt die Mahngebühr {charged} (Kassenzeichen {number}).
"""

_NEXT = """
Zu diesen Forderungen brauchen Sie auf die Mahnung nichts zu tun. Eine Vollstreckung, die auf ihr beruht, wird
insoweit eingestellt. Zu anderen Forderungen, die in der Mahnung stehen, bleibt sie bestehen.
"""


def letter(event: DunningNoticeWithdrawn) -> Letter:
    """The withdrawal as a letter."""
    items = [
        f"Kassenzeichen {item.kassenzeichen}, fällig am {german.day(item.due_on)}" for item in event.items
    ]
    return Letter(
        title=f"Rücknahme der Mahnung vom {german.day(event.issued_on)}",
        debtor_ref=event.debtor_ref,
        on=event.on,
        parts=(
            Part("", (_WHAT.format(issued=german.day(event.issued_on)), items)),
            Part("Warum Sie dieses Schreiben erhalten", (_WHY[event.cause], *_fee(event))),
            Part("Was Sie jetzt tun sollten", (_NEXT,)),
        ),
        filing=f"Mahnung {event.notice_id}. {because.basis(event.because)}",
    )


def _fee(event: DunningNoticeWithdrawn) -> tuple[str, ...]:
    if event.fee_cancelled is None:
        return ()
    cancelled = german.euro(event.fee_cancelled.fee_cents)
    if event.fee_charged is None:
        return (_FEE_CANCELLED.format(cancelled=cancelled),)
    charged = german.euro(event.fee_charged.fee_cents)
    return (
        _FEE_CHANGED.format(cancelled=cancelled, charged=charged, number=event.fee_charged.kassenzeichen),
    )
