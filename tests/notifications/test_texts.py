"""What people get to read."""

from dataclasses import replace
from datetime import date
from typing import Literal, cast

import pytest

from services.notifications.domain import german
from services.notifications.domain.because import basis, fact_lines
from services.notifications.domain.messages import Notifiable, content, heading
from services.notifications.domain.page import Contact, page
from shared.contracts import Because, HandoverIssued, NoticeItem
from shared.contracts.codes import HandoverKind, Track, WithdrawalCause, WriteOffKind
from tests.notifications.samples import (
    BECAUSE,
    announcement,
    fee,
    handover,
    kassenanzeige,
    notice,
    started,
    withdrawn,
    write_off,
)

ERIKA = Contact("Frau", "Erika Schäfer", "Lindenstraße", "12", "42103", "Wuppertal", "DE")


def text(event: Notifiable, contact: Contact | None = None) -> str:
    return page(content(event), "Jobcenter Wuppertal AöR", contact)


def flat(event: Notifiable, contact: Contact | None = None) -> str:
    return " ".join(text(event, contact).split())


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00 EUR"),
        (5, "0,05 EUR"),
        (123_456, "1.234,56 EUR"),
        (100_000_000, "1.000.000,00 EUR"),
        (-250, "-2,50 EUR"),
    ],
)
def test_amounts_are_german(cents: int, written: str) -> None:
    assert german.euro(cents) == written


def test_days_are_german() -> None:
    assert german.day(date(2026, 3, 5)) == "05.03.2026"


def test_a_mahnung_says_what_is_open_until_when_and_with_which_reference() -> None:
    letter = text(notice())
    assert "Mahnung vom 05.03.2026" in letter
    assert "Kassenzeichen 8656211576963" in letter
    assert "5621 Rückforderung von Leistungen zum Lebensunterhalt" in letter
    assert "fällig am 20.02.2026" in letter
    assert "1.234,56 EUR" in letter
    assert "Bitte überweisen Sie 1.234,56 EUR bis zum 12.03.2026" in flat(notice())
    assert "Mahngebühr" not in letter


def test_a_letter_is_addressed_where_the_contact_is_known() -> None:
    lines = text(notice(), ERIKA).splitlines()
    assert lines[3:7] == ["Frau", "Erika Schäfer", "Lindenstraße 12", "42103 Wuppertal"]
    assert "Sehr geehrte Frau Erika Schäfer," in lines


def test_herr_is_addressed_as_herrn() -> None:
    letter = text(notice(), replace(ERIKA, salutation="Herr", name="Cem Kaya"))
    assert "Herrn\nCem Kaya\n" in letter
    assert "Sehr geehrter Herr Cem Kaya," in letter


def test_without_a_contact_a_letter_bears_the_reference_only() -> None:
    letter = text(notice())
    assert "Personenkonto P-0001" in letter
    assert "Sehr geehrte Damen und Herren," in letter


def test_a_mahnung_says_from_when_on_the_municipality_duns() -> None:
    facts = {"min_days_overdue": 10}
    event = notice(because=Because(policy="wuppertal@ever", rules=("R14",), facts=facts))
    assert "Gemahnt wird, was seit mindestens 10 Tagen fällig ist." in flat(event)


def test_several_items_fees_and_credits_add_up_in_the_letter() -> None:
    first = notice().items[0]
    second = NoticeItem(
        kassenzeichen="8656031000095",
        einnahmeart="5603",
        due_on=date(2026, 2, 1),
        open_cents=5_000,
        fee_cents=600,
    )
    event = notice(items=(first, second), credits_cents=1_000, total_cents=128_056)
    letter = text(event)
    assert letter.index("8656211576963") < letter.index("8656031000095")
    assert "Mahngebühr" in letter
    assert "6,00 EUR" in letter
    assert "abzüglich Ihres Guthabens" in letter
    assert "-10,00 EUR" in letter
    assert "1.280,56 EUR" in letter
    assert "seit dem 01.02.2026" in flat(event)
    assert "für jedes Kassenzeichen gesondert" in flat(event)


