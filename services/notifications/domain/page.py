"""The two kinds of page: a letter to a debtor, and an internal message to an office."""

from dataclasses import dataclass
from datetime import date
from textwrap import fill

from services.notifications.domain import german

WIDTH = 78


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and address of a debtor."""

    salutation: str
    name: str
    street: str
    house_no: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of a page: text (paragraphs, to be wrapped) and tables (lines, kept as they are)."""

    heading: str
    blocks: tuple[str | list[str], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a debtor."""

    title: str
    debtor_ref: str
    on: date
    parts: tuple[Part, ...]
    filing: str


@dataclass(frozen=True, slots=True)
class Memo:
    """An internal message to an office."""

    title: str
    to: str
    on: date
    parts: tuple[Part, ...]
    filing: str
    copy_to: tuple[str, ...] = ()


def page(content: Letter | Memo, creditor: str, contact: Contact | None) -> str:
    """The page as text. Only letters bear a name and an address, where they are known."""
    if isinstance(content, Letter):
        return _letter(content, creditor, contact)
    return _memo(content, creditor)


def _letter(letter: Letter, creditor: str, contact: Contact | None) -> str:
    head = [creditor, "Zahlungsabwicklung", "", *_address(letter.debtor_ref, contact), ""]
    dated = [f"Datum: {german.day(letter.on)}", f"Unser Zeichen: {letter.debtor_ref}"]
    close = ["Mit freundlichen Grüßen", "", creditor, "Zahlungsabwicklung"]
    return _joined(
        [
            *head,
            *(line.rjust(WIDTH) for line in dated),
            "",
            letter.title,
            "",
            _greeting(contact),
            "",
            *_parts(letter.parts),
            *close,
            "",
            "Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig.",
            "",
            "-" * WIDTH,
            fill(letter.filing, WIDTH),
        ]
    )


def _memo(memo: Memo, creditor: str) -> str:
    head = [
        "Hausmitteilung",
        "",
        f"Von:      {creditor}, Forderungsmanagement",
        f"An:       {memo.to}",
        *([f"Kopie:    {german.listed(memo.copy_to)}"] if memo.copy_to else []),
        f"Datum:    {german.day(memo.on)}",
        f"Betreff:  {memo.title}",
        "",
    ]
    return _joined([*head, *_parts(memo.parts), "-" * WIDTH, fill(memo.filing, WIDTH)])


def _address(debtor_ref: str, contact: Contact | None) -> list[str]:
    if contact is None:
        return [f"Personenkonto {debtor_ref}", "(Anschrift beim Versand aus der Akte ergänzen)"]
    salutation = {"Herr": "Herrn"}.get(contact.salutation, contact.salutation)
    lines = [salutation, contact.name, f"{contact.street} {contact.house_no}".strip()]
    lines.append(f"{contact.postcode} {contact.city}")
    if contact.country != "DE":
        lines.append(contact.country)
    return [line for line in lines if line.strip()]


def _greeting(contact: Contact | None) -> str:
    match contact:
        case Contact(salutation="Frau"):
            return f"Sehr geehrte Frau {contact.name},"
        case Contact(salutation="Herr"):
            return f"Sehr geehrter Herr {contact.name},"
        case _:
            return "Sehr geehrte Damen und Herren,"


def _parts(parts: tuple[Part, ...]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if part.heading:
            lines += [part.heading, "=" * len(part.heading)]
        for block in part.blocks:
            if isinstance(block, str):
                for paragraph in block.split("\n\n"):
                    lines += [fill(" ".join(paragraph.split()), WIDTH), ""]
            elif block:
                lines += [*block, ""]
    return lines


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"
