"""The tables of dunning."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from shared.outbox import delivery_tables

metadata = MetaData()
delivery = delivery_tables(metadata)

# A day's work goes through the accounts in the order of these: byte order, the same on both databases.
_REFERENCE = String(64).with_variant(String(64, collation="C"), "postgresql")

account = Table(
    "account",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("debtor_ref", _REFERENCE, primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("credit_cents", BigInteger, nullable=False, server_default=text("0")),
    Column("parked", Boolean, nullable=False, server_default=false()),
    Column("next_action_on", Date),  # null: nothing to do unless something arrives
    Index("account_due", "lane", "next_action_on"),
)

claim = Table(
    "claim",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("kassenzeichen", String(13), primary_key=True),
    Column("debtor_ref", _REFERENCE, nullable=False),
    Column("open_cents", BigInteger, nullable=False),
    Column("view", Text, nullable=False),  # JSON: the claim as claims last described it
    Index("claim_of_account", "mandant", "debtor_ref"),
)

progress = Table(
    "progress",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("kassenzeichen", String(13), primary_key=True),
    Column("in_cycle", Boolean, nullable=False),
    Column("done", Text, nullable=False),  # JSON: what dunning did about the claim
)

notice = Table(
    "notice",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("notice_id", String(36), primary_key=True),
    Column("debtor_ref", _REFERENCE, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("body", Text, nullable=False),  # JSON: what it went by; gone once it is withdrawn altogether
    Index("notice_of_account", "mandant", "debtor_ref", "issued_on"),
)

# What arrived since the last working day and may have been there before a notice of the account.
late = Table(
    "late",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("kassenzeichen", String(13), primary_key=True),
    Column("payment_ref", _REFERENCE, primary_key=True),  # empty: no money, but a look at the claim
    Column("debtor_ref", _REFERENCE, nullable=False),
    Column("since", Date, nullable=False),  # no notice issued before this day is concerned
    Column("payment", Text),  # JSON
    Index("late_of_account", "mandant", "debtor_ref"),
)

opened_day = Table(
    "opened_day",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
)

mandant_day = Table(
    "mandant_day",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("counts", Text, nullable=False, server_default=text("'{}'")),  # JSON: event type -> number today
)
