"""The tables of notifications."""

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
        "contact",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "debtor_ref"),
    )
    op.create_table(
        "contact_event",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("source", sa.String(length=256), nullable=False),
        sa.Column("id", sa.String(length=256), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "source", "id"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("kind", _REFERENCE, nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("type", _REFERENCE, nullable=False),
        sa.Column("source", _REFERENCE, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_of_day", "message", ["mandant", "issued_on"], unique=False)
    op.create_index(
        "message_to_write",
        "message",
        ["lane"],
        unique=False,
        sqlite_where=sa.text("sha256 IS NULL"),
        postgresql_where=sa.text("sha256 IS NULL"),
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


def downgrade() -> None:
    """Go back."""
    op.drop_table("position")
    op.drop_table("outbox_number")
    op.drop_table("outbox")
    op.drop_index(
        "message_to_write",
        table_name="message",
        sqlite_where=sa.text("sha256 IS NULL"),
        postgresql_where=sa.text("sha256 IS NULL"),
    )
    op.drop_index("message_of_day", table_name="message")
    op.drop_table("message")
    op.drop_table("contact_event")
    op.drop_table("contact")
