"""The tables of claims. What is looked up by is a column, the rest of a row is one JSON document."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Table, Text

from services.claims.sequencer_tables import sequencer_tables
from shared.outbox import delivery_tables

metadata = MetaData()
delivery = delivery_tables(metadata)
sequencer = sequencer_tables(metadata)

# A day's work goes through the accounts in the order of these: byte order, the same on both databases.
_REFERENCE = String(64).with_variant(String(64, collation="C"), "postgresql")

debtor = Table(
    "debtor",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("debtor_ref", _REFERENCE, primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("look_on", Date),  # the next day whose opening looks at all of the account's claims
    Column("doc", Text, nullable=False),
    Column("of_age_on", Date),  # when a person comes of age (R75)
    Index("debtor_due", "lane", "look_on"),
    Index("debtor_of_age", "mandant", "of_age_on"),
)

account = Table(
    "account",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("debtor_ref", _REFERENCE, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("open_cents", BigInteger, nullable=False),
    Column("credit_cents", BigInteger, nullable=False),
)

claim = Table(
    "claim",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("kassenzeichen", String(13), primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("claim_ref", String(64), nullable=False),
    Column("payer_ref", _REFERENCE, nullable=False),
    Column("search", Text, nullable=False),  # every reference a clerk may look for, case-folded (R43)
    Column("next_action_on", Date),  # the next day on which the calendar brings something about
    Column("doc", Text, nullable=False),
    Index("claim_ref", "mandant", "claim_ref", unique=True),
    Index("claim_due", "lane", "next_action_on"),
    Index("claim_of_account", "mandant", "payer_ref"),
    Index("claim_search", "mandant", "kassenzeichen", "payer_ref", "search"),  # lists read nothing else
)

payment = Table(
    "payment",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("payment_ref", String(64), primary_key=True),
    Column("amount_cents", BigInteger, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("cause", String(32)),
    Column("kassenzeichen", String(13)),
    Column("reverses", String(64)),
    Column("reversed_by", String(64)),
    Index("payment_of_claim", "mandant", "kassenzeichen"),
    Index("payment_state", "mandant", "state"),
)

posting = Table(
    "posting",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("posting_no", BigInteger, primary_key=True, autoincrement=False),
    Column("kassenzeichen", String(13), nullable=False),
    Column("debtor_ref", _REFERENCE, nullable=False),
    Column("einnahmeart", String(4), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),  # the system's day
    Column("doc", Text, nullable=False),
    # With what is summed: Soll and Ist of a million claims come from the index alone.
    Index("posting_of_claim", "mandant", "kassenzeichen", "posting_no", "kind", "amount_cents"),
    Index("posting_of_day", "mandant", "recorded_on"),
)

journal = Table(
    "journal",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("doc", Text, nullable=False),
)

# Source and id of every inbound event, for ever: what makes an upstream retry harmless.
inbox = Table(
    "inbox",
    metadata,
    Column("mandant", _REFERENCE, primary_key=True),
    Column("source", String(256), primary_key=True),
    Column("id", String(256), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("reused", Integer, nullable=False),
)

# The last record of each inbound partition that took effect: the sequencer may append twice.
source_position = Table(
    "source_position",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("topic", String(64), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)

lane_day = Table(
    "lane_day",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),  # the system's day
    Column("day_before", Date),  # the one opened before it
    Column("done", Integer, nullable=False),  # 1 when the work of opening it is done
)

waiting = Table(
    "waiting",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("mandant", _REFERENCE, nullable=False),
    Column("need", String(80), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("kassenzeichen", String(13), nullable=False),
    Column("record", Text, nullable=False),
    Index("waiting_for", "mandant", "need"),
    Index("waiting_queue", "mandant", "topic", "kassenzeichen"),
)

# What arrived before the first day was opened.
held = Table(
    "held",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("record", Text, nullable=False),
)

# Accounts on which our own code failed, each with its records in their order.
parked = Table(
    "parked",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("mandant", _REFERENCE, primary_key=True),
    Column("debtor_ref", _REFERENCE, primary_key=True),
    Column("records", Text, nullable=False),
)
