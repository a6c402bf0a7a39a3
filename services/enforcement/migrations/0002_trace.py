"""The trace of what waits in the outbox of enforcement."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from 0001 to 0002; the version before goes on working with the column there."""
    op.add_column("outbox", sa.Column("traceparent", sa.Text(), nullable=True))