@pytest.mark.parametrize(
    ("number", "next_step"),
    [
        (1, "folgt die Kassenanzeige 2"),
        (2, "mit Kopie an die Fachbereichsleitung"),
        (3, "wird die Sache zur Klage abgegeben"),
    ],
)
def test_each_kassenanzeige_says_what_comes_next(number: Literal[1, 2, 3], next_step: str) -> None:
    memo = flat(kassenanzeige(number, copy_to=("FB2",) if number == 3 else ()))
    assert f"Kassenanzeige {number}, Kassenzeichen 8656121235940" in memo
    assert "An: Geschäftsstelle, Leistungsgewährung (LG)" in memo
    assert "987,65 EUR" in memo
    assert next_step in memo
    assert ("Kopie: Fachbereichsleitung Fachbereich 2 (FB2)" in memo) == (number == 3)


def test_internal_messages_bear_no_name() -> None:
    for event in (kassenanzeige(), started(), write_off(), handover()):
        assert "Schäfer" not in text(event, ERIKA)


def test_the_announcement_names_the_amount_the_day_and_what_threatens() -> None:
    letter = flat(announcement(), ERIKA)
    assert "Ankündigung der Vollstreckung vom 05.03.2026" in letter
    assert "500,00 EUR bis zum 26.03.2026" in letter
    assert "Kassenzeichen 8656211576963" in letter
    assert "Vermögensauskunft" in letter
    assert "keine Gebühr" in letter


@pytest.mark.parametrize(
    ("track", "to"), [("office", "Vollstreckung, Innendienst"), ("field", "Vollstreckung, Außendienst")]
)
def test_the_order_goes_to_the_track(track: Track, to: str) -> None:
    order = flat(started(track))
    assert f"An: {to}" in order
    assert "Kassenzeichen: 8656211576963" in order


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("unbefristet", "Unbefristete Niederschlagung"),
        ("befristet", "Befristete Niederschlagung"),
        ("erlass", "Erlass"),
    ],
)
def test_a_write_off_names_both_persons_and_both_aktenzeichen(kind: WriteOffKind, title: str) -> None:
    memo = flat(write_off(kind))
    assert f"Betreff: {title}, Kassenzeichen 8656211576963" in memo
    for needed in ("308,90 EUR", "38005425167854", "32425425167854", "4721100", "P4711", "P4712"):
        assert needed in memo


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("collectability-check", "Werthaltigkeitsprüfung"),
        ("write-off-document", "Unterlagen zur Niederschlagung"),
        ("write-off-task", "Aufgabe: Niederschlagung prüfen"),
        ("post-write-off", "Anordnung absetzen (Forderungsverlust)"),
        ("follow-up", "Wiedervorlage"),
        ("lawsuit", "Abgabe zur Klage"),
        ("decision-needed", "Entscheidung erforderlich"),
        ("offset-without-payment", "Aufrechnung ohne Zahlungseingang"),
        ("block-expiring", "Mahnsperre läuft ab"),
        ("large-amount", "Forderung über einen großen Betrag"),
        ("insolvency-claim", "Anmeldung zur Insolvenztabelle"),
        ("second-debtor", "Gesamtschuld"),
        ("limitation-note", "Verjährung: Aktenvermerk"),
        (cast(HandoverKind, "of-a-later-release"), "Mitteilung"),  # no text of its own yet, but never lost
    ],
)
def test_every_handover_has_a_title_a_task_and_its_figures(kind: HandoverKind, title: str) -> None:
    memo = flat(handover(kind))
    assert f"Betreff: {title}, Kassenzeichen 8656121235940" in memo
    assert "Was zu tun ist" in memo
    assert "987,65 EUR" in memo
    assert "Weiterleiten an: Klagestelle Erstattungen (JBC.21)" in memo


@pytest.mark.parametrize(
    ("cause", "why", "task"),
    [
        ("minor", "ist minderjährig", "Mahnsperre W"),
        ("majority", "§ 1629a BGB", "welches Vermögen"),
        ("landlord", "Mahnsperre Z", "Schaden an JBC.24"),
        ("deceased", "ist verstorben", "wer geerbt hat"),
        ("open-after-write-off", "war niedergeschlagen", "wie mit der Forderung"),
    ],
)
def test_a_decision_is_asked_for_in_the_words_of_its_cause(cause: str, why: str, task: str) -> None:
    memo = flat(replace(handover("decision-needed"), payload={"cause": cause}))
    reason, _, wanted = memo.partition("Was zu tun ist")
    assert why in reason
    assert task in wanted
    assert cause not in memo


