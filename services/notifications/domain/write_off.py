"""Niederschlagung and Erlass: the internal message that a claim was written off (R11, R42, R86, R87)."""

from services.notifications.domain import because, german
from services.notifications.domain.page import Memo, Part
from shared.contracts import WriteOffOrdered

_WHAT = "Die Forderung zum Kassenzeichen {number} wurde am {on} in Höhe von {amount} {done}."

_WHY = """
Zwei verschiedene Personen haben die Entscheidung getroffen (Vier-Augen-Prinzip). Gemahnt oder vollstreckt
wird aus dem Kassenzeichen nicht mehr.
"""

# kind -> title, what was done, what to do next
_KINDS = {
    "befristet": (
        "Befristete Niederschlagung",
        "befristet niedergeschlagen",
        """
Die Forderung bleibt bestehen; sie wird vorläufig nicht weiter verfolgt. Bitte nehmen Sie sie in die
Niederschlagungsliste auf und prüfen Sie zur Wiedervorlage, ob sie wieder beizutreiben ist.
""",
    ),
    "unbefristet": (
        "Unbefristete Niederschlagung",
        "unbefristet niedergeschlagen",
        """
Die Forderung bleibt rechtlich bestehen, wird aber nicht weiter verfolgt. Bitte nehmen Sie sie in die
Niederschlagungsliste auf. Zahlungen darauf sind weiter anzunehmen; sie werden verbucht.
""",
    ),
    "erlass": (
        "Erlass",
        "erlassen",
        """
Auf die Forderung wird endgültig verzichtet. Den Bescheid über den Erlass erteilt die zuständige Stelle.
Bitte schließen Sie den Vorgang.
""",
    ),
}


def memo(event: WriteOffOrdered) -> Memo:
    """The write-off as an internal message to those who keep the list and the file."""
    title, done, task = _KINDS[event.kind]
    amount, on = german.euro(event.amount_cents), german.day(event.ordered_on)
    what = _WHAT.format(number=event.kassenzeichen, on=on, amount=amount, done=done)
    return Memo(
        title=f"{title}, Kassenzeichen {event.kassenzeichen}",
        to="Finanzbuchhaltung und aktenführende Stelle",
        on=event.ordered_on,
        parts=(
            Part("Was", (what, _table(event))),
            Part("Warum", (_WHY, because.fact_lines(event.because))),
            Part("Was zu tun ist", (task,)),
        ),
        filing=because.basis(event.because),
    )


def _table(event: WriteOffOrdered) -> list[str]:
    table = [
        f"Betrag:                {german.euro(event.amount_cents)}",
        f"Ursprünglich fällig:   {german.day(event.original_due_on)}",
        f"Aktenzeichen:          {event.aktenzeichen}",
    ]
    if event.previous_aktenzeichen != event.aktenzeichen:
        table.append(f"Bisher:                {event.previous_aktenzeichen}")
    if event.account:
        table.append(f"Buchung auf Konto:     {event.account}")
    if event.follow_up_on:
        table.append(f"Wiedervorlage:         {german.day(event.follow_up_on)}")
    return [
        *table,
        f"Personenkonto:         {event.debtor_ref}",
        f"Beantragt von:         {event.requested_by}",
        f"Freigegeben von:       {event.approved_by}",
    ]
