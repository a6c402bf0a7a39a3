"""Handover messages: what an office has to take over, or is told of (R10, R11, R54, R55, R71-R78)."""

from services.notifications.domain import because, german, names
from services.notifications.domain.page import Memo, Part
from shared.contracts import HandoverIssued

# kind -> title, why, what to do next
_KINDS = {
    "collectability-check": (
        "Werthaltigkeitsprüfung",
        "Die Vollstreckung blieb ohne Erfolg.",
        """
Bitte prüfen Sie, ob die Forderung noch werthaltig ist, und halten Sie das Ergebnis fest. Es ist Grundlage
der Entscheidung über eine Niederschlagung.
""",
    ),
    "write-off-document": (
        "Unterlagen zur Niederschlagung",
        "Die Vollstreckung blieb ohne Erfolg; die Forderung kommt für eine Niederschlagung in Betracht.",
        """
Bitte nehmen Sie die Unterlagen zur Akte und leiten Sie die Aufgabe an die Leistungssachbearbeitung weiter.
""",
    ),
    "write-off-task": (
        "Aufgabe: Niederschlagung prüfen",
        "Die Vollstreckung blieb ohne Erfolg.",
        """
Bitte prüfen Sie die Niederschlagung und erlassen Sie gegebenenfalls die Niederschlagsverfügung mit
Wiedervorlage. Die Entscheidung treffen zwei Personen. Wird sie abgelehnt, wird weiter vollstreckt.
""",
    ),
    "post-write-off": (
        "Anordnung absetzen (Forderungsverlust)",
        "Die Forderung wurde niedergeschlagen oder erlassen.",
        """
Bitte buchen Sie die Anordnung Forderungsverlust und erledigen Sie die verknüpfte Aufgabe AO absetzen.
""",
    ),
    "follow-up": (
        "Wiedervorlage",
        "Die Forderung wurde niedergeschlagen; der Tag der Wiedervorlage ist erreicht.",
        """
Bitte prüfen Sie, ob sich die Verhältnisse oder der Aufenthalt der schuldenden Person geändert haben und die
Forderung wieder beizutreiben ist.
""",
    ),
    "write-off-manual-decision": (
        "Befristete Niederschlagung: Einzelfallentscheidung",
        "Die schuldende Person wurde nicht gefunden; über Beträge dieser Höhe entscheiden zwei Personen.",
        """
Bitte prüfen Sie den Einzelfall und halten Sie in einem Aktenvermerk fest, ob die befristete Niederschlagung
in eine unbefristete umgewandelt wird.
""",
    ),
    "lawsuit": (
        "Abgabe zur Klage",
        "Drei Kassenanzeigen blieben ohne Erfolg.",
        """
Bitte stellen Sie den Sachverhalt dar und geben Sie den Vorgang an die für die Klage zuständige Stelle weiter.
""",
    ),
    "limitation-warning": (
        "Verjährung droht",
        "Die Forderung ist noch offen und verjährt bald.",
        """
Bitte prüfen Sie, ob die Verjährung gehemmt ist oder neu beginnt, und veranlassen Sie rechtzeitig das Nötige.
""",
    ),
    "limitation-note": (
        "Verjährung: Aktenvermerk",
        "Die Forderung ist verjährt und liegt unter der Grenze; sie wird weder gemahnt noch vollstreckt.",
        """
Bitte begründen Sie in einem Aktenvermerk, dass die Forderung verjährt ist und nicht weiter verfolgt wird, und
lassen Sie ihn von einer zweiten Person gegenzeichnen (Vier-Augen-Prinzip).
""",
    ),
    "offset-without-payment": (
        "Aufrechnung ohne Zahlungseingang",
        "Die Mahnsperre V ist aktiv, aber seit längerem wurde auf das Kassenzeichen nichts gebucht.",
        """
Bitte prüfen Sie, ob die Aufrechnung noch läuft und das Kassenzeichen richtig angegeben ist. Werden keine
Leistungen mehr bezogen, heben Sie die Mahnsperre auf.
""",
    ),
    "block-expiring": (
        "Mahnsperre läuft ab",
        "Eine Mahnsperre auf einer offenen Forderung endet; danach wird gemahnt und vollstreckt.",
        """
Bitte prüfen Sie, ob die Forderung erledigt ist und ob die weiteren Kassenzeichen aufgerechnet werden können.
Eine Verlängerung ist nur bis zur Höchstdauer möglich.
""",
    ),
    "majority-list": (
        "Zahlungspflichtige, die volljährig werden",
        "Die Genannten werden im genannten Monat volljährig und haben offene Forderungen.",
        """
Bitte prüfen Sie vor dem Geburtstag, ob die Haftung nach § 1629a BGB beschränkt ist. Die Mahnsperre W endet am
Tag davor.
""",
    ),
    "large-amount": (
        "Forderung über einen großen Betrag",
        "Eine Forderung ab der festgelegten Höhe wurde eingebucht.",
        "Bitte berücksichtigen Sie den Betrag in der Liquiditätsplanung.",
    ),
    "insolvency-claim": (
        "Anmeldung zur Insolvenztabelle",
        "Über das Vermögen der zahlungspflichtigen Person ist das Insolvenzverfahren eröffnet.",
        "Bitte prüfen Sie die Anmeldung der offenen Forderungen, auch der weiteren Kassenzeichen.",
    ),
    "second-debtor": (
        "Gesamtschuld",
        "Für die Forderung haften weitere Personen. Sie wird nur einmal geführt.",
        "Bitte vermerken Sie die weiteren Zahlungspflichtigen am Kassenzeichen.",
    ),
    "decision-needed": (
        "Entscheidung erforderlich",
        "Es ist ein Umstand eingetreten, bei dem weder gemahnt noch vollstreckt werden darf.",
        """
Bitte entscheiden Sie, wie mit der Forderung weiter zu verfahren ist. Bis dahin ruht sie.
""",
    ),
}
# cause of a decision that is needed -> what has happened
_CAUSES = {
    "minor": "Die zahlungspflichtige Person ist minderjährig; gegen sie wird weder gemahnt noch vollstreckt.",
    "majority": """
Die zahlungspflichtige Person ist volljährig geworden; die Forderung entstand, als sie minderjährig war. Ihre
Haftung kann nach § 1629a BGB beschränkt sein.
""",
    "landlord": """
Auf der Forderung lag die Mahnsperre Z (Mietkaution). Weder die Vermieterseite noch die leistungsberechtigte
Person wird gemahnt.
""",
    "deceased": "Die zahlungspflichtige Person ist verstorben.",
    "open-after-write-off": "Die Forderung war niedergeschlagen und ist wieder offen.",
}
_DECISIONS = {
    "minor": """
Bitte prüfen Sie, ob die Mahnsperre W gesetzt ist und ob die Forderung gegen die richtige Person gerichtet
ist. Mit der Volljährigkeit werden Sie erneut gefragt.
""",
    "majority": """
Bitte prüfen Sie, welches Vermögen bei Eintritt der Volljährigkeit vorhanden war, und mindern Sie die
Forderung, soweit dafür nicht gehaftet wird. Geben Sie sie danach frei; bis dahin ruht sie.
""",
    "landlord": """
Bitte prüfen Sie, ob gezahlt wird. Ist die Zusage gebrochen, setzen Sie das Soll ab und melden Sie den
Schaden an JBC.24; sonst geben Sie die Forderung frei. Bis dahin ruht sie.
""",
    "deceased": """
Bitte ermitteln Sie, wer geerbt hat, und entscheiden Sie, ob die Forderung dort geltend gemacht, abgesetzt
oder freigegeben wird. Bis dahin ruht sie.
""",
}
_OTHER = (
    "Mitteilung",
    "Zu der Forderung ist etwas eingetreten, das Ihre Stelle betrifft.",
    "Bitte nehmen Sie die Mitteilung zur Akte und veranlassen Sie das Nötige.",
)


