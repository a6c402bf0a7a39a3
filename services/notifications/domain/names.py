"""What codes are called in a letter: Einnahmearten (R51-R61), offices (R99), reasons."""

EINNAHMEARTEN = {
    "5600": "Darlehen Bund (§ 24 Abs. 1 SGB II)",
    "5601": "Darlehen Kosten der Unterkunft",
    "5603": "Überbrückungsdarlehen",
    "5612": "Erstattung durch Behörden",
    "5621": "Rückforderung von Leistungen zum Lebensunterhalt",
    "5622": "Anspruchsübergang (§§ 115, 116 SGB X, § 33 SGB II)",
    "5623": "Rückforderung von Eingliederungsleistungen",
    "5624": "Verwarnungs- oder Bußgeld",
    "5625": "Privatrechtliche Forderung (§ 812 BGB)",
    "5626": "Unterhalt",
    "5684": "Zwangsgeld",
}

OFFICES = {
    "LG": "Geschäftsstelle, Leistungsgewährung (LG)",
    "RS": "Rechenstelle (RS)",
    "LSB": "Leistungssachbearbeitung (LSB)",
    "FB2": "Fachbereichsleitung Fachbereich 2 (FB2)",
    "JBC.21": "Klagestelle Erstattungen (JBC.21)",
    "JBC.23": "Unterhalt und Anspruchsübergänge (JBC.23)",
    "JBC.24": "Bußgeld, Zwangsgeld, privatrechtliche Forderungen (JBC.24)",
    "JBC.31": "Aktive Leistungen (JBC.31)",
}


def einnahmeart(code: str) -> str:
    """`5621 Rückforderung ...`."""
    return f"{code} {EINNAHMEARTEN[code]}" if code in EINNAHMEARTEN else code


def office(code: str) -> str:
    """The office in words, with its code."""
    return OFFICES.get(code, code)
