"""What notifications writes: that a letter exists, never what it says."""

from dataclasses import dataclass
from typing import ClassVar

from shared import topics
from shared.contracts.answers import Because


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRendered:
    """A letter lies ready for the print shop. Not written yet: so far letters are texts, without an event."""

    TYPE: ClassVar[str] = "letter-rendered.v1"
    TOPIC: ClassVar[str] = topics.LETTER

    mandant: str
    letter_id: str
    kind: str
    debtor_ref: str
    sha256: str
    pages: int
    template: str
    template_version: str
    because: Because
