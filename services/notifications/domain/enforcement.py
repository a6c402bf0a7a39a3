"""Vollstreckung: the announcement to the debtor (R5, R16), and the order to office or field (R18)."""

from services.notifications.domain import because, german
from services.notifications.domain.page import Letter, Memo, Part
from shared.contracts import EnforcementAnnounced, EnforcementStarted

_ANNOUNCED = """
trotz Mahnung haben Sie Forderungen in Höhe von zusammen {total} nicht bezahlt. Wir kündigen Ihnen hiermit
die Vollstreckung an. Es geht um:
"""

_ANNOUNCED_WHY = """
Die in der Mahnung gesetzte Zahlungsfrist ist abgelaufen, ohne dass die Forderungen ausgeglichen wurden. Die
Sache wurde deshalb an die Vollstreckung abgegeben.
"""

_ANNOUNCED_NEXT = """
Sie können die Vollstreckung abwenden, indem Sie {total} bis zum {by} überweisen, für jedes Kassenzeichen
gesondert. Geben Sie als Verwendungszweck jeweils nur das Kassenzeichen an. Die einzelnen Beträge stehen in
der Mahnung; was Sie seither gezahlt haben, ist hier schon abgezogen.

Können Sie nicht in einer Summe zahlen, melden Sie sich bitte umgehend, um eine Ratenzahlung zu vereinbaren.

Ist der Betrag nach dem {by} noch offen, wird ohne weitere Ankündigung vollstreckt. In Betracht kommen
insbesondere die Pfändung von Konto, Arbeitseinkommen und Sachen sowie die Abnahme der Vermögensauskunft. Die
Kosten der Vollstreckung tragen Sie.

Für diese Ankündigung wird keine Gebühr erhoben. Haben Sie bereits gezahlt, betrachten Sie dieses Schreiben
bitte als gegenstandslos.
"""

_ORDERED = "Gegen {debtor} sind {total} zu vollstrecken."

_ORDERED_WHY = """
Die Frist der Vollstreckungsankündigung ist abgelaufen, oder die Vollstreckung ist wieder aufzunehmen. Der
Fall ist offen, nicht gesperrt und erreicht die Kleinbetragsgrenze.
"""

_TRACKS = {
    "office": (
        "Vollstreckung, Innendienst",
        """
Bitte prüfen Sie nacheinander, ob eine Vermögensauskunft vorliegt, ob anderswo Raten gezahlt werden und ob
weitere Forderungen offen sind, und ermitteln Sie Bankverbindungen für eine Kontopfändung. Sind die Mittel
des Innendienstes ausgeschöpft, melden Sie dies bitte; der Auftrag geht dann an den Außendienst.
""",
    ),
    "field": (
        "Vollstreckung, Außendienst",
        """
Bitte vollstrecken Sie vor Ort und melden Sie das Ergebnis: bezahlt, Ratenzahlung vereinbart,
Vermögensauskunft abgegeben, fruchtlose Pfändung oder mehrfach nicht angetroffen.
""",
    ),
}


def announcement(event: EnforcementAnnounced) -> Letter:
    """The Vollstreckungsankündigung as a letter."""
    total, by = german.euro(event.total_cents), german.day(event.pay_by)
    items = [f"Kassenzeichen {number}" for number in because.numbers(event.because)]
    return Letter(
        title=f"Ankündigung der Vollstreckung vom {german.day(event.on)}",
        debtor_ref=event.debtor_ref,
        on=event.on,
        parts=(
            Part("", (_ANNOUNCED.format(total=total), items)),
            Part("Warum Sie dieses Schreiben erhalten", (_ANNOUNCED_WHY,)),
            Part("Was Sie jetzt tun sollten", (_ANNOUNCED_NEXT.format(total=total, by=by),)),
        ),
        filing=f"Vollstreckungsfall {event.case_id}. {because.basis(event.because)}",
    )


def order(event: EnforcementStarted) -> Memo:
    """The Vollstreckungsauftrag to the office or the field."""
    to, task = _TRACKS[event.track]
    total = german.euro(event.total_cents)
    table = [
        f"Vollstreckungsfall: {event.case_id}",
        f"Zu vollstrecken:    {total}",
        f"Auftrag vom:        {german.day(event.on)}",
        *(f"Kassenzeichen:      {number}" for number in because.numbers(event.because)),
    ]
    return Memo(
        title=f"Vollstreckungsauftrag zum Personenkonto {event.debtor_ref}",
        to=to,
        on=event.on,
        parts=(
            Part("Was", (_ORDERED.format(debtor=event.debtor_ref, total=total), table)),
            Part("Warum", (_ORDERED_WHY, because.fact_lines(event.because))),
            Part("Was zu tun ist", (task,)),
        ),
        filing=because.basis(event.because),
    )
