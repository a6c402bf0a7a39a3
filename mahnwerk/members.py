"""The four services for the bus in one process, each with its own database."""

from collections.abc import Callable

from sqlalchemy import Engine, MetaData

from mahnwerk.inprocess import Member
from services.claims import tables as claims
from services.claims.ledger import Ledger
from services.dunning import tables as dunning
from services.dunning.service import Dunning
from services.enforcement import tables as enforcement
from services.enforcement.service import Enforcement
from services.notifications import tables as notifications
from services.notifications.service import Notifications
from shared import topics
from shared.loop import Service
from shared.policy import Policies


def members(policies: Policies, engine_of: Callable[[str], Engine]) -> list[Member]:
    """All services, claims first; `engine_of` gives the database of a service by its name."""

    def member(service: Service, metadata: MetaData, *read: str) -> Member:
        engine = engine_of(service.name)
        metadata.create_all(engine)
        return Member(service, engine, read)

    return [
        member(Ledger(policies), claims.metadata, topics.INTAKE),
        member(Dunning(policies), dunning.metadata, topics.ACCOUNT_CHANGED),
        member(Enforcement(policies), enforcement.metadata, topics.ACCOUNT_CHANGED),
        member(Notifications(policies), notifications.metadata, topics.DEBTOR_CONTACT),
    ]