def test_every_message_says_why() -> None:
    events: list[Notifiable] = [notice(), kassenanzeige(), announcement(), started(), write_off(), handover()]
    for event in events:
        memo = flat(event)
        assert "Warum" in memo
        assert "Festlegungen:" in memo


def test_facts_are_spoken_in_german() -> None:
    because = Because(
        policy="wuppertal@2026-02-04",
        rules=("R62", "R999"),
        facts={
            "due_on": "2026-02-20",
            "pay_within_days": 7,
            "second_after_months": 2,
            "open_cents": 123_456,
            "track": "field",
            "exhausted": True,
            "kassenzeichen": ["1", "2"],
            "something_new": 3,
        },
    )
    assert fact_lines(because) == [
        "- Fälligkeit: 20.02.2026",
        "- Zahlungsfrist: 7 Tage",
        "- Kassenanzeige 2 nach Kassenanzeige 1: 2 Monate",
        "- offener Betrag: 1.234,56 EUR",
        "- Zuständigkeit: Außendienst",
        "- exhausted: ja",
        "- Kassenzeichen: 1 und 2",
        "- something new: 3",
    ]
    assert basis(because) == (
        "Regeln: R62 (Kassenanzeigen statt Mahnung) und R999. Festlegungen: wuppertal, Stand 04.02.2026."
    )


def test_no_line_is_wider_than_the_page_unless_a_number_is() -> None:
    events: list[Notifiable] = [notice(), kassenanzeige(), announcement(), started(), write_off(), handover()]
    for event in events:
        assert max(map(len, text(event, ERIKA).splitlines())) <= 90


def test_messages_are_filed_under_their_kassenzeichen() -> None:
    assert heading(notice()).kassenzeichen == ("8656211576963",)
    assert heading(announcement()).kassenzeichen == ("8656211576963",)
    assert heading(started()).kassenzeichen == ("8656211576963",)
    assert heading(kassenanzeige(2)).kind == "kassenanzeige-2"
    assert heading(handover()).kind == "lawsuit"


def test_a_handover_about_several_debtors_has_no_account() -> None:
    event = HandoverIssued(
        mandant="wuppertal",
        handover_id="h-2",
        kind="majority-list",
        to="LG",
        issued_on=date(2026, 3, 2),
        kassenzeichen=(),
        aktenzeichen=(),
        payload={
            "month": "2026-05",
            "entries": [{"debtor_ref": "P-0001", "kassenzeichen": ["8656211576963"]}],
        },
        because=BECAUSE,
    )
    assert heading(event).debtor_ref == ""
    assert "Betreff: Zahlungspflichtige, die volljährig werden" in flat(event)
    assert "Personenkonto P-0001, Kassenzeichen 8656211576963" in flat(event)
    assert "Monat: Mai 2026" in flat(event)
    assert "im genannten Monat volljährig" in flat(event)


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ("paid-before", "Zahlung, die bei der Bank schon gebucht war, als wir gemahnt haben"),
        ("blocked-before", "Am Tag der Mahnung durfte hier nicht gemahnt werden."),
        ("cancelled", "Diese Forderungen wurden aufgehoben."),
    ],
)
def test_a_withdrawal_says_what_the_mahnung_does_not_stand_for_and_why(
    cause: WithdrawalCause, why: str
) -> None:
    letter = flat(withdrawn(cause=cause))
    assert "Rücknahme der Mahnung vom 05.03.2026" in letter
    assert "Kassenzeichen 8656211576963, fällig am 20.02.2026" in letter
    assert why in letter
    assert "Mahngebühr" not in letter


def test_a_withdrawal_says_what_becomes_of_the_fee() -> None:
    assert "Die Mahngebühr von 8,00 EUR wird Ihnen erlassen." in flat(withdrawn(fee_cancelled=fee(800)))
    letter = flat(withdrawn(fee_cancelled=fee(800), fee_charged=fee(700, "8656211576971")))
    assert "beträgt die Mahngebühr 7,00 EUR (Kassenzeichen 8656211576971)" in letter


def test_a_withdrawal_is_filed_under_its_day_and_its_claims() -> None:
    filed = heading(withdrawn())
    assert (filed.issued_on, filed.kind) == (date(2026, 3, 9), "dunning-notice-withdrawn")
    assert filed.kassenzeichen == ("8656211576963",)