def memo(event: HandoverIssued) -> Memo:
    """The handover as an internal message to the office that takes over."""
    title, why, task = _KINDS.get(event.kind, _OTHER)
    if event.kind == "decision-needed":
        cause = str(event.payload.get("cause"))
        why, task = _CAUSES.get(cause, why), _DECISIONS.get(cause, task)
    forward = (
        (f"Weiterleiten an: {names.office(event.forward_to)}.",)
        if event.forward_to and event.forward_to != event.to
        else ()
    )
    return Memo(
        title=f"{title}, Kassenzeichen {german.listed(event.kassenzeichen)}"
        if event.kassenzeichen
        else title,
        to=names.office(event.to),
        on=event.issued_on,
        parts=(
            Part("Was", (f"{title}. Betroffen:", _table(event))),
            Part("Warum", (why, because.fact_lines(event.because))),
            Part("Was zu tun ist", (task, *forward)),
        ),
        filing=f"Vorgang {event.handover_id} ({event.kind}). {because.basis(event.because)}",
    )


def _table(event: HandoverIssued) -> list[str]:
    details = [f"{because.name(key)}: {because.spoken(key, value)}" for key, value in event.payload.items()]
    return [
        *(f"Kassenzeichen: {number}" for number in event.kassenzeichen),
        *(f"Aktenzeichen: {number}" for number in event.aktenzeichen),
        *([f"Personenkonto: {event.debtor_ref}"] if event.debtor_ref else []),
        *details,
    ]
