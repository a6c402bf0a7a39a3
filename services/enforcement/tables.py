"""The tables of enforcement."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, String, Table, Text

from shared.outbox import delivery_tables

metadata = MetaData()
delivery = delivery_tables(metadata)

# Accounts are worked on in the order of their references, the same on every database: by code point.
REFERENCE = String(64).with_variant(String(64, collation="C"), "postgresql")

account = Table(
    "account",
    metadata,
    Column("mandant", REFERENCE, primary_key=True),
    Column("debtor_ref", REFERENCE, primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("credit_cents", BigInteger, nullable=False),
    Column("next_action_on", Date),  # the first day whose opening may change something
    Column("parked", Boolean, nullable=False),
    Column("doc", Text, nullable=False),  # JSON: open cases and follow-ups
)
Index(
    "account_due",
    account.c.lane,
    account.c.parked,
    account.c.next_action_on,
    account.c.mandant,
    account.c.debtor_ref,
)

claim = Table(
    "claim",
    metadata,
    Column("mandant", REFERENCE, primary_key=True),
    Column("kassenzeichen", String(13), primary_key=True),
    Column("debtor_ref", REFERENCE, nullable=False),
    Column("live", Boolean, nullable=False),  # something is open or written off
    Column("doc", Text, nullable=False),  # JSON: the claim as last published
)
Index("claim_of_account", claim.c.mandant, claim.c.debtor_ref, claim.c.live)

kept_record = Table(
    "kept_record",
    metadata,
    Column("mandant", REFERENCE, primary_key=True),
    Column("debtor_ref", REFERENCE, primary_key=True),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("doc", Text, nullable=False),  # JSON: a record of a parked account, for its release
)

lane_day = Table(
    "lane_day",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),  # the last opened day
)

tally = Table(
    "tally",
    metadata,
    Column("mandant", REFERENCE, primary_key=True),
    Column("lane", Integer, nullable=False, index=True),
    Column("doc", Text, nullable=False),  # JSON: day -> type -> how many events, of days not yet closed
)
