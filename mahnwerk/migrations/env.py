"""Alembic's entry, the same for all services: `mahnwerk.migrate` hands over connection and metadata."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], target_metadata=given["metadata"])
with context.begin_transaction():
    context.run_migrations()
