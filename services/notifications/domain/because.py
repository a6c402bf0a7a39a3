"""Why something happened, in words: the rules and facts that the deciding service wrote down."""

from services.notifications.domain import german
from shared.contracts import Because

RULES = {
    "R3": "Mahnung frühestens nach einer festen Zahl von Tagen",
    "R4": "Kleinbetragsgrenze der Mahnung, je Personenkonto",
    "R5": "Vollstreckungsankündigung mit Frist",
    "R6": "Kleinbetragsgrenze der Vollstreckung, je Personenkonto",
    "R8": "Ergebnis des Vollstreckungsversuchs",
    "R10": "Ratenzahlung oder Werthaltigkeitsprüfung",
    "R11": "Ablauf der Niederschlagung",
    "R12": "Abschreibung auf das Konto der Forderungsverluste",
    "R14": "Mahnlauf",
    "R15": "Mahnfrist und Abgabe an die Vollstreckung",
    "R16": "Vollstreckungsankündigung",
    "d3": "Mahngebühr",
    "R18": "Innendienst vor Außendienst",
    "R24": "große Beträge",
    "R28": "Mahnlauf alle zwei Wochen, Abgabe an die Vollstreckung",
    "R30": "Insolvenz: Anmeldung ab einer Mindesthöhe",
    "R32": "Vier-Augen-Prinzip",
    "R42": "Aktenzeichen nach Niederschlagung",
    "R47": "Gesamtschuld",
    "R54": "Klage nach erfolglosen Kassenanzeigen",
    "R55": "Klage nach erfolglosen Kassenanzeigen",
    "R62": "Kassenanzeigen statt Mahnung",
    "R64": "Mahnsperren gelten nicht für interne Erinnerungen",
    "R68": "Mahnsperre T: Widerspruch",
    "R69": "Mahnsperre U: Klage",
    "R70": "Mahnsperre V: Aufrechnung",
    "R71": "Aufrechnung ohne Zahlungseingang",
    "R72": "Ablauf einer Mahnsperre",
    "R74": "Minderjährige",
    "R75": "Liste vor der Volljährigkeit",
    "R76": "Mahnsperre X: Insolvenz",
    "R77": "Mahnsperre Y: sonstige Gründe",
    "R78": "Mietkaution, Vermieterseite",
    "R84": "Löschung einer Forderung",
    "R86": "befristete Niederschlagung",
    "R87": "unbefristete Niederschlagung",
    "§ 1629a BGB": "Beschränkung der Minderjährigenhaftung",
    "§ 1967 BGB": "Nachlassverbindlichkeiten",
    "§ 50 (4) SGB X": "Verjährung des Erstattungsanspruchs",
    "R88": "jährliche Prüfung, fünfmal",
    "R92": "Prüfung des Aufenthalts",
    "R93": "Umwandlung in eine unbefristete Niederschlagung",
    "R90": "Verjährung von Amts wegen unterhalb der Grenze, Vier-Augen-Prinzip",
    "R91": "Verjährungsfrist",
}

FACTS = {
    "account_cents": "zu vollstrecken auf dem ganzen Personenkonto",
    "account": "Konto",
    "amount_cents": "Betrag",
    "decision": "Entscheidung",
    "original_due_on": "ursprünglich fällig am",
    "case_id": "Vollstreckungsfall",
    "day": "Tag der Entscheidung",
    "booked_on": "gebucht am",
    "blocked_from": "gesperrt oder ausgesetzt ab",
    "payments": "Zahlungen",
    "fee_base_cents": "gebührenpflichtiger Betrag",
    "oldest_due_on": "älteste Fälligkeit",
    "ordered_on": "angeordnet am",
    "previous_number": "vorige Kassenanzeige",
    "previous_on": "vorige Kassenanzeige vom",
    "reached_on": "Termin erreicht am",
    "total_due_cents": "Rückstand des Personenkontos",
    "checked_on": "geprüft am",
    "found": "Aufenthalt gefunden",
    "written_off_cents": "niedergeschlagener Betrag",
    "arose_on": "entstanden am",
    "barred_from": "verjährt ab",
    "cap_years": "Höchstfrist in Jahren",
    "ex_officio_below_cents": "Verjährung von Amts wegen unter",
    "final_on": "bestandskräftig am",
    "known_on": "bekannt seit",
    "limitation_on": "Ende der Verjährungsfrist",
    "warning_days": "Hinweis vor der Verjährung",
    "years": "Frist in Jahren",
    "announcement_days": "Frist der Vollstreckungsankündigung",
    "anchor_on": "Beginn der Abgabefrist",
    "approved_by": "freigegeben durch",
    "cause": "Anlass",
    "co_debtor_refs": "weitere Zahlungspflichtige",
    "count": "Anzahl",
    "credits_cents": "angerechnetes Guthaben",
    "decided_on": "entschieden am",
    "debtor_ref": "Personenkonto",
    "due_on": "Fälligkeit",
    "ends_by": "gilt bis",
    "entries": "wer und welche Forderungen",
    "expiry_notice_days": "Mitteilung vor Ablauf",
    "fee_cents": "Mahngebühr",
    "fees": "Gebührenordnung",
    "first_after_days": "Kassenanzeige 1 nach Fälligkeit",
    "follow_up_on": "Wiedervorlage",
    "handover_after_days": "Abgabe an die Vollstreckung nach",
    "handover_anchor": "Abgabefrist gerechnet ab",
    "held_from": "seit",
    "insolvency_minimum_cents": "Mindesthöhe der Anmeldung",
    "insolvency_opened_on": "Insolvenz eröffnet am",
    "instalment_grace_days": "Nachfrist je Rate",
    "issued_on": "ausgestellt am",
    "kassenzeichen": "Kassenzeichen",
    "kind": "Art",
    "large_amount_cents": "großer Betrag ab",
    "lawsuit_after_days": "Abgabe zur Klage nach Kassenanzeige 3",
    "min_days_overdue": "Mahnung frühestens nach Fälligkeit",
    "month": "Monat",
    "number": "Nummer",
    "offset_watch_days": "Mitteilung ohne Zahlungseingang nach",
    "other_kassenzeichen": "weitere offene Kassenzeichen",
    "officer": "Bearbeitung",
    "open_cents": "offener Betrag",
    "outcome": "Ergebnis",
    "pay_by": "zahlbar bis",
    "pay_within_days": "Zahlungsfrist",
    "reason": "Mahnsperre",
    "reported_on": "berichtet am",
    "requested_by": "beantragt durch",
    "requested_on": "abgegeben am",
    "run": "Mahnlauf",
    "second_after_months": "Kassenanzeige 2 nach Kassenanzeige 1",
    "set_on": "gesetzt am",
    "since": "gerechnet ab",
    "small_amount_cents": "Kleinbetragsgrenze",
    "third_after_months": "Kassenanzeige 3 nach Kassenanzeige 2",
    "total_cents": "Gesamtbetrag",
    "track": "Zuständigkeit",
}

