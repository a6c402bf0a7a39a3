"""The notices of dunning, and what arrived after them that may have been there before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REFERENCE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    """Go from 0002 to 0003; the version before goes on working with the tables there."""
    op.create_table(
        "notice",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("notice_id", sa.String(length=36), nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "notice_id"),
    )
    op.create_index("notice_of_account", "notice", ["mandant", "debtor_ref", "issued_on"], unique=False)
    op.create_table(
        "late",
        sa.Column("mandant", _REFERENCE, nullable=False),
        sa.Column("kassenzeichen", sa.String(length=13), nullable=False),
        sa.Column("payment_ref", _REFERENCE, nullable=False),
        sa.Column("debtor_ref", _REFERENCE, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("mandant", "kassenzeichen", "payment_ref"),
    )
    op.create_index("late_of_account", "late", ["mandant", "debtor_ref"], unique=False)
