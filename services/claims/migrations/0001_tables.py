"""The tables of claims."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REFERENCE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    """Go from nothing to 0001."""
    op.create_table(
        "account",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("open_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "debtor_ref"),
    )
    op.create_table(
        "claim",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("claim_ref", sa.String(length=64), nullable=False),
        sa.Column("payer_ref", _REFERENCE, nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("next_action_on", sa.Date(), nullable=True),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "kassenzeichen"),
    )
    op.create_index("claim_due", "claim", ["lane", "next_action_on"], unique=False)
    op.create_index("claim_of_account", "claim", ["mandant", "payer_ref"], unique=False)
    op.create_index(
        "claim_search", "claim", ["mandant", "kassenzeichen", "payer_ref", "search"], unique=False
    )
    op.create_index("claim_ref", "claim", ["mandant", "claim_ref"], unique=True)
    op.create_table(
        "debtor",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("of_age_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "debtor_ref"),
    )
    op.create_index("debtor_due", "debtor", ["lane", "look_on"], unique=False)
    op.create_index("debtor_of_age", "debtor", ["mandant", "of_age_on"], unique=False)
    op.create_table(
        "held",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "seq"),
    )
    op.create_table(
        "inbox",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("source", sa.String(length=256), nullable=False),
        sa.Column("id", sa.String(length=256), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("reused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "source", "id"),
    )
    op.create_table(
        "journal",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant"),
    )
    op.create_table(
        "lane_day",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lane"),
    )
    op.create_table(
        "outbox",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "lane", "number"),
    )
    op.create_table(
        "outbox_number",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "lane"),
    )
    op.create_table(
        "parked",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "mandant", "debtor_ref"),
    )
    op.create_table(
        "payment",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("payment_ref", sa.String(length=64), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=True),
        sa.Column("reverses", sa.String(length=64), nullable=True),
        sa.Column("reversed_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "payment_ref"),
    )
    op.create_index("payment_of_claim", "payment", ["mandant", "kassenzeichen"], unique=False)
    op.create_index("payment_state", "payment", ["mandant", "state"], unique=False)
    op.create_table(
        "position",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "lane"),
    )
    op.create_table(
        "posting",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("posting_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("einnahmeart", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "posting_no"),
    )
    op.create_index(
        "posting_of_claim",
        "posting",
        ["mandant", "kassenzeichen", "posting_no", "kind", "amount_cents"],
        unique=False,
    )
    op.create_index("posting_of_day", "posting", ["mandant", "recorded_on"], unique=False)
    op.create_table(
        "remittance",
        sa.Column("mandant", sa.String(length=64), nullable=False),
        sa.Column("payment_ref", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "payment_ref"),
    )
    op.create_table(
        "sequencer_day",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("cut", sa.Text(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("at"),
    )
    op.create_table(
        "sequencer_position",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("texts_to", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("ring", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("topic", "partition"),
    )
    op.create_table(
        "sequencer_term",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "source_position",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "topic", "partition"),
    )
    op.create_table(
        "waiting",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("need", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "seq"),
    )
    op.create_index("waiting_for", "waiting", ["mandant", "need"], unique=False)
    op.create_index("waiting_queue", "waiting", ["mandant", "topic", "kassenzeichen"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index("waiting_queue", table_name="waiting")
    op.drop_index("waiting_for", table_name="waiting")
    op.drop_table("waiting")
    op.drop_table("source_position")
    op.drop_table("sequencer_term")
    op.drop_table("sequencer_position")
    op.drop_table("sequencer_day")
    op.drop_table("remittance")
    op.drop_index("posting_of_day", table_name="posting")
    op.drop_index("posting_of_claim", table_name="posting")
    op.drop_table("posting")
    op.drop_table("position")
    op.drop_index("payment_state", table_name="payment")
    op.drop_index("payment_of_claim", table_name="payment")
    op.drop_table("payment")
    op.drop_table("parked")
    op.drop_table("outbox_number")
    op.drop_table("outbox")
    op.drop_table("lane_day")
    op.drop_table("journal")
    op.drop_table("inbox")
    op.drop_table("held")
    op.drop_index("debtor_of_age", table_name="debtor")
    op.drop_index("debtor_due", table_name="debtor")
    op.drop_table("debtor")
    op.drop_index("claim_ref", table_name="claim")
    op.drop_index("claim_search", table_name="claim")
    op.drop_index("claim_of_account", table_name="claim")
    op.drop_index("claim_due", table_name="claim")
    op.drop_table("claim")
    op.drop_table("account")
