"""The Kassenanzeige 1 to 3: an internal reminder to the office that booked the claim (R62).

An authority or another third party owes; it is never dunned, the office must act.
"""

from services.notifications.domain import because, german, names
from services.notifications.domain.page import Memo, Part
from shared.contracts import KassenanzeigeIssued

_WHAT = "Zum Kassenzeichen {number} ist die am {due} fällige Forderung noch in Höhe von {amount} offen."

_WHY = """
Forderungen dieser Einnahmeart werden weder gemahnt noch vollstreckt; statt dessen erinnert die
Finanzbuchhaltung die Stelle, die sie gebucht hat. Mahnsperren halten Kassenanzeigen nicht auf.
"""

_NEXT = {
    1: """
Bitte erinnern Sie die zahlungspflichtige Stelle oder Person und prüfen Sie, ob der Anspruch nach Grund und
Höhe unverändert besteht. Bleibt die Forderung offen, folgt die Kassenanzeige 2.
""",
    2: """
Bitte fordern Sie die zahlungspflichtige Stelle oder Person erneut und mit Frist zur Zahlung auf und halten
Sie das Ergebnis in der Akte fest. Bleibt die Forderung offen, folgt die Kassenanzeige 3 mit Kopie an die
Fachbereichsleitung.
""",
    3: """
Dies ist die letzte Kassenanzeige. Bitte stellen Sie den Sachverhalt so dar, dass über eine Klage entschieden
werden kann. Bleibt die Forderung offen, wird die Sache zur Klage abgegeben.
""",
}

_CORRECT = """
Ist die Forderung zu berichtigen, buchen Sie bitte einen Sollabgang. Ist die Zahlung unter einem anderen
Kassenzeichen eingegangen, teilen Sie es der Finanzbuchhaltung mit.
"""


def memo(notice: KassenanzeigeIssued) -> Memo:
    """The Kassenanzeige as an internal message."""
    amount, due = german.euro(notice.open_cents), german.day(notice.due_on)
    what = _WHAT.format(number=notice.kassenzeichen, due=due, amount=amount)
    table = [
        f"Aktenzeichen:      {notice.aktenzeichen}",
        f"Zahlungspflichtig: {notice.debtor_ref}",
        f"Fällig am:         {due}",
        f"Offen:             {amount}",
    ]
    return Memo(
        title=f"Kassenanzeige {notice.number}, Kassenzeichen {notice.kassenzeichen}",
        to=names.office(notice.to),
        copy_to=tuple(names.office(copy) for copy in notice.copy_to),
        on=notice.issued_on,
        parts=(
            Part("Was", (what, table)),
            Part("Warum", (_WHY, because.fact_lines(notice.because))),
            Part("Was zu tun ist", (_NEXT[notice.number], _CORRECT)),
        ),
        filing=because.basis(notice.because),
    )
