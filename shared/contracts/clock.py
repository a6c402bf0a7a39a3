"""The only clock that the system has."""

from typing import ClassVar

from shared import topics
from shared.contracts.fields import Day, Inbound, Offsets


class BusinessDayOpened(Inbound):
    """A business day begins, for all mandants; everything before `through` belongs to the days before.

    `through` names the ends of the topics' partitions as they are; one that lies beyond is `schema`, and so
    is a topic that there is not.
    """

    TYPE: ClassVar[str] = "business-day-opened.v1"
    TOPIC: ClassVar[str] = topics.BUSINESS_DAY

    day: Day
    through: Offsets | None = None
