"""The Mahnung: a letter to the debtor about everything overdue on the account (R3, R14, R15, R28)."""

from services.notifications.domain import because, german, names
from services.notifications.domain.page import Letter, Part
from shared.contracts import DunningNoticeIssued

_WHAT = "auf Ihrem Personenkonto ist bis heute folgender Betrag offen:"

_WHY = """
Die Zahlung war seit dem {oldest} fällig. Ein vollständiger Zahlungseingang, eine Stundung oder eine
Mahnsperre ist zu den genannten Kassenzeichen bis zum {issued} nicht verbucht.
"""

_SINCE = "Gemahnt wird, was seit mindestens {days} Tagen fällig ist."

_FEE = """
Für diese Mahnung wird eine Mahngebühr erhoben. Sie fällt je Forderung nur einmal an, auch wenn erneut
gemahnt werden muss.
"""

_PAY_ONE = """
Bitte überweisen Sie {total} bis zum {by} auf das Ihnen mit dem Bescheid mitgeteilte Konto. Geben Sie als
Verwendungszweck nur das Kassenzeichen {number} an.
"""

_PAY_SEVERAL = """
Bitte überweisen Sie zusammen {total} bis zum {by} auf das Ihnen mit dem Bescheid mitgeteilte Konto, und zwar
für jedes Kassenzeichen gesondert. Geben Sie als Verwendungszweck jeweils nur das Kassenzeichen an.
"""

_NEXT = """
Wenn Sie nicht in einer Summe zahlen können, melden Sie sich bitte vor Ablauf der Frist bei uns. Eine
Stundung oder Ratenzahlung ist auf Antrag möglich.

Geht die Zahlung nicht fristgerecht ein, wird die Forderung ohne weitere Mahnung an die Vollstreckung
abgegeben. Dadurch können Ihnen weitere Kosten entstehen.

Haben Sie in den letzten Tagen bereits gezahlt, betrachten Sie dieses Schreiben bitte als gegenstandslos.
"""

_LABEL = 50
_AMOUNT = 20


def letter(notice: DunningNoticeIssued) -> Letter:
    """The Mahnung as a letter."""
    oldest = min(item.due_on for item in notice.items)
    why = _WHY.format(oldest=german.day(oldest), issued=german.day(notice.issued_on))
    days = notice.because.facts.get("min_days_overdue")
    since = (_SINCE.format(days=days),) if days else ()
    fee = (_FEE,) if any(item.fee_cents for item in notice.items) else ()
    return Letter(
        title=f"Mahnung vom {german.day(notice.issued_on)}",
        debtor_ref=notice.debtor_ref,
        on=notice.issued_on,
        parts=(
            Part("", (_WHAT, _table(notice))),
            Part("Warum Sie dieses Schreiben erhalten", (why, *since, *fee)),
            Part("Was Sie jetzt tun sollten", (_pay(notice), _NEXT)),
        ),
        filing=f"Mahnung {notice.notice_id}. {because.basis(notice.because)}",
    )


def _table(notice: DunningNoticeIssued) -> list[str]:
    table = []
    for item in notice.items:
        table += [
            f"Kassenzeichen {item.kassenzeichen}",
            f"  {names.einnahmeart(item.einnahmeart)}",
            _row(f"  fällig am {german.day(item.due_on)}", item.open_cents),
        ]
        if item.fee_cents:
            table.append(_row("  Mahngebühr", item.fee_cents))
    if notice.credits_cents:
        table.append(_row("abzüglich Ihres Guthabens", -notice.credits_cents))
    return [*table, "-" * (_LABEL + _AMOUNT), _row("zu zahlen", notice.total_cents)]


def _row(label: str, cents: int) -> str:
    return label.ljust(_LABEL) + german.euro(cents).rjust(_AMOUNT)


def _pay(notice: DunningNoticeIssued) -> str:
    numbers = {item.kassenzeichen for item in notice.items}
    text = _PAY_ONE if len(numbers) == 1 else _PAY_SEVERAL
    return text.format(
        total=german.euro(notice.total_cents), by=german.day(notice.pay_by), number=min(numbers)
    )
