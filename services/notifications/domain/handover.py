"""Handover messages: what an office has to take over (R10, R11, R54, R55)."""

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
    "lawsuit": (
        "Abgabe zur Klage",
        "Drei Kassenanzeigen blieben ohne Erfolg.",
        """
Bitte stellen Sie den Sachverhalt dar und geben Sie den Vorgang an die für die Klage zuständige Stelle weiter.
""",
    ),
    "decision-needed": (
        "Entscheidung erforderlich",
        "Es ist ein Umstand eingetreten, bei dem weder gemahnt noch vollstreckt werden darf.",
        """
Bitte entscheiden Sie, wie mit der Forderung weiter zu verfahren ist. Bis dahin ruht sie.
""",
    ),
}
_OTHER = (
    "Mitteilung",
    "Zu der Forderung ist etwas eingetreten, das Ihre Stelle betrifft.",
    "Bitte nehmen Sie die Mitteilung zur Akte und veranlassen Sie das Nötige.",
)


def memo(event: HandoverIssued) -> Memo:
    """The handover as an internal message to the office that takes over."""
    title, why, task = _KINDS.get(event.kind, _OTHER)
    forward = (
        (f"Weiterleiten an: {names.office(event.forward_to)}.",)
        if event.forward_to and event.forward_to != event.to
        else ()
    )
    return Memo(
        title=f"{title}, Kassenzeichen {german.listed(event.kassenzeichen)}",
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
