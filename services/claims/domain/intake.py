"""What stands beside each record of `intake` (the sequencer writes it), and how it is read."""

from typing import Final

from shared.records import FROM, Record

HASH: Final = "mw-hash"  # of type and data
CANDIDATES: Final = "candidates"  # in a payment, instead of its remittance: {"valid": […], "invalid": bool}
FORGET: Final = "mw-forget"  # on a record that is held for this alone: its text may be nobody's to read

TERM: Final = "mw-term"  # which of the sequencers, one after the other, wrote it: a number that rises
TERM_PLACE: Final = ("", 0)  # stands among the origins, for the highest term seen in the lane

Origin = tuple[str, int, int]
"""(topic, partition, offset) of the inbound record."""


def origin(record: Record) -> Origin | None:
    """Where the record stood before it was put into the one order."""
    place = record.headers.get(FROM)
    if not place:
        return None
    topic, partition, offset = place.rsplit("/", 2)
    return topic, int(partition), int(offset)
