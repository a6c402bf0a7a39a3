"""The migration of a later version: all that one may do."""

from pathlib import Path

import services

REVISION = "9999"

_MIGRATION = f"""
import sqlalchemy as sa
from alembic import op

revision = "{REVISION}"
down_revision = "%s"


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("outbox", sa.Column("later", sa.Text(), nullable=True))
    op.add_column("position", sa.Column("later", sa.Integer(), server_default="0", nullable=False))
    op.create_index("outbox_later", "outbox", ["later"], unique=False)
"""


def migrations(service: str) -> list[Path]:
    """Those of this version."""
    return sorted((Path(services.__path__[0]) / service / "migrations").glob("*.py"))


def migration(service: str) -> str:
    """The source of the next one."""
    return _MIGRATION % migrations(service)[-1].name[:4]
