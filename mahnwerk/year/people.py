"""The debtors: persons (some of them minors, some under guardianship) and institutions."""

from dataclasses import dataclass
from datetime import date

from mahnwerk.year import days
from mahnwerk.year.town import Desk

_FIRST_NAMES = (
    ("Frau", "Ayse"), ("Frau", "Birgit"), ("Frau", "Claudia"), ("Frau", "Daria"), ("Frau", "Elif"),
    ("Frau", "Franziska"), ("Frau", "Gülcan"), ("Frau", "Hannah"), ("Frau", "Irina"), ("Frau", "Katharina"),
    ("Herr", "Ahmet"), ("Herr", "Bernd"), ("Herr", "Cem"), ("Herr", "Dieter"), ("Herr", "Emre"),
    ("Herr", "Florian"), ("Herr", "Goran"), ("Herr", "Holger"), ("Herr", "Igor"), ("Herr", "Lukas"),
)  # fmt: skip
_LAST_NAMES = (
    "Adler", "Becker", "Brandt", "Demir", "Dietrich", "Engel", "Fuchs", "Graf", "Hartmann", "Jansen", "Kaya",
    "Keller", "Kowalski", "Krüger", "Lorenz", "Maier", "Neumann", "Öztürk", "Pohl", "Richter", "Sauer",
    "Schäfer", "Thiele", "Vogel", "Weiß", "Winter", "Yıldız", "Zimmermann",
)  # fmt: skip
_STREETS = (
    "Ahornweg", "Bahnhofstraße", "Birkenallee", "Brückenstraße", "Gartenstraße", "Hauptstraße", "Kirchplatz",
    "Lindenstraße", "Mühlenweg", "Nordstraße", "Rathausplatz", "Schulstraße", "Südring", "Waldweg",
)  # fmt: skip
_INSTITUTIONS = (
    "Deutsche Rentenversicherung", "Familienkasse", "Unterhaltsvorschusskasse", "Agentur für Arbeit",
    "Krankenkasse", "Spedition Bergmann GmbH", "Gebäudereinigung Rhein GmbH", "Wohngeldstelle",
)  # fmt: skip

TEMPERS = ("reliable", "late", "poor")
_TEMPER_WEIGHTS = (52, 26, 22)


@dataclass(frozen=True, slots=True)
class Person:
    """A debtor: `temper` says how he usually pays, `minor` whether others act for him."""

    debtor_ref: str
    aktenzeichen: str
    bg_nummer: str
    temper: str
    minor: bool
    benefits: bool


def people(desk: Desk) -> list[Person]:
    """Register the municipality's persons; most stand in the files on the first day, some come later."""
    return [_person(desk, n) for n in range(1, desk.town.people + 1)]


def institutions(desk: Desk) -> list[str]:
    """Register the institutions that pay for others (R46); their debtor_refs."""
    refs = []
    for n, name in enumerate(_INSTITUTIONS, start=1):
        ref = f"I-{n:03}"
        register(desk, days.FIRST, ref, kind="institution")
        _contact(desk, days.FIRST, ref, ("", name))
        refs.append(ref)
    return refs


def adult(desk: Desk, ref: str, **facts: object) -> Person:
    """Register a grown-up person with a name of his own, for one certain story."""
    register(desk, days.FIRST, ref, **({"kind": "person", "born_on": date(1980, 3, 15)} | facts))
    return Person(
        debtor_ref=ref,
        aktenzeichen=f"8{desk.random.randint(0, 9_999_999_999_999):013}",
        bg_nummer=f"{desk.town.bg_prefix}BG{desk.random.randint(0, 999_999):06}",
        temper="reliable",
        minor=False,
        benefits=False,
    )


def _person(desk: Desk, n: int) -> Person:
    random = desk.random
    minor = desk.chance(6)
    born = date(
        random.randint(2010, 2017) if minor else random.randint(1958, 2006), random.randint(1, 12), 15
    )
    guarded = not minor and desk.chance(3)
    benefits = desk.chance(30)
    ref = f"P-{n:04}"
    register(
        desk,
        days.FIRST,
        ref,
        kind="person",
        born_on=born,
        legal_representative=minor or guarded,
        under_guardianship=guarded,
        receives_benefits=benefits,
    )
    if not minor and desk.chance(1):
        died_on = desk.later(days.FIRST, 30, 330)
        register(desk, died_on, ref, kind="person", born_on=born, deceased_on=died_on)
    salutation, first = random.choice(_FIRST_NAMES)
    named = (salutation, f"{first} {random.choice(_LAST_NAMES)}")
    _contact(desk, days.FIRST, ref, named)
    if desk.chance(8):  # moved house
        _contact(desk, desk.later(days.FIRST, 60, 330), ref, named)
    if benefits and desk.chance(10):
        # Leaves the benefit; what counts of a debtor is the latest registration.
        register(
            desk,
            desk.later(days.FIRST, 90, 330),
            ref,
            kind="person",
            born_on=born,
            legal_representative=minor or guarded,
            under_guardianship=guarded,
        )
    return Person(
        debtor_ref=ref,
        aktenzeichen=f"{random.randint(4000, 9999)}{random.randint(0, 9_999_999_999):010}",
        bg_nummer=f"{desk.town.bg_prefix}BG{random.randint(0, 999_999):06}",
        temper="reliable" if minor else random.choices(TEMPERS, _TEMPER_WEIGHTS)[0],
        minor=minor,
        benefits=benefits,
    )


def register(desk: Desk, day: date, ref: str, **facts: object) -> None:
    """Register a debtor; what is not said of him is the ordinary case."""
    plain = {
        "legal_representative": False,
        "under_guardianship": False,
        "address_complete": True,
        "receives_benefits": False,
    }
    desk.send(day, "debtor-registered.v1", debtor_ref=ref, **(plain | facts))


def _contact(desk: Desk, day: date, ref: str, named: tuple[str, str]) -> None:
    postcode, city = desk.random.choice(desk.town.places)
    desk.send(
        day,
        "debtor-contact.v1",
        debtor_ref=ref,
        salutation=named[0] or "Firma",
        name=named[1],
        street=desk.random.choice(_STREETS),
        house_no=str(desk.random.randint(1, 140)),
        postcode=postcode,
        city=city,
        country="DE",
        language="de",
    )
