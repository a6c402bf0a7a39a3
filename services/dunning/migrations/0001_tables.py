"""The tables of dunning."""

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
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("parked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("next_action_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "debtor_ref"),
    )
    op.create_index("account_due", "account", ["lane", "next_action_on"], unique=False)
    op.create_table(
        "claim",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("open_cents", sa.BigInteger(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "kassenzeichen"),
    )
    op.create_index("claim_of_account", "claim", ["mandant", "debtor_ref"], unique=False)
    op.create_table(
        "mandant_day",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("mandant"),
    )
    op.create_table(
        "opened_day",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "day"),
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
        "position",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "lane"),
    )
    op.create_table(
        "progress",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=False),
        sa.Column("in_cycle", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "kassenzeichen"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("progress")
    op.drop_table("position")
    op.drop_table("outbox_number")
    op.drop_table("outbox")
    op.drop_table("opened_day")
    op.drop_table("mandant_day")
    op.drop_index("claim_of_account", table_name="claim")
    op.drop_table("claim")
    op.drop_index("account_due", table_name="account")
    op.drop_table("account")