VALUES = {
    "paid-before": "vorher gezahlt",
    "blocked-before": "vorher gesperrt",
    "cancelled": "aufgehoben",
    "announced": "Frist der Ankündigung abgelaufen",
    "instalment-missed": "Rate nicht gezahlt",
    "plan-ended": "Ratenplan beendet, Rest offen",
    "refused": "Niederschlagung abgelehnt",
    "monthly": "monatlich",
    "fortnightly": "alle zwei Wochen",
    "asset_disclosure": "Vermögensauskunft abgegeben",
    "befristet": "befristete Niederschlagung",
    "daily": "an jedem Werktag",
    "deceased": "verstorben",
    "deadline": "Ablauf der Zahlungsfrist",
    "erlass": "Erlass",
    "exhausted": "Mittel des Innendienstes ausgeschöpft",
    "field": "Außendienst",
    "fruitless_attachment": "fruchtlose Pfändung",
    "instalments_agreed": "Ratenzahlung vereinbart",
    "landlord": "Mahnsperre Z (Mietkaution)",
    "majority": "volljährig geworden",
    "minor": "minderjährig",
    "ni": "Niedersachsen",
    "notice": "Mahnung",
    "nrw": "Nordrhein-Westfalen (VO VwVG NRW)",
    "office": "Innendienst",
    "deferred": "gestundet",
    "open-after-write-off": "nach Niederschlagung wieder offen",
    "repeatedly_not_met": "mehrfach nicht angetroffen",
    "unbefristet": "unbefristete Niederschlagung",
}


def fact_lines(because: Because) -> list[str]:
    """The facts, one line each, in German; what has no German name keeps its own."""
    return [f"- {name(key)}: {spoken(key, value)}" for key, value in because.facts.items()]


def numbers(because: Because) -> tuple[str, ...]:
    """The Kassenzeichen that the facts name."""
    named = because.facts.get("kassenzeichen", [])
    return (named,) if isinstance(named, str) else tuple(map(str, named)) if isinstance(named, list) else ()


def basis(because: Because) -> str:
    """The rules and the state of the municipality's policy that decided, for the file."""
    rules = [f"{rule} ({RULES[rule]})" if rule in RULES else rule for rule in because.rules]
    policy, _, since = because.policy.partition("@")
    known = german.day_of(since)
    state = f"Stand {german.day(known)}" if known else "von Anfang an"
    return f"Regeln: {german.listed(rules)}. Festlegungen: {policy}, {state}."


def spoken(key: str, value: object) -> str:
    """One value as a person would write it; the key's ending tells days, months and amounts."""
    if isinstance(value, list | tuple):
        return german.listed([spoken(key, entry) for entry in value]) or "keine"
    if isinstance(value, dict):
        return ", ".join(f"{name(inner)} {spoken(inner, entry)}" for inner, entry in value.items())
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int):
        return _number(key, value)
    text = str(value)
    if key == "month":
        return german.month(text)
    found = german.day_of(text)
    return german.day(found) if found else VALUES.get(text, text)


def name(key: str) -> str:
    """What a fact is called."""
    return FACTS.get(key, key.replace("_", " "))


def _number(key: str, value: int) -> str:
    if key.endswith("_cents"):
        return german.euro(value)
    for ending, one, many in (
        ("_days", "Tag", "Tage"),
        ("_overdue", "Tag", "Tage"),
        ("_months", "Monat", "Monate"),
    ):
        if key.endswith(ending):
            return f"{value} {one if value == 1 else many}"
    return str(value)
