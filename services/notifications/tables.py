"""The tables of notifications."""

from sqlalchemy import Column, Date, Index, Integer, MetaData, String, Table, Text

from shared.outbox import delivery_tables

metadata = MetaData()
delivery = delivery_tables(metadata)

# Manifests are written in the order of these: byte order, the same on both databases.
_NAME = String(64).with_variant(String(64, collation="C"), "postgresql")

message = Table(
    "message",
    metadata,
    Column("id", String(36), primary_key=True),  # of the event
    Column("lane", Integer, nullable=False),
    Column("mandant", _NAME, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("debtor_ref", _NAME, nullable=False),  # empty: about several
    Column("type", _NAME, nullable=False),
    Column("source", _NAME, nullable=False),
    Column("cause", Text, nullable=False),
    Column("data", Text, nullable=False),  # JSON: the event's data
    # Of the two files, once they are written; they are in the manifest from then on.
    Column("sha256", String(64)),
    Column("text_sha256", String(64)),
)
Index("message_of_day", message.c.mandant, message.c.issued_on)
Index(
    "message_to_write",
    message.c.lane,
    sqlite_where=message.c.sha256.is_(None),
    postgresql_where=message.c.sha256.is_(None),
)

contact = Table(
    "contact",
    metadata,
    Column("mandant", _NAME, primary_key=True),
    Column("debtor_ref", _NAME, primary_key=True),
    Column("doc", Text, nullable=False),  # JSON: name and address
)

# Every contact event ever seen: the same again is harmless, the same id with other data is rejected.
contact_event = Table(
    "contact_event",
    metadata,
    Column("mandant", _NAME, primary_key=True),
    Column("source", String(256), primary_key=True),
    Column("id", String(256), primary_key=True),
    Column("hash", String(64), nullable=False),
)
